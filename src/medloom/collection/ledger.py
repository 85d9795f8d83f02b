"""The ledger: for every table, rows in = rows out + rows dropped + rows failed.

`rows` keeps every lost row with its step and reason, `counts` what each step did in each batch,
`sources` which files have been read and what they looked like.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from medloom.collection.store import Store
from medloom.tables.arrow import schema_of, to_arrow

ROWS, COUNTS, SOURCES = "ledger/rows", "ledger/counts", "ledger/sources"


class LostRow(NamedTuple):
    """A row that a step dropped or that failed in it."""

    table: str
    step: str
    step_number: int
    """Position of the step in its table's list; 0 is the reader or the parent table."""
    outcome: str
    """dropped or failed."""
    reason: str
    row_id: str | None
    source: str | None
    position: int
    """How many rows of the same source stand before it in the finished table."""
    row: str | None
    """The row as it came into the step, as JSON; null where the source says it all."""


class StepCount(NamedTuple):
    """What one step did with the rows of one source: rows in = rows out + dropped + failed."""

    table: str
    step: str
    step_number: int
    kind: str
    source: str | None
    parents: int
    """Rows that were expanded, for a step that turns one row into many."""
    rows_in: int
    rows_out: int
    dropped: int
    failed: int


class SeenSource(NamedTuple):
    """A source that has been read, and how it looked then."""

    source: str
    table: str
    """The table that reads it."""
    fingerprint: str
    size: int
    outcome: str
    """read, dropped or failed."""
    run: int
    identity: str | None = None
    """The id of what it holds, where it holds one thing."""
    version: int = 0
    same_as: str | None = None
    """The source that holds the same, and was kept."""


class TableSum(NamedTuple):
    """The ledger of one table: rows in = rows out + dropped + failed."""

    table: str
    rows_in: int
    rows_out: int
    dropped: int
    failed: int
    balanced: bool
    parents: int | None
    """Rows of the table before it, where a step turned each into many."""


TYPES: dict[str, type] = {ROWS: LostRow, COUNTS: StepCount, SOURCES: SeenSource}


def create(store: Store) -> dict[str, int]:
    """Make the ledger's tables and return their versions."""
    return {name: store.create(name, schema_of(row)) for name, row in TYPES.items()}


def as_table(rows: Sequence[Any], row: type) -> pa.Table:
    """Turn rows of a row type into an Arrow table."""
    array = to_arrow(rows, row)
    return pa.Table.from_arrays(array.flatten(), schema=schema_of(row))


def append(store: Store, name: str, rows: Sequence[Any]) -> int:
    """Append rows to one of the ledger's tables; return the new version."""
    return store.append_rows(name, as_table(rows, TYPES[name]))


def total(store: Store, version: int) -> list[StepCount]:
    """Add up the counts of each step of each table over all sources, in the order of the steps."""
    rows = store.dataset(COUNTS, version).to_table()
    keys = ["table", "step_number", "step", "kind"]
    numbers = ["parents", "rows_in", "rows_out", "dropped", "failed"]
    sums = (
        rows.group_by(keys)
        .aggregate([(name, "sum") for name in numbers])
        .sort_by([("table", "ascending"), ("step_number", "ascending")])
    )
    return [
        StepCount(
            one["table"],
            one["step"],
            one["step_number"],
            one["kind"],
            None,
            *(one[f"{name}_sum"] for name in numbers),
        )
        for one in sums.to_pylist()
    ]


def summary(steps: Sequence[StepCount], rows: Mapping[str, int | None]) -> list[TableSum]:
    """Give one line a table and say whether it adds up to the rows that the table really holds.

    `rows` counts the rows of each table; None for one that is not stored.
    """
    return [
        _summary_of(table, [one for one in steps if one.table == table], n_rows)
        for table, n_rows in rows.items()
    ]


def _summary_of(table: str, steps: Sequence[StepCount], n_rows: int | None) -> TableSum:
    rows_in = rows_out = lost_so_far = 0
    parents = None
    balanced = True
    for number, step in enumerate(steps):
        if step.kind == "expands":  # each row became many: from here on the many count
            parents = step.parents if parents is None else parents
            rows_in = lost_so_far + step.rows_in
        elif step.kind == "changes" or number == 0:  # may add rows of its own
            rows_in += step.rows_in - rows_out
        else:
            balanced &= step.rows_in == rows_out
        rows_out = step.rows_out
        lost_so_far += step.dropped + step.failed
        balanced &= step.rows_in == step.rows_out + step.dropped + step.failed
    held = rows_out if n_rows is None else n_rows
    dropped, failed = sum(s.dropped for s in steps), sum(s.failed for s in steps)
    balanced &= held == rows_out and rows_in == held + dropped + failed
    return TableSum(table, rows_in, held, dropped, failed, balanced, parents)


def lost(
    store: Store, version: int, table: str | None = None, limit: int | None = None
) -> pa.Table:
    """Return lost rows, of one table or all."""
    where = f"`table` = '{table}'" if table else None
    scanned: pa.Table = store.dataset(ROWS, version).to_table(filter=where, limit=limit)
    return scanned


def reasons(rows: pa.Table) -> list[dict[str, Any]]:
    """Count lost rows by table, step, outcome and kind of reason, the most frequent first.

    Reasons that differ only after a colon (`missing file: f1.jpg`) count as one, with an example.
    """
    counted: dict[tuple[str, ...], list[Any]] = {}
    columns = (rows[name].to_pylist() for name in ("table", "step", "outcome", "reason"))
    for *where, reason in zip(*columns, strict=True):
        entry = counted.setdefault((*where, reason.split(": ")[0]), [0, reason])
        entry[0] += 1
    return [
        {
            "rows": number,
            "table": table,
            "step": step,
            "outcome": outcome,
            "reason": example if number == 1 else f"{kind}: ..." if example != kind else kind,
        }
        for (table, step, outcome, kind), (number, example) in sorted(
            counted.items(), key=lambda one: -one[1][0]
        )
    ]


def seen(store: Store, version: int, table: str) -> dict[str, SeenSource]:
    """Return each source that a table has read, in order."""
    rows = store.dataset(SOURCES, version).to_table(filter=f"`table` = '{table}'")
    columns = (rows[name].to_pylist() for name in SeenSource._fields)
    return {one[0]: SeenSource(*one) for one in zip(*columns, strict=True)}


def count_by_source(array: pa.ChunkedArray) -> dict[str, int]:
    """Count rows by source, in the order in which sources first appear."""
    counted = pc.value_counts(array)
    return {one["values"]: one["counts"] for one in counted.to_pylist()}
