"""The passages of a document, in reading order."""

from collections.abc import Iterator

from medloom.step import expands
from medloom.tables.literature import Passage


@expands
def passages(passages: list[Passage]) -> Iterator[Passage]:
    """Make a row of each of the passages of a document, in reading order.

    >>> list(passages([]))
    []
    """
    yield from passages
