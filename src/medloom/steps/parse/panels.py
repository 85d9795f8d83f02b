"""The panels that the captions of a document name."""

from collections.abc import Iterator

from medloom.step import expands
from medloom.tables.literature import Panel


@expands
def panels(panels: list[Panel]) -> Iterator[Panel]:
    """Make a row of each of the panels that the captions of a document name.

    >>> list(panels([]))
    []
    """
    yield from panels
