"""Tagger models as files: one NumPy archive with arrays and a JSON description, read in full.

Sorted hashes are stored as gaps, in planes of bytes, which a zip archive packs well; weights as
float16, tables as int8 with one scale a column.
"""

import hashlib
import json
import zipfile
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from medloom.errors import MedloomError
from medloom.kit.digests import digest_of_file
from medloom.tagging.gazetteer import Gazetteer

FORMAT = 1
BUILT_IN = "mentions"
"""The model inside the package."""


class ModelError(MedloomError):
    """A tagger model is missing, or is not a file that this version can use."""


class Head(NamedTuple):
    """One corpus that a model learned: its labels and where its tags stand in the output."""

    name: str
    labels: tuple[str, ...]
    first: int

    @property
    def columns(self) -> slice:
        """Its columns in the output of the network."""
        return slice(self.first, self.first + 1 + 4 * len(self.labels))


class Model(NamedTuple):
    """The weights of a tagger, as float32, and what is said of it."""

    card: dict[str, Any]
    heads: tuple[Head, ...]
    weights: dict[str, np.ndarray]
    gazetteer: Gazetteer
    digest: str


def place_of(model: str) -> Path:
    """The file of a built-in model or the file that is named; raises ModelError if missing."""
    built_in = Path(str(files("medloom.models"))) / f"{model}.npz"
    place = built_in if "/" not in model and built_in.is_file() else Path(model)
    if not place.is_file():
        raise ModelError(
            f"no tagger model {model}: name a file made by `medloom tagger train`, "
            f"or {BUILT_IN!r}, which comes with Medloom"
        )
    return place


def digest_of(model: str) -> str:
    """A hash of a model's file."""
    return digest_of_file(place_of(model))


def load(model: str) -> Model:
    """Read a model once a process; raises ModelError where it is missing or wrong."""
    place = place_of(model)
    state = place.stat()
    return _load(place, state.st_mtime_ns, state.st_size)


@cache
def _load(place: Path, _changed: int, _size: int) -> Model:
    content = place.read_bytes()
    try:
        with np.load(BytesIO(content), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        card = json.loads(arrays.pop("card").tobytes())
        if card["format"] != FORMAT:
            raise ModelError(
                f"{place}: a tagger model of format {card['format']}; this Medloom reads {FORMAT}"
            )
        gazetteer = Gazetteer(
            _sorted_hashes(arrays.pop("gazetteer.names")),
            arrays.pop("gazetteer.members"),
            _sorted_hashes(arrays.pop("gazetteer.beginnings")),
            tuple(card["vocabularies"]),
        )
        heads, first = [], 0
        for name, labels in card["heads"].items():
            heads.append(Head(name, tuple(labels), first))
            first = heads[-1].columns.stop
        weights = _weights(arrays)
    except (ValueError, KeyError, OSError, zipfile.BadZipFile, EOFError, TypeError) as error:
        raise ModelError(f"{place}: not a tagger model of Medloom ({error})") from None
    return Model(card, tuple(heads), weights, gazetteer, hashlib.sha256(content).hexdigest()[:16])


def save(
    path: Path, card: dict[str, Any], weights: dict[str, np.ndarray], gazetteer: Gazetteer
) -> None:
    """Write a model; names that end in `.keys` are sorted hashes, `.table` int8 tables."""
    described = {"format": FORMAT, "vocabularies": list(gazetteer.vocabularies)} | card
    arrays = {"card": np.frombuffer(json.dumps(described).encode(), np.uint8)}
    arrays["gazetteer.names"] = _planes(gazetteer.names)
    arrays["gazetteer.members"] = gazetteer.members
    arrays["gazetteer.beginnings"] = _planes(gazetteer.beginnings)
    for name, array in sorted(weights.items()):
        if name.endswith(".keys"):
            arrays[name] = _planes(array)
        elif name.endswith(".table"):
            arrays[name], arrays[name + ".scale"] = quantised(array)
        else:
            arrays[name] = array.astype(np.float16)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]


def quantised(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A table as int8, with the scale of each column."""
    scale = (np.abs(table).max(0, initial=1e-8) / 127).astype(np.float32)
    return np.rint(table / scale).astype(np.int8), scale


def _weights(arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    found = {}
    for name, array in arrays.items():
        if name.endswith(".keys"):
            found[name] = _sorted_hashes(array)
        elif name.endswith(".table"):
            found[name] = array.astype(np.float32) * arrays[name + ".scale"]
        elif not name.endswith(".scale"):
            found[name] = array.astype(np.float32)
    return found


def _planes(sorted_hashes: np.ndarray) -> np.ndarray:
    gaps = sorted_hashes.astype(np.uint32)
    gaps[1:] -= gaps[:-1].copy()
    return np.stack([(gaps >> np.uint32(8 * at)).astype(np.uint8) for at in range(4)])


def _sorted_hashes(planes: np.ndarray) -> np.ndarray:
    gaps = np.zeros(planes.shape[1], np.uint32)
    for at in range(4):
        gaps |= planes[at].astype(np.uint32) << np.uint32(8 * at)
    found: np.ndarray = np.cumsum(gaps, dtype=np.uint32)
    return found
