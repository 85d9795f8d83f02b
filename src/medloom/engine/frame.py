"""A batch of rows, a column at a time, kept as Python values or as Arrow: whichever came last.

A step body works on Python values and a store on Arrow. Rows that only pass from one step to the
next are never converted.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import compress
from typing import Any

import pyarrow as pa

from medloom.step import Column
from medloom.tables.arrow import from_arrow, to_arrow


class Values:
    """One column of a batch."""

    def __init__(
        self, hint: Any = None, values: Sequence[Any] | None = None, array: pa.Array | None = None
    ) -> None:
        self._hint, self._values, self._array = hint, values, array

    def python(self, hint: Any) -> Sequence[Any]:
        """The values as an annotation says."""
        if self._values is None:
            self._values, self._hint = from_arrow(self._array, hint), hint
        return self._values

    def arrow(self, wanted: pa.DataType) -> pa.Array:
        """The values as an Arrow array of a type."""
        if self._array is None:
            self._array = to_arrow(self._values or (), self._hint)
        return self._array if self._array.type == wanted else self._array.cast(wanted)

    def at(self, row: int) -> Any:
        """One value."""
        if self._values is not None:
            return self._values[row]
        assert self._array is not None
        return self._array[row].as_py()

    def where(self, keep: Sequence[bool]) -> "Values":
        """The values whose flag is true."""
        if self._values is not None and self._hint is not Any:
            return Values(self._hint, list(compress(self._values, keep)))
        assert self._array is not None
        return Values(array=self._array.filter(pa.array(keep, pa.bool_())))


class Frame:
    """Rows of one table, somewhere between two steps."""

    def __init__(self, columns: Mapping[str, Values], n_rows: int) -> None:
        self.columns, self.n_rows = dict(columns), n_rows

    @classmethod
    def of_rows(
        cls, rows: Sequence[Any], columns: Mapping[str, Column], sources: Sequence[str | None]
    ) -> "Frame":
        """Make a frame of row objects and the key of the source of each."""
        if rows and isinstance(rows[0], tuple):
            transposed: Any = zip(*rows, strict=True)
        else:
            transposed = ([getattr(row, name) for row in rows] for name in columns)
        values = {
            name: Values(column.hint, list(one))
            for (name, column), one in zip(columns.items(), transposed, strict=True)
        }
        return cls({**values, "source": Values(str, list(sources))}, len(rows))

    @classmethod
    def of_arrow(cls, table: pa.Table) -> "Frame":
        """Make a frame of an Arrow table."""
        columns = {name: Values(array=_one_chunk(table[name])) for name in table.column_names}
        return cls(columns, table.num_rows)

    def python(self, name: str, hint: Any = str) -> Sequence[Any]:
        """One column as Python values."""
        return self.columns[name].python(hint)

    def rows(self, columns: Mapping[str, Column]) -> Iterator[tuple[Any, ...]]:
        """The rows of some columns, as tuples; None for an optional column that is not there."""
        if not columns:
            return iter([()] * self.n_rows)
        nothing = [None] * self.n_rows
        return zip(
            *(
                self.python(name, column.hint)
                if name in self.columns or not column.optional
                else nothing
                for name, column in columns.items()
            ),
            strict=True,
        )

    def where(self, keep: Sequence[bool]) -> "Frame":
        """The rows whose flag is true."""
        return Frame({name: one.where(keep) for name, one in self.columns.items()}, sum(keep))

    def plus(self, columns: Mapping[str, Values]) -> "Frame":
        """The same rows with more columns."""
        return Frame({**self.columns, **columns}, self.n_rows)

    def to_arrow(self, schema: pa.Schema) -> pa.Table:
        """The columns of a schema as one Arrow table."""
        arrays = [self.columns[field.name].arrow(field.type) for field in schema]
        return pa.Table.from_arrays(arrays, schema=schema)


def _one_chunk(array: pa.ChunkedArray) -> pa.Array:
    return (
        array.chunk(0)
        if array.num_chunks == 1
        else pa.concat_arrays(array.chunks)
        if array.num_chunks
        else pa.array([], array.type)
    )
