"""Make arrays out of bytes: images, NumPy files, and whatever a hook of yours can read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import Any, Literal

import numpy as np
from PIL import Image

from medloom.errors import MedloomError

Decoder = Callable[[Any], Any]
Kind = Literal["numpy", "torch", "pil"]
Decode = bool | Kind | Decoder | Mapping[str, Kind | Decoder]
IMAGE_COLUMN = "bytes"
_IMAGES = (b"\xff\xd8\xff", b"\x89PNG", b"II*\0", b"MM\0*", b"GIF8", b"RIFF", b"BM")


@dataclass(frozen=True)
class decode_image:  # noqa: N801 - it reads as the function that it is used as
    """Decode an image file, by Pillow, which lets other threads run meanwhile.

    `mode` is Pillow's: "RGB" by default, "L" for grey, None to keep that of the file. With `size`
    the image is scaled to that width and height; a JPEG is then decoded at 1/2, 1/4 or 1/8 first
    where that is still as large as asked for (its DCT scales for nothing; Pillow's `draft`).

    A "numpy" image is uint8 (or as deep as the file is), height x width or height x width x 3;
    a "torch" one has its channels first.

    >>> file = BytesIO()
    >>> Image.new("RGB", (64, 32)).save(file, "JPEG")
    >>> decode_image(size=(8, 4))(file.getvalue()).shape
    (4, 8, 3)
    """

    mode: str | None = "RGB"
    size: tuple[int, int] | None = None
    to: Kind = "numpy"

    def __call__(self, data: bytes) -> Any:
        """The image of a file's bytes."""
        with Image.open(BytesIO(data)) as image:
            if self.size and image.format == "JPEG":
                image.draft(self.mode if self.mode in ("RGB", "L") else None, self.size)
            made: Image.Image = image
            if self.mode and image.mode != self.mode:
                made = image.convert(self.mode)
            if self.size and made.size != self.size:
                made = made.resize(self.size, Image.Resampling.BILINEAR, reducing_gap=2.0)
            made.load()
        return _as(self.to, made)


def _as(kind: Kind, image: Image.Image) -> Any:
    if kind == "pil":
        return image
    array = np.array(image)
    return to_torch(array) if kind == "torch" else array


def to_torch(array: Any) -> Any:
    """A tensor of an image's array, channels first."""
    import torch  # noqa: PLC0415 - an extra

    tensor = torch.from_numpy(array)
    return tensor.permute(2, 0, 1).contiguous() if tensor.ndim == 3 else tensor


def decode_array(data: bytes) -> Any:
    """The array of an .npy file, or the arrays of an .npz by their names; never a pickle.

    >>> file = BytesIO()
    >>> np.save(file, np.zeros((2, 3), np.int16))
    >>> decode_array(file.getvalue()).shape
    (2, 3)
    """
    loaded = np.load(BytesIO(data), allow_pickle=False)
    return loaded if isinstance(loaded, np.ndarray) else dict(loaded)


def decode_any(data: Any, to: Kind = "numpy") -> Any:
    """Decode what the first bytes say is an image or a NumPy file; hand over anything else."""
    if not isinstance(data, bytes):
        return data
    if data.startswith(_IMAGES):
        return decode_image(to=to)(data)
    if data.startswith((b"\x93NUMPY", b"PK\3\4")):
        return decode_array(data)
    return data


def decoders(given: Decode) -> dict[str, Decoder] | Decoder | None:
    """What `decode=` asks for: a decoder for each column, or one for every column of bytes.

    >>> decoders(True) is decode_any, decoders(False)
    (True, None)
    """
    if given is False:
        return None
    if isinstance(given, Mapping):
        return {column: _decoder(one) for column, one in given.items()}
    if isinstance(given, str):
        return _decoder(given)
    return decode_any if given is True else {IMAGE_COLUMN: given}


def _decoder(given: Kind | Decoder) -> Decoder:
    if not isinstance(given, str):
        return given
    if given not in ("numpy", "torch", "pil"):
        raise MedloomError(f"decode={given!r}: say 'numpy', 'torch', 'pil', or give a function")
    return partial(decode_any, to=given)


def decoded(row: dict[str, Any], how: dict[str, Decoder] | Decoder) -> dict[str, Any]:
    """The row with its columns decoded; a null stays one. The row itself is changed.

    >>> decoded({"id": "a", "n": "7"}, {"n": int})
    {'id': 'a', 'n': 7}
    """
    if isinstance(how, dict):
        for column, decoder in how.items():
            if row.get(column) is not None:
                row[column] = decoder(row[column])
        return row
    for column, value in row.items():
        if isinstance(value, bytes):
            row[column] = how(value)
    return row
