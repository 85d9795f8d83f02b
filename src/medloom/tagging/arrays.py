"""Matrix products whose rows do not depend on what else is in the batch."""

from functools import cache

import numpy as np
from threadpoolctl import ThreadpoolController

BLOCK = 128
"""Rows of one product: always as many, so that the library always adds in the same order."""


def times(rows: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """`rows @ matrix`, in blocks of equal size. float32[n, a] and float32[a, b] to float32[n, b].

    >>> times(np.ones((3, 2), np.float32), np.ones((2, 1), np.float32)).ravel().tolist()
    [2.0, 2.0, 2.0]
    """
    n = len(rows)
    missing = -n % BLOCK
    if missing:
        rows = np.concatenate([rows, np.zeros((missing, rows.shape[1]), rows.dtype)])
    blocks = rows.reshape(-1, BLOCK, rows.shape[1])
    with _threads().limit(limits=1, user_api="blas"):  # small products: threads would only wait
        found: np.ndarray = (blocks @ matrix).reshape(-1, matrix.shape[1])[:n]
    return found


@cache
def _threads() -> ThreadpoolController:
    return ThreadpoolController()
