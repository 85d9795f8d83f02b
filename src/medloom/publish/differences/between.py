"""Compare two versions of a collection: rows, columns, and what made them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from medloom.collection.collection import Collection
from medloom.collection.ledger import SOURCES
from medloom.publish.differences.lineage import what_changed
from medloom.publish.differences.places import Key, changed, unshared

_EXAMPLES = 10


@dataclass
class TableDifference:
    """How one table differs: rows by id and content, columns, and reasons with their counts."""

    table: str
    rows_before: int
    rows_after: int
    added: int = 0
    removed: int = 0
    changed: int = 0
    unchanged: int = 0
    columns: list[str] = field(default_factory=list)
    """Columns that came, went or have another type."""
    changed_columns: dict[str, int] = field(default_factory=dict)
    """In how many rows the values of a column are others."""
    why: dict[str, dict[str, int]] = field(default_factory=lambda: {})
    """For `added`, `removed` and `changed`: the reasons, and how many rows each explains."""
    examples: dict[str, list[str]] = field(default_factory=dict)
    """Ids of the first rows that were added, removed, changed."""

    @property
    def is_same(self) -> bool:
        """Whether nothing differs."""
        return not (self.added or self.removed or self.changed or self.columns)


@dataclass
class Difference:
    """How two versions differ."""

    before: int
    after: int
    made: list[str]
    """What was changed in the recipe, its steps, the inputs and the code."""
    tables: list[TableDifference]

    def told(self) -> dict[str, Any]:
        """All of it, for JSON."""
        return asdict(self)


def difference(
    before: Collection, after: Collection, tables: Iterable[str] | None = None
) -> Difference:
    """Compare two versions of one collection.

    A row that went away is looked up in the ledger; of a source that is new, changed or gone that
    is the reason; what is left was made by other steps.
    """
    names = list(tables) if tables else list(dict.fromkeys([*before.tables, *after.tables]))
    for name in names:
        if name not in before.tables and name not in after.tables:
            after.dataset(name)  # says which tables there are
    sources = tuple(_sources(one) for one in (before, after))
    made = what_changed(before.record, after.record)
    found = [_table(name, before, after, sources) for name in names]
    return Difference(before.record["run"], after.record["run"], made, found)


Sources = tuple[Mapping[str, str], Mapping[str, str]]


def _table(
    name: str, before: Collection, after: Collection, sources: tuple[Mapping[str, str], ...]
) -> TableDifference:
    rows = [one.record["tables"].get(name, {}).get("rows", 0) for one in (before, after)]
    made = TableDifference(name, *rows)
    if name not in before.tables or name not in after.tables:
        made.added, made.removed = rows[1], rows[0]
        kind, word = ("added", "new") if name in after.tables else ("removed", "gone")
        made.why = {kind: {f"the table is {word}": max(rows)}}
        return made
    old, new = before.dataset(name), after.dataset(name)
    if old.version == new.version:
        made.unchanged = rows[0]
        return made
    made.columns = list(_columns(old.schema, new.schema))
    left, right = unshared(old, new)
    gone = [key for key in left.addresses if key not in right.addresses]
    come = [key for key in right.addresses if key not in left.addresses]
    both = [key for key in left.addresses if key in right.addresses]
    others = dict(changed(old, new, both, left, right))
    made.added, made.removed, made.changed = len(come), len(gone), len(others)
    made.unchanged = rows[1] - len(come) - len(others)
    made.changed_columns = dict(Counter(n for names in others.values() for n in names))
    first, second = sources
    lost_now, lost_then = _lost(after, name), _lost(before, name)
    reasons = {
        "added": Counter(_why_added(k, right.sources[k], lost_then, first, second) for k in come),
        "removed": Counter(_why_gone(k, left.sources[k], lost_now, first, second) for k in gone),
        "changed": Counter(_why_changed(right.sources[k], first, second) for k in others),
    }
    made.why = {kind: dict(one.most_common()) for kind, one in reasons.items() if one}
    keys = {"added": come, "removed": gone, "changed": list(others)}
    made.examples = {k: [key[0] for key in v[:_EXAMPLES]] for k, v in keys.items() if v}
    return made


def _columns(old: Any, new: Any) -> Iterable[str]:
    for name in dict.fromkeys([*old.names, *new.names]):
        if name not in old.names:
            yield f"{name} is new ({new.field(name).type})"
        elif name not in new.names:
            yield f"{name} is gone"
        elif old.field(name).type != new.field(name).type:
            yield f"{name} was {old.field(name).type}, is {new.field(name).type}"


def _sources(collection: Collection) -> dict[str, str]:
    """How each source looked that was read."""
    version = collection.record["ledger"][SOURCES]
    columns = ["source", "fingerprint", "outcome"]
    rows = collection.store.dataset(SOURCES, version).to_table(columns=columns)
    return {
        one["source"]: one["fingerprint"] for one in rows.to_pylist() if one["outcome"] == "read"
    }


def _lost(collection: Collection, table: str) -> dict[str, str]:
    """Why each row is not in a table, by its id."""
    rows = collection.lost(table).select(["row_id", "step", "outcome", "reason"]).to_pylist()
    return {
        one["row_id"]: f"{one['outcome']} by {one['step']}: {one['reason'].split(': ')[0]}"
        for one in rows
        if one["row_id"]
    }


_STEPS = "other steps, settings or code made the rows"


def _why_gone(
    key: Key,
    source: str | None,
    lost: Mapping[str, str],
    before: Mapping[str, str],
    after: Mapping[str, str],
) -> str:
    if key[0] in lost:
        return lost[key[0]]
    if source is not None and source in before and source not in after:
        return "its source is gone, or could not be read"
    return "its source changed" if before.get(source or "") != after.get(source or "") else _STEPS


def _why_added(
    key: Key,
    source: str | None,
    lost: Mapping[str, str],
    before: Mapping[str, str],
    after: Mapping[str, str],
) -> str:
    if source is not None and source in after and source not in before:
        return "its source is new"
    if before.get(source or "") != after.get(source or ""):
        return "its source changed"
    return f"before, it was {lost[key[0]]}" if key[0] in lost else _STEPS


def _why_changed(source: str | None, before: Mapping[str, str], after: Mapping[str, str]) -> str:
    same = before.get(source or "") == after.get(source or "")
    return _STEPS if same else "its source changed"
