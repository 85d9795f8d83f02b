"""All rows of a table at once: what a step that looks across rows is given."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from medloom.tables.arrow import from_arrow


class Rows:
    """The rows of a table, in order; columns are read when they are asked for.

    Rows in which a column is null that the step says it needs are not among them. Numbers of rows
    count from 0.

    >>> rows = Rows.of({"id": ["a", "b"], "text": ["one", "two"]})
    >>> len(rows), rows.column("text"), rows.take([1], "id").to_pylist()
    (2, ['one', 'two'], [{'id': 'b'}])
    """

    before: "Rows | None" = None
    """What the step made of this table in the build before: for a step that `remembers`."""

    def __init__(
        self,
        table: pa.Table,
        hints: Mapping[str, Any] | None = None,
        others: Mapping[str, "Rows"] | None = None,
    ) -> None:
        self._table, self._hints, self._others = table, dict(hints or {}), dict(others or {})

    @classmethod
    def of(cls, columns: Mapping[str, Any], **others: "Rows") -> "Rows":
        """Rows that are in memory: for tests and examples."""
        return cls(pa.table(dict(columns)), others=others)

    def __len__(self) -> int:
        return int(self._table.num_rows)

    @property
    def names(self) -> list[str]:
        """The columns that the step may read."""
        return list(self._table.column_names)

    def column(self, name: str) -> list[Any]:
        """The values of a column, one a row, as Python values."""
        array = self.arrow(name).combine_chunks()
        return from_arrow(array, self._hints.get(name, Any))

    def arrow(self, name: str) -> pa.ChunkedArray:
        """The values of a column as Arrow holds them: without a Python object for each."""
        return self._table[name]

    def batches(self, *names: str) -> Iterator[pa.RecordBatch]:
        """The rows a batch at a time, in order, so that they need not be in memory together."""
        yield from self._table.select(list(names)).to_batches()

    def take(self, numbers: Sequence[int], *names: str) -> pa.Table:
        """Some rows, by their numbers, in the order of the numbers."""
        return self._table.select(list(names)).take(pa.array(numbers, pa.int64()))

    def other(self, table: str) -> "Rows":
        """The rows of another table of the recipe, which a setting of the step names."""
        return self._others[table]
