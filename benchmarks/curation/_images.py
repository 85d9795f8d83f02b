"""Real images, edits of them that leave what they show, and changes that do not."""

import io
import random
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from medloom.kit.pictures import opened

Image.MAX_IMAGE_PIXELS = None
ENDINGS = (".jpg", ".jpeg", ".png", ".gif", ".tif", ".tiff", ".webp", ".svs")
CHESTS = "imaging/img_pneumoniamnist/varun/data/pneumoniamnist.npz"


def image_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Each image file that can be read, by its path; in an archive behind a `!`."""
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        key = path.relative_to(folder).as_posix()
        for name, data in _held(path, key):
            if name.lower().endswith(ENDINGS) and _is_readable(data):
                yield name, data


def _held(path: Path, key: str) -> Iterator[tuple[str, bytes]]:
    if key.lower().endswith(ENDINGS):
        yield key, path.read_bytes()
    elif key.endswith((".tar", ".tar.gz", ".tgz")):
        with tarfile.open(path) as archive:
            for member in archive:
                if member.isfile() and (file := archive.extractfile(member)):
                    yield f"{key}!{member.name}", file.read()
    elif key.endswith(".zip"):
        with zipfile.ZipFile(path) as packed:
            for name in packed.namelist():
                yield f"{key}!{name}", packed.read(name)


def _is_readable(data: bytes) -> bool:
    try:
        with opened(data) as image:
            image.load()
    except ValueError:
        return False
    return True


def least_side(data: bytes) -> int:
    with opened(data) as image:
        return min(image.size)


def chests(data: Path, n: int) -> list[bytes]:
    """Chest X-rays of 28 x 28 pixels, each there once."""
    pixels = np.unique(np.load(data / CHESTS)["train_images"], axis=0)
    return [saved(Image.fromarray(one)) for one in pixels[:n]]


def saved(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def plain(data: bytes) -> Image.Image:
    """The image in grey or colour, at most 1600 pixels wide."""
    image = Image.open(io.BytesIO(data))
    image = image.convert("L" if image.mode == "L" else "RGB")
    image.thumbnail((1600, 1600))
    return image


def _cropped(image: Image.Image, share: float) -> Image.Image:
    x, y = int(image.width * share / 2), int(image.height * share / 2)
    return image.crop((x, y, image.width - x, image.height - y))


EDITS: dict[str, Callable[[Image.Image], bytes]] = {
    "half the size": lambda one: saved(one.resize((one.width // 2, one.height // 2))),
    "1.3 times the size": lambda one: saved(
        one.resize((one.width * 13 // 10, one.height * 13 // 10))
    ),
    "JPEG quality 50": lambda one: saved(one, "JPEG", quality=50),
    "JPEG quality 20": lambda one: saved(one, "JPEG", quality=20),
    "WebP": lambda one: saved(one, "WEBP", quality=60),
    "20% brighter": lambda one: saved(ImageEnhance.Brightness(one).enhance(1.2)),
    "20% darker": lambda one: saved(ImageEnhance.Brightness(one).enhance(0.8)),
    "more contrast": lambda one: saved(ImageEnhance.Contrast(one).enhance(1.3)),
    "grey": lambda one: saved(one.convert("L")),
    "cropped by 2%": lambda one: saved(_cropped(one, 0.02)),
    "cropped by 5%": lambda one: saved(_cropped(one, 0.05)),
}


def _with_number(image: Image.Image, draw: random.Random) -> bytes:
    image = image.convert("RGB")
    width, height = image.size
    x, y = draw.randint(0, width - width // 6), draw.randint(0, height - height // 10)
    pen = ImageDraw.Draw(image)
    pen.rectangle((x, y, x + width // 6, y + height // 14), fill="white")
    pen.text((x, y), "12.4 mg", fill="black", font_size=max(10, height // 25))
    return saved(image)


def _with_bar(image: Image.Image, draw: random.Random) -> bytes:
    image = image.convert("RGB")
    width, height = image.size
    x = draw.randint(0, width - width // 10)
    box = (x, height // 2, x + width // 14, height - height // 8)
    ImageDraw.Draw(image).rectangle(box, fill="grey")
    return saved(image)


CHANGES: dict[str, Callable[[Image.Image, random.Random], bytes]] = {
    "another number": _with_number,
    "another bar": _with_bar,
}


def blurred(data: bytes) -> bytes:
    image = plain(data)
    radius = 6 * max(1, max(image.size) / 512)
    return saved(image.filter(ImageFilter.GaussianBlur(radius)))
