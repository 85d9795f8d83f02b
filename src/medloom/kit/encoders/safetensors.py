"""Read the arrays of a safetensors file: a header in JSON, then plain bytes."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

_TYPES = {"F32": np.float32, "F16": np.float16}


def arrays_of(path: Path) -> dict[str, npt.NDArray[Any]]:
    """The arrays of floats in a file, by name, as float32; others are left out.

    Raises ValueError where the file is not whole.
    """
    data = np.memmap(path, np.uint8, "r")
    length = int.from_bytes(data[:8].tobytes(), "little")
    if len(data) < 8 + length:
        raise ValueError(f"{path}: not a whole safetensors file")
    header, start = json.loads(data[8 : 8 + length].tobytes()), 8 + length
    found = {}
    for name, one in header.items():
        if name != "__metadata__" and one["dtype"] in _TYPES:
            low, high = one["data_offsets"]
            raw = data[start + low : start + high].tobytes()
            array = np.frombuffer(raw, _TYPES[one["dtype"]]).reshape(one["shape"])
            found[name] = array.astype(np.float32)
    return found
