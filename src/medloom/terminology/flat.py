"""One file of flat arrays that processes map into memory and share: a header, then the arrays."""

import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from medloom.terminology.model import TerminologyError

MAGIC = b"medloom lexicon 2\n"
_ALIGNED = 64

Array = npt.NDArray[Any]


def write(path: Path, about: Mapping[str, Any], arrays: Mapping[str, Array]) -> None:
    """Write the file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    header = json.dumps({"about": about, "arrays": dict(_placed(arrays))}).encode()
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(MAGIC + len(header).to_bytes(8, "little") + header)
            for array in arrays.values():
                file.write(b"\0" * (-file.tell() % _ALIGNED))
                file.write(np.ascontiguousarray(array).data)
        Path(name).chmod(0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read(path: Path) -> tuple[dict[str, Any], dict[str, Array]]:
    """Map the arrays of a file into memory; nothing is copied, pages are read when touched."""
    try:
        with path.open("rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                raise TerminologyError(
                    f"{path}: not a compiled terminology of this version; build it again"
                )
            size = int.from_bytes(file.read(8), "little")
            header = json.loads(file.read(size))
            start = file.tell()
        whole = np.memmap(path, np.uint8, "r")
        arrays, at = {}, start
        for name, (dtype, length) in header["arrays"].items():
            at += -at % _ALIGNED
            end = at + np.dtype(dtype).itemsize * length
            if end > len(whole):
                raise TerminologyError(f"{path}: is cut off; build it again")
            arrays[name] = np.asarray(whole[at:end]).view(dtype)
            at = end
    except (OSError, ValueError, KeyError) as error:
        raise TerminologyError(f"{path}: cannot be read ({error}); build it again") from error
    return header["about"], arrays


def _placed(arrays: Mapping[str, Array]) -> Iterator[tuple[str, tuple[str, int]]]:
    for name, array in arrays.items():
        yield name, (array.dtype.str, len(array))


class Strings:
    """Many strings in one array of bytes, decoded when asked for.

    >>> Strings(*Strings.pack(["heart", "Herz"]).values())[1]
    'Herz'
    """

    def __init__(self, bounds: Array, data: Array) -> None:
        self.bounds, self.data = bounds, data

    def __len__(self) -> int:
        return len(self.bounds) - 1

    def __getitem__(self, at: int) -> str:
        return bytes(self.data[self.bounds[at] : self.bounds[at + 1]]).decode(
            "utf-8", "surrogatepass"
        )

    @staticmethod
    def pack(strings: Iterable[str], name: str = "s") -> dict[str, Array]:
        """The two arrays of some strings, by their names in a file."""
        encoded = [one.encode("utf-8", "surrogatepass") for one in strings]
        bounds = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum([len(one) for one in encoded], out=bounds[1:])
        return {
            f"{name}_bounds": bounds,
            f"{name}_data": np.frombuffer(b"".join(encoded), np.uint8),
        }
