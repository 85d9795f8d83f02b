"""The vectors of a table: columns of its own, or those that its search index keeps."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt

from medloom.collection.collection import Collection
from medloom.errors import MedloomError
from medloom.search.index_rows import VECTOR
from medloom.search.index_state import State
from medloom.web.records import rows

Floats = npt.NDArray[np.float32]
Places = npt.NDArray[np.int64]
_BATCH = 20_000
_LEAST_SIZE = 3


class Vectors(NamedTuple):
    """A column of vectors: where it is, and whether the search index keeps it."""

    table: str
    column: str
    indexed: bool

    @property
    def name(self) -> str:
        """What the URL calls it."""
        return f"index:{self.column}" if self.indexed else self.column


def of_table(collection: Collection, table: str) -> list[Vectors]:
    """The columns of vectors of a table, its own first."""
    own = [
        Vectors(table, one.name, False)
        for one in rows.opened(collection, table).schema
        if _may_be_vectors(one.type)
    ]
    try:
        state = State.load(collection.store)
    except MedloomError:
        return own
    held = state.tables.get(table) if state else None
    if held is None or held.layout.get("key") != "id":
        return own
    names = [*(held.layout.get("vectors") or ()), *([VECTOR] if held.encoder else [])]
    known = {one.column for one in own}
    return [*own, *(Vectors(table, name, True) for name in names if name not in known)]


def _may_be_vectors(kind: pa.DataType) -> bool:
    is_list = pt.is_list(kind) or pt.is_fixed_size_list(kind) or pt.is_large_list(kind)
    return bool(is_list and pt.is_floating(kind.value_type))


class Read(NamedTuple):
    """Vectors with the positions of their rows in the table."""

    places: Places
    values: Floats


def sample(collection: Collection, which: Vectors, most: int, seed: int) -> tuple[Places, int]:
    """Positions of rows of the dataset that holds the vectors, drawn at random, in order.

    The second value is the number of all rows.
    """
    n_rows = int(_dataset(collection, which).count_rows())
    if n_rows <= most:
        return np.arange(n_rows, dtype=np.int64), n_rows
    drawn = np.random.default_rng(seed).choice(n_rows, most, replace=False)
    return np.sort(drawn).astype(np.int64), n_rows


def read(collection: Collection, which: Vectors, places: Places) -> Iterator[Read]:
    """Vectors at positions, in pieces; rows without a whole one are left out."""
    dataset = _dataset(collection, which)
    columns = [which.column, *(["id"] if which.indexed else [])]
    for start in range(0, len(places), _BATCH):
        part = places[start : start + _BATCH]
        taken = dataset.take(part.tolist(), columns=columns)
        values, good = _matrix(taken[which.column])
        at = part[good]
        if which.indexed:
            ids = taken["id"].filter(pa.array(good)) if len(good) else taken["id"]
            at, found = _positions(collection, which.table, ids)
            values = values[found]
        if len(at):
            yield Read(at, values)


def _matrix(column: pa.ChunkedArray) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """The vectors of one size that are whole, and which rows they are."""
    lists = column.to_pylist() if not column.num_chunks else None
    if lists is not None:
        return np.zeros((0, 0), np.float32), np.zeros(0, np.bool_)
    array = column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0)
    valid = np.asarray(array.is_valid())
    sizes = np.asarray(pc.list_value_length(array).fill_null(0))
    size = int(np.bincount(sizes[valid]).argmax()) if valid.any() else 0
    good = valid & (sizes == size) & (size >= _LEAST_SIZE)
    flat = pc.list_flatten(array.filter(pa.array(good)))
    values = np.asarray(flat.cast(pa.float32()).fill_null(np.nan), np.float32).reshape(
        -1, max(size, 1)
    )
    whole = np.isfinite(values).all(axis=1) & (values != 0).any(axis=1)
    good[np.flatnonzero(good)[~whole]] = False
    return values[whole], good


def _positions(collection: Collection, table: str, ids: Any) -> tuple[Places, Places]:
    """Positions in the table of ids that are there, and which ids those are."""
    wanted = (
        ids.combine_chunks().cast(pa.large_string()) if isinstance(ids, pa.ChunkedArray) else ids
    )
    if isinstance(wanted, pa.ChunkedArray):
        wanted = wanted.chunk(0)
    at = pc.index_in(wanted, value_set=rows.column(collection, table, "id"))
    found = np.flatnonzero(np.asarray(at.is_valid()))
    return np.asarray(at.drop_null(), np.int64), found.astype(np.int64)


def _dataset(collection: Collection, which: Vectors) -> Any:
    if not which.indexed:
        return rows.opened(collection, which.table)
    state = State.load(collection.store)
    held = state.tables[which.table] if state else None
    assert held is not None
    return collection.store.dataset(held.dataset, held.version)
