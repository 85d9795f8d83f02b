"""How good a classifier is on texts that it did not see: AUC, F1, calibration; with intervals."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_RESAMPLES, _SEED, _BINS = 300, 20261128, 10


class Scored(NamedTuple):
    """The scores of one label."""

    label: str
    n: int
    """Texts with the label."""
    auc: float
    auc_low: float
    auc_high: float
    """95% interval, by resampling texts."""
    f1: float
    f1_low: float
    f1_high: float
    """Where the likeliest label is taken."""
    calibration_error: float
    """Mean distance of probability and share, over ten bins (Guo et al. 2017)."""


def auc(truth: NDArray[np.bool_], score: NDArray[np.float64]) -> float:
    """The chance that a true one scores higher than a false one; ties count half.

    >>> auc(np.array([True, False, True]), np.array([0.9, 0.2, 0.2]))
    0.75
    """
    n_true = int(truth.sum())
    n_false = len(truth) - n_true
    if not n_true or not n_false:
        return float("nan")
    _, group, counts = np.unique(score, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2
    return float((ranks[group][truth].sum() - n_true * (n_true + 1) / 2) / (n_true * n_false))


def scored(
    names: Sequence[str], labels: Sequence[str], probabilities: NDArray[np.float64]
) -> list[Scored]:
    """The scores of each label.

    >>> found = scored(["a", "b"], ["a", "b", "b"], np.array([[0.9, 0.1], [0.2, 0.8], [0.4, 0.6]]))
    >>> [(one.label, one.n, one.auc, one.f1) for one in found]
    [('a', 1, 1.0, 1.0), ('b', 2, 1.0, 1.0)]
    """
    given = np.array(labels)
    likeliest = np.array(names)[probabilities.argmax(axis=1)]
    draw = np.random.default_rng(_SEED)
    samples = [draw.integers(0, len(given), len(given)) for _ in range(_RESAMPLES)]
    return [
        _scored(name, given == name, likeliest == name, probabilities[:, number], samples)
        for number, name in enumerate(names)
    ]


def _scored(
    name: str,
    truth: NDArray[np.bool_],
    found: NDArray[np.bool_],
    score: NDArray[np.float64],
    samples: Sequence[NDArray[np.int64]],
) -> Scored:
    areas = [auc(truth[one], score[one]) for one in samples]
    values = [_f1(truth[one], found[one]) for one in samples]
    return Scored(
        name,
        int(truth.sum()),
        auc(truth, score),
        *_interval(areas),
        _f1(truth, found),
        *_interval(values),
        _calibration_error(truth, score),
    )


def _interval(values: Sequence[float]) -> tuple[float, float]:
    finite = [one for one in values if one == one]
    if not finite:
        return float("nan"), float("nan")
    low, high = np.quantile(finite, [0.025, 0.975])
    return float(low), float(high)


def _f1(truth: NDArray[np.bool_], found: NDArray[np.bool_]) -> float:
    both = int((truth & found).sum())
    return 2 * both / (int(truth.sum()) + int(found.sum()) or 1)


def _calibration_error(truth: NDArray[np.bool_], score: NDArray[np.float64]) -> float:
    places = np.minimum((score * _BINS).astype(int), _BINS - 1)
    counts = np.bincount(places, minlength=_BINS)
    off = np.bincount(places, score - truth, _BINS)
    return float(np.abs(off).sum() / (counts.sum() or 1))
