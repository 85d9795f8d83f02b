"""Texts as sparse rows of words and pairs of words (tf-idf), columns with their names."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from medloom.search.similar.lexical import words

Vector = NDArray[np.float64]
_LONGEST = 20_000
_MOST_COMMON = 0.4


class Rows(NamedTuple):
    """Sparse rows of length one: row `r` holds places `starts[r]` to `starts[r + 1]`."""

    starts: NDArray[np.int64]
    columns: NDArray[np.int64]
    values: Vector
    n_columns: int

    @property
    def n_rows(self) -> int:
        """How many rows there are."""
        return len(self.starts) - 1

    def times(self, weights: Vector) -> Vector:
        """The product with a vector of weights, one a column."""
        numbers = np.repeat(np.arange(self.n_rows), np.diff(self.starts))
        products: Vector = self.values * weights[self.columns]
        return np.bincount(numbers, products, self.n_rows).astype(np.float64)

    def transposed_times(self, vector: Vector) -> Vector:
        """The product of the transpose with a vector, one value a row."""
        held = self.values * np.repeat(vector, np.diff(self.starts))
        return np.bincount(self.columns, held, self.n_columns).astype(np.float64)

    def row(self, number: int) -> tuple[NDArray[np.int64], Vector]:
        """The columns of one row and their values."""
        at = slice(self.starts[number], self.starts[number + 1])
        return self.columns[at], self.values[at]

    def dense(self, number: int) -> Vector:
        """One row with all its columns."""
        full = np.zeros(self.n_columns)
        columns, values = self.row(number)
        full[columns] = values
        return full


class Terms:
    """Words and pairs of words of known texts, and how rare each is.

    >>> terms = Terms(["heart failure", "heart failure in rats", "skin rash"])
    >>> [terms.names[n] for n in terms.rows(["rats with heart failure"]).columns]
    ['rat', 'heart', 'failure', 'heart failure']
    """

    def __init__(self, texts: Sequence[str]) -> None:
        held = Counter(one for text in texts for one in set(_pieces(text)))
        most = max(_MOST_COMMON * len(texts), 2)
        self.names = [one for one, n in held.items() if n <= most]
        self._numbers = {one: number for number, one in enumerate(self.names)}
        counts = np.array([held[one] for one in self.names], np.float64)
        self._rarity = np.log((1 + len(texts)) / (1 + counts)) + 1
        self._most = float(np.log(1 + len(texts)) + 1)

    def rarity(self, word: str) -> float:
        """How rare a word is, at least 1; one that no text has is the rarest."""
        number = self._numbers.get(word)
        return self._most if number is None else float(self._rarity[number])

    def rows(self, texts: Iterable[str]) -> Rows:
        """The rows of texts; words that the known texts do not have are left out."""
        starts, columns, values = [0], [], []
        for text in texts:
            counted = Counter(
                n for one in _pieces(text) if (n := self._numbers.get(one)) is not None
            )
            numbers = np.fromiter(counted, np.int64, len(counted))
            weights = 1 + np.log(np.fromiter(counted.values(), np.float64, len(counted)))
            weights *= self._rarity[numbers]
            columns.append(numbers)
            values.append(weights / max(float(np.sqrt((weights**2).sum())), 1e-12))
            starts.append(starts[-1] + len(numbers))
        nothing = np.zeros(0)
        return Rows(
            np.array(starts, np.int64),
            np.concatenate([nothing.astype(np.int64), *columns]),
            np.concatenate([nothing, *values]),
            len(self.names),
        )


def _pieces(text: str) -> list[str]:
    found = words(text[:_LONGEST])
    return found + [f"{a} {b}" for a, b in pairwise(found)]
