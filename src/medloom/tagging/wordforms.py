"""What a model knows of word forms, worked out once for each form and kept."""

from collections.abc import Sequence

import numpy as np

from medloom.tagging.arrays import times
from medloom.tagging.modelfile import Model
from medloom.tagging.words import SKIPPED, key64, lowered, normal, rows

KEPT = 60_000
"""Forms that are kept; with more, all are forgotten and learned anew."""


class _Ids(dict[str, int]):
    """Ids of words; a new word gets the next."""

    def __init__(self) -> None:
        super().__init__({"": 0})
        self.new: list[str] = []

    def __missing__(self, word: str) -> int:
        self.new.append(word)
        self[word] = found = len(self)
        return found


class WordForms:
    """The vectors and dictionary keys of the word forms seen so far; form 0 is a gap."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._forget()

    def _forget(self) -> None:
        width = self._model.weights["form.bias"].shape[0]
        self._ids = _Ids()
        self._low_ids: dict[str, int] = {"": 0}
        self._used = 1
        self.vector = np.zeros((1024, width), np.float32)
        self.key = np.zeros(1024, np.uint64)
        self.alone = np.zeros(1024, np.uint16)
        self.opens = np.zeros(1024, bool)
        self.skipped = np.zeros(1024, bool)
        self.low = np.zeros(1024, np.int32)

    def ids(self, words: Sequence[str]) -> np.ndarray:
        """The ids of the forms of some words: int64[n]."""
        if self._used > KEPT:
            self._forget()
        found = np.fromiter(map(self._ids.__getitem__, words), np.int64, len(words))
        if self._ids.new:
            self._learn(self._ids.new)
            self._ids.new = []
        return found

    def _learn(self, words: list[str]) -> None:
        first, last = self._used, self._used + len(words)
        while last > len(self.key):
            self._grow()
        weights, gazetteer = self._model.weights, self._model.gazetteer
        at = slice(first, last)
        self.vector[at] = form_vectors(words, weights)
        self.key[at] = [key64(normal(word)) for word in words]
        symbols = np.array([key64("=" + word) for word in words], np.uint64)
        self.alone[at] = gazetteer.of_keys(self.key[at]) | gazetteer.of_keys(symbols)
        self.opens[at] = gazetteer.begins(self.key[at])
        self.skipped[at] = [word in SKIPPED for word in words]
        low = self._low_ids
        self.low[at] = [low.setdefault(word.lower(), len(low)) for word in words]
        self._used = last

    def _grow(self) -> None:
        for name in ("vector", "key", "alone", "opens", "skipped", "low"):
            array = getattr(self, name)
            setattr(self, name, np.concatenate([array, np.zeros_like(array)]))


def form_vectors(words: Sequence[str], weights: dict[str, np.ndarray]) -> np.ndarray:
    """The vectors of word forms: float32[n, width], nothing below 0."""
    table = weights["features.table"]
    wanted = [rows(word, len(table)) for word in words]
    sizes = np.array([len(one) for one in wanted])
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    summed = np.add.reduceat(table[np.concatenate(wanted)], starts, axis=0)
    inputs = np.concatenate(
        [summed / np.sqrt(sizes, dtype=np.float32)[:, None], known(words, weights)], axis=1
    )
    found: np.ndarray = np.maximum(times(inputs, weights["form.weight"]) + weights["form.bias"], 0)
    return found


def known(words: Sequence[str], weights: dict[str, np.ndarray]) -> np.ndarray:
    """What texts and vocabularies say of words: vector, whether it is missing, counts in names."""
    keys = np.array([key64(lowered(word)) >> 32 for word in words], np.uint32)
    vectors, found = _looked_up(keys, weights["texts.keys"], weights["texts.table"])
    counts, _ = _looked_up(keys, weights["names.keys"], weights["names.table"])
    return np.concatenate([vectors, (~found)[:, None], counts], axis=1, dtype=np.float32)


def _looked_up(
    keys: np.ndarray, known_keys: np.ndarray, table: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    if not len(known_keys):
        return np.zeros((len(keys), table.shape[1]), np.float32), np.zeros(len(keys), bool)
    at = np.minimum(np.searchsorted(known_keys, keys), len(known_keys) - 1)
    found = known_keys[at] == keys
    return np.where(found[:, None], table[at], np.float32(0)), found
