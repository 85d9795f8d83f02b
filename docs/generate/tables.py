"""The page on row types: columns, Arrow types and what the code says of each."""

import ast
import inspect
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from medloom.collection import ledger
from medloom.tables import literature, spans
from medloom.tables.arrow import arrow_type, columns_of, is_row_type

from .markdown import NOTE, table, type_name

_LITERATURE = ("Article", "Passage", "Figure", "Panel", "Table", "Formula", "Supplement", "Image")
_INTRODUCTION = """\
A row type is a named tuple whose fields are the columns of a table. A field that may be null says
so in its Python type (`str | None`). Every stored table has one column more, `source`: the key of
the file that a row came from.

Offsets count Unicode code points, from 0, end excluded, in the text of the row with the offset."""


def page() -> str:
    """The whole page."""
    parts = [NOTE, "# Row types", _INTRODUCTION, "## Tables of the literature"]
    parts += [_section(getattr(literature, name)) for name in _LITERATURE]
    nested = [row for row in _row_types(literature) if row.__name__ not in _LITERATURE]
    parts += ["## Types inside the columns"]
    parts += [_section(row) for row in (*_row_types(spans), *nested)]
    parts += ["## The ledger", *(_section(row) for row in _row_types(ledger))]
    return "\n\n".join(parts) + "\n"


def _row_types(module: ModuleType) -> Iterator[Any]:
    for value in vars(module).values():
        if is_row_type(value) and value.__module__ == module.__name__:
            yield value


def _section(row: Any) -> str:
    told = notes(row)
    lines = [
        (f"`{name}`", f"`{type_name(hint)}`", f"`{_short(hint)}`", told.get(name, ""))
        for name, hint in columns_of(row).items()
    ]
    columns = table(["column", "Python type", "Arrow type", "about"], lines)
    return f"### {row.__name__}\n\n{inspect.getdoc(row)}\n\n{columns}"


def _short(hint: Any) -> str:
    """An Arrow type; the fields of a struct have a section of their own."""
    kind = str(arrow_type(hint)).replace("item: ", "")
    return kind if "struct<" not in kind else "list<struct>" if kind[:4] == "list" else "struct"


def notes(row: Any) -> dict[str, str]:
    """The string below each field of a class: what its author says of it.

    >>> from medloom.step import Failure
    >>> notes(Failure)
    {'row_id': 'The id that the row would have had.'}
    """
    body = ast.parse(inspect.getsource(row)).body[0]
    assert isinstance(body, ast.ClassDef)
    found: dict[str, str] = {}
    field = None
    for node in body.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            field = node.target.id
        elif field and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            found[field] = " ".join(str(node.value.value).split())
            field = None
    return found
