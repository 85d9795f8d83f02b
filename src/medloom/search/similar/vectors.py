"""How near rows are in a column of vectors: the exact cosine, a batch at a time."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from medloom.search.similar.lexical import Scores

Matrix = npt.NDArray[np.float32]


def matrix(column: pa.ChunkedArray | pa.Array) -> Matrix:
    """A column of vectors as an array of (rows, size), each of length 1; a null is all zeros.

    Raises ValueError where vectors differ in size.

    >>> matrix(pa.array([[3.0, 4.0], None]))
    array([[0.6, 0.8],
           [0. , 0. ]], dtype=float32)
    """
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    parts = [_values(one) for one in chunks if len(one)]
    size = max((one.shape[1] for one in parts), default=0)
    if any(one.shape[1] not in (0, size) for one in parts):
        raise ValueError("vectors of different sizes")
    filled = (one if one.shape[1] else np.zeros((len(one), size), np.float32) for one in parts)
    return normalised(np.concatenate([*filled, np.zeros((0, size), np.float32)]))


def normalised(vectors: Matrix) -> Matrix:
    """Vectors of length 1; what is not a number, or zero, stays zero."""
    clean = np.nan_to_num(np.asarray(vectors, np.float32), posinf=0.0, neginf=0.0)
    length = np.linalg.norm(clean, axis=-1, keepdims=True)
    return np.asarray(clean / np.where(length > 0, length, 1), np.float32)


def cosines(vectors: Matrix, wanted: Iterable[float]) -> Scores:
    """The cosine of each vector to one, 0 where it is below."""
    one = normalised(np.fromiter(wanted, np.float32))
    if vectors.shape[1] != len(one):
        raise ValueError(f"the vector has {len(one)} numbers, the column {vectors.shape[1]}")
    return np.asarray(np.maximum(vectors @ one, 0.0), np.float32)


def _values(chunk: pa.Array) -> Matrix:
    lengths = pc.list_value_length(chunk.drop_null()).unique().to_pylist()
    if len(lengths) > 1:
        raise ValueError("vectors of different sizes")
    size = lengths[0] if lengths else 0
    made = np.zeros((len(chunk), size), np.float32)
    held = np.asarray(chunk.is_valid())
    flat = chunk.drop_null().flatten().to_numpy(zero_copy_only=False)
    if size and held.any():
        made[held] = flat.reshape(-1, size)
    return made
