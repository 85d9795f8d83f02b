"""Connected components of large graphs, in a few passes over arrays."""

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
Marks = npt.NDArray[np.bool_]


def components(n_nodes: int, left: Numbers, right: Numbers) -> Numbers:
    """For each node the smallest node of its component; edges are pairs of `left` and `right`.

    Minimum-label hooking with pointer jumping (Shiloach and Vishkin, 1982): edges inside a
    component are let go after each pass.

    >>> components(5, np.array([0, 3]), np.array([2, 2])).tolist()
    [0, 1, 0, 0, 4]
    """
    label = np.arange(n_nodes, dtype=np.int64)
    left, right = np.asarray(left, np.int64), np.asarray(right, np.int64)
    while len(left):
        np.minimum.at(label, np.maximum(left, right), np.minimum(left, right))
        label = _flat(label)
        left, right = label[left], label[right]
        apart = left != right
        left, right = left[apart], right[apart]
    return label


def _flat(label: Numbers) -> Numbers:
    """Let every node point at its root."""
    while True:
        above = label[label]
        if np.array_equal(above, label):
            return label
        label = above


def numbered(label: Numbers) -> tuple[Numbers, int]:
    """Labels as numbers from 0 without gaps, in the order of the labels; and how many.

    >>> numbered(np.array([4, 0, 4]))
    (array([1, 0, 1]), 2)
    """
    if not len(label):
        return np.zeros(0, np.int64), 0
    used = np.zeros(int(label.max()) + 1, np.int64)
    used[label] = 1
    at = np.cumsum(used) - 1
    return at[label], int(used.sum())
