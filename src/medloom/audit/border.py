"""What the border and the corners of images look like: where shortcuts sit."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from medloom.audit.statistics import Floats
from medloom.audit.view import View

_SIDE, _STRIP, _CORNER = 64, 4, 14
_BRIGHT = 200


def image_features(view: View, column: str, rows: NDArray[np.int64]) -> dict[str, Floats]:
    """Numbers of the border and of the corners of the images of some rows; NaN where unreadable.

    The corners are where laterality markers and burnt-in text stand.
    """
    found = np.full((len(rows), 16 + 16), np.nan)
    dataset = view.collection.dataset(view.table)
    for start in range(0, len(rows), 64):
        some = rows[start : start + 64]
        files = dataset.take(some.tolist(), columns=[column])[column].to_pylist()
        for at, file in enumerate(files):
            pixels = _pixels(file)
            if pixels is not None:
                found[start + at] = np.r_[border(pixels), corners(pixels)]
    if np.isnan(found).all():
        return {}
    return {"image border": found[:, :16], "image corners (markers)": found[:, 16:]}


def border(pixels: Floats) -> Floats:
    """Mean, spread, darkest and brightest of each edge: top, bottom, left, right.

    >>> border(np.zeros((64, 64))).shape
    (16,)
    """
    strips = (pixels[:_STRIP], pixels[-_STRIP:], pixels[:, :_STRIP], pixels[:, -_STRIP:])
    return np.array([f(one) for one in strips for f in (np.mean, np.std, np.min, np.max)])


def corners(pixels: Floats) -> Floats:
    """Mean, spread, brightest pixel and share of bright pixels of each corner.

    >>> float(corners(np.full((64, 64), 255.0))[3])
    1.0
    """
    n = _CORNER
    parts = (pixels[:n, :n], pixels[:n, -n:], pixels[-n:, :n], pixels[-n:, -n:])
    return np.array(
        [
            value
            for one in parts
            for value in (one.mean(), one.std(), one.max(), (one > _BRIGHT).mean())
        ]
    )


def _pixels(file: bytes | None) -> Floats | None:
    if not file:
        return None
    try:
        with Image.open(io.BytesIO(file)) as image:
            image.draft("L", (_SIDE * 2, _SIDE * 2))
            small = image.convert("L").resize((_SIDE, _SIDE), Image.Resampling.BOX)
            return np.asarray(small, dtype=float)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
