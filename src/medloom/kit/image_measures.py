"""Measures of an image: contrast, sharpness, blank and uniform parts, colour."""

import numpy as np
import numpy.typing as npt
from PIL import Image as Pillow

from medloom.kit.pictures import Grey, grey
from medloom.kit.text_figures import text_share
from medloom.tables.image_quality import ImageQuality

_PRINT_SIDE, _SIDE = 1024, 512
_ROUNDING = 20 / 12
"""The variance of the Laplacian of rounding errors: the sum of its squared weights, over 12."""
_SEEN = 12
"""Levels between the channels of a pixel from which on it is seen as coloured."""


def image_quality_of(image: Pillow.Image) -> ImageQuality:
    """Measure an image that is opened; it is decoded once.

    >>> image_quality_of(Pillow.new("RGB", (64, 32), "red")).is_grey
    False
    """
    width, height = image.size
    if image.format == "JPEG":
        image.draft(None, (_PRINT_SIDE, _PRINT_SIDE))
    is_grey = _is_grey(image)
    print_sized = _at_most(grey(image, _PRINT_SIDE), _PRINT_SIDE * 5 // 4)
    pixels = np.asarray(_at_most(print_sized, _SIDE))
    return ImageQuality(
        width,
        height,
        brightness=round(float(pixels.mean()), 2),
        contrast=round(float(pixels.std()), 2),
        blank_share=round(_blank_share(pixels), 4),
        border_share=round(border_share(pixels), 4),
        sharpness=round(sharpness(pixels), 5),
        text_share=round(text_share(np.asarray(print_sized)), 4),
        is_grey=is_grey,
    )


def sharpness(pixels: Grey) -> float:
    """The variance of the Laplacian over that of the grey levels: small where all is blurred.

    Pech-Pacheco et al. 2000; over the variance, so that a soft stain is not taken for blur, and
    without what rounding to whole levels adds, so that a blurred one is not taken for sharp.

    >>> sharpness(np.tile(np.arange(64, dtype=np.uint8), (64, 1)))
    0.0
    """
    values = pixels.astype(np.float32)
    if min(values.shape) < 3 or not values.var():
        return 0.0
    centre = values[1:-1, 1:-1]
    around = values[:-2, 1:-1] + values[2:, 1:-1] + values[1:-1, :-2] + values[1:-1, 2:]
    return max(0.0, float((4 * centre - around).var()) - _ROUNDING) / float(values.var())


def border_share(pixels: Grey) -> float:
    """The share of the area outside of what is drawn: uniform rows and columns at the edges.

    >>> framed = np.zeros((10, 10), np.uint8)
    >>> framed[2:8, 2:8] = np.arange(0, 252, 7).reshape(6, 6)
    >>> border_share(framed)
    0.64
    """
    rows = _drawn(pixels, axis=1)
    columns = _drawn(pixels, axis=0)
    if not len(rows) or not len(columns):
        return 1.0
    inside = (rows[-1] - rows[0] + 1) * (columns[-1] - columns[0] + 1)
    return float(1 - inside / pixels.size)


def _drawn(pixels: Grey, axis: int) -> npt.NDArray[np.int64]:
    spread = pixels.max(axis=axis).astype(np.int64) - pixels.min(axis=axis)
    return np.flatnonzero(spread > 8)


def _blank_share(pixels: Grey) -> float:
    counts = np.bincount(pixels.ravel(), minlength=256)
    most = int(counts.argmax())
    return float(counts[max(0, most - 3) : most + 4].sum() / pixels.size)


def _is_grey(image: Pillow.Image) -> bool:
    if image.mode in ("1", "L", "LA", "I", "F") or image.mode.startswith("I;16"):
        return True
    small = image.convert("RGB").resize((128, 128), Pillow.Resampling.BOX, reducing_gap=2.0)
    channels = np.asarray(small, np.int16)
    coloured = channels.max(axis=2) - channels.min(axis=2) > _SEEN
    return bool(coloured.mean() < 0.001)


def _at_most(image: Pillow.Image, side: int) -> Pillow.Image:
    if max(image.size) <= side:
        return image
    image = image.copy()
    image.thumbnail((side, side), Pillow.Resampling.LANCZOS, reducing_gap=2.0)
    return image
