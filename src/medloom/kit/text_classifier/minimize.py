"""The least value of a smooth function: L-BFGS (Liu and Nocedal 1989), with backtracking."""

from collections import deque
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
_REMEMBERED, _ENOUGH, _SHRINK, _MOST_SHRINKS = 10, 1e-4, 0.5, 30


def minimize(
    function: Callable[[Vector], tuple[float, Vector]],
    start: Vector,
    most_steps: int = 100,
    tolerance: float = 1e-5,
) -> Vector:
    """Where a function is least, given its value and its gradient; the same on every run.

    >>> place = minimize(lambda x: (float(((x - 3) ** 2).sum()), 2 * (x - 3)), np.zeros(2))
    >>> place.round(3).tolist()
    [3.0, 3.0]
    """
    place, (value, slope) = start, function(start)
    pairs: deque[tuple[Vector, Vector]] = deque(maxlen=_REMEMBERED)
    for _ in range(most_steps):
        way = -_scaled(slope, pairs)
        moved = _step(function, place, value, slope, way)
        if moved is None:
            break
        there, new_value, new_slope = moved
        if (there - place) @ (new_slope - slope) > 1e-12:
            pairs.append((there - place, new_slope - slope))
        gained = value - new_value
        place, value, slope = there, new_value, new_slope
        if gained <= tolerance * max(1.0, abs(value)):
            break
    return place


def _step(
    function: Callable[[Vector], tuple[float, Vector]],
    place: Vector,
    value: float,
    slope: Vector,
    way: Vector,
) -> tuple[Vector, float, Vector] | None:
    """Go as far as gains enough; None where nothing does."""
    descent, far = float(slope @ way), 1.0
    for _ in range(_MOST_SHRINKS):
        there = place + far * way
        new_value, new_slope = function(there)
        if new_value <= value + _ENOUGH * far * descent:
            return there, new_value, new_slope
        far *= _SHRINK
    return None


def _scaled(slope: Vector, pairs: deque[tuple[Vector, Vector]]) -> Vector:
    """The slope times the inverse of the curvature, as the last steps show it."""
    result, shares = slope.copy(), []
    for moved, changed in reversed(pairs):
        share = (moved @ result) / (moved @ changed)
        shares.append(share)
        result -= share * changed
    if pairs:
        moved, changed = pairs[-1]
        result *= (moved @ changed) / (changed @ changed)
    else:
        result /= max(1.0, float(np.abs(slope).sum()))
    for (moved, changed), share in zip(pairs, reversed(shares), strict=True):
        result += moved * (share - (changed @ result) / (moved @ changed))
    return result
