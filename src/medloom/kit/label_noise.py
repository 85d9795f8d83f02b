"""Confident learning (Northcutt, Jiang and Chuang 2021, arXiv 1911.00068): which labels are wrong.

Given are labels and, for each row, probabilities by a model that did not see the row. A class's
threshold is the mean probability of it among the rows that bear its label. Rows beyond the
threshold of another class are counted: they tell how many labels of each pair are wrong, and the
rows that are surest to be wrong are taken.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Numbers = NDArray[np.int64]
_LEAST_OF_CLASS = 1
"""So many rows of each class are never called wrong."""


class Noise(NamedTuple):
    """What confident learning says of labels."""

    is_wrong: NDArray[np.bool_]
    likeliest: Numbers
    joint: Numbers
    """Rows by given class (row) and true class (column), as estimated."""


def find_noise(labels: Numbers, chances: Matrix) -> Noise:
    """Which labels are wrong, and how many of each pair of classes.

    `labels` are numbers of classes, `chances` a row of probabilities each.

    >>> labels = np.array([0, 0, 0, 1, 1, 1])
    >>> sure = np.array([0.9, 0.8, 0.1, 0.1, 0.2, 0.1])
    >>> find_noise(labels, np.column_stack([sure, 1 - sure])).is_wrong.tolist()
    [False, False, True, False, False, False]
    """
    joint = confident_joint(labels, chances)
    likeliest = chances.argmax(axis=1)
    own = chances[np.arange(len(labels)), labels]
    wrong = np.zeros(len(labels), bool)
    for given, true in zip(*np.nonzero(_spared(joint)), strict=True):
        if given != true:
            rows = np.flatnonzero(labels == given)
            margin = own[rows] - chances[rows, true]
            n_wrong = min(joint[given, true], len(rows))
            wrong[rows[np.argsort(margin, kind="stable")[:n_wrong]]] = True
    return Noise(wrong & (likeliest != labels), likeliest, joint)


def confident_joint(labels: Numbers, chances: Matrix) -> Numbers:
    """How many rows of each given class (row) are of each true class (column)."""
    n_classes = chances.shape[1]
    limits = np.array([_mean(chances[labels == one, one]) for one in range(n_classes)])
    sure = chances >= limits - 1e-6
    # A row that is sure of several classes is of the likeliest of all.
    true = np.where(sure.sum(axis=1) > 1, chances.argmax(axis=1), sure.argmax(axis=1))
    counted = np.zeros((n_classes, n_classes), np.int64)
    any_sure = sure.any(axis=1)
    np.add.at(counted, (labels[any_sure], true[any_sure]), 1)
    np.fill_diagonal(counted, np.maximum(counted.diagonal(), 1))
    return _scaled(counted, np.bincount(labels, minlength=n_classes))


def _mean(values: NDArray[np.float64]) -> float:
    return max(float(values.mean()), 1e-6) if len(values) else 1.0


def _scaled(counted: Numbers, of_label: Numbers) -> Numbers:
    """Counts that add up, row by row, to the rows that bear each label."""
    shares = counted * (of_label / np.maximum(counted.sum(axis=1), 1))[:, None]
    whole: Numbers = np.floor(shares).astype(np.int64)
    for row, missing in enumerate(of_label - whole.sum(axis=1)):
        rest = shares[row] - whole[row]
        whole[row, np.argsort(-rest, kind="stable")[: int(missing)]] += 1
    return whole


def _spared(joint: Numbers) -> Numbers:
    """The pairs in which there are wrong labels, without classes that would be left empty."""
    spared: Numbers = np.where(joint.diagonal()[:, None] >= _LEAST_OF_CLASS, joint, 0)
    return spared
