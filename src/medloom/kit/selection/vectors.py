"""Vectors of texts without a model: hashed TF-IDF, projected at random."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from medloom.kit.text_classifier.hashing import counted

N_DIMENSIONS = 64
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


def projected(texts: Sequence[str]) -> NDArray[np.float32]:
    """A vector of 64 numbers and length one for each text; alike texts have alike vectors.

    The projection of a word hangs on the word alone (Achlioptas 2003), so that vectors of two
    tables can be compared, but for the weights of rare words.

    >>> fever, cough, again = projected(["fever and rash", "dry cough", "rash and fever"])
    >>> bool(fever @ again > fever @ cough)
    True
    """
    rows = counted(texts, pairs=False)
    n_texts = np.bincount(rows.columns, minlength=rows.n_columns)
    rarity = np.log((1 + len(texts)) / (1 + n_texts)) + 1
    values = (1 + np.log(rows.values)) * rarity[rows.columns]
    bits = _mixed(rows.columns.astype(np.uint64))
    vectors = np.zeros((len(texts), N_DIMENSIONS), np.float32)
    for at in range(N_DIMENSIONS):
        signs = ((bits >> np.uint64(at)) & np.uint64(1)).astype(np.float32) * 2 - 1
        vectors[:, at] = np.bincount(rows.rows, values * signs, len(texts))
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors /= np.where(lengths == 0, 1, lengths)
    return vectors


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Sixty-four bits that look random, of each number (Steele et al. 2014, SplitMix64)."""
    mixed = numbers * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _MIX[0]
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX[1]
    return mixed ^ (mixed >> np.uint64(31))
