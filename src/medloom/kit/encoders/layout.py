"""A descriptor of images without any learned model: what stands where, in which colour.

The picture is brought to a square and described by three parts of equal weight: grey values of a
16 x 16 raster, directions of edges in a 6 x 6 raster (histograms of oriented gradients, Dalal and
Triggs 2005), and how much of the picture has which colour. It finds copies, however scaled or
compressed, and pictures laid out alike. It knows nothing of what a picture shows.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image

from medloom.kit.encoders.static import normalised
from medloom.kit.pictures import opened

_RASTER, _EDGES, _CELLS, _DIRECTIONS = 16, 96, 6, 6
_HUES, _LEVELS = 8, 4
Floats = npt.NDArray[np.float32]


class LayoutEncoder:
    """Encodes images by how they are laid out.

    >>> import io
    >>> file, small = io.BytesIO(), io.BytesIO()
    >>> picture = Image.radial_gradient("L")
    >>> picture.save(file, "PNG")
    >>> picture.resize((90, 90)).save(small, "JPEG")
    >>> one, other = LayoutEncoder().encode([file.getvalue(), small.getvalue()])
    >>> bool(one @ other > 0.95)
    True
    """

    name = "layout"
    size = _RASTER**2 + _CELLS**2 * _DIRECTIONS + (_HUES + 1) * _LEVELS

    def encode(self, images: Sequence[bytes]) -> Floats:
        """A vector of length 1 for each image; raises ValueError where one cannot be read."""
        if not images:
            return np.zeros((0, self.size), np.float32)
        return normalised(np.stack([_described(one) for one in images]))


def _described(data: bytes) -> Floats:
    with opened(data) as image:
        image.draft("RGB", (2 * _EDGES, 2 * _EDGES))
        picture = on_white(image).resize((_EDGES, _EDGES), Image.Resampling.BOX)
    grey = picture.convert("L")
    raster = np.asarray(grey.resize((_RASTER, _RASTER), Image.Resampling.BOX), np.float32)
    parts = (raster - raster.mean(), _edges(np.asarray(grey, np.float32)), _colours(picture))
    return np.concatenate([normalised(one.reshape(1, -1).astype(np.float32))[0] for one in parts])


def on_white(image: Image.Image) -> Image.Image:
    """The picture in colours, what is transparent on white, wide values stretched."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layer = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")
    if image.mode.startswith(("I", "F")):
        values = np.asarray(image, np.float32)
        low, high = float(values.min()), float(values.max())
        image = Image.fromarray(((values - low) * (255 / ((high - low) or 1))).astype(np.uint8))
    return image.convert("RGB")


def _edges(grey: Floats) -> Floats:
    """How strong edges of each direction are in each cell; the root tames the strongest."""
    down, right = np.gradient(grey)
    direction = np.floor(np.mod(np.arctan2(down, right), np.pi) / np.pi * _DIRECTIONS)
    cell = np.arange(_EDGES) * _CELLS // _EDGES
    place = (cell[:, None] * _CELLS + cell) * _DIRECTIONS
    bins = place + np.minimum(direction, _DIRECTIONS - 1).astype(int)
    strength = np.hypot(down, right)
    sums = np.bincount(bins.ravel(), strength.ravel(), minlength=_CELLS**2 * _DIRECTIONS)
    return np.asarray(np.sqrt(sums), np.float32)


def _colours(picture: Image.Image) -> Floats:
    """How much of the picture has each hue, or is grey, at each level of light."""
    hue, saturation, value = np.asarray(picture.convert("HSV"), np.int32).transpose(2, 0, 1)
    kind = np.where(saturation < 40, _HUES, hue * _HUES // 256)
    bins = kind * _LEVELS + value * _LEVELS // 256
    return np.asarray(
        np.sqrt(np.bincount(bins.ravel(), minlength=(_HUES + 1) * _LEVELS)), np.float32
    )
