"""How alike images look, without a model: layout, edges and colours of small copies of them.

It finds copies, crops of the same picture and images of the same kind (charts, scans, stains), not
what an image means. A column `image_embedding` of an encoder takes its place where there is one.
"""

import numpy as np
import numpy.typing as npt
from PIL import Image as Pillow

from medloom.kit.pictures import opened
from medloom.search.similar.vectors import Matrix, normalised

_SIDE, _GRID, _ANGLES, _BINS = 64, 4, 8, 4
SIZE = 16 * 16 + _GRID * _GRID * _ANGLES + _BINS**3


def looks(data: bytes, max_megapixels: float = 200) -> Matrix:
    """What an image looks like, as a vector of length 1.

    Three parts that weigh the same: 16 x 16 grey levels without their mean; how strong edges of
    eight directions are in each of 4 x 4 tiles (Dalal and Triggs 2005, coarsely); and how much
    there is of each of 64 colours. Raises ValueError where it is no image that can be read.

    >>> import io
    >>> file = io.BytesIO()
    >>> Pillow.linear_gradient("L").save(file, "PNG")
    >>> looks(file.getvalue()).shape
    (448,)
    """
    with opened(data, max_megapixels) as image:
        image.draft("RGB", (4 * _SIDE, 4 * _SIDE))
        small = _on_white(image).resize((_SIDE, _SIDE), Pillow.Resampling.BOX, reducing_gap=2.0)
    colours = np.asarray(small, np.float32)
    grey = np.asarray(small.convert("L"), np.float32)
    parts = [_layout(grey), _edges(grey), _colours(colours)]
    return normalised(np.concatenate([normalised(one) for one in parts]))


def _on_white(image: Pillow.Image) -> Pillow.Image:
    if image.has_transparency_data:
        over = image.convert("RGBA")
        white = Pillow.new("RGBA", over.size, "white")
        white.alpha_composite(over)
        return white.convert("RGB")
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        values = np.nan_to_num(np.asarray(image, np.float64))
        spread = (values - values.min()) * (255 / (np.ptp(values) or 1))
        image = Pillow.fromarray(spread.astype(np.uint8))
    return image.convert("RGB")


def _layout(grey: npt.NDArray[np.float32]) -> Matrix:
    tiles = grey.reshape(16, _SIDE // 16, 16, _SIDE // 16).mean(axis=(1, 3))
    return np.asarray(tiles - tiles.mean(), np.float32).ravel()


def _edges(grey: npt.NDArray[np.float32]) -> Matrix:
    down, across = np.gradient(grey)
    strength = np.hypot(down, across)
    angle = (np.arctan2(down, across) % np.pi) * (_ANGLES / np.pi)
    tile = np.arange(_SIDE) // (_SIDE // _GRID)
    place = (tile[:, None] * _GRID + tile[None]) * _ANGLES + np.minimum(angle, _ANGLES - 1).astype(
        int
    )
    counted = np.bincount(place.ravel(), strength.ravel(), _GRID * _GRID * _ANGLES)
    return np.sqrt(counted).astype(np.float32)


def _colours(colours: npt.NDArray[np.float32]) -> Matrix:
    bins = np.minimum(colours * (_BINS / 256), _BINS - 1).astype(int)
    place = (bins[..., 0] * _BINS + bins[..., 1]) * _BINS + bins[..., 2]
    return np.sqrt(np.bincount(place.ravel(), minlength=_BINS**3)).astype(np.float32)
