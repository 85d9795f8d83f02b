"""The columns by which a search is narrowed down, and their conditions."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import pyarrow.types as pt

from medloom.collection.collection import Collection
from medloom.errors import InputError
from medloom.kit.sql import literal
from medloom.search.results import Results
from medloom.web.records import rows

_TELLING = (
    "license",
    "year",
    "journal",
    "section_kind",
    "article_type",
    "kind",
    "split",
    "language",
    "presentation",
    "modality",
    "site",
    "label",
)
_MOST = 5
_GROUPS = ("article_id", "patient_id", "case_id")


class Facet(NamedTuple):
    """A column with its values in what was found: value, count, whether it is chosen."""

    column: str
    values: list[tuple[Any, int, bool]]


def columns(collection: Collection, tables: Iterable[str]) -> list[str]:
    """The columns whose values are counted."""
    schemas = [rows.opened(collection, table).schema for table in tables]
    found = [
        name
        for name in _TELLING
        if any(name in one.names and _is_simple(one.field(name).type) for one in schemas)
    ]
    return found[:_MOST]


def groups(collection: Collection, tables: Iterable[str]) -> list[str]:
    """The columns by which hits can be grouped."""
    has = [set(rows.opened(collection, table).schema.names) for table in tables]
    return [name for name in _GROUPS if any(name in one for one in has)]


def having(collection: Collection, tables: Iterable[str], chosen: Iterable[str]) -> list[str]:
    """The tables that have the columns of all chosen facets; all of them where none has."""
    every = list(tables)
    wanted = {one.split("=", 1)[0] for one in chosen}
    fit = [one for one in every if wanted <= set(rows.opened(collection, one).schema.names)]
    return fit or every


def condition(collection: Collection, tables: Sequence[str], chosen: Iterable[str]) -> str | None:
    """The SQL condition of chosen facets.

    Raises InputError where no table has the column, or the value does not fit it.
    """
    return " AND ".join(_one(collection, tables, *one.split("=", 1)) for one in chosen) or None


def _one(collection: Collection, tables: Sequence[str], column: str, value: str) -> str:
    for table in tables:
        schema = rows.opened(collection, table).schema
        if column in schema.names and _is_simple(schema.field(column).type):
            if value == "None":
                return f"{column} IS NULL"
            return f"{column} = {_literal(schema.field(column).type, column, value)}"
    raise InputError(f"no column '{column}' to narrow down by")


def _literal(kind: Any, column: str, value: str) -> str:
    if rows.is_text(kind):
        return literal(value)
    if pt.is_boolean(kind) and value in ("True", "False"):
        return value.lower()
    try:
        return str(int(value)) if pt.is_integer(kind) else repr(float(value))
    except ValueError as error:
        raise InputError(f"'{value}' is no value of {column}") from error


def _is_simple(kind: Any) -> bool:
    return rows.is_text(kind) or bool(pt.is_integer(kind) or pt.is_boolean(kind))


def shown(results: Results, chosen: Sequence[str]) -> list[Facet]:
    """The facets of what was found; those with one value are left out unless it is chosen."""
    made = []
    for column, values in results.facets.items():
        listed = [
            (value, count, f"{column}={value}" in chosen)
            for value, count in values
            if value is not None and len(str(value)) < 200
        ]
        if len(listed) > 1 or any(on for _, _, on in listed):
            made.append(Facet(column, listed))
    return made
