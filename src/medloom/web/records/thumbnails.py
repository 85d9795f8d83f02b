"""Pictures for pages, made anew from bytes that strangers wrote; what is broken says so."""

import io
import textwrap

import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw, ImageOps

from medloom.kit.pictures import opened

SIZES = (96, 200, 400, 800, 1600, 4096)
"""The longest sides, in pixels, in which pictures are given."""
_MOST_MEGAPIXELS = 120
_MOST_BYTES = 200 * 2**20
_FLAT = ("PNG", "GIF", "BMP", "PPM")


def fitting(size: int) -> int:
    """The least of the sizes that is not smaller.

    >>> fitting(300), fitting(9000)
    (400, 4096)
    """
    return next((one for one in SIZES if one >= size), SIZES[-1])


def thumbnail(data: bytes, size: int) -> tuple[bytes, str]:
    """A picture whose longest side has at most `size` pixels, and its media type.

    The pixels are decoded and encoded anew: no byte of the source is passed on. Raises ValueError
    where they cannot be read, or are too many.
    """
    if len(data) > _MOST_BYTES:
        raise ValueError(f"the file has {len(data) // 2**20} MB, over the limit of 200")
    if is_svg(data):
        raise ValueError("SVG can hold programs and is not shown")
    with opened(data, _MOST_MEGAPIXELS) as image:
        kind = image.format
        if kind == "JPEG":
            image.draft(image.mode, (size, size))
        small = _plain(image)
        small.thumbnail((size, size), Pillow.Resampling.LANCZOS, reducing_gap=3.0)
    return _encoded(small, "PNG" if kind in _FLAT else "JPEG")


def is_svg(data: bytes) -> bool:
    """Whether it looks like an SVG.

    >>> is_svg(b"<?xml version='1.0'?><svg/>"), is_svg(b"GIF89a")
    (True, False)
    """
    head = data[:2000].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    return head.startswith(b"<") and (b"<svg" in head or b"<?xml" in head or b"<!doctype" in head)


def _plain(image: Pillow.Image) -> Pillow.Image:
    """Upright, on white, in 8 bits of grey or colour."""
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return _spread(image)
    turned = ImageOps.exif_transpose(image)
    if turned.has_transparency_data:
        over = turned.convert("RGBA")
        under = Pillow.new("RGBA", over.size, "white")
        under.alpha_composite(over)
        return under.convert("RGB")
    return turned.convert("L" if turned.mode in ("1", "L", "LA") else "RGB")


def _spread(image: Pillow.Image) -> Pillow.Image:
    """More than 8 bits, from the least to the greatest value of the middle 99.8 %."""
    values = np.nan_to_num(np.asarray(image, np.float32))
    low, high = np.percentile(values, (0.1, 99.9))
    scaled = (values - low) * (255 / (high - low)) if high > low else np.zeros_like(values)
    return Pillow.fromarray(scaled.clip(0, 255).astype(np.uint8))


def _encoded(image: Pillow.Image, kind: str) -> tuple[bytes, str]:
    out = io.BytesIO()
    if kind == "PNG":
        image.save(out, "PNG", compress_level=4)
        return out.getvalue(), "image/png"
    image.save(out, "JPEG", quality=88, progressive=True)
    return out.getvalue(), "image/jpeg"


def placeholder(reason: str, size: int) -> tuple[bytes, str]:
    """A picture that says why there is none."""
    width, height = max(min(size, 400), 96), max(min(size, 400) * 3 // 4, 72)
    image = Pillow.new("RGB", (width, height), "#eef0f3")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width - 1, height - 1), outline="#aab3bd")
    draw.line((0, 0, width, height), fill="#dde2e7")
    draw.line((0, height, width, 0), fill="#dde2e7")
    told = "\n".join(
        textwrap.wrap(reason.encode("ascii", "replace").decode(), max(width // 7, 12))[:5]
    )
    draw.multiline_text((width / 2, height / 2), told, fill="#3c4650", anchor="mm", align="center")
    return _encoded(image, "PNG")
