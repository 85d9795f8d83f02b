"""Run a whole-table step: a body that takes and returns a Daft frame."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import daft
import pyarrow as pa

from medloom.collection import ledger
from medloom.collection.ledger import LostRow, StepCount
from medloom.collection.store import Store
from medloom.engine.frame import Frame
from medloom.engine.plan import Node
from medloom.engine.stepping import Place, lost_row
from medloom.errors import MedloomError
from medloom.recipe import SOURCE_COLUMN
from medloom.step import Kind


def run(store: Store, node: Node, parent: str, version: int) -> list[pa.Table]:
    """Return the changed rows of a table, in the columns that its node declares.

    Raises MedloomError when the body does not return a frame with those columns.
    """
    step = node.change
    assert step
    frame = daft.read_lance(store.table_uri(parent), version=version)
    changed = step.body(frame, **step.values)
    if not isinstance(changed, daft.DataFrame):
        raise MedloomError(f"step {step.name} must return a Daft frame, not {type(changed)}")
    missing = [name for name in node.columns if name not in changed.column_names]
    if missing == [SOURCE_COLUMN]:
        changed, missing = changed.with_column(SOURCE_COLUMN, daft.lit(None)), []
    if missing:
        raise MedloomError(f"step {step.name} declares {missing}, but its frame lacks them")
    batches = changed.select(*node.columns).to_arrow_iter()
    return [pa.Table.from_batches([batch]).cast(node.schema) for batch in batches]


def account(
    store: Store, node: Node, parent: str, version: int, made: Sequence[pa.Table]
) -> Iterator[tuple[str, Sequence[Any]]]:
    """Yield the ledger's rows for a whole-table step, by the table of the ledger.

    A row whose id is in the parent and not in the result was dropped; a result may also hold
    rows that the step added, which count as rows that came in. What sums a table up drops nothing.
    """
    assert node.change
    place = Place(node.table, node.change.name, node.first_step)
    before = store.dataset(parent, version)
    if node.change.kind is Kind.SUMS:  # as where one row becomes many: from here the new rows count
        n = sum(rows.num_rows for rows in made)
        total = StepCount(*place, "expands", None, before.count_rows(), n, n, 0, 0)
        yield ledger.COUNTS, [total]
        return
    kept = _by_source(made)
    if "id" in node.columns and "id" in before.schema.names:
        dropped = _dropped(before, place, made)
        lost = Counter(row.source for row in dropped)
    else:
        lost = _by_source([before.to_table(columns=[SOURCE_COLUMN])])
        lost.subtract(kept)
        lost = +lost  # only what is missing
        told = f"{place.step}: rows without an id, so they cannot be told apart"
        dropped = [
            LostRow(*place, "dropped", f"{n} {told}", None, source, 0, None)
            for source, n in lost.items()
        ]
    counts = [
        StepCount(
            *place, "changes", source, 0, kept[source] + lost[source], kept[source], lost[source], 0
        )
        for source in {**kept, **lost}
    ]
    yield ledger.ROWS, dropped
    yield ledger.COUNTS, counts


def _dropped(before: Any, place: Place, made: Sequence[pa.Table]) -> list[LostRow]:
    """The rows of a table that are not in the result, by their ids."""
    left = Counter(row_id for rows in made for row_id in rows["id"].to_pylist())
    dropped = []
    for batch in before.to_batches():
        frame = Frame.of_arrow(pa.Table.from_batches([batch]))
        for row, row_id in enumerate(frame.python("id")):
            if left[row_id]:
                left[row_id] -= 1
            else:
                dropped.append(lost_row(place, "dropped", place.step, frame, row, keep=True))
    return dropped


def _by_source(tables: Sequence[pa.Table]) -> Counter[str | None]:
    return Counter(source for rows in tables for source in rows[SOURCE_COLUMN].to_pylist())
