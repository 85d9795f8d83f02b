"""From texts to clusters of copies, with the evidence for each."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from medloom.kit.clusters import Star, clusters, kept
from medloom.kit.near_duplicates.comparing import (
    Comparer,
    Hashed,
    Likeness,
    Settings,
    hash_all,
    likenesses,
)


class Copies(NamedTuple):
    """What was found among texts, which are told by their numbers."""

    kept: list[int | None]
    """Of each text, the one to keep of its cluster; None where it has no copy."""
    exact: list[tuple[int, int]]
    """Texts that are the same, each with the one of them that ranks first."""
    alike: list[Likeness]
    """Of texts that are the same, only the one that ranks first is among them."""


def find_copies(
    batches: Iterable[Sequence[str]],
    n_texts: int,
    take: Callable[[Sequence[int]], Sequence[str]],
    rank: Callable[[int], Any],
    using: Settings,
    salts: Sequence[bytes] = (),
) -> Copies:
    """Find copies among texts, whose clusters do not depend on the order of texts.

    Texts come a batch at a time, and some again through `take`, by their numbers; the text of
    the least `rank` is kept. With salts, only texts with the same salt are compared.

    >>> texts = ["Take 5 mg.", "take 5 mg", "Take 6 mg."]
    >>> find_copies([texts], 3, lambda some: [texts[n] for n in some], int, Settings()).kept
    [0, 0, None]
    """
    hashed = hash_all(batches, n_texts, using, salts)
    exact, firsts = _same(hashed, rank)
    comparer = Comparer(take, hashed)
    found = likenesses(hashed, np.array(firsts, np.int64), comparer)
    alike = sorted(found, key=lambda one: _surest(one, hashed.fingerprints))
    near = [(one.one, one.other) for one in alike if one.kind == "near"]
    variants = [(one.one, one.other) for one in alike if one.kind == "variant"]
    of = clusters(n_texts, near, variants, _star(hashed, near, comparer))
    for first, number in exact:
        of[number] = of[first]
    best = kept(of, rank)
    return Copies([best.get(cluster) for cluster in of], exact, alike)


def find_copies_between(
    batches: Iterable[Sequence[str]],
    n_first: int,
    n_texts: int,
    take: Callable[[Sequence[int]], Sequence[str]],
    using: Settings,
) -> list[Likeness]:
    """The likenesses of each of the first texts with the others, exact ones among them.

    >>> texts = ["Take 5 mg.", "Go home.", "take 5 mg"]
    >>> find_copies_between([texts], 2, 3, lambda some: [texts[n] for n in some], Settings())
    [Likeness(one=0, other=2, kind='exact', similarity=1.0, differs=[])]
    """
    hashed = hash_all(batches, n_texts, using)
    others: dict[bytes, int] = {}
    for number in range(n_first, n_texts):
        others.setdefault(hashed.fingerprints[number], number)
    made = []
    firsts: dict[bytes, list[int]] = {}
    for number in range(n_first):
        if hashed.n_words[number]:
            firsts.setdefault(hashed.fingerprints[number], []).append(number)
    for text, rows in firsts.items():
        if text in others:
            made += [Likeness(row, others[text], "exact", 1.0, []) for row in rows]
    left = [rows[0] for text, rows in firsts.items() if text not in others]
    numbers = np.array(sorted([*left, *others.values()]), np.int64)
    for alike in likenesses(hashed, numbers, Comparer(take, hashed), n_first):
        one, other = sorted((alike.one, alike.other))
        shown = alike.differs if one == alike.one else [turned(text) for text in alike.differs]
        rows = firsts[hashed.fingerprints[one]]
        made += [Likeness(row, other, alike.kind, alike.similarity, shown) for row in rows]
    return made


def turned(difference: str) -> str:
    """A difference as the other text sees it.

    >>> turned("5 | 6"), turned("| more")
    ('6 | 5', 'more |')
    """
    mine, _, theirs = difference.partition("|")
    return f"{theirs.strip()} | {mine.strip()}".strip()


def _star(hashed: Hashed, near: Sequence[tuple[int, int]], comparer: Comparer) -> Star:
    """In the centre of a cluster is its longest text, and all others are copies of that one."""
    known = {tuple(sorted(pair)) for pair in near}

    def is_copy(one: int, of: int) -> bool:
        if tuple(sorted((one, of))) in known:
            return True
        alike = comparer.compare(one, of)
        return alike is not None and alike.kind == "near"

    return Star(lambda number: (hashed.n_words[number], hashed.fingerprints[number]), is_copy)


def _same(hashed: Hashed, rank: Callable[[int], Any]) -> tuple[list[tuple[int, int]], list[int]]:
    """Pairs of texts that are the same, and the first one of each text that there is."""
    groups: dict[bytes, list[int]] = {}
    for number, (one, n_words) in enumerate(zip(hashed.fingerprints, hashed.n_words, strict=True)):
        if n_words:
            groups.setdefault(one, []).append(number)
    firsts = [min(group, key=rank) for group in groups.values()]
    pairs = [
        (first, number)
        for first, group in zip(firsts, groups.values(), strict=True)
        for number in group
        if number != first
    ]
    return pairs, sorted(firsts)


def _surest(one: Likeness, prints: Sequence[bytes]) -> tuple[float, list[bytes]]:
    return -one.similarity, sorted([prints[one.one], prints[one.other]])
