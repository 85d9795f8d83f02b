"""Lance tables, of a collection or of a release."""

import os
from collections.abc import Collection, Sequence
from functools import cached_property
from typing import Any

import lance
import numpy as np
import pyarrow as pa

from medloom.errors import MedloomError
from medloom.loading.held import TableRows
from medloom.loading.shard import ID, Damaged, Part, picked

BLOCK_ROWS = 256
_OFFSET = "_rowoffset"


class LanceShard:
    """One Lance table at one version."""

    forks = False

    def __init__(self, uri: str, version: int | None = None, name: str = "") -> None:
        if uri.startswith(("http://", "https://")):
            raise MedloomError(f"{uri}: a Lance table cannot be read over HTTP; publish as Parquet")
        self.name, self.uri, self._process = name or uri, uri, os.getpid()
        try:
            self._version = lance.dataset(uri, version=version).version
        except (ValueError, OSError) as error:
            raise Damaged(f"{uri} cannot be read: {_first_line(error)}") from error
        rows = self._dataset.count_rows()
        self.columns = tuple(self._dataset.schema.names)
        self.block_starts = [*range(0, rows, BLOCK_ROWS), rows] if rows else [0]
        each = _bytes_of(self._dataset) // max(rows, 1)
        self.block_bytes = [each * BLOCK_ROWS] * (len(self.block_starts) - 1)

    @cached_property
    def _dataset(self) -> lance.LanceDataset:
        return lance.dataset(self.uri, version=self._version)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_dataset"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._process = os.getpid()

    def read(self, rows: Any, columns: Sequence[str] | None) -> list[Part]:
        """Read rows, a block's worth at a time."""
        if os.getpid() != self._process:
            raise MedloomError(
                "a Lance table cannot be read in a forked process; "
                'give the DataLoader multiprocessing_context="spawn"'
            )
        wanted = None if columns is None else list(columns)
        try:
            return [
                Part(some, TableRows(self._table(some, wanted)))
                for some in np.array_split(rows, range(BLOCK_ROWS, len(rows), BLOCK_ROWS))
                if len(some)
            ]
        except (ValueError, OSError, RuntimeError, pa.ArrowException) as error:
            raise Damaged(f"{self.uri} is damaged: {_first_line(error)}") from error

    def _table(self, rows: Any, columns: list[str] | None) -> pa.Table:
        first, count = int(rows[0]), len(rows)
        if int(rows[-1]) - first + 1 == count:
            return self._dataset.to_table(columns=columns, offset=first, limit=count)
        return self._dataset.take(rows.tolist(), columns=columns)

    def remember_blocks(self, count: int) -> None:
        """Nothing to do: any row is found by itself."""

    def matching(self, where: str | None, ids: Collection[str] | None) -> Any:
        """Let Lance read the columns of the condition, with its indexes."""
        wanted = [_OFFSET] + ([ID] if ids is not None else [])
        try:
            found = self._dataset.to_table(columns=wanted, filter=where)
        except (ValueError, OSError) as error:
            known = ", ".join(self.columns)
            raise MedloomError(
                f"cannot use where={where!r}: {_first_line(error)}; columns: {known}"
            ) from error
        places = picked(found, None, ids)
        return np.sort(found[_OFFSET].to_numpy()[places]).astype(np.int64)


def _bytes_of(dataset: lance.LanceDataset) -> int:
    files = [file for fragment in dataset.get_fragments() for file in fragment.data_files()]
    return sum(getattr(file, "file_size_bytes", None) or 0 for file in files)


def _first_line(error: Exception) -> str:
    return str(error).split(", /", 1)[0].strip().splitlines()[0] if str(error) else repr(error)
