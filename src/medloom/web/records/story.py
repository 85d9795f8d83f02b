"""Why a row is in its table: its source, the steps that it passed, and what was lost beside it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from medloom.collection import ledger
from medloom.collection.collection import Collection


class Passed(NamedTuple):
    """A step that a row came through."""

    table: str
    step: str
    kind: str
    settings: Mapping[str, Any]
    adds: list[str]
    rows_in: int | None
    rows_out: int | None


class Story(NamedTuple):
    """Where a row came from."""

    source: str | None
    place: str | None
    """The folder or file that the recipe read."""
    build: int
    passed: list[Passed]
    lost: list[dict[str, Any]]
    """Rows of the same source that were dropped or failed, at most `MOST_LOST`."""


MOST_LOST = 50


def story(collection: Collection, table: str, row: Mapping[str, Any]) -> Story:
    """Tell where a row came from."""
    chain = _chain(collection, table)
    source = row.get("source") if isinstance(row.get("source"), str) else None
    inputs = collection.record.get("inputs") or {}
    place = next((inputs[one].get("place") for one in chain if one in inputs), None)
    passed = [one for name in reversed(chain) for one in _steps(collection, name)]
    return Story(
        source, place, collection.record["run"], passed, _lost(collection, source, row.get("id"))
    )


def _chain(collection: Collection, table: str) -> list[str]:
    tables = collection.record["tables"]
    found: list[str] = []
    here: str | None = table
    while here and here not in found:
        found.append(here)
        here = (tables.get(here) or {}).get("parent")
    return found


def _steps(collection: Collection, table: str) -> list[Passed]:
    record = collection.record["tables"].get(table) or {}
    counts = {(one.step_number, one.step): one for one in collection.steps if one.table == table}
    made = []
    for number, step in enumerate(record.get("steps") or (), 1):
        count = counts.get((number, step["name"]))
        made.append(
            Passed(
                table,
                step["name"],
                step.get("kind") or "",
                step.get("settings") or {},
                list(step.get("adds") or ()),
                count.rows_in if count else None,
                count.rows_out if count else None,
            )
        )
    if not made or (0, "") in counts:
        return made
    return made


def _lost(collection: Collection, source: str | None, id_: object) -> list[dict[str, Any]]:
    wanted = [("source", source), ("row_id", id_)]
    conditions = [
        f"`{name}` = '{value.replace(chr(39), chr(39) * 2)}'"
        for name, value in wanted
        if isinstance(value, str) and value
    ]
    if not conditions:
        return []
    rows = collection.store.dataset(ledger.ROWS, collection.record["ledger"][ledger.ROWS])
    columns = ["table", "step", "outcome", "reason", "row_id"]
    found = rows.to_table(columns=columns, filter=" OR ".join(conditions), limit=MOST_LOST)
    told: list[dict[str, Any]] = found.to_pylist()
    return told
