"""The content words of a text as numbers, and where phrases break, join and have their heads."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from medloom.terminology.batching import Piece
from medloom.terminology.cutting import Cut
from medloom.terminology.hashing import HashTable

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
UNKNOWN, FUNCTION, PREPOSITION, COPULA, JOINING, COMMA, BREAK = 0, -1, -2, -3, -4, -5, -6
_UNSEEN = -9
_MOST_WORDS = 1_000_000


class Numbering:
    """Numbers of words, asked for once each and then remembered."""

    def __init__(self, number_of: Callable[[str], int]) -> None:
        self._number_of = number_of
        self._seen, self._n_seen = HashTable.empty(1 << 15), 0

    def __call__(self, piece: Piece, made: Cut) -> Ints:
        """The number of each token of a piece."""
        numbers = self._seen.find(made.hashes, missing=_UNSEEN)
        new = np.flatnonzero(numbers == _UNSEEN)
        if len(new):
            unseen, first, inverse = np.unique(
                made.hashes[new], return_index=True, return_inverse=True
            )
            words = words_at(piece, made, new[first])
            learnt = np.array([self._number_of(word) for word in words], np.int32)
            numbers[new] = learnt[inverse]
            self._remember(unseen, learnt)
        return numbers.astype(np.int64)

    def _remember(self, hashes: npt.NDArray[np.uint64], numbers: npt.NDArray[np.int32]) -> None:
        if self._n_seen + len(hashes) > len(self._seen.keys) // 2:
            old, kept = self._seen, self._seen.keys != 0
            if self._n_seen > _MOST_WORDS:
                kept[:] = False
            self._n_seen = int(kept.sum())
            self._seen = HashTable.empty(2 * (self._n_seen + len(hashes)))
            self._seen.add(old.keys[kept], old.values[kept])
        self._seen.add(hashes, numbers)
        self._n_seen += len(hashes)


def words_at(piece: Piece, made: Cut, at: Ints) -> list[str]:
    """The words that some tokens of a piece are."""
    return [
        piece.codes[start:end].tobytes().decode("utf-32-le", "surrogatepass")
        for start, end in zip(made.starts[at].tolist(), made.ends[at].tolist(), strict=True)
    ]


class Stream(NamedTuple):
    """The content words of a text in order; what stands between them, as running counts."""

    token: Ints
    number: Ints
    breaks: Ints
    commas: Ints
    joins: Ints
    prepositions: Ints
    copulas: Ints

    @classmethod
    def of(cls, numbers: Ints) -> "Stream":
        """The stream of the numbers of all tokens."""
        content = np.flatnonzero(numbers >= 0)
        kinds = (BREAK, COMMA, JOINING, PREPOSITION, COPULA)
        counts = (np.cumsum(numbers == kind)[content] for kind in kinds)
        return cls(content, numbers[content], *counts)

    def without(self, which: Flags) -> "Stream":
        """The stream without some of its words."""
        return Stream(*(column[~which] for column in self))

    def sums(self, random: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
        """Running sums of the random numbers of words."""
        total = np.zeros(len(self.number) + 1, np.uint64)
        np.cumsum(random[self.number], out=total[1:])
        return total

    def unknown(self) -> Ints:
        """Running count of unknown words."""
        return np.append(0, np.cumsum(self.number == UNKNOWN))

    def together(self, first: Ints, last: Ints) -> Flags:
        """Whether no phrase breaks between two words, at a mark or a comma."""
        same: Flags = self.breaks[first] == self.breaks[last]
        same &= self.commas[first] == self.commas[last]
        return same

    def parallel(self, first: Ints, last: Ints) -> Flags:
        """Whether all words from one to another are parallel: a comma or `and` before each."""
        marks = self.commas + self.joins
        steps = np.append(0, np.cumsum(np.diff(marks) > 0))
        same: Flags = steps[last] - steps[first] == last - first
        same &= self.breaks[first] == self.breaks[last]
        return same

    def head(self, first: Ints, last: Ints) -> Ints:
        """Where the head of a phrase is: before its first preposition, else at its end."""
        after = np.searchsorted(self.prepositions, self.prepositions[first], "right") - 1
        return np.minimum(after, last)

    def any_order(self, first: Ints, last: Ints) -> Flags:
        """Whether a phrase has a copula, so that its head may be anywhere."""
        some: Flags = self.copulas[first] != self.copulas[last]
        return some

    def cut_short(self, last: Ints, modifiers: Flags) -> Flags:
        """Whether a phrase ends in a modifier, and the word that it belongs to follows."""
        then = np.minimum(last + 1, len(self.token) - 1)
        follows = (self.token[then] == self.token[last] + 1) & (then > last)
        short: Flags = follows & modifiers[self.number[last]]
        return short
