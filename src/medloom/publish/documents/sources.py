"""Whom the rows of a release come from, and under which licence."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from medloom.audit.view import View, counted
from medloom.collection.collection import Collection
from medloom.kit.licences import attributions

_SAID = (
    *("article_id", "id", "title", "authors", "year", "journal", "doi", "pmcid", "pmid", "url"),
    *("source", "license", "license_url"),
)


def attribution(collection: Collection, title: str, tables: Sequence[str]) -> str:
    """The attribution file as Markdown: each source once, and the licences of the tables.

    Sources are told by the table of articles where the collection has one, released or not, else
    by the rows of the tables that have a licence.
    """
    views = [View(collection, name) for name in collection.tables]
    telling = [v for v in views if {"title", "license"} <= set(v.schema.names)]
    licensed = [v for v in views if v.table in tables and v.role("license")]
    rows = [row for view in (telling or licensed) for row in _rows(view)]
    text = attributions(rows, title=f"Attribution: {title}", changes=_changes(collection, tables))
    lines = [text.rstrip(), ""]
    for view in licensed:
        counts = counted(view.texts(str(view.role("license"))))
        lines += [f"## {view.table}", "", *(f"- {code}: {n:,} rows" for code, n in counts), ""]
    return "\n".join(lines)


def _rows(view: View) -> Iterator[Mapping[str, Any]]:
    names = [name for name in _SAID if name in view.schema.names]
    for batch in view.collection.scan(view.table, names):
        yield from batch.to_pylist()


def _changes(collection: Collection, tables: Sequence[str]) -> str | None:
    known = collection.record["tables"]
    steps = [s["name"] for t in tables if t in known for s in known[t]["steps"]]
    made = ", ".join(dict.fromkeys(steps))
    return f"the sources were taken apart and processed by the steps {made}." if made else None
