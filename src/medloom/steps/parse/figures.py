"""The figures of a document."""

from collections.abc import Iterator

from medloom.step import expands
from medloom.tables.literature import Figure


@expands
def figures(figures: list[Figure]) -> Iterator[Figure]:
    """Make a row of each of the figures of a document.

    >>> list(figures([]))
    []
    """
    yield from figures
