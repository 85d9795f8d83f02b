"""Where two lists of words differ, in time that grows with their length."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

Three = tuple[str, str, str]


class Region(NamedTuple):
    """Words of two texts that stand in the same place and differ; one side may be empty."""

    start: int
    end: int
    its_start: int
    its_end: int


class Aligned:
    """Words, and what is asked of them when they are compared."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = words

    @cached_property
    def threes(self) -> dict[Three, int]:
        """All runs of three words: where each begins, or -1 where it comes more than once.

        The ends of the text count as words; places are those of the word in the middle.
        """
        ended = ["", *self.words, ""]
        made: dict[Three, int] = {}
        for at, three in enumerate(zip(ended, ended[1:], ended[2:], strict=False)):
            made[three] = -1 if three in made else at
        return made


def regions(one: Aligned, other: Aligned) -> list[Region]:
    """Where two texts differ, in order; a part that has moved is in two regions.

    Anchors are runs of three words that each text has once, in the longest chain that is in the
    same order in both (the patience difference, with runs for lines).

    >>> one = Aligned("so we gave it 5 times a day".split())
    >>> regions(one, Aligned("we gave it 6 times a day".split()))
    [Region(start=0, end=1, its_start=0, its_end=0), Region(start=4, end=5, its_start=3, its_end=4)]
    """
    a, b = one.words, other.words
    first, last = _common_ends(a, b)
    if len(a) - last == first or len(b) - last == first:
        whole = Region(first, len(a) - last, first, len(b) - last)
        return [whole] if len(a) != len(b) else []
    made: list[Region] = []
    at, its = first, first
    for left, right in [*_chain(one, other, first, last), (len(a) - last, len(b) - last)]:
        if left < at or right < its:
            continue
        if left > at or right > its:
            made += _trimmed(a, b, Region(at, left, its, right))
        at, its = left + 1, right + 1
    return made


def _common_ends(a: Sequence[str], b: Sequence[str]) -> tuple[int, int]:
    """How many words are the same at the beginning, and at the end of the rest."""
    most = min(len(a), len(b))
    first = next((n for n in range(most) if a[n] != b[n]), most)
    most -= first
    last = next((n for n in range(most) if a[-1 - n] != b[-1 - n]), most)
    return first, last


def _chain(one: Aligned, other: Aligned, first: int, last: int) -> Iterator[tuple[int, int]]:
    """The longest chain of words in the middle of runs that both texts have once."""
    its, low, high = other.threes, first, len(one.words) - last
    its_high = len(other.words) - last
    pairs = [
        (at, there)
        for three, at in one.threes.items()
        if low <= at < high and low <= (there := its.get(three, -1)) < its_high
    ]
    ends: list[int] = []
    tails: list[int] = []
    back: list[int] = []
    for number, (_, there) in enumerate(pairs):
        place = bisect_left(ends, there)
        back.append(tails[place - 1] if place else -1)
        ends[place : place + 1] = [there]
        tails[place : place + 1] = [number]
    chain = []
    number = tails[-1] if tails else -1
    while number >= 0:
        chain.append(pairs[number])
        number = back[number]
    return reversed(chain)


def _trimmed(a: Sequence[str], b: Sequence[str], of: Region) -> Iterator[Region]:
    """The region without words that are the same at its beginning and end."""
    start, end, its_start, its_end = of
    while start < end and its_start < its_end and a[start] == b[its_start]:
        start, its_start = start + 1, its_start + 1
    while start < end and its_start < its_end and a[end - 1] == b[its_end - 1]:
        end, its_end = end - 1, its_end - 1
    if start < end or its_start < its_end:
        yield Region(start, end, its_start, its_end)
