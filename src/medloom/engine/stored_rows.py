"""The rows of a stored table, as a step that looks across them sees them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medloom.step import Step
from medloom.tables.rows import Rows

_BATCH_ROWS = 4096


class StoredRows(Rows):
    """Rows of a Lance dataset; only the columns that are asked for are read."""

    def __init__(
        self,
        dataset: Any,
        called: Mapping[str, str],
        hints: Mapping[str, Any] | None = None,
        needed: Sequence[str] = (),
        others: Mapping[str, Rows] | None = None,
    ) -> None:
        """`called` maps the names that the step uses to those of the dataset.

        Rows with a null in one of the `needed` columns are left out.
        """
        self._dataset, self._called = dataset, dict(called)
        self._hints, self._others = dict(hints or {}), dict(others or {})
        self.shown: np.ndarray[Any, Any] | None = _without_nulls(dataset, needed)
        """Which rows of the dataset are shown; None where all are."""

    @classmethod
    def of_step(cls, step: Step, dataset: Any, others: Mapping[str, Rows]) -> "StoredRows":
        """What a step may see of the table that it looks across."""
        there = set(dataset.schema.names)
        called = {author: name for author, name in step.called.items() if name in there}
        hints = {author: step.reads[name].hint for author, name in called.items()}
        needed = [name for name in called.values() if not step.reads[name].nullable]
        return cls(dataset, called, hints, needed, others)

    @classmethod
    def of_table(cls, dataset: Any) -> "StoredRows":
        """A whole table, with all its columns under their names."""
        return cls(dataset, {name: name for name in dataset.schema.names})

    def __len__(self) -> int:
        return int(self._dataset.count_rows() if self.shown is None else len(self.shown))

    @property
    def names(self) -> list[str]:
        """The columns that the step may read."""
        return list(self._called)

    def arrow(self, name: str) -> pa.ChunkedArray:
        """The values of a column."""
        read = self._dataset.to_table(columns=[self._called[name]])
        column: pa.ChunkedArray = read[self._called[name]]
        return column if self.shown is None else column.take(pa.array(self.shown))

    def batches(self, *names: str) -> Iterator[pa.RecordBatch]:
        """The rows a batch at a time, in order."""
        columns = [self._called[name] for name in names]
        at = 0
        for batch in self._dataset.to_batches(columns=columns, batch_size=_BATCH_ROWS):
            end = at + batch.num_rows
            if self.shown is not None:
                first, last = np.searchsorted(self.shown, (at, end))
                batch = batch.take(pa.array(self.shown[first:last] - at))
            at = end
            yield pa.RecordBatch.from_arrays(batch.columns, names=list(names))

    def take(self, numbers: Sequence[int], *names: str) -> pa.Table:
        """Some rows, by their numbers, in the order of the numbers."""
        wanted = np.asarray(numbers, np.int64)
        wanted = wanted if self.shown is None else self.shown[wanted]
        columns = [self._called[name] for name in names]
        if not len(wanted):
            return self._dataset.schema.empty_table().select(columns).rename_columns(list(names))
        unique, places = np.unique(wanted, return_inverse=True)
        read = self._dataset.take(unique, columns=columns).take(pa.array(places))
        return read.rename_columns(list(names))


def _without_nulls(dataset: Any, needed: Sequence[str]) -> np.ndarray[Any, Any] | None:
    mask = None
    for name in needed:
        valid = pc.is_valid(dataset.to_table(columns=[name])[name])
        mask = valid if mask is None else pc.and_(mask, valid)
    if mask is None or pc.all(mask).as_py() in (True, None):
        return None
    return np.flatnonzero(mask.to_numpy())
