"""Multinomial logistic regression on sparse rows, and its calibration on rows held out."""

from collections.abc import Sequence
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from medloom.kit.text_classifier.hashing import Sparse
from medloom.kit.text_classifier.minimize import minimize

Matrix = NDArray[np.float64]


class Linear(NamedTuple):
    """Weights, a row a class and a column a feature; and a constant a class."""

    weights: Matrix
    constants: NDArray[np.float64]

    def scores(self, rows: Sparse) -> Matrix:
        """The score of each class for each row; a softmax makes probabilities of them."""
        columns = [rows.times(one) for one in self.weights]
        return np.column_stack(columns) + self.constants


def softmax(scores: Matrix) -> Matrix:
    """Probabilities that scores stand for.

    >>> softmax(np.array([[0.0, 0.0]])).tolist()
    [[0.5, 0.5]]
    """
    risen = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(risen / risen.sum(axis=1, keepdims=True))


def fit(rows: Sparse, labels: NDArray[np.int64], n_classes: int, penalty: float) -> Linear:
    """The weights of the least loss; `penalty` is half the price of a weight's square."""
    truth = np.eye(n_classes)[labels]
    n_weights = n_classes * rows.n_columns

    def loss(place: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        model = Linear(place[:n_weights].reshape(n_classes, -1), place[n_weights:])
        chances = softmax(model.scores(rows))
        likelihood = np.log(np.maximum(chances[np.arange(len(labels)), labels], 1e-300)).sum()
        off = chances - truth
        slopes = np.stack([rows.transposed_times(column) for column in off.T])
        slopes += 2 * penalty * model.weights
        value = -likelihood + penalty * float((model.weights**2).sum())
        return float(value), np.concatenate([slopes.ravel(), off.sum(axis=0)])

    place = minimize(loss, np.zeros(n_weights + n_classes))
    return Linear(place[:n_weights].reshape(n_classes, -1), place[n_weights:])


def calibrate(scores: Matrix, labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """A factor and a constant a class that make scores of held-out rows probabilities.

    Temperature and bias scaling (Guo et al. 2017), a little pulled to no change.
    """
    n_classes = scores.shape[1]
    truth = np.eye(n_classes)[labels]

    def loss(place: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        chances = softmax(scores * np.exp(place[0]) + place[1:])
        likelihood = np.log(np.maximum(chances[np.arange(len(labels)), labels], 1e-300)).sum()
        off = chances - truth
        slope = np.concatenate([[(off * scores).sum() * np.exp(place[0])], off.sum(axis=0)])
        return float(-likelihood + 0.5 * place @ place), slope + place

    place = minimize(loss, np.zeros(n_classes + 1), tolerance=1e-7)
    return np.concatenate([[np.exp(place[0])], place[1:]])


def folds(groups: Sequence[str], labels: NDArray[np.int64], n_folds: int) -> NDArray[np.int64]:
    """A fold for each row: rows of a group share one, and labels are spread evenly over folds.

    Within the commonest label of the groups, folds are dealt in the order of a hash, so that they
    do not hang on the order of rows.

    >>> folds(["a", "b", "a", "c"], np.array([0, 0, 0, 0]), 2).tolist()
    [0, 1, 0, 0]
    """
    of_group: dict[str, int] = {}
    for group, label in zip(groups, labels.tolist(), strict=True):
        of_group[group] = max(of_group.get(group, 0), label)
    order = sorted(of_group, key=lambda one: (of_group[one], crc32(one.encode()), one))
    dealt = {group: number % n_folds for number, group in enumerate(order)}
    return np.array([dealt[group] for group in groups])
