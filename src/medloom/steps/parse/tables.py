"""The tables of a document."""

from collections.abc import Iterator

from medloom.step import expands
from medloom.tables.literature import Table


@expands
def tables(tables: list[Table]) -> Iterator[Table]:
    """Make a row of each of the tables of a document.

    >>> list(tables([]))
    []
    """
    yield from tables
