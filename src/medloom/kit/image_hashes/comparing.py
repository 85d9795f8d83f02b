"""Whether two images with near hashes are one picture: a look at what is left between them."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from medloom.kit.image_hashes.perceptual import SIDE

Pixels = npt.NDArray[np.uint8]
_PLACES = (("top left", "top", "top right"), ("left", "centre", "right"),
           ("bottom left", "bottom", "bottom right"))  # fmt: skip


class Rest(NamedTuple):
    """What is left between two images once one is fitted to the other."""

    levels: float
    """The greatest difference at a place of the thumbnail, in grey levels of 255."""
    correlation: float
    place: str
    """Where it is: `top left`."""
    levels_there: tuple[int, int]
    """The grey level at that place in the one image and in the other."""


def rests(left: Pixels, right: Pixels) -> list[Rest]:
    """Fit each thumbnail to its partner in brightness, contrast, shift and size; give the rest.

    The thumbnails are arrays of (n, 32, 32). A copy that was resized, recompressed, brightened or
    cropped a little leaves little everywhere; another number, bar, arrow or patient leaves much
    somewhere. The fit is one step of Lucas and Kanade (1981), by least squares.

    >>> left = np.tile(np.arange(0, 128, 4, dtype=np.uint8), (1, 32, 1))
    >>> right = left + 40
    >>> right[0, 2:4, 2:4] = 0
    >>> rests(left, left + 40)[0].levels < 1, rests(left, right)[0].place
    (True, 'top left')
    """
    one, two = left.astype(np.float64), right.astype(np.float64)
    matrix = _matrix(one, two)
    wanted = two.reshape(len(two), -1)
    # Normal equations, a trace of ridge: they hold where an image has no detail in a direction.
    square = matrix.transpose(0, 2, 1) @ matrix + 1e-3 * np.eye(matrix.shape[2])
    weights = np.linalg.solve(square, matrix.transpose(0, 2, 1) @ wanted[:, :, None])
    left_over = np.abs(wanted - (matrix @ weights)[:, :, 0])
    at = left_over.argmax(axis=1)
    levels = [each.reshape(len(each), -1) for each in (left, right)]
    return [
        Rest(
            float(left_over[n, place]),
            float(alike),
            _place(int(place)),
            (int(levels[0][n, place]), int(levels[1][n, place])),
        )
        for n, (place, alike) in enumerate(zip(at, _correlation(one, two), strict=True))
    ]


def _matrix(one: npt.NDArray[np.float64], two: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """For each pair the columns of the fit: contrast, brightness, shifts, stretches."""
    down, across = np.gradient((one + two) / 2, axis=(1, 2))
    y, x = np.mgrid[0:SIDE, 0:SIDE] / (SIDE / 2) - 1
    columns = (one, np.ones_like(one), across, down, x * across, y * down)
    return np.stack([column.reshape(len(one), -1) for column in columns], axis=2)


def _correlation(
    one: npt.NDArray[np.float64], two: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    flat = [each.reshape(len(each), -1) for each in (one, two)]
    a, b = (each - each.mean(axis=1, keepdims=True) for each in flat)
    size = np.sqrt((a * a).sum(axis=1) * (b * b).sum(axis=1))
    alike: npt.NDArray[np.float64] = (a * b).sum(axis=1) / np.maximum(size, 1e-9)
    return np.clip(alike, 0.0, 1.0)


def _place(at: int) -> str:
    row, column = divmod(at, SIDE)
    return _PLACES[row * 3 // SIDE][column * 3 // SIDE]
