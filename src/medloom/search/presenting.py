"""Candidates as hits: id, title, snippets, and the values that were asked for."""

from collections.abc import Iterator, Sequence
from typing import Any

from medloom.search.candidates import Candidate
from medloom.search.index_rows import KEY, as_text
from medloom.search.indexed_table import IndexedTable
from medloom.search.layout import TITLES
from medloom.search.query import Query, leaves
from medloom.search.results import Hit
from medloom.search.snippets import shown_leaves, snippets


def present(
    page: Sequence[Candidate], query: Query | None, group: str | None, values: Sequence[str]
) -> list[Hit]:
    """The hits of a page, in its order."""
    rows = {
        (one.table.name, one.number): row
        for table in {one.table.name: one.table for one in page}.values()
        for one, row in _rows(table, [one for one in page if one.table is table], values)
    }
    asked = shown_leaves(list(leaves(query))) if query is not None else []
    return [_hit(one, rows[one.table.name, one.number], asked, values) for one in page]


def _rows(
    table: IndexedTable, mine: Sequence[Candidate], values: Sequence[str]
) -> Iterator[tuple[Candidate, dict[str, Any]]]:
    kept = [name for name in values if name in table.columns]
    columns = list(dict.fromkeys([KEY, *table.layout.text, *kept]))
    rows = table.take([one.number for one in mine], columns)
    texts = {name: as_text(rows[name].combine_chunks()).to_pylist() for name in table.layout.text}
    for at, (one, row) in enumerate(zip(mine, rows.to_pylist(), strict=True)):
        row["_texts"] = {name: text[at] for name, text in texts.items()}
        yield one, row


def _hit(one: Candidate, row: dict[str, Any], asked: Sequence[Any], values: Sequence[str]) -> Hit:
    texts: dict[str, str] = row["_texts"]
    title = next((texts[name] for name in TITLES if texts.get(name)), "")
    body = {name: text for name, text in texts.items() if name not in TITLES} or texts
    shown = snippets(body, asked)
    if not any(piece.marks for piece in shown):
        shown = snippets(texts, asked)
    return Hit(
        table=one.table.name,
        id=row[KEY],
        score=round(one.score, 6),
        title=title,
        snippets=shown,
        parts=dict(one.parts),
        group=one.group,
        values={name: row.get(name) for name in values},
    )
