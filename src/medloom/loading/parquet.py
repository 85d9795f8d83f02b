"""Shards of Parquet: a row group is a block, and of it only the columns asked for are read."""

import os
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from medloom.errors import SourceError
from medloom.loading.held import TableRows
from medloom.loading.ranges import Place
from medloom.loading.shard import ID, Damaged, Part, columns_in, picked


class ParquetShard:
    """One Parquet file; its footer is read once, where the stream is made."""

    forks = True

    def __init__(self, place: Place, name: str, stamp: str = "", verify: bool = True) -> None:
        self.name, self._place, self._stamp = name, place, stamp
        self._files: dict[tuple[int, bool], pq.ParquetFile] = {}
        self._recent: dict[tuple[int, tuple[str, ...] | None], pa.Table] = {}
        self._most = 0
        try:
            self._size = place.size(name)
            self._footer = self._file(False).metadata
        except (pa.ArrowException, OSError, SourceError) as error:
            raise Damaged(f"{place.path(name)} cannot be read: {error}") from error
        groups = [self._footer.row_group(at) for at in range(self._footer.num_row_groups)]
        self.block_starts = [0, *np.cumsum([one.num_rows for one in groups]).tolist()]
        self.block_bytes = [one.total_byte_size for one in groups]
        self._unchecked = bytearray([verify] * len(groups))
        self.columns = tuple(self._file(False).schema_arrow.names)

    def _file(self, check: bool) -> pq.ParquetFile:
        key = (os.getpid(), check)
        if key not in self._files:
            if self._place.local and self._place.cache is None:
                source: Any = self._place.path(self.name)
            else:
                source = self._place.file(self.name, self._size, self._stamp)
            self._files[key] = pq.ParquetFile(
                source,
                metadata=getattr(self, "_footer", None),
                pre_buffer=not self._place.local,
                page_checksum_verification=check,
            )
        return self._files[key]

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_files": {}, "_recent": {}}

    def read(self, rows: Any, columns: Sequence[str] | None) -> list[Part]:
        """Read the row groups that hold these rows."""
        groups = np.searchsorted(self.block_starts, rows, side="right") - 1
        parts = []
        for group in np.unique(groups).tolist():
            inside = rows[groups == group]
            table = self._group(group, columns)
            parts.append(Part(inside, _Shifted(table, inside - self.block_starts[group])))
        return parts

    def remember_blocks(self, count: int) -> None:
        """Keep so many row groups in memory."""
        self._most = count

    def _group(self, group: int, columns: Sequence[str] | None) -> pa.Table:
        key = (group, None if columns is None else tuple(columns))
        if not self._most:
            return self._read(group, columns)
        if key not in self._recent:
            self._recent[key] = self._read(group, columns)
            while len(self._recent) > self._most:
                self._recent.pop(next(iter(self._recent)), None)
        return self._recent[key]

    def _read(self, group: int, columns: Sequence[str] | None) -> pa.Table:
        wanted = None if columns is None else list(columns)
        try:
            file = self._file(bool(self._unchecked[group]))
            table = file.read_row_group(group, columns=wanted, use_threads=False)
            if wanted is None and self._place.local:  # what came over a network is always checked
                self._unchecked[group] = False
            return table
        except (pa.ArrowException, OSError, SourceError) as error:
            where = f"row group {group} of {self._place.path(self.name)}"
            raise Damaged(f"{where} is damaged: {error}") from error

    def matching(self, where: str | None, ids: Collection[str] | None) -> Any:
        """Read the columns that the condition names, of all row groups."""
        wanted = columns_in(where or "", self.columns) + ([ID] if ids is not None else [])
        found = [
            picked(self._group(group, list(dict.fromkeys(wanted))), where, ids)
            + self.block_starts[group]
            for group in range(len(self.block_bytes))
        ]
        return np.concatenate(found) if found else np.zeros(0, np.int64)


class _Shifted:
    """Rows of a row group, taken by their places among those that are wanted."""

    def __init__(self, table: pa.Table, places: Any) -> None:
        self._rows, self._places = TableRows(table), places

    def take(self, places: Any) -> Iterator[Any]:
        return self._rows.take(self._places[places])
