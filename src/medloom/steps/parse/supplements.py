"""The supplementary files that a document names."""

from collections.abc import Iterator

from medloom.step import expands
from medloom.tables.literature import Supplement


@expands
def supplements(supplements: list[Supplement]) -> Iterator[Supplement]:
    """Make a row of each of the supplementary files that a document names.

    >>> list(supplements([]))
    []
    """
    yield from supplements
