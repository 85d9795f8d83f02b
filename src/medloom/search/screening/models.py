"""What learns from decisions: a logistic regression in which both verdicts weigh the same."""

import numpy as np
from numpy.typing import NDArray

from medloom.kit.text_classifier.minimize import minimize
from medloom.search.screening.features import Rows

Vector = NDArray[np.float64]
_PENALTY, _MOST_STEPS, _TOLERANCE = 3.0, 40, 1e-4


def linear(rows: Rows, labels: NDArray[np.bool_]) -> Vector:
    """The weights of the columns in a balanced logistic regression with a price on their squares.

    The constant is left out: it changes no order.

    >>> from medloom.search.screening.features import features
    >>> rows = features(["skin rash", "heart failure", "rash", "heart"])
    >>> scores = rows.times(linear(rows, np.array([True, False, True, False])))
    >>> bool(scores[0] > scores[1])
    True
    """
    weights = balanced(labels, len(labels))
    sign = np.where(labels, 1.0, -1.0)

    def loss(place: Vector) -> tuple[float, Vector]:
        margin = sign * (rows.times(place[:-1]) + place[-1])
        price = np.logaddexp(0, -margin)
        slope = -weights * sign / (1 + np.exp(np.minimum(margin, 500)))
        gradient = rows.transposed_times(slope) + _PENALTY * place[:-1]
        value = weights @ price + 0.5 * _PENALTY * (place[:-1] @ place[:-1])
        return float(value), np.append(gradient, slope.sum())

    start = np.zeros(rows.n_columns + 1)
    return minimize(loss, start, most_steps=_MOST_STEPS, tolerance=_TOLERANCE)[:-1]


def balanced(labels: NDArray[np.bool_], total: float) -> Vector:
    """A weight a row, so that both kinds weigh the same and all weigh `total`.

    >>> balanced(np.array([True, False, False]), 4).tolist()
    [2.0, 1.0, 1.0]
    """
    n_in = max(int(labels.sum()), 1)
    n_out = max(len(labels) - int(labels.sum()), 1)
    return np.where(labels, total / 2 / n_in, total / 2 / n_out)
