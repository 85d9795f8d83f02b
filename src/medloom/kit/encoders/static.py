"""A static encoder: a text is the sum of the vectors of its word pieces.

A piece has one vector, whatever stands around it; the length of the vector is its weight. What
occurs n times counts 1 + log n times. `models/static.yaml` says how the vectors were learned.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

import medloom.models
from medloom.kit.encoders.wordpiece import WordPiece

MODEL = Path(medloom.models.__file__).with_name("static.npz")
Vectors = npt.NDArray[np.float32]


class StaticEncoder:
    """Encodes texts by a table of vectors; thousands of abstracts a second.

    >>> encoder = StaticEncoder()
    >>> encoder.encode(["Fever and cough", ""]).shape
    (2, 256)
    >>> encoder.encode([""]).any()
    np.False_
    """

    name = "static"

    def __init__(self, path: Path = MODEL) -> None:
        with np.load(path) as file:
            vocabulary = file["vocabulary"].tobytes().decode("utf-8").split("\n")
            self._table = (
                file["rows"].astype(np.float32) * file["scales"].astype(np.float32)[:, None]
            )
        self._cut = WordPiece(vocabulary)
        self.size = self._table.shape[1]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """A vector of length 1 for each text; zeros for one without a known word."""
        made = np.zeros((len(texts), self.size), np.float32)
        for place, text in enumerate(texts):
            pieces = self._cut.pieces(text)
            if pieces:
                made[place] = self._sum(np.asarray(pieces, np.int32))
        return normalised(made)

    def pieces(self, text: str) -> tuple[Vectors, Vectors]:
        """The vectors, of length 1, of the different pieces of a text, and the weight of each."""
        rows = self._table[np.unique(np.asarray(self._cut.pieces(text), np.int32))]
        return normalised(rows), np.linalg.norm(rows, axis=1)

    def _sum(self, pieces: npt.NDArray[np.int32]) -> Vectors:
        once, counts = np.unique(pieces, return_counts=True)
        weights = (1 + np.log(counts)).astype(np.float32)
        return np.asarray(weights @ self._table[once])


def normalised(vectors: Vectors) -> Vectors:
    """The vectors brought to length 1; zeros stay zeros.

    >>> normalised(np.float32([[3, 4], [0, 0]])).round(1).tolist()
    [[0.6000000238418579, 0.800000011920929], [0.0, 0.0]]
    """
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1), np.float32)
