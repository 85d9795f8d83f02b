"""What a table holds, told by its columns: articles, passages, figures, images, cases.

A recipe may name its tables as it likes; the columns of the row types are always called the same.
"""

from collections.abc import Iterator
from typing import Any

from medloom.collection.collection import Collection
from medloom.web.records.rows import is_binary, is_text, opened

_NEEDS = {
    "article": ("id", "title", "journal", "license"),
    "case": ("id", "article_id", "text", "age", "sex"),
    "panel": ("figure_id", "letters", "caption", "start", "end"),
    "image": ("id", "bytes"),
    "table": ("id", "article_id", "caption", "cells"),
    "passage": ("id", "article_id", "text", "order", "section"),
    "formula": ("article_id", "passage_id", "mathml"),
    "supplement": ("article_id", "href", "mime"),
}


def names(collection: Collection, table: str) -> list[str]:
    """The names of a table's columns."""
    found: list[str] = opened(collection, table).schema.names
    return found


def pictures(collection: Collection, table: str) -> list[str]:
    """The columns that may hold pictures."""
    return [one.name for one in opened(collection, table).schema if is_binary(one.type)]


def kind(collection: Collection, table: str) -> str:
    """What the rows of a table are; `row` where nothing fits."""
    has = set(names(collection, table))
    if {"id", "caption"} <= has and ("files" in has or "bytes" in has) and "cells" not in has:
        return "figure"
    found = next((one for one, needs in _NEEDS.items() if has.issuperset(needs)), "row")
    return "row" if found == "article" and "figure_id" in has else found


def of_kind(collection: Collection, wanted: str) -> list[str]:
    """The tables whose rows are of a kind, the one with most rows first."""
    rows = {name: collection.record["tables"][name]["rows"] for name in collection.tables}
    found = [name for name in collection.tables if kind(collection, name) == wanted]
    return sorted(found, key=lambda name: -rows[name])


def first(collection: Collection, wanted: str) -> str | None:
    """The table whose rows are of a kind."""
    return next(iter(of_kind(collection, wanted)), None)


def keys(collection: Collection, table: str) -> list[str]:
    """The columns of a table that name rows of others."""
    return [
        one.name
        for one in opened(collection, table).schema
        if one.name.endswith("_id") and is_text(one.type)
    ]


def with_column(collection: Collection, name: str) -> Iterator[str]:
    """The tables that have a column of strings of some name."""
    for table in collection.tables:
        schema: Any = opened(collection, table).schema
        if name in schema.names and is_text(schema.field(name).type):
            yield table
