"""Vectors of words from counts in open text, and counts of words in the names of vocabularies.

Positive pointwise mutual information of a word and its neighbours by place, and a truncated
singular value decomposition (Levy and Goldberg 2014; Halko et al. 2011).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import torch

from medloom.kit.tokens import TOKEN
from medloom.tagging.words import lowered

WIDTH = 64
_NEIGHBOURS = 4_000
_PLACES = ((-1,), (1,), (-3, -2), (2, 3))
_SMOOTHING, _EXTRA, _ROUNDS = 0.75, 16, 4


def text_vectors(texts: Sequence[str], at_least: int, seed: int) -> dict[str, np.ndarray]:
    """A vector for each word that stands at least so often in the texts; numbers are one word."""
    lines = [[lowered(word) for word in TOKEN.findall(text)] for text in texts]
    counts = Counter(word for line in lines for word in line)
    common = sorted(
        (word for word in counts if counts[word] >= at_least), key=lambda w: (-counts[w], w)
    )
    if len(common) < WIDTH + _EXTRA:
        return {}
    number = {word: at for at, word in enumerate(common)}
    flat = [number.get(word, -1) for line in lines for word in (*line, "\0", "\0", "\0")]
    vectors = _decomposed(_associations(np.array(flat, np.int64), len(common)), seed)
    vectors = vectors / vectors.abs().mean()
    return dict(zip(common, vectors.numpy(), strict=True))


def _associations(flat: np.ndarray, n_words: int) -> torch.Tensor:
    keys = []
    n_columns = _NEIGHBOURS * len(_PLACES)
    for place, distances in enumerate(_PLACES):
        for distance in distances:
            size = len(flat) - abs(distance)
            word = flat[max(0, -distance) :][:size]
            near = flat[max(0, distance) :][:size]
            some = (word >= 0) & (near >= 0) & (near < _NEIGHBOURS)
            keys.append(word[some] * n_columns + near[some] + place * _NEIGHBOURS)
    key, count = np.unique(np.concatenate(keys), return_counts=True)
    row, column = np.divmod(key, n_columns)
    of_row = np.bincount(row, count, n_words)
    of_column = np.bincount(column, count, n_columns) ** _SMOOTHING
    value = np.log(count * of_column.sum() / (of_row[row] * of_column[column]))
    kept = value > 0
    places = torch.from_numpy(np.stack([row[kept], column[kept]]))
    values = torch.from_numpy(value[kept].astype(np.float32))
    shape = (n_words, n_columns)
    return torch.sparse_coo_tensor(places, values, shape, check_invariants=False).coalesce()


def _decomposed(matrix: torch.Tensor, seed: int) -> torch.Tensor:
    turned = matrix.t().coalesce()
    draw = torch.Generator().manual_seed(seed)
    basis = torch.randn(matrix.shape[1], WIDTH + _EXTRA, generator=draw)
    basis = torch.linalg.qr(torch.sparse.mm(matrix, basis))[0]
    for _ in range(_ROUNDS):
        other = torch.linalg.qr(torch.sparse.mm(turned, basis))[0]
        basis = torch.linalg.qr(torch.sparse.mm(matrix, other))[0]
    left, strength, _ = torch.linalg.svd(torch.sparse.mm(turned, basis).t(), full_matrices=False)
    return (basis @ left)[:, :WIDTH] * strength[:WIDTH].sqrt()


def name_counts(vocabularies: Mapping[str, Iterable[str]], at_least: int) -> dict[str, np.ndarray]:
    """For each word of names: log(1 + n) of the names of each vocabulary, as last word and not."""
    found: dict[str, np.ndarray] = {}
    for v, names in enumerate(vocabularies.values()):
        for name in set(names):
            words = [word.lower() for word in TOKEN.findall(name) if word[0].isalpha()]
            if len(words) > 10:
                continue
            for at, word in enumerate(words, 1):
                if word not in found:
                    found[word] = np.zeros(2 * len(vocabularies), np.float32)
                found[word][2 * v + (at < len(words))] += 1
    return {word: np.log1p(n) for word, n in sorted(found.items()) if n.sum() >= at_least}
