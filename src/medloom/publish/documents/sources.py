"""Whom the rows of a release come from, and under which licence."""

from collections.abc import Sequence

from medloom.audit.view import View, counted
from medloom.collection.collection import Collection


def attribution(collection: Collection, title: str, tables: Sequence[str]) -> str:
    """The attribution file as Markdown."""
    lines = [f"# Attribution: {title}", ""]
    for table in tables:
        view = View(collection, table)
        name = view.role("license")
        if name:
            counts = counted(view.texts(name))
            lines += [f"## {table}", "", *(f"- {code}: {n:,} rows" for code, n in counts), ""]
    return "\n".join(lines)
