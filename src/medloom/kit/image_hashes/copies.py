"""Which rows hold copies of one image: from the columns of hashes to clusters."""

from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from medloom.kit.clusters import clusters, kept
from medloom.kit.image_hashes.finding import Settings, Take, likenesses
from medloom.kit.image_hashes.perceptual import as_numbers
from medloom.kit.near_duplicates.clustering import Copies
from medloom.kit.near_duplicates.comparing import Likeness
from medloom.kit.splitting.components import components
from medloom.tables.rows import Rows

_ROOM = 4


def image_copies(
    rows: Rows, rank: Callable[[int], Any], using: Settings, most_listed: int = 20
) -> Copies:
    """Find copies among images by the columns `phash`, `thumbnail` and `content_sha256`.

    Clusters come from all pairs; told are a few times `most_listed` of a row that has many.

    >>> rows = Rows.of({"phash": ["00" * 8, "00" * 7 + "03", "ff" * 8]})
    >>> image_copies(rows, int, Settings()).kept
    [0, 0, None]
    """
    same, firsts = _same(rows, rank)
    hashes = as_numbers(rows.take(firsts, "phash").column("phash").to_pylist())
    near, apart, alike = _Links(), _Links(), _Told(_ROOM * most_listed)
    for found in likenesses(hashes, _taking(rows, firsts), using):
        one = found._replace(one=firsts[found.one], other=firsts[found.other])
        (near if one.kind == "near" else apart).add(one)
        alike.add(one)
    links = [*same, *near.surest_first()]
    of = clusters(len(rows), links, _that_matter(apart, links, len(rows)))
    best = kept(of, rank)
    return Copies([best.get(cluster) for cluster in of], same, alike.all)


class _Told:
    """Pairs that are told; not all of the pairs of rows that have very many."""

    def __init__(self, most: int) -> None:
        self.all: list[Likeness] = []
        self._most, self._n = most, Counter[tuple[int, str]]()

    def add(self, found: Likeness) -> None:
        ends = (found.one, found.kind), (found.other, found.kind)
        if min(self._n[end] for end in ends) < self._most:
            self.all.append(found)
            self._n.update(ends)


class _Links:
    """Pairs of rows, in little memory: there may be millions."""

    def __init__(self) -> None:
        self.one, self.other, self.similarity = array("q"), array("q"), array("d")

    def add(self, found: Likeness) -> None:
        self.one.append(found.one)
        self.other.append(found.other)
        self.similarity.append(found.similarity)

    def surest_first(self) -> Iterator[tuple[int, int]]:
        keys = [np.array(self.other), np.array(self.one), -np.array(self.similarity)]
        return ((self.one[at], self.other[at]) for at in np.lexsort(keys).tolist())


def _that_matter(
    apart: _Links, links: Sequence[tuple[int, int]], n_rows: int
) -> Iterator[tuple[int, int]]:
    """Pairs to keep apart that links would bring together."""
    ends = np.array(links, np.int64).reshape(-1, 2)
    group = components(n_rows, ends[:, 0], ends[:, 1])
    one, other = np.array(apart.one, np.int64), np.array(apart.other, np.int64)
    for number in np.flatnonzero(group[one] == group[other]).tolist():
        yield apart.one[number], apart.other[number]


def _same(rows: Rows, rank: Callable[[int], Any]) -> tuple[list[tuple[int, int]], list[int]]:
    """Pairs of rows with the same image, and the first row of each image that there is."""
    if "content_sha256" not in rows.names:
        return [], list(range(len(rows)))
    first: dict[str | int, int] = {}
    images = [digest or number for number, digest in enumerate(rows.column("content_sha256"))]
    for number, image in enumerate(images):
        if image not in first or rank(number) < rank(first[image]):
            first[image] = number
    pairs = [(first[one], number) for number, one in enumerate(images) if first[one] != number]
    return pairs, sorted(first.values())


def _taking(rows: Rows, firsts: Sequence[int]) -> Take | None:
    """How to get at the thumbnails of images, where the table has them for all."""
    if "thumbnail" not in rows.names or rows.arrow("thumbnail").null_count:
        return None
    numbers = np.array(firsts, np.int64)

    def take(some: Sequence[int]) -> Sequence[bytes]:
        values: list[bytes] = (
            rows.take(numbers[list(some)].tolist(), "thumbnail").column("thumbnail").to_pylist()
        )
        return values

    return take
