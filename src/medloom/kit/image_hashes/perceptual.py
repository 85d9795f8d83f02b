"""The perceptual hash of an image: 64 bits that stay where it is resized, recompressed, recoloured.

pHash (Zauner 2010, Implementation and Benchmarking of Perceptual Image Hash Functions): the signs
of the 64 lowest frequencies of a cosine transform of 32 x 32 grey pixels, against their median.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image as Pillow

from medloom.kit.pictures import Grey, grey, shrunk

Hashes = npt.NDArray[np.uint64]
SIDE = 32
"""Pixels of a side of a thumbnail."""
WAYS = {
    "turned left": (False, 1),
    "upside down": (False, 2),
    "turned right": (False, 3),
    "mirrored": (True, 0),
    "mirrored, turned left": (True, 1),
    "mirrored, upside down": (True, 2),
    "mirrored, turned right": (True, 3),
}
"""The ways in which a square can lie: whether it is mirrored, and its quarter turns to the left."""
_DECODED_SIDE, _LOW = 256, 8
_BLANK_LEVELS = 2.0


def cosines(n: int, n_kept: int) -> npt.NDArray[np.float64]:
    """The matrix of a cosine transform of type II: its lowest frequencies."""
    wave, place = np.arange(n_kept)[:, None], np.arange(n)[None]
    return np.asarray(2 * np.cos(np.pi * wave * (2 * place + 1) / (2 * n)))


_COSINES = cosines(SIDE, _LOW)


def thumbnail(image: Pillow.Image) -> Grey:
    """The image as 32 x 32 grey pixels.

    >>> thumbnail(Pillow.new("RGB", (640, 480), "white")).mean()
    np.float64(255.0)
    """
    return shrunk(grey(image, _DECODED_SIDE), SIDE)


def is_blank(small: Grey) -> bool:
    """Whether a thumbnail shows nothing: its hash would be noise, and like all other blank ones.

    >>> is_blank(np.full((32, 32), 255, np.uint8))
    True
    """
    return bool(small.std() < _BLANK_LEVELS)


def phash(thumbnails: npt.NDArray[np.uint8]) -> Hashes:
    """The hashes of thumbnails, an array of (n, 32, 32).

    >>> ramp = np.arange(1024, dtype=np.float64).reshape(1, 32, 32) / 4
    >>> as_hex(phash(ramp.astype(np.uint8)))
    ['8000000000000000']
    """
    waves = _COSINES @ thumbnails.astype(np.float64) @ _COSINES.T
    # Rounded, so that what is 0 in a symmetric image is 0 on every machine.
    low = waves.reshape(len(thumbnails), -1).round(6)
    bits = low > np.median(low, axis=1, keepdims=True)
    return np.packbits(bits, axis=1).view(">u8").astype(np.uint64)[:, 0]


def turned(thumbnails: npt.NDArray[np.uint8], way: str) -> npt.NDArray[np.uint8]:
    """Thumbnails as they lie in one of the other `WAYS`.

    >>> turned(np.array([[[1, 2], [3, 4]]], np.uint8), "mirrored").tolist()
    [[[2, 1], [4, 3]]]
    """
    mirrored, quarters = WAYS[way]
    return np.rot90(thumbnails[:, :, ::-1] if mirrored else thumbnails, quarters, axes=(1, 2))


def as_hex(hashes: Hashes) -> list[str]:
    """Hashes as 16 hexadecimal digits each."""
    return [f"{one:016x}" for one in hashes.tolist()]


def as_numbers(digits: Sequence[str]) -> Hashes:
    """Hashes from their digits; raises ValueError where one is not 16 hexadecimal digits.

    >>> as_numbers(["00000000000000ff"])
    array([255], dtype=uint64)
    """
    if any(len(one) != 16 for one in digits):
        raise ValueError("a perceptual hash has 16 hexadecimal digits")
    return np.frombuffer(bytes.fromhex("".join(digits)), ">u8").astype(np.uint64)
