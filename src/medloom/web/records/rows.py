"""Find rows by id, and rows that point at an id, in tables of a million rows within milliseconds.

The columns of ids are held in memory as Arrow arrays, by table version: looking a million strings
through takes about a millisecond for a megabyte, and needs no index in somebody else's table.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt

from medloom.collection.collection import Collection
from medloom.collection.store import Store
from medloom.errors import CollectionError
from medloom.kit.sql import literal

_MOST_HELD_BYTES = 512 * 2**20
_MOST_ROWS = 20_000_000
_held: "OrderedDict[tuple[str, int, str], pa.Array]" = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Place:
    """Where a row stands in its table, with the ids of its neighbours."""

    position: int
    n_rows: int
    id: str | None
    before: str | None
    after: str | None


def is_text(kind: pa.DataType) -> bool:
    """Whether a column holds strings."""
    return bool(pt.is_string(kind) or pt.is_large_string(kind))


def is_binary(kind: pa.DataType) -> bool:
    """Whether a column holds bytes."""
    return bool(
        pt.is_binary(kind)
        or pt.is_large_binary(kind)
        or str(kind).startswith("extension<lance.blob")
    )


def opened(collection: Collection, table: str) -> Any:
    """The Lance dataset of a table, opened once a version.

    Raises CollectionError where there is no such table.
    """
    known = collection.record["tables"].get(table)
    if known is None or known["internal"]:
        raise CollectionError(f"no table '{table}' here; tables: {', '.join(collection.tables)}")
    return _opened(collection.uri, table, int(known["version"]))


@lru_cache(maxsize=64)
def _opened(uri: str, table: str, version: int) -> Any:
    return Store(uri).dataset(table, version)


def column(collection: Collection, table: str, name: str) -> pa.Array:
    """A column of strings as one array, kept until others need the room."""
    dataset = opened(collection, table)
    key = (str(dataset.uri), int(dataset.version), name)
    with _lock:
        if key in _held:
            _held.move_to_end(key)
            return _held[key]
    read = dataset.to_table(columns=[name])[name].combine_chunks()
    array = read.cast(pa.large_string()) if not pt.is_large_string(read.type) else read
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0) if array.num_chunks else pa.array([], pa.large_string())
    with _lock:
        _held[key] = array
        while len(_held) > 1 and sum(one.nbytes for one in _held.values()) > _MOST_HELD_BYTES:
            _held.popitem(last=False)
    return array


def positions(collection: Collection, table: str, name: str, value: str) -> list[int]:
    """The places of the rows whose column holds a value, in order."""
    if collection.record["tables"][table]["rows"] > _MOST_ROWS:
        return _scanned(collection, table, name, value)
    found = pc.equal(column(collection, table, name), pa.scalar(value, pa.large_string()))
    return [int(one) for one in pc.indices_nonzero(found).to_pylist()]


def _scanned(collection: Collection, table: str, name: str, value: str) -> list[int]:
    scanner = opened(collection, table).scanner(
        columns=["_rowoffset"], filter=f"`{name}` = {literal(value)}", limit=10_000
    )
    return [int(one) for one in scanner.to_table()["_rowoffset"].to_pylist()]


def taken(
    collection: Collection, table: str, places: Sequence[int], columns: Sequence[str] | None = None
) -> list[dict[str, Any]]:
    """The rows at some places; bytes are left out unless `columns` names them."""
    if not len(places):
        return []
    dataset = opened(collection, table)
    names = columns or [one.name for one in dataset.schema if not is_binary(one.type)]
    known = [name for name in names if name in dataset.schema.names]
    ordered = sorted(set(places))
    rows = dataset.take(ordered, columns=known).to_pylist()
    by_place = dict(zip(ordered, rows, strict=True))
    return [by_place[one] for one in places]


def pointing(
    collection: Collection,
    table: str,
    name: str,
    value: str,
    columns: Sequence[str] | None = None,
    limit: int = 10_000,
) -> list[dict[str, Any]]:
    """The rows whose column holds a value."""
    return taken(collection, table, positions(collection, table, name, value)[:limit], columns)


def row(
    collection: Collection, table: str, id_: str, columns: Sequence[str] | None = None
) -> dict[str, Any] | None:
    """The row of an id, without its bytes; None where there is none."""
    if "id" not in opened(collection, table).schema.names:
        return None
    found = pointing(collection, table, "id", id_, columns, limit=1)
    return found[0] if found else None


def place_of_id(collection: Collection, table: str, id_: str) -> Place | None:
    """Where the row of an id stands."""
    schema = opened(collection, table).schema
    if "id" not in schema.names or not is_text(schema.field("id").type):
        return None
    found = positions(collection, table, "id", id_)
    return place(collection, table, found[0]) if found else None


def place(collection: Collection, table: str, position: int) -> Place | None:
    """The place of the row at a position."""
    n_rows = int(collection.record["tables"][table]["rows"])
    if not 0 <= position < n_rows:
        return None
    schema = opened(collection, table).schema
    if "id" not in schema.names or not is_text(schema.field("id").type):
        return Place(position, n_rows, None, None, None)
    near = [one for one in (position - 1, position, position + 1) if 0 <= one < n_rows]
    ids = dict(zip(near, taken(collection, table, near, ["id"]), strict=True))
    names = [ids.get(one, {}).get("id") for one in (position, position - 1, position + 1)]
    return Place(position, n_rows, *names)


def counted(collection: Collection, table: str, name: str, value: str) -> int:
    """How many rows hold a value in a column."""
    if collection.record["tables"][table]["rows"] > _MOST_ROWS:
        return len(_scanned(collection, table, name, value))
    found = pc.equal(column(collection, table, name), pa.scalar(value, pa.large_string()))
    return int(pc.sum(found).as_py() or 0)


def having(
    collection: Collection, table: str, name: str, values: Sequence[str]
) -> np.ndarray[Any, Any]:
    """The places of the rows whose column holds one of many values."""
    wanted = pa.array(list(values), pa.large_string())
    found = pc.is_in(column(collection, table, name), value_set=wanted)
    return np.asarray(pc.indices_nonzero(found).to_numpy(zero_copy_only=False))
