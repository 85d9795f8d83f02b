"""Rows that a row names, and rows that name it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from medloom.collection.collection import Collection
from medloom.web.records import rows, shapes

_TITLES = ("title", "label", "caption", "text", "name", "sentence")


class Named(NamedTuple):
    """A row that another one names."""

    column: str
    table: str
    id: str
    title: str


class Naming(NamedTuple):
    """The rows of a table that name a row."""

    table: str
    column: str
    n_rows: int


def parents(collection: Collection, table: str, row: Mapping[str, Any]) -> list[Named]:
    """The rows that a row names in its columns of ids."""
    found = []
    columns = [*shapes.keys(collection, table), "about"]
    for name in columns:
        value = row.get(name)
        if isinstance(value, str) and value and value != row.get("id"):
            named = find(collection, value, _likely(name))
            if named:
                found.append(Named(name, named[0], value, named[1]))
    return found


def _likely(column: str) -> str:
    word = column.removesuffix("_id")
    return {"text": "passage", "document": "article", "similar": "case"}.get(word, word)


def find(collection: Collection, id_: str, likely: str = "") -> tuple[str, str] | None:
    """The table that has a row of an id, and the row's title; likely tables come first."""
    order = sorted(
        collection.tables,
        key=lambda one: (not one.startswith(likely), shapes.kind(collection, one) != likely),
    )
    for table in order:
        if rows.place_of_id(collection, table, id_):
            row = rows.row(collection, table, id_, title_columns(collection, table))
            return table, title(row or {})
    return None


def title_columns(collection: Collection, table: str) -> list[str]:
    """The columns of a table from which a title can be made, with the id."""
    has = shapes.names(collection, table)
    return [name for name in ("id", *_TITLES) if name in has]


def title(row: Mapping[str, Any], most_characters: int = 110) -> str:
    """What a row is called where it is listed.

    >>> title({"label": "Figure 1", "caption": "A heart."}), title({"id": "x"})
    ('Figure 1. A heart.', 'x')
    """
    said = [row[name] for name in _TITLES if isinstance(row.get(name), str) and row[name].strip()]
    if len(said) > 1 and row.get("label") == said[0]:
        said = [f"{said[0].rstrip('.')}. {said[1]}"]
    elif row.get("title"):
        said = [row["title"]]
    words = " ".join(said[0].split()) if said else str(row.get("id") or "")
    return words if len(words) <= most_characters else words[: most_characters - 1] + "…"


def children(collection: Collection, table: str, id_: str) -> list[Naming]:
    """How many rows of which tables name a row."""
    found = []
    for other in collection.tables:
        for name in shapes.keys(collection, other):
            if (other, name) != (table, "id"):
                count = rows.counted(collection, other, name, id_)
                if count:
                    found.append(Naming(other, name, count))
    return found
