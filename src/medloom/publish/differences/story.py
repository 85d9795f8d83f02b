"""A difference in words: what a changelog says."""

from medloom.publish.differences.between import Difference, TableDifference


def changelog_entry(found: Difference) -> list[str]:
    """The lines of a changelog.

    >>> table = TableDifference("cases", 9, 10, added=2, removed=1, unchanged=8)
    >>> table.why = {"added": {"its source is new": 2}}
    >>> changelog_entry(Difference(1, 2, ["input of cases: 3 sources became 4"], [table]))
    ['- input of cases: 3 sources became 4', '- `cases`: 2 rows added (its source is new), 1 removed']
    """  # noqa: E501 - the list is one line
    lines = [f"- {one}" for one in found.made]
    lines += [f"- `{one.table}`: {_rows(one)}" for one in found.tables if not one.is_same]
    return lines or ["- No row changed."]


def _rows(one: TableDifference) -> str:
    counts = {"added": one.added, "removed": one.removed, "changed": one.changed}
    parts: list[str] = []
    for kind, n in counts.items():
        if n:
            rows = " rows" if not parts else ""
            why = "; ".join(one.why.get(kind, {}))
            parts.append(f"{n:,}{rows} {kind}" + (f" ({why})" if why else ""))
    parts += [f"column {name}" for name in one.columns]
    return ", ".join(parts)
