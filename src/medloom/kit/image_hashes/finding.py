"""From hashes to pairs of images that are copies, or look like it and differ somewhere."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from medloom.kit.image_hashes.comparing import Pixels, Rest, rests
from medloom.kit.image_hashes.pairs import Numbers, Pairs, near_pairs
from medloom.kit.image_hashes.perceptual import SIDE, WAYS, Hashes, phash, turned
from medloom.kit.near_duplicates.comparing import Likeness

Take = Callable[[Sequence[int]], Sequence[bytes]]
"""Gives the thumbnails of some images, by their numbers."""
_AT_ONCE = 512


class Settings(NamedTuple):
    """What counts as a copy."""

    distance: int = 4
    """Bits of 64 that may differ."""
    most_levels: float = 20
    """Grey levels of 255 that may be left at any place of the fitted thumbnails."""
    orientations: bool = False
    """Whether turned and mirrored images are copies, too."""


def likenesses(
    hashes: Hashes, take: Take | None, using: Settings, n_first: int | None = None
) -> Iterator[Likeness]:
    """Yield every pair of images whose hashes are near: near copies, and variants that differ.

    Without thumbnails to look at, all such pairs are near copies, as their bits say. With
    `n_first`, only pairs of one of the first images and one of the others are yielded.
    """
    for pairs in near_pairs(hashes, using.distance):
        yield from _judged(_between(pairs, n_first), take, using.most_levels)
    if using.orientations and take is not None:
        yield from _lying_otherwise(hashes, take, using, n_first)


def _between(pairs: Pairs, n_first: int | None) -> Pairs:
    if n_first is None:
        return pairs
    fit = (pairs.left < n_first) != (pairs.right < n_first)
    return Pairs(*(each[fit] for each in pairs))


def _judged(
    pairs: Pairs, take: Take | None, most_levels: float, way: str = ""
) -> Iterator[Likeness]:
    for start in range(0, len(pairs.left), _AT_ONCE):
        left, right, bits = (each[start : start + _AT_ONCE] for each in pairs)
        ends = zip(left.tolist(), right.tolist(), strict=True)
        if take is None:
            for (one, other), n_bits in zip(ends, bits.tolist(), strict=True):
                yield Likeness(one, other, "near", 1 - n_bits / 64, [])
            continue
        lying = _thumbnails(take, right)
        left_over = rests(_thumbnails(take, left), turned(lying, way) if way else lying)
        for (one, other), rest in zip(ends, left_over, strict=True):
            yield _likeness(one, other, rest, most_levels, way)


def _likeness(one: int, other: int, rest: Rest, most_levels: float, way: str) -> Likeness:
    if rest.levels > most_levels:
        here, there = rest.levels_there
        differs = f"{rest.place} {here} | {rest.place} {there}"
        return Likeness(one, other, "variant", rest.correlation, [differs])
    differs = f"as it is | {way}"
    return Likeness(one, other, "near", rest.correlation, [differs] if way else [])


def _lying_otherwise(
    hashes: Hashes, take: Take, using: Settings, n_first: int | None
) -> Iterator[Likeness]:
    """Near copies of which one is turned or mirrored."""
    seen: set[tuple[int, int]] = set()
    for way in WAYS:
        both = np.concatenate([hashes, _turned_hashes(len(hashes), take, way)])
        for pairs in near_pairs(both, using.distance):
            pairs = _between(_across(pairs, len(hashes)), n_first)
            for one in _judged(pairs, take, using.most_levels, way):
                ends = (min(one.one, one.other), max(one.one, one.other))
                if one.kind == "near" and ends not in seen:
                    seen.add(ends)
                    yield _in_order(one, way)


def _in_order(one: Likeness, way: str) -> Likeness:
    if one.one < one.other:
        return one
    return one._replace(one=one.other, other=one.one, differs=[f"{way} | as it is"])


def _turned_hashes(n_images: int, take: Take, way: str) -> Hashes:
    made = [np.zeros(0, np.uint64)]
    for start in range(0, n_images, _AT_ONCE):
        some = _thumbnails(take, np.arange(start, min(n_images, start + _AT_ONCE)))
        made.append(phash(turned(some, way)))
    return np.concatenate(made)


def _across(pairs: Pairs, n_images: int) -> Pairs:
    """Of pairs among images and turned images, those of an image and another one turned."""
    right = pairs.right - n_images
    fit = (pairs.left < n_images) & (right >= 0) & (right != pairs.left)
    return Pairs(pairs.left[fit], right[fit], pairs.distance[fit])


def _thumbnails(take: Take, numbers: Numbers) -> Pixels:
    known, places = np.unique(numbers, return_inverse=True)
    joined = b"".join(take(known.tolist()))
    return np.frombuffer(joined, np.uint8).reshape(-1, SIDE, SIDE)[places]
