"""The formulas of a document."""

from collections.abc import Iterator

from medloom.step import expands
from medloom.tables.literature import Formula


@expands
def formulas(formulas: list[Formula]) -> Iterator[Formula]:
    """Make a row of each of the formulas of a document.

    >>> list(formulas([]))
    []
    """
    yield from formulas
