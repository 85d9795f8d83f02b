"""Cut long texts into windows that a model can see at once, so that every token is seen well."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_GAP = re.compile(r"(?<=\S)(?=\s)")


class Window(NamedTuple):
    """Tokens `start` to `end` are seen together; the answers for `first` to `last` are kept."""

    start: int
    end: int
    first: int
    last: int


def windows(opens: Sequence[bool], size: int, overlap: int) -> list[Window]:
    """Cover tokens by windows of at most `size` that share `overlap` with the next.

    `opens` says of each token whether it begins a word. Kept parts follow each other without gap,
    and part inside an overlap where a word begins, so that no word is answered by two windows.

    >>> windows([True] * 10, size=6, overlap=2)
    [Window(start=0, end=6, first=0, last=5), Window(start=4, end=10, first=5, last=10)]
    """
    n = len(opens)
    if not 0 <= overlap < size:
        raise ValueError(f"an overlap of {overlap} does not fit into windows of {size}")
    found, start, first = [], 0, 0
    while start + size < n:
        end = start + size
        last = _word_start(opens, end - overlap, end)
        found.append(Window(start, end, first, last))
        start, first = max(min(end - overlap, last), start + 1), last
    found.append(Window(start, n, first, n))
    return found


def _word_start(opens: Sequence[bool], low: int, high: int) -> int:
    """The word start nearest to the middle; the middle where there is none."""
    middle = (low + high) // 2
    near = [at for at in range(low, high + 1) if at < len(opens) and opens[at]]
    return min(near, key=lambda at: abs(at - middle), default=middle)


def parts(text: str, size: int) -> Iterator[tuple[int, str]]:
    """Cut a text before white space into parts of some `size` characters, with their places.

    Where no white space comes for long, it is cut at twice the size. Nothing is left out.

    >>> list(parts("one two three", 5))
    [(0, 'one two'), (7, ' three')]
    """
    start = 0
    while start < len(text):
        gap = (
            _GAP.search(text, start + size, start + 2 * size) if start + size < len(text) else None
        )
        end = gap.start() if gap else min(start + 2 * size, len(text))
        yield start, text[start:end]
        start = end


def batches(lengths: Sequence[int], most_tokens: int) -> list[list[int]]:
    """Group items of like length, so that little is padded: at most so many tokens in a batch.

    >>> batches([3, 9, 4, 8], most_tokens=18)
    [[1, 3], [2, 0]]
    """
    order = sorted(range(len(lengths)), key=lambda at: -lengths[at])
    found: list[list[int]] = []
    for at in order:
        if found and lengths[found[-1][0]] * (len(found[-1]) + 1) <= most_tokens:
            found[-1].append(at)
        else:
            found.append([at])
    return found
