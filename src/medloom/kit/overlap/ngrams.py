"""Word n-grams of a set of texts, and which of them another text has.

An overlap of 13 words is the usual sign that a test has leaked into training texts (Brown et al.
2020); texts with fewer words are looked for by 8.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from medloom.kit.near_duplicates.signatures import Words, hashed, shingles
from medloom.kit.near_duplicates.words import Hashes, places

U64 = npt.NDArray[np.uint64]


class Shared(NamedTuple):
    """What a text shares with one of the other set."""

    other: int
    """The number of the other text."""
    share: float
    """Of the text's n-grams, those that the other has."""
    share_of_other: float
    start: int
    end: int
    """The longest stretch of the text all of whose n-grams the other has, in code points."""


class OtherTexts:
    """The n-grams of the other set, sorted; about 12 bytes for each of its words.

    >>> other = OtherTexts([["What is the dose of the new drug in a child?"]], 13, 8)
    >>> found = other.shared(["Tell me: what is the dose of the new drug in a child? Thanks."])
    >>> [(one.other, round(one.share, 2), one.share_of_other) for one in found[0]]
    [(0, 0.57, 1.0)]
    """

    def __init__(self, batches: Iterable[Sequence[str]], n_words: int, n_short: int) -> None:
        self.n_words, self.n_short, self._hashes = n_words, n_short, Hashes()
        self._long = _Index(n_words)
        self._short = _Index(n_short)
        done = 0
        for texts in batches:
            of = hashed(texts, self._hashes)
            lengths = np.diff(of.starts)
            self._long.add(of, done, lengths >= n_words)
            self._short.add(of, done, (lengths >= n_short) & (lengths < n_words))
            done += len(texts)
        self.n_texts = done
        self._long.close(done)
        self._short.close(done)

    def shared(self, texts: Sequence[str]) -> list[list[Shared]]:
        """What each text shares with texts of the other set, the greatest share first."""
        of = hashed(texts, self._hashes)
        found: list[list[Shared]] = [[] for _ in texts]
        for index in (self._long, self._short):
            if index.is_empty:
                continue
            runs = shingles(of, index.n)
            for number in np.flatnonzero(np.diff(of.starts) >= index.n).tolist():
                found[number] += index.shared(texts[number], runs.of(number))
        for row in found:
            row.sort(key=lambda one: (-max(one.share, one.share_of_other), one.other))
        return found


class _Index:
    """The n-grams of texts: sorted hashes, and the text that each is from."""

    def __init__(self, n: int) -> None:
        self.n = n
        self._parts: list[U64] = []
        self._owners: list[npt.NDArray[np.int32]] = []
        self.keys, self.owners = np.zeros(0, np.uint64), np.zeros(0, np.int32)
        self.sizes = np.zeros(0, np.int64)

    @property
    def is_empty(self) -> bool:
        return not len(self.keys)

    def add(self, of: Words, first: int, which: npt.NDArray[np.bool_]) -> None:
        runs = shingles(of, self.n)
        owners = np.repeat(np.arange(len(which)), np.diff(runs.starts))
        chosen = which[owners]
        self._parts.append(runs.hashes[chosen])
        self._owners.append((owners[chosen] + first).astype(np.int32))

    def close(self, n_texts: int) -> None:
        keys = np.concatenate([self.keys, *self._parts])
        owners = np.concatenate([self.owners, *self._owners])
        order = np.lexsort((owners, keys))
        keys, owners = keys[order], owners[order]
        new = np.ones(len(keys), bool)
        new[1:] = (keys[1:] != keys[:-1]) | (owners[1:] != owners[:-1])
        self.keys, self.owners = keys[new], owners[new]
        self.sizes = np.bincount(self.owners, minlength=n_texts)
        self._parts, self._owners = [], []

    def shared(self, text: str, runs: U64) -> list[Shared]:
        first = np.searchsorted(self.keys, runs, "left")
        last = np.searchsorted(self.keys, runs, "right")
        hit = np.flatnonzero(last > first)
        if not len(hit):
            return []
        where: dict[int, list[int]] = {}
        for at in hit.tolist():
            for owner in self.owners[first[at] : last[at]].tolist():
                where.setdefault(owner, []).append(at)
        spans = places(text)
        return [self._one(owner, ats, runs, spans) for owner, ats in where.items()]

    def _one(
        self, owner: int, ats: Sequence[int], runs: U64, spans: Sequence[tuple[int, int]]
    ) -> Shared:
        start, end = _longest(ats)
        n_different = len(np.unique(runs[np.array(ats)]))
        size = int(self.sizes[owner])
        return Shared(
            owner,
            len(ats) / len(runs),
            n_different / size,
            spans[start][0],
            spans[end + self.n - 1][1],
        )


def _longest(ats: Sequence[int]) -> tuple[int, int]:
    """The first and last of the longest run of numbers that follow each other.

    >>> _longest([1, 4, 5, 6, 9])
    (4, 6)
    """
    best = start = ats[0], ats[0]
    for at in ats[1:]:
        start = (start[0], at) if at == start[1] + 1 else (at, at)
        best = max(best, start, key=lambda one: one[1] - one[0])
    return best
