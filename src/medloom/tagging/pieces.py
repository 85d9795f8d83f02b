"""Texts as a tagger works on them: in tokens, in parts that are not too long, in sentences."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from medloom.kit.tokens import TOKEN

LONGEST_TEXT = 100_000
"""Characters of a text that are seen as one document; longer ones are cut between sentences."""
LONGEST_SENTENCE = 200
"""Tokens that are decoded as one sequence."""
_LOOK_BACK = 5_000
_STOPS = frozenset(".?!")
_IS_SPACE = np.array([bool(re.match(r"\s", chr(code))) for code in range(0x3002)])
"""All white space that Unicode has stands before this; the last is none."""


class Piece(NamedTuple):
    """A text or a part of one, in tokens."""

    text: int
    """Which text it is of."""
    words: list[str]
    starts: np.ndarray
    ends: np.ndarray

    @property
    def spaced(self) -> np.ndarray:
        """Whether white space stands before each token: bool[n]."""
        return np.concatenate(([True], self.starts[1:] > self.ends[:-1]))


def pieces(texts: Sequence[str]) -> Iterator[Piece]:
    """The texts in tokens; those without tokens are left out.

    >>> [piece.words for piece in pieces(["No rash.", ""])]
    [['No', 'rash', '.']]
    """
    for number, text in enumerate(texts):
        for start, end in parts(text):
            words = TOKEN.findall(text, start, end)
            if words:
                yield Piece(number, words, *_places(text[start:end], words, start))


def _places(text: str, words: Sequence[str], shift: int) -> tuple[np.ndarray, np.ndarray]:
    """Where tokens begin and end: every character that is not white space is in one of them."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    inked = np.flatnonzero(~_IS_SPACE[np.minimum(codes, len(_IS_SPACE) - 1)]) + shift
    last = np.cumsum(np.fromiter(map(len, words), np.int64, len(words))) - 1
    first = np.concatenate(([0], last[:-1] + 1))
    return inked[first], inked[last] + 1


def parts(text: str) -> Iterator[tuple[int, int]]:
    """A text in parts, cut after a sentence or a line if there is one, else at white space."""
    start = 0
    while len(text) - start > LONGEST_TEXT:
        limit = start + LONGEST_TEXT
        back = limit - _LOOK_BACK
        cut = max(text.rfind(". ", back, limit) + 1, text.rfind("\n", back, limit))
        cut = cut if cut > start else text.rfind(" ", back, limit)
        cut = cut if cut > start else limit
        yield start, cut
        start = cut
    yield start, len(text)


def sentences(words: Sequence[str], spaced: np.ndarray) -> np.ndarray:
    """Where sequences begin: after a full stop and a space before a capital or a number.

    >>> sentences("No rash seen . Fever .".split(), np.array([1, 1, 1, 0, 1, 0])).tolist()
    [0, 4]
    """
    starts, last, n = [0], 0, len(words)
    for at in (*(at + 1 for at, word in enumerate(words) if word in _STOPS), n):
        while at - last > LONGEST_SENTENCE:
            last += LONGEST_SENTENCE
            starts.append(last)
        if at < n and spaced[at] and at - last > 3 and _opens(words[at]):
            starts.append(at)
            last = at
    return np.array(starts)


def stretches(words: Sequence[str], spaced: np.ndarray) -> np.ndarray:
    """Where sequences begin that are as long as they may be: for texts that are not all sentences.

    Names and addresses have full stops in them, and headings none: `Av. Sol 3`, `Name: A. Bell`.

    >>> stretches("No rash seen . Fever .".split(), np.array([1, 1, 1, 0, 1, 0])).tolist()
    [0]
    """
    starts, n = [0], len(words)
    while n - starts[-1] > LONGEST_SENTENCE:
        first, limit = starts[-1] + LONGEST_SENTENCE // 2, starts[-1] + LONGEST_SENTENCE
        ends = [at for at in range(first, limit) if words[at - 1] in _STOPS and spaced[at]]
        starts.append(ends[-1] if ends else limit)
    return np.array(starts)


def _opens(word: str) -> bool:
    return word[0].isupper() or word[0].isdigit()
