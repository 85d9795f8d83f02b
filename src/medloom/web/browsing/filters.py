"""Conditions on columns as a URL carries them, and as the store's SQL. Values are never code."""

from collections.abc import Sequence
from typing import NamedTuple

import pyarrow as pa

from medloom.errors import CollectionError
from medloom.kit.sql import literal
from medloom.web.browsing.kinds import has_text_items, kind_of

OPERATORS = {
    "is": "is",
    "not": "is not",
    "has": "contains",
    "ge": "at least",
    "le": "at most",
    "empty": "is empty",
    "full": "is not empty",
}


class Filter(NamedTuple):
    """One condition: a column, one of the operators, a value as text."""

    column: str
    operator: str
    value: str = ""

    @property
    def told(self) -> str:
        """The condition in words.

        >>> Filter("year", "ge", "2015").told
        'year at least 2015'
        """
        return f"{self.column} {OPERATORS[self.operator]} {self.value}".strip()


def condition(filters: Sequence[Filter], schema: pa.Schema) -> str | None:
    """All filters as one SQL condition of the store; None where there is none.

    Raises CollectionError for a column, an operator or a value that does not fit.

    >>> condition([Filter("name", "is", "O'Neil")], pa.schema({"name": pa.string()}))
    "`name` = 'O''Neil'"
    """
    return " AND ".join(_one(each, schema) for each in filters) or None


def _one(one: Filter, schema: pa.Schema) -> str:
    if one.column not in schema.names:
        raise CollectionError(f"no column {one.column}; columns: {', '.join(schema.names)}")
    if one.operator not in OPERATORS:
        raise CollectionError(f"no comparison {one.operator}; there are: {', '.join(OPERATORS)}")
    column, kind = f"`{one.column}`", schema.field(one.column).type
    if one.operator in ("empty", "full"):
        return f"{column} IS {'NOT ' if one.operator == 'full' else ''}NULL"
    if has_text_items(kind):
        found = f"array_has({column}, {_quoted(one.value)})"
        return f"NOT {found}" if one.operator == "not" else found
    if one.operator == "has":
        if kind_of(kind) != "text":
            raise CollectionError(f"{one.column} holds no text: 'contains' does not fit")
        return f"contains(lower({column}), {_quoted(one.value.lower())})"
    value = _literal(one, kind)
    if one.operator == "not":
        return f"({column} != {value} OR {column} IS NULL)"
    sign = {"is": "=", "ge": ">=", "le": "<="}[one.operator]
    return f"{column} {sign} {value}"


def _literal(one: Filter, kind: pa.DataType) -> str:
    """A value as SQL of a column's type."""
    name = kind_of(kind)
    if name == "text":
        return _quoted(one.value)
    if name == "number":
        try:
            is_whole = pa.types.is_integer(kind)
            number = int(one.value) if is_whole else float(one.value)
        except ValueError:
            raise CollectionError(
                f"{one.column} holds numbers: '{one.value[:40]}' is none"
            ) from None
        if not -(2**63) <= number < 2**63:
            raise CollectionError(f"{one.column}: {one.value[:40]} is out of range")
        return repr(number)
    if name == "truth":
        truth = {"true": "true", "yes": "true", "1": "true", "false": "false", "no": "false"}
        return truth.get(one.value.lower(), "false")
    if name == "time":
        return f"CAST({_quoted(one.value)} AS TIMESTAMP)"
    raise CollectionError(f"{one.column} holds {kind}: it can only be empty or not")


def _quoted(text: str) -> str:
    return literal(text.replace("\0", ""))
