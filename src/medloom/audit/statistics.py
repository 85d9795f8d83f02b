"""Numbers with intervals: shares, areas under ROC curves, draws of whole groups."""

from collections.abc import Callable, Sequence
from math import sqrt
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Estimate(NamedTuple):
    """A value with its interval, and how many rows it rests on."""

    value: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def share(k: int, n: int, level: float = 0.95) -> Estimate:
    """A share with Wilson's score interval (Wilson 1927).

    >>> str(share(9, 10))
    '0.900 [0.596, 0.982]'
    """
    if not n:
        return Estimate(float("nan"), 0.0, 1.0, 0)
    z = NormalDist().inv_cdf(0.5 + level / 2)
    p, scale = k / n, 1 + z * z / n
    middle, spread = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + (z / (2 * n)) ** 2)
    low, high = (middle - spread) / scale, (middle + spread) / scale
    return Estimate(p, max(low, 0.0), min(high, 1.0), n)


def codes(values: Sequence[Any]) -> tuple[list[str], Integers]:
    """The different values in order, and of each value its number; -1 where it is missing.

    >>> codes(["b", None, "a"])
    (['a', 'b'], array([ 1, -1,  0]))
    """
    names = sorted({str(one) for one in values if one is not None})
    number = {name: at for at, name in enumerate(names)}
    return names, np.array([-1 if v is None else number[str(v)] for v in values], np.int64)


def draws(groups: Integers, n_draws: int, seed: int = 0) -> Floats:
    """How often each row is drawn in each bootstrap draw of whole groups: draws x rows.

    >>> draws(np.array([0, 0, 1]), 2).shape
    (2, 3)
    """
    n = int(groups.max(initial=-1)) + 1
    random = np.random.default_rng(seed)
    drawn = random.multinomial(n, np.full(n, 1 / n), n_draws)
    return drawn[:, groups].astype(np.float64)


def auc(scores: Floats, positive: NDArray[np.bool_], weights: Floats | None = None) -> Floats:
    """The area under the ROC curve, ties counted half: one for each row of `weights`.

    >>> auc(np.array([0.1, 0.4, 0.4]), np.array([False, False, True])).tolist()
    [0.75]
    """
    order = np.argsort(scores, kind="stable")
    ordered = scores[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    w = np.ones((1, len(scores))) if weights is None else weights[:, order]
    yes = np.add.reduceat(w * positive[order], starts, axis=1)
    no = np.add.reduceat(w * ~positive[order], starts, axis=1)
    below = np.cumsum(no, axis=1) - no
    pairs = yes.sum(1) * no.sum(1)
    wins = (yes * (below + no / 2)).sum(1)
    found: Floats = np.divide(wins, pairs, out=np.full(len(w), np.nan), where=pairs > 0)
    return found


def interval(values: Floats, level: float = 0.95) -> tuple[float, float]:
    """The middle `level` of drawn values; undefined draws are left out."""
    known = values[~np.isnan(values)]
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def folds(labels: Integers, groups: Integers, k: int = 5, seed: int = 0) -> Integers:
    """The fold of each row: groups stay whole, labels are spread evenly (greedy, largest first).

    >>> folds(np.array([0, 0, 1, 1]), np.array([0, 0, 1, 1]), 2).tolist()
    [0, 0, 1, 1]
    """
    n_groups, n_labels = int(groups.max(initial=-1)) + 1, int(labels.max(initial=-1)) + 1
    held = np.zeros((n_groups, n_labels))
    np.add.at(held, (groups, labels), 1)
    order = np.random.default_rng(seed).permutation(n_groups)
    order = order[np.argsort(-held[order].sum(1), kind="stable")]
    scale = np.maximum(held.sum(0), 1)
    load, fold_of = np.zeros((k, n_labels)), np.zeros(n_groups, np.int64)
    for group in order:
        after = (load + held[group]) / scale
        cost = (after**2).sum(1) - ((load / scale) ** 2).sum(1)
        best = int(np.lexsort((load.sum(1), cost))[0])
        fold_of[group], load[best] = best, load[best] + held[group]
    return fold_of[groups]


def chance_of(
    observed: Integers, shares: Floats, n_draws: int = 9999, seed: int = 0
) -> tuple[float, float]:
    """Pearson's chi-square of counts against shares, and its p-value by drawing (exact in law).

    >>> statistic, p = chance_of(np.array([90, 10]), np.array([0.5, 0.5]))
    >>> round(statistic), p
    (64, 0.0001)
    """
    n = int(observed.sum())
    expected = n * shares
    kept = expected > 0
    if observed[~kept].sum():
        return float("inf"), 1 / (n_draws + 1)
    drawn = np.random.default_rng(seed).multinomial(n, shares, n_draws)

    def chi2(counts: Any) -> Any:
        return (((counts - expected) ** 2)[..., kept] / expected[kept]).sum(-1)

    statistic = float(chi2(observed))
    more = int((chi2(drawn) >= statistic - 1e-9).sum())
    return statistic, (more + 1) / (n_draws + 1)


def holm(p_values: Sequence[float]) -> list[float]:
    """P-values for several comparisons at once (Holm 1979).

    >>> holm([0.01, 0.04])
    [0.02, 0.04]
    """
    order = sorted(range(len(p_values)), key=lambda at: p_values[at])
    found, worst = [0.0] * len(p_values), 0.0
    for rank, at in enumerate(order):
        worst = max(worst, min(1.0, p_values[at] * (len(p_values) - rank)))
        found[at] = worst
    return found


def drawn(
    statistic: Callable[[Floats], Floats], groups: Integers, n_draws: int = 400, seed: int = 0
) -> tuple[float, Floats]:
    """A statistic of row weights as it is, and in each draw of whole groups.

    >>> mean = lambda w: (w * np.arange(4)).sum(1) / w.sum(1)
    >>> value, spread = drawn(mean, np.arange(4), 50)
    >>> value, spread.shape
    (1.5, (50,))
    """
    weights = draws(groups, n_draws, seed)
    return float(statistic(np.ones((1, len(groups))))[0]), statistic(weights)
