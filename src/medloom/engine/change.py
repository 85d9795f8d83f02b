"""Run a whole-table step: over a Daft frame, or across all rows at once.

The result is streamed into the store, and the ledger's account is kept on the way: a table is
never in memory as a whole, only what a step across rows says of each row.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import daft
import numpy as np
import pyarrow as pa
import pyarrow.types as types

from medloom.collection import ledger
from medloom.collection.ledger import LostRow, StepCount
from medloom.collection.store import Store
from medloom.engine.frame import Frame
from medloom.engine.plan import Node
from medloom.engine.stepping import Place, lost_row, rule
from medloom.engine.stored_rows import StoredRows
from medloom.errors import MedloomError
from medloom.recipe import SOURCE_COLUMN
from medloom.step import Kind, Step
from medloom.tables.arrow import to_arrow

_BATCH_ROWS, _BATCH_ROWS_OF_FILES = 8192, 256
Account = Iterator[tuple[str, Sequence[Any]]]


def change_of(
    store: Store,
    node: Node,
    above: tuple[str, int],
    others: Mapping[str, int],
    before: tuple[str, int] | None,
) -> "AcrossRows | OverFrame":
    """The run of a node's whole-table step over the rows of the table above, at a version."""
    assert node.change
    if not node.change.across:
        return OverFrame(store, node, *above)
    looked_at = {
        name: StoredRows.of_table(store.dataset(name, version)) for name, version in others.items()
    }
    rows = StoredRows.of_step(node.change, store.dataset(*above), looked_at)
    if before:
        rows.before = StoredRows.of_table(store.dataset(*before))
    return AcrossRows(node, node.change, store.dataset(*above), rows)


class AcrossRows:
    """A body that looks across rows: it adds values to each, or says which ones leave."""

    def __init__(self, node: Node, step: Step, above: Any, rows: StoredRows) -> None:
        self._node, self._step, self._above, self._rows = node, step, above, rows
        self._place = Place(node.table, step.name, node.first_step)
        self._came: Counter[str | None] = Counter()
        self._lost: list[LostRow] = []

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows of the result, in the order of the table."""
        answers = self._step.body(self._rows, **self._step.values)
        drops = self._step.kind is Kind.DROPS
        reasons = self._reasons(answers) if drops else []
        added = {} if drops else self._added(answers)
        at = 0
        for batch in self._above.to_batches(batch_size=batch_rows(self._above.schema)):
            rows, here = pa.Table.from_batches([batch]), slice(at, at + batch.num_rows)
            at += batch.num_rows
            self._came.update(rows[SOURCE_COLUMN].to_pylist())
            if drops:
                rows = self._without(rows, reasons[here])
            for name, column in added.items():
                rows = rows.append_column(name, column[here])
            yield from rows.select(self._node.schema.names).cast(self._node.schema).to_batches()

    def account(self) -> Account:
        """The ledger's rows for the step, by the table of the ledger."""
        kind, lost = self._step.kind.name.lower(), Counter(one.source for one in self._lost)
        yield ledger.ROWS, self._lost
        yield (
            ledger.COUNTS,
            [
                StepCount(*self._place, kind, source, 0, n, n - lost[source], lost[source], 0)
                for source, n in self._came.items()
            ],
        )

    def _without(self, rows: pa.Table, reasons: Sequence[str | None]) -> pa.Table:
        light = [one.name for one in rows.schema if not types.is_large_binary(one.type)]
        frame = Frame.of_arrow(rows.select(light))  # files stay where they are: in the table above
        self._lost += [
            lost_row(self._place, "dropped", reason, frame, row, keep=True)
            for row, reason in enumerate(reasons)
            if reason
        ]
        return rows.filter(pa.array([not reason for reason in reasons], pa.bool_()))

    def _reasons(self, answers: Sequence[Any]) -> Sequence[str | None]:
        self._check(len(answers))
        told = [a if isinstance(a, str) else rule(self._step) if a else None for a in answers]
        shown = self._rows.shown
        if shown is None:
            return told
        reasons: list[str | None] = [None] * self._above.count_rows()
        for row, reason in zip(shown, told, strict=True):
            reasons[row] = reason
        return reasons

    def _added(self, answers: Any) -> dict[str, pa.ChunkedArray]:
        if not isinstance(answers, Mapping):
            answers = self._columns(list(answers))
        missing = self._step.makes.keys() - answers.keys()
        if missing:
            raise MedloomError(f"step {self._step.name} declares {sorted(missing)}, but lacks them")
        return {name: self._of_all(answers[name]) for name in self._step.makes}

    def _columns(self, answers: list[Any]) -> dict[str, pa.Array]:
        """The answers, one a row, as a column each."""
        self._check(len(answers))
        makes = self._step.makes
        columns = [answers] if len(makes) == 1 else zip(*answers, strict=True)
        if not answers:
            columns = [[] for _ in makes]
        return {
            name: to_arrow(list(values), column.hint)
            for (name, column), values in zip(makes.items(), columns, strict=True)
        }

    def _of_all(self, column: Any) -> pa.ChunkedArray:
        """A column of the rows that were shown as one of all rows: null for the others."""
        self._check(len(column))
        chunked = column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column])
        if self._rows.shown is None:
            return chunked
        places = np.full(self._above.count_rows(), -1, np.int64)
        places[self._rows.shown] = np.arange(len(self._rows.shown))
        return chunked.take(pa.array(places, mask=places < 0))

    def _check(self, n: int) -> None:
        if n != len(self._rows):
            what = f"{len(self._rows)} rows came in and {n} answers came out"
            raise MedloomError(f"step {self._step.name}: {what}")


