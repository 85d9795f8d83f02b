"""How good a ranking is: measures of one query, and the interval of a mean over queries.

As in trec_eval: the gain of a document is its grade, the discount is log2(rank + 1), and a document
that was not judged has the grade 0. `grades` maps ids to grades; a grade above 0 is relevant.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

RESAMPLES, SEED = 10_000, 20261128


class Estimate(NamedTuple):
    """A mean with its 95% interval, and over how many queries."""

    mean: float
    low: float
    high: float
    n: int


def ndcg(ranked_ids: Sequence[str], grades: Mapping[str, float], k: int = 10) -> float:
    """Normalised discounted cumulative gain of the first `k` (Järvelin and Kekäläinen 2002).

    >>> round(ndcg(["b", "a"], {"a": 2, "b": 1}), 3)
    0.86
    >>> ndcg(["b", "a"], {})
    0.0
    """
    gains = [max(grades.get(one, 0), 0) for one in _once(ranked_ids)[:k]]
    best = sorted((grade for grade in grades.values() if grade > 0), reverse=True)[:k]
    return _discounted(gains) / _discounted(best) if best else 0.0


def recall(ranked_ids: Sequence[str], grades: Mapping[str, float], k: int = 100) -> float:
    """The part of the relevant documents that is among the first `k`; 0 where none is relevant.

    >>> recall(["a", "x", "b"], {"a": 1, "b": 1}, k=2)
    0.5
    """
    relevant = _relevant(grades)
    return len(relevant & set(_once(ranked_ids)[:k])) / len(relevant) if relevant else 0.0


def precision(ranked_ids: Sequence[str], grades: Mapping[str, float], k: int = 10) -> float:
    """The part of the first `k` places that hold a relevant document.

    >>> precision(["a", "x"], {"a": 1, "b": 1}, k=2)
    0.5
    """
    return len(_relevant(grades) & set(_once(ranked_ids)[:k])) / k


def average_precision(
    ranked_ids: Sequence[str], grades: Mapping[str, float], k: int | None = None
) -> float:
    """The mean, over the relevant documents, of the precision where each stands.

    >>> round(average_precision(["a", "x", "b"], {"a": 1, "b": 1}), 3)
    0.833
    """
    relevant = _relevant(grades)
    found, total = 0, 0.0
    for rank, one in enumerate(_once(ranked_ids)[:k], start=1):
        if one in relevant:
            found += 1
            total += found / rank
    return total / len(relevant) if relevant else 0.0


def reciprocal_rank(
    ranked_ids: Sequence[str], grades: Mapping[str, float], k: int | None = None
) -> float:
    """One over the rank of the first relevant document; 0 where none is found.

    >>> reciprocal_rank(["x", "a"], {"a": 1})
    0.5
    """
    relevant = _relevant(grades)
    ranks = (rank for rank, one in enumerate(ranked_ids[:k], start=1) if one in relevant)
    return 1 / next(ranks, float("inf"))


def work_saved(order_labels: Sequence[bool | int], recall: float = 0.95) -> float:
    """Work saved over sampling (WSS, Cohen et al. 2006) of a screening order at a recall.

    `order_labels` says of each document, in the order of reading, whether it is to be included.
    The reader stops at the document that reaches the recall. The saved part is what stays unread,
    less what reading in random order would save: `unread / n - (1 - recall)`. Without any document
    to include nothing is saved.

    >>> work_saved([1, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    0.85
    """
    labels = np.asarray(order_labels, dtype=bool)
    wanted = int(np.ceil(recall * labels.sum() - 1e-9))
    if not wanted:
        return 0.0
    read = int(np.searchsorted(labels.cumsum(), wanted)) + 1
    return round((len(labels) - read) / len(labels) - (1 - recall), 12)


def mean(values: Sequence[float], resamples: int = RESAMPLES, seed: int = SEED) -> Estimate:
    """The mean over queries with a bootstrap interval.

    >>> mean([0.5, 0.5, 0.5])
    Estimate(mean=0.5, low=0.5, high=0.5, n=3)
    """
    scores = np.asarray(values, dtype=float)
    if not len(scores):
        return Estimate(0.0, 0.0, 0.0, 0)
    draw = np.random.default_rng(seed)
    low, high = np.percentile(_means(scores, resamples, draw), [2.5, 97.5])
    return Estimate(float(scores.mean()), float(low), float(high), len(scores))


def paired_difference(
    a: Sequence[float], b: Sequence[float], resamples: int = RESAMPLES, seed: int = SEED
) -> tuple[float, float, float]:
    """The mean of `a - b` over the same queries, with its 95% paired bootstrap interval.

    The difference is beyond chance where the interval does not hold 0.

    >>> paired_difference([0.75, 0.5], [0.5, 0.25])
    (0.25, 0.25, 0.25)
    """
    if len(a) != len(b):
        raise ValueError(f"paired scores differ in number: {len(a)} and {len(b)}")
    found = mean(np.subtract(a, b).tolist(), resamples, seed)
    return found.mean, found.low, found.high


def _means(scores: np.ndarray, resamples: int, draw: np.random.Generator) -> np.ndarray:
    batches = max(1, resamples * len(scores) // 2_000_000)
    sizes = [len(one) for one in np.array_split(np.arange(resamples), batches)]
    return np.concatenate(
        [scores[draw.integers(0, len(scores), (size, len(scores)))].mean(axis=1) for size in sizes]
    )


def _discounted(gains: Sequence[float]) -> float:
    return float(sum(gain / np.log2(rank + 1) for rank, gain in enumerate(gains, start=1)))


def _relevant(grades: Mapping[str, float]) -> set[str]:
    return {one for one, grade in grades.items() if grade > 0}


def _once(ranked_ids: Sequence[str]) -> list[str]:
    """An id that stands twice counts at its first place alone."""
    return list(dict.fromkeys(ranked_ids))
