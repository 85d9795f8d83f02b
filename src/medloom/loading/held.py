"""Rows that were read but not yet made: Arrow columns, or bytes, out of which rows are taken."""

from collections.abc import Callable, Iterator
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from medloom.errors import SourceError

Row = dict[str, Any]


class Held(Protocol):
    """Some rows of a shard, in memory or at hand."""

    def take(self, places: Any) -> Iterator[Row | SourceError]:
        """Rows by their places, an array; in place of one that is damaged, what is wrong.

        A row is made when it is its turn: the memory of the one before is then warm and free.
        """
        ...


class TableRows:
    """Rows of an Arrow table, made as Python values when they are taken.

    >>> rows = TableRows(pa.table({"id": ["a", "b"], "year": [1, None]}))
    >>> list(rows.take(np.array([1])))
    [{'id': 'b', 'year': None}]
    """

    def __init__(self, table: pa.Table) -> None:
        self._names = table.column_names
        self._columns = [_values(column) for column in table.columns]

    def take(self, places: Any) -> Iterator[Row | SourceError]:
        """Rows by their places."""
        names, columns = self._names, self._columns
        for place in places.tolist():
            yield dict(zip(names, [column(place) for column in columns], strict=True))


def _values(column: pa.ChunkedArray) -> Callable[[int], Any]:
    """A function that gives a value by its place: bytes and texts are cut out, never twice."""
    kind = column.type
    array = column.chunk(0) if column.num_chunks == 1 else None
    if array is not None and _is_bytes(kind):
        return _cut(array, pa.types.is_string(kind) or pa.types.is_large_string(kind))
    plain = pa.types.is_integer(kind) or pa.types.is_floating(kind)
    if plain and column.null_count == 0:
        every: list[Any] = column.to_numpy().tolist()
        return every.__getitem__
    if array is not None:
        return lambda place: array[place].as_py()
    values: list[Any] = column.to_pylist()
    return values.__getitem__


def _is_bytes(kind: pa.DataType) -> bool:
    is_text = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    return bool(is_text or pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _cut(array: pa.Array, is_text: bool) -> Callable[[int], Any]:
    large = pa.types.is_large_binary(array.type) or pa.types.is_large_string(array.type)
    _, ends, data = array.buffers()
    width = np.dtype(np.int64 if large else np.int32)
    edges = np.frombuffer(ends, width, len(array) + 1, array.offset * width.itemsize).tolist()
    view = memoryview(data) if data is not None else memoryview(b"")
    nulls = array.is_null().to_pylist() if array.null_count else None

    def as_bytes(at: int) -> bytes:
        return view[edges[at] : edges[at + 1]].tobytes()

    def as_text(at: int) -> str:
        return str(view[edges[at] : edges[at + 1]], "utf-8")

    made: Callable[[int], Any] = as_text if is_text else as_bytes
    return (lambda at: None if nulls[at] else made(at)) if nulls else made
