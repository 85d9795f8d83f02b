"""The articles of a document, its sub-articles after it."""

from collections.abc import Iterator

from medloom.step import expands
from medloom.tables.literature import Article


@expands
def articles(articles: list[Article]) -> Iterator[Article]:
    """Make a row of each of the articles of a document, its sub-articles after it.

    >>> list(articles([]))
    []
    """
    yield from articles
