"""Look all windows of a text up in a table of bags, whole and around a gap, all at once."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from medloom.terminology.hashing import HashTable
from medloom.terminology.streams import Flags, Ints, Stream

_ONE = np.uint64(1)
_MOST_PARALLEL, _LONGEST_APART = 3, 4


class Found(NamedTuple):
    """Places in a stream, and of the first and last word of a gap: -1 where there is none."""

    first: Ints
    last: Ints
    gap: Ints
    gap_last: Ints
    name: Ints
    parallel: Ints
    """Whether a joining word sets the gap parallel to a part of the name."""


class BagTable(NamedTuple):
    """Bags by the sum of the random numbers of their words."""

    random: npt.NDArray[np.uint64]
    table: HashTable
    longest: int
    joins: Flags
    """Of each bag, from 1, whether its name has parallel parts itself."""

    def windows(self, stream: Stream) -> Found:
        """Names in windows of words that follow each other."""
        sums, unknown = stream.sums(self.random), stream.unknown()
        found = [_none()]
        for size in range(2, self.longest + 1):
            first = np.arange(max(0, len(stream.number) - size + 1))
            last = first + size - 1
            right = (unknown[first + size] == unknown[first]) & stream.together(first, last)
            first, last = first[right], last[right]
            name = self.table.find(np.maximum(sums[last + 1] - sums[first], _ONE))
            right = (name > 0) & ((stream.joins[first] == stream.joins[last]) | self.joins[name])
            first, last, name = first[right], last[right], name[right]
            none = np.full(len(first), -1)
            found.append(_found(first, last, none, none, name, False))
        return _together(found)

    def parallel(self, stream: Stream) -> Found:
        """Names around words that a joining word sets parallel to one of theirs.

        `palmar [and plantar] pits` leaves out what follows the word, `skin of [hand or] foot` what
        comes before it; of a list, up to three words.
        """
        joined = np.flatnonzero(np.diff(stream.joins) > 0)
        found = [_none()]
        for apart in range(1, _MOST_PARALLEL + 1):
            after, before = joined - apart + 2, joined - apart + 1
            for gap, ends in ((after, (-1, apart - 1)), (before, (0, apart))):
                gap = gap[(gap > 0) & (gap + apart < len(stream.number))]
                gap = gap[stream.parallel(gap + ends[0], gap + ends[1])]
                found += self._around(stream, gap, apart, self.longest, True)
        return _together(found)

    def apart(self, stream: Stream) -> Found:
        """Names around one word more: `chronic anemia` in `chronic [hemolytic] anemia`."""
        gap = np.arange(1, max(1, len(stream.number) - 1))
        known = (stream.number[gap - 1] > 0) & (stream.number[gap + 1] > 0)
        same = stream.joins[gap - 1] == stream.joins[gap + 1]
        gap = gap[known & same & stream.together(gap - 1, gap + 1)]
        return _together([_none(), *self._around(stream, gap, 1, _LONGEST_APART, False)])

    def _around(
        self, stream: Stream, gap: Ints, apart: int, longest: int, parallel: bool
    ) -> Iterator[Found]:
        """Names of words on both sides of gaps of so many words."""
        sums, unknown = stream.sums(self.random), stream.unknown()
        for before in range(1, longest):
            first = gap - before
            right = (first >= 0) & (unknown[gap] == unknown[first])
            right &= stream.together(first, gap - 1)
            gap, first = gap[right], first[right]
            for behind in range(1, longest - before + 1):
                after, last = gap + apart, gap + apart + behind - 1
                fits = last < len(stream.number)
                last = np.minimum(last, len(stream.number) - 1)
                fits &= stream.together(after, last) & (unknown[last + 1] == unknown[after])
                fits &= stream.joins[gap - 1] == stream.joins[first]
                fits &= stream.joins[last] == stream.joins[after]
                a, b, g, h = first[fits], last[fits], gap[fits], after[fits]
                total = sums[b + 1] - sums[h] + sums[g] - sums[a]
                name = self.table.find(np.maximum(total, _ONE))
                there = name > 0
                yield _found(a[there], b[there], g[there], h[there] - 1, name[there], parallel)


def _found(
    first: Ints, last: Ints, gap: Ints, gap_last: Ints, name: npt.NDArray[np.int32], parallel: bool
) -> Found:
    flags = np.full(len(first), int(parallel))
    return Found(first, last, gap, gap_last, name.astype(np.int64) - 1, flags)


def _none() -> Found:
    return Found(*(np.zeros(0, np.int64) for _ in Found._fields))


def _together(found: list[Found]) -> Found:
    return Found(*(np.concatenate(column) for column in zip(*found, strict=True)))
