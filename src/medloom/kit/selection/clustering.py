"""Clusters of clusters, by k-means."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Numbers = NDArray[np.int64]
_ROUNDS, _AT_ONCE, _MOST_SEEDS_SEEN = 25, 4096, 20_000


def cluster_levels(vectors: Vectors, n_clusters: Sequence[int], seed: int = 0) -> Numbers:
    """The cluster of each row at each level, a column a level, from the smallest clusters up.

    The first level clusters rows, each next one the centres of the level below (Vo et al. 2024,
    arXiv 2405.15613, without their resampling).

    >>> rows = np.array([[0, 0], [0, 1], [9, 9], [9, 8], [50, 50]], np.float32)
    >>> found = cluster_levels(rows, [3, 2])
    >>> len(set(found[:, 0].tolist())), found[0, 1] == found[2, 1], found[0, 1] == found[4, 1]
    (3, np.True_, np.False_)
    """
    columns: list[Numbers] = []
    below = vectors
    for n in n_clusters:
        centres, of_row = kmeans(below, min(n, len(below)), seed)
        columns.append(of_row if not columns else of_row[columns[-1]])
        below = centres
    return np.column_stack(columns) if columns else np.zeros((len(vectors), 0), np.int64)


def kmeans(vectors: Vectors, n_clusters: int, seed: int) -> tuple[Vectors, Numbers]:
    """Centres, and the centre of each row: Lloyd's rounds from k-means++ seeds (Arthur 2007)."""
    draw = np.random.default_rng(seed)
    centres = _seeds(vectors, n_clusters, draw)
    of_row = _nearest(vectors, centres)
    for _ in range(_ROUNDS):
        centres = _means(vectors, of_row, centres)
        moved = _nearest(vectors, centres)
        if (moved == of_row).all():
            break
        of_row = moved
    return centres, of_row


def _seeds(vectors: Vectors, n_clusters: int, draw: np.random.Generator) -> Vectors:
    if len(vectors) > _MOST_SEEDS_SEEN:
        vectors = vectors[np.sort(draw.choice(len(vectors), _MOST_SEEDS_SEEN, replace=False))]
    chosen = [int(draw.integers(len(vectors)))]
    far = ((vectors - vectors[chosen[0]]) ** 2).sum(axis=1, dtype=np.float64)
    for _ in range(1, n_clusters):
        total = far.cumsum()
        place = draw.random() * total[-1]
        chosen.append(min(int(np.searchsorted(total, place, side="right")), len(vectors) - 1))
        nearer = ((vectors - vectors[chosen[-1]]) ** 2).sum(axis=1, dtype=np.float64)
        far = np.minimum(far, nearer)
    return vectors[chosen].copy()


def _nearest(vectors: Vectors, centres: Vectors) -> Numbers:
    half = (centres**2).sum(axis=1) / 2
    parts = [
        (half - vectors[start : start + _AT_ONCE] @ centres.T).argmin(axis=1)
        for start in range(0, len(vectors), _AT_ONCE)
    ]
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)


def _means(vectors: Vectors, of_row: Numbers, centres: Vectors) -> Vectors:
    """The middle of each cluster; an empty one stays where it was."""
    n_rows = np.bincount(of_row, minlength=len(centres))
    sums = np.column_stack([np.bincount(of_row, one, len(centres)) for one in vectors.T])
    means = sums / np.maximum(n_rows, 1)[:, None]
    return np.where(n_rows[:, None] > 0, means, centres).astype(np.float32)