class OverFrame:
    """A body that takes and returns a Daft frame."""

    def __init__(self, store: Store, node: Node, parent: str, version: int) -> None:
        assert node.change
        self._node, self._step = node, node.change
        self._place = Place(node.table, node.change.name, node.first_step)
        self._before = store.dataset(parent, version)
        self._frame = daft.read_lance(store.table_uri(parent), version=version)
        self._kept: Counter[str | None] = Counter()
        self._ids: Counter[str] = Counter()

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows of the result, in the columns that its node declares.

        Raises MedloomError when the body does not return a frame with those columns.
        """
        changed, columns = self._step.body(self._frame, **self._step.values), self._node.columns
        name = self._step.name
        if not isinstance(changed, daft.DataFrame):
            raise MedloomError(f"step {name} must return a Daft frame, not {type(changed)}")
        missing = [column for column in columns if column not in changed.column_names]
        if missing == [SOURCE_COLUMN]:
            changed, missing = changed.with_column(SOURCE_COLUMN, daft.lit(None)), []
        if missing:
            raise MedloomError(f"step {name} declares {missing}, but its frame lacks them")
        for batch in changed.select(*columns).to_arrow_iter():
            rows = pa.Table.from_batches([batch]).cast(self._node.schema)
            self._kept.update(rows[SOURCE_COLUMN].to_pylist())
            if "id" in columns and self._step.kind is not Kind.SUMS:
                self._ids.update(rows["id"].to_pylist())
            yield from rows.to_batches()

    def account(self) -> Account:
        """Yield the ledger's rows for the step, by the table of the ledger.

        A row whose id is in the parent and not in the result was dropped; a result may also hold
        rows that the step added, which count as rows that came in. What sums a table up drops
        nothing.
        """
        if self._step.kind is Kind.SUMS:  # as where one row becomes many: now the new rows count
            n, n_before = self._kept.total(), self._before.count_rows()
            yield ledger.COUNTS, [StepCount(*self._place, "expands", None, n_before, n, n, 0, 0)]
            return
        dropped, lost = self._dropped()
        counts = [
            StepCount(
                *self._place, "changes", source, 0, kept + lost[source], kept, lost[source], 0
            )
            for source, kept in ((one, self._kept[one]) for one in {**self._kept, **lost})
        ]
        yield ledger.ROWS, dropped
        yield ledger.COUNTS, counts

    def _dropped(self) -> tuple[list[LostRow], Counter[str | None]]:
        """The rows of the table that are not in the result, and how many of each source."""
        if "id" in self._node.columns and "id" in self._before.schema.names:
            dropped = list(self._missing_ids())
            return dropped, Counter(row.source for row in dropped)
        sources = self._before.to_table(columns=[SOURCE_COLUMN])[SOURCE_COLUMN]
        lost = Counter(sources.to_pylist())
        lost.subtract(self._kept)
        lost = +lost  # only what is missing
        told = f"{self._place.step}: rows without an id, so they cannot be told apart"
        return [
            LostRow(*self._place, "dropped", f"{n} {told}", None, source, 0, None)
            for source, n in lost.items()
        ], lost

    def _missing_ids(self) -> Iterator[LostRow]:
        left = Counter(self._ids)
        for batch in self._before.to_batches(batch_size=batch_rows(self._before.schema)):
            frame = Frame.of_arrow(pa.Table.from_batches([batch]))
            for row, row_id in enumerate(frame.python("id")):
                if left[row_id]:
                    left[row_id] -= 1
                else:
                    yield lost_row(self._place, "dropped", self._place.step, frame, row, keep=True)


def batch_rows(schema: pa.Schema) -> int:
    """How many rows to hold at once: few where a column holds files."""
    files = any(types.is_large_binary(one.type) or types.is_binary(one.type) for one in schema)
    return _BATCH_ROWS_OF_FILES if files else _BATCH_ROWS
