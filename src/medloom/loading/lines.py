"""Shards of JSON lines and of CSV: such a file is one block, read whole when its turn comes."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from medloom.errors import SourceError
from medloom.loading.held import Row, TableRows
from medloom.loading.ranges import Place
from medloom.loading.restoring import Restorer, restored, restorers
from medloom.loading.shard import ID, Damaged, Part, picked

SUFFIXES = (".jsonl", ".jsonl.gz", ".jsonl.zst", ".csv", ".csv.gz", ".csv.zst")
_COMPRESSIONS = {".gz": "gzip", ".zst": "zstd"}


class LinesShard:
    """One file of lines; without a manifest it is read once just to count its rows."""

    forks = True

    def __init__(
        self,
        place: Place,
        name: str,
        rows: int | None = None,
        columns: Mapping[str, str] | None = None,
        stamp: str = "",
    ) -> None:
        self.name, self._place, self._stamp = name, place, stamp
        self._types = dict(columns or {})
        self._restorers = restorers(self._types, nested=".csv" in name)
        self.columns: tuple[str, ...] = tuple(self._types)
        self._size = place.size(name)
        self._remembers = False
        self._kept: pa.Table | list[bytes] | None = None
        self.block_bytes = [self._size]
        if rows is None:
            rows = len(self._all())
        self.block_starts = [0, rows]

    def read(self, rows: Any, columns: Sequence[str] | None) -> list[Part]:
        """Read the file; lines become rows when they are taken."""
        held = self._all() if self._kept is None else self._kept
        self._kept = held if self._remembers else None
        if len(held) < self.block_starts[-1]:
            raise Damaged(f"{self._place.path(self.name)} is damaged: rows are missing")
        path = self._place.path(self.name)
        return [Part(rows, _Chosen(held, rows, columns, self._restorers, path))]

    def _all(self) -> "pa.Table | list[bytes]":
        path = self._place.path(self.name)
        try:
            data = self._unpacked(self._place.read(self.name, 0, self._size, self._stamp))
            if ".csv" in self.name:
                types = {name: self._type(name) for name in self._types}
                options = pa_csv.ConvertOptions(column_types=types, strings_can_be_null=True)
                parse = pa_csv.ParseOptions(newlines_in_values=True)
                return pa_csv.read_csv(BytesIO(data), None, parse, options)
            return [line for line in data.split(b"\n") if line.strip()]
        except (pa.ArrowException, OSError, SourceError) as error:
            raise Damaged(f"{path} is damaged: {error}") from error

    def _type(self, column: str) -> pa.DataType:
        kind = self._types[column]
        return pa.string() if column in self._restorers else pa.type_for_alias(kind)

    def _unpacked(self, data: bytes) -> bytes:
        kind = next((_COMPRESSIONS[end] for end in _COMPRESSIONS if self.name.endswith(end)), None)
        if kind is None:
            return data
        with pa.input_stream(BytesIO(data), compression=kind) as stream:
            return bytes(stream.read())

    def remember_blocks(self, count: int) -> None:
        """Keep the file in memory, if any."""
        self._remembers, self._kept = count > 0, None

    def matching(self, where: str | None, ids: Collection[str] | None) -> Any:
        """Read the whole file and pick."""
        every = self._all()
        if isinstance(every, list):
            every = pa.Table.from_pylist([json.loads(line) for line in every])
        if ids is not None and ID not in every.column_names:
            return np.zeros(0, np.int64)
        return picked(every, where, ids)


class _Chosen:
    """Rows of a file of lines, taken by their places among those that are wanted."""

    def __init__(
        self,
        every: Any,
        rows: Any,
        columns: Sequence[str] | None,
        how: Mapping[str, Restorer],
        path: str,
    ) -> None:
        self._rows, self._columns, self._how, self._path = rows, columns, how, path
        self._lines = every if isinstance(every, list) else None
        if self._lines is None:
            self._table = TableRows(every if columns is None else every.select(list(columns)))

    def take(self, places: Any) -> Iterator[Row | SourceError]:
        rows = self._rows[places]
        if self._lines is not None:
            yield from map(self._parsed, rows.tolist())
            return
        for row, number in zip(self._table.take(rows), rows.tolist(), strict=True):
            yield self._restored(row, number)

    def _restored(self, row: Any, number: int) -> Row | SourceError:
        try:
            return restored(row, self._how)
        except ValueError as error:
            return SourceError(f"row {number + 1} of {self._path} is damaged: {error}")

    def _parsed(self, row_number: int) -> Row | SourceError:
        assert self._lines is not None
        try:
            whole = json.loads(self._lines[row_number])
        except ValueError as error:
            return SourceError(f"line {row_number + 1} of {self._path} is damaged: {error}")
        row = whole if self._columns is None else {one: whole.get(one) for one in self._columns}
        return self._restored(row, row_number)
