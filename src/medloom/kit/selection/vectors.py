"""Vectors of texts without a model: what words stand together in this table."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from medloom.kit.text_classifier.hashing import Sparse, counted

N_DIMENSIONS = 64
_SPARE, _ROUNDS, _SEED, _LEAST_TEXTS = 8, 2, 0, 2
Matrix = NDArray[np.float64]


def projected(texts: Sequence[str]) -> NDArray[np.float32]:
    """A vector of length one for each text; texts with words that go together have alike vectors.

    Latent semantic analysis (Deerwester et al. 1990): the 64 strongest directions of TF-IDF, by a
    randomised singular value decomposition (Halko et al. 2011) with a fixed seed. Words of a single
    text do not count; a text without others has a vector of zeros.

    >>> fever, cough, again = projected(["fever and rash", "a dry cough", "rash and fever"])
    >>> bool(fever @ again > fever @ cough)
    True
    """
    rows = _weighted(counted(texts, pairs=False))
    vectors = np.zeros((len(texts), N_DIMENSIONS), np.float32)
    if not len(rows.values):
        return vectors
    wanted = min(N_DIMENSIONS + _SPARE, rows.n_rows, rows.n_columns)
    basis = np.random.default_rng(_SEED).standard_normal((rows.n_columns, wanted))
    for _ in range(_ROUNDS):
        basis, _ = np.linalg.qr(_each(rows.transposed_times, _each(rows.times, basis)))
    left, strengths, _ = np.linalg.svd(_each(rows.times, basis), full_matrices=False)
    found = (left * strengths)[:, :N_DIMENSIONS]
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    vectors[:, : found.shape[1]] = found / np.where(lengths < 1e-9, np.inf, lengths)
    return vectors


def _each(times: Callable[[Matrix], Matrix], matrix: Matrix) -> Matrix:
    """A product with each column of a matrix."""
    return np.column_stack([times(column) for column in matrix.T])


def _weighted(rows: Sparse) -> Sparse:
    """TF-IDF of the words that two texts or more share, their columns counted anew."""
    n_texts = np.bincount(rows.columns, minlength=rows.n_columns)
    known = np.flatnonzero(n_texts >= _LEAST_TEXTS)
    places = np.full(rows.n_columns, -1, np.int32)
    places[known] = np.arange(len(known), dtype=np.int32)
    keep = places[rows.columns] >= 0
    columns = places[rows.columns][keep]
    rarity = np.log((1 + rows.n_rows) / (1 + n_texts[known])) + 1
    values = ((1 + np.log(rows.values[keep])) * rarity[columns]).astype(np.float32)
    return Sparse(rows.rows[keep], columns, values, rows.n_rows, len(known))
