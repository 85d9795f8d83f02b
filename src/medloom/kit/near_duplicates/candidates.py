"""Pairs of texts that are worth comparing: those that share a band."""

import tempfile
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
U64 = npt.NDArray[np.uint64]
MOST_IN_MEMORY = 1 << 25
"""Band keys (256 MB) that stay in memory; more of them lie in a temporary file."""
ALL_PAIRS = 24
"""Of so many texts with the same key all pairs are compared; of more, neighbours in an order."""
_NEIGHBOURS = 4


def room(n_bands: int, n_texts: int) -> U64:
    """Room for the keys of all bands, a band after the other."""
    if n_bands * n_texts <= MOST_IN_MEMORY:
        return np.zeros((n_bands, n_texts), np.uint64)
    with tempfile.TemporaryFile(prefix="medloom-bands-") as file:
        return np.memmap(file, np.uint64, "w+", shape=(n_bands, n_texts))


def pairs(keys: U64, order: Numbers) -> Iterator[Numbers]:
    """Yield new pairs, an array of shape (n, 2) for each band; no pair comes twice.

    `order` puts texts that are likely to be alike beside each other, and does not depend on where
    they stand in the table: where very many share a key, only neighbours in it are compared.

    >>> keys = np.array([[7, 7, 9], [1, 2, 2]], np.uint64)
    >>> [found.tolist() for found in pairs(keys, np.array([2, 0, 1]))]
    [[[0, 1]], [[1, 2]]]
    """
    n = keys.shape[1]
    seen = np.zeros(0, np.int64)
    for band in keys:
        made = _of_band(np.asarray(band)[order], order)
        codes = np.unique(made.min(1) * n + made.max(1))
        new = codes[~_is_in(codes, seen)]
        seen = np.union1d(seen, new)
        if len(new):
            yield np.stack([new // n, new % n], axis=1)


def _of_band(keys: U64, order: Numbers) -> Numbers:
    """The pairs of one band, whose keys are in the order of texts."""
    at = np.argsort(keys, kind="stable")
    same = np.flatnonzero(np.diff(keys[at]) == 0)
    if not len(same):
        return np.zeros((0, 2), np.int64)
    runs = np.split(same, np.flatnonzero(np.diff(same) > 1) + 1)
    first = np.array([run[0] for run in runs])
    sizes = np.array([len(run) + 1 for run in runs])
    reach = np.where(sizes <= ALL_PAIRS, sizes - 1, _NEIGHBOURS)
    found = [np.zeros((0, 2), np.int64)]
    for step in range(1, int(reach.max()) + 1):
        some = reach >= step
        lefts = _ranges(first[some], sizes[some] - step)
        found.append(np.stack([order[at[lefts]], order[at[lefts + step]]], axis=1))
    return np.concatenate(found)


def _ranges(first: Numbers, counts: Numbers) -> Numbers:
    """`first`, `first + 1`, ... of each, one after the other.

    >>> _ranges(np.array([3, 9]), np.array([2, 1])).tolist()
    [3, 4, 9]
    """
    ends = np.cumsum(counts)
    return np.repeat(first - ends + counts, counts) + np.arange(int(ends[-1]))


def _is_in(codes: Numbers, known: Numbers) -> npt.NDArray[np.bool_]:
    if not len(known):
        return np.zeros(len(codes), bool)
    at = np.minimum(np.searchsorted(known, codes), len(known) - 1)
    return np.equal(known[at], codes)
