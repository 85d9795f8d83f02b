"""Texts in SQL conditions."""

from collections.abc import Iterable


def literal(text: str) -> str:
    """A text as SQL writes it.

    >>> literal("d'e")
    "'d''e'"
    """
    return "'" + text.replace("'", "''") + "'"


def is_among(column: str, values: Iterable[str]) -> str:
    """The condition that a column holds one of some texts.

    >>> is_among("id", ["a", "d'e"])
    "id IN ('a', 'd''e')"
    """
    return f"{column} IN ({', '.join(map(literal, values))})"
