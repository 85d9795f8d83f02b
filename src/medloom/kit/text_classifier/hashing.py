"""Texts as sparse rows of hashed words and pairs of words (Weinberger et al. 2009)."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

N_BUCKETS = 1 << 20
_WORD = re.compile(r"[^\W_]+")
_MIX, _SPREAD = np.uint64(0x9E3779B97F4A7C15), np.uint64(44)
_TEXTS_AT_ONCE = 512


class Sparse(NamedTuple):
    """Rows of few values: the row, the column and the value of each, by row and column."""

    rows: NDArray[np.int32]
    columns: NDArray[np.int32]
    values: NDArray[np.float32]
    n_rows: int
    n_columns: int

    def times(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """The product with a vector of weights, one a column."""
        return _sums(self.rows, self.values * weights[self.columns], self.n_rows)

    def transposed_times(self, vector: NDArray[np.float64]) -> NDArray[np.float64]:
        """The product of the transpose with a vector, one value a row."""
        return _sums(self.columns, self.values * vector[self.rows], self.n_columns)

    def some(self, wanted: NDArray[np.bool_]) -> "Sparse":
        """The rows that are wanted, counted anew."""
        keep = wanted[self.rows]
        numbers = np.cumsum(wanted, dtype=np.int32) - 1
        rows = numbers[self.rows[keep]]
        n_rows = int(wanted.sum())
        return Sparse(rows, self.columns[keep], self.values[keep], n_rows, self.n_columns)


def counted(texts: Sequence[str], pairs: bool = True) -> Sparse:
    """How often each hashed word, and each pair of neighbours, stands in each text.

    >>> found = counted(["no fever, no cough", ""])
    >>> found.n_rows, sorted(found.values.tolist())
    (2, [1.0, 1.0, 1.0, 1.0, 1.0, 2.0])
    """
    parts = list(_parts(texts, pairs))
    rows = np.concatenate([np.zeros(0, np.int32), *(one[0] for one in parts)])
    columns = np.concatenate([np.zeros(0, np.int32), *(one[1] for one in parts)])
    values = np.concatenate([np.zeros(0, np.float32), *(one[2] for one in parts)])
    return Sparse(rows, columns, values, len(texts), N_BUCKETS)


def _sums(
    places: NDArray[np.int32], values: NDArray[np.float64], n_places: int
) -> NDArray[np.float64]:
    """The sum of the values of each place."""
    return np.bincount(places, values, n_places).astype(np.float64, copy=False)


def _parts(
    texts: Sequence[str], pairs: bool
) -> Iterator[tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]]:
    for start in range(0, len(texts), _TEXTS_AT_ONCE):
        some = [_hashes(one, pairs) for one in texts[start : start + _TEXTS_AT_ONCE]]
        row = np.repeat(np.arange(len(some), dtype=np.int64), list(map(len, some)))
        keys, counts = np.unique(row * N_BUCKETS + np.concatenate(some), return_counts=True)
        rows = (keys // N_BUCKETS + start).astype(np.int32)
        yield rows, (keys % N_BUCKETS).astype(np.int32), counts.astype(np.float32)


def _hashes(text: str, pairs: bool) -> NDArray[np.int64]:
    words = np.array([_hash(one) for one in _WORD.findall(text.lower())], np.uint64)
    found = [words * _MIX]
    if pairs and len(words) > 1:
        found.append((words[:-1] * _MIX ^ (words[1:] + np.uint64(1))) * _MIX)
    return (np.concatenate(found) >> _SPREAD).astype(np.int64)


@lru_cache(1 << 18)
def _hash(word: str) -> int:
    return crc32(word.encode("utf-8", "surrogatepass")) + 1
