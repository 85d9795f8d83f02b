"""Open pictures that strangers made, and bring them to small grey images."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt
from PIL import Image as Pillow
from PIL import UnidentifiedImageError

Grey = npt.NDArray[np.uint8]
FORMATS = ("JPEG", "PNG", "TIFF", "GIF", "WEBP", "BMP", "JPEG2000", "PPM")
"""What is read; other formats of Pillow need other programs, or are old and unsafe."""
_ORIENTATION = 0x0112
_TURNS = {
    2: Pillow.Transpose.FLIP_LEFT_RIGHT,
    3: Pillow.Transpose.ROTATE_180,
    4: Pillow.Transpose.FLIP_TOP_BOTTOM,
    5: Pillow.Transpose.TRANSPOSE,
    6: Pillow.Transpose.ROTATE_270,
    7: Pillow.Transpose.TRANSVERSE,
    8: Pillow.Transpose.ROTATE_90,
}
Pillow.MAX_IMAGE_PIXELS = None  # `max_megapixels` decides, before anything is decoded


@contextmanager
def opened(data: bytes, max_megapixels: float = 200) -> Iterator[Pillow.Image]:
    """Open an image whose pixels are not decoded yet; of an animation the first frame counts.

    Raises ValueError where it has more pixels than `max_megapixels`, in millions, and where
    Pillow cannot read it, then or later.

    >>> with opened(b"GIF89a"):
    ...     pass
    Traceback (most recent call last):
        ...
    ValueError: not an image that can be read
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of sizes and tags that we judge ourselves
        try:
            with Pillow.open(io.BytesIO(data), formats=FORMATS) as image:
                if image.width * image.height > max_megapixels * 1_000_000:
                    size = f"{image.width} x {image.height}"
                    raise ValueError(f"{size} pixels are over the limit of {max_megapixels:g} M")
                yield image
        except UnidentifiedImageError as error:
            raise ValueError("not an image that can be read") from error
        except (OSError, SyntaxError, EOFError, MemoryError, ArithmeticError) as error:
            raise ValueError(f"image cannot be decoded: {error or type(error).__name__}") from error


def orientation(image: Pillow.Image) -> int:
    """How the image is turned to be shown, as EXIF says: 1 is not at all, 2 to 8 are turned."""
    if not {"exif", "Raw profile type exif", "xmp"} & image.info.keys():
        return 1
    turn = image.getexif().get(_ORIENTATION, 1)
    return turn if turn in _TURNS else 1


def grey(image: Pillow.Image, least_side: int) -> Pillow.Image:
    """The image in 8 bits of grey as it is shown, upright and on white.

    A JPEG is decoded at a half, a quarter or an eighth of its size, where its shorter sides stay
    at `least_side` pixels or more. What has more than 8 bits is spread from its least to its
    greatest value.

    >>> grey(Pillow.new("RGBA", (4, 2), (0, 0, 0, 0)), 1).getpixel((0, 0))
    255
    """
    turn = orientation(image)
    if image.format == "JPEG":
        image.draft("L", (least_side, least_side))
    flat = _grey(image)
    return flat.transpose(_TURNS[turn]) if turn in _TURNS else flat


def shrunk(image: Pillow.Image, side: int) -> Grey:
    """A grey image as a square of `side` pixels, whatever its shape was."""
    small = image.resize((side, side), Pillow.Resampling.LANCZOS, reducing_gap=3.0)
    return np.asarray(small, np.uint8)


def _grey(image: Pillow.Image) -> Pillow.Image:
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return _spread(image)
    if image.has_transparency_data:
        over = image.convert("RGBA")
        white = Pillow.new("RGBA", over.size, "white")
        white.alpha_composite(over)
        image = white
    if image.mode == "1":
        return image.convert("L")
    return image if image.mode == "L" else image.convert("L")


def _spread(image: Pillow.Image) -> Pillow.Image:
    values = np.nan_to_num(np.asarray(image, np.float64))
    low, high = values.min(), values.max()
    scaled = (values - low) * (255 / (high - low)) if high > low else np.zeros_like(values)
    return Pillow.fromarray(scaled.round().astype(np.uint8))
