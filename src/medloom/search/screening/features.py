"""Records as sparse rows: words and pairs of words, weighted by how rare they are (tf-idf)."""

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_STOP = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be been but by for from had has have he her his i in into is it its "
        "may no not of on or our she so such than that the their them there these they this to was "
        "we were which while who will with would",
    )
)
_LONGEST_TEXT = 20_000
"""Characters of a record that are read: the rest of a whole article says little more."""
_MOST_COMMON = 0.5


class Rows(NamedTuple):
    """Sparse rows of length one: row `r` holds places `starts[r]` to `starts[r + 1]`."""

    starts: NDArray[np.int64]
    columns: NDArray[np.int32]
    values: NDArray[np.float32]
    n_columns: int

    @property
    def n_rows(self) -> int:
        """How many rows there are."""
        return len(self.starts) - 1

    def times(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """The product with a vector of weights, one a column."""
        products = self.values * weights[self.columns]
        return np.bincount(self.row_numbers(), products, self.n_rows).astype(np.float64, copy=False)

    def transposed_times(self, vector: NDArray[np.float64]) -> NDArray[np.float64]:
        """The product of the transpose with a vector, one value a row."""
        lengths = np.diff(self.starts)
        products = self.values * np.repeat(vector, lengths)
        return np.bincount(self.columns, products, self.n_columns).astype(np.float64, copy=False)

    def row_numbers(self) -> NDArray[np.int64]:
        """The row of each value."""
        return np.repeat(np.arange(self.n_rows), np.diff(self.starts))

    def some(self, wanted: NDArray[np.int64]) -> "Rows":
        """The rows with these numbers, in this order."""
        lengths = np.diff(self.starts)[wanted]
        starts = np.concatenate([[0], np.cumsum(lengths)])
        shift = np.repeat(self.starts[:-1][wanted] - starts[:-1], lengths)
        places = np.arange(starts[-1]) + shift
        return Rows(starts, self.columns[places], self.values[places], self.n_columns)


def features(texts: Sequence[str], rarest: int = 2) -> Rows:
    """The tf-idf rows of texts: words and pairs of neighbours, each row of length one.

    What stands in fewer than `rarest` texts, or in more than half of them, tells nothing apart and
    is left out.

    >>> rows = features(["heart failure", "heart failure in rats", "skin rash", "rash"])
    >>> rows.n_rows, rows.n_columns
    (4, 4)
    """
    vocabulary: dict[str, int] = {}
    words = [_numbers(text, vocabulary) for text in texts]
    documents = np.repeat(np.arange(len(words), dtype=np.int64), [len(one) for one in words])
    all_words = np.concatenate([np.zeros(0, np.int64), *words])
    n_words = len(vocabulary) + 1
    joined = documents[1:] == documents[:-1]
    pairs = (all_words[:-1] * n_words + all_words[1:])[joined] + n_words
    keys = np.concatenate([all_words, pairs])
    where = np.concatenate([documents, documents[:-1][joined] if len(documents) else documents])
    return _weighted(keys, where, len(texts), rarest)


def _numbers(text: str, vocabulary: dict[str, int]) -> NDArray[np.int64]:
    found = (one for one in _WORD.findall(text[:_LONGEST_TEXT].lower()) if one not in _STOP)
    return np.array([vocabulary.setdefault(one, len(vocabulary) + 1) for one in found], np.int64)


def _weighted(keys: NDArray[np.int64], where: NDArray[np.int64], n_rows: int, rarest: int) -> Rows:
    _, columns = np.unique(keys, return_inverse=True)
    n_columns = int(columns.max()) + 1 if len(columns) else 0
    places, counts = np.unique(where * max(n_columns, 1) + columns, return_counts=True)
    rows, columns = places // max(n_columns, 1), places % max(n_columns, 1)
    held_by = np.bincount(columns, minlength=n_columns)
    keep = (held_by >= rarest) & (held_by <= max(_MOST_COMMON * n_rows, rarest))
    kept = keep[columns]
    new_number = np.cumsum(keep) - 1
    rarity = np.log((1 + n_rows) / (1 + held_by)) + 1
    rows, counts, columns = rows[kept], counts[kept], columns[kept]
    values = (1 + np.log(counts)) * rarity[columns]
    length = np.sqrt(np.bincount(rows, values**2, n_rows))
    values /= np.maximum(length[rows], 1e-12)
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=n_rows))])
    numbers = new_number[columns].astype(np.int32)
    return Rows(starts, numbers, values.astype(np.float32), int(keep.sum()))
