"""One row for each pair of things that a document mentions."""

from collections.abc import Iterator

from medloom.step import expands
from medloom.tables.relations import RelationCandidate


@expands
def relation_candidates(relation_pairs: list[RelationCandidate]) -> Iterator[RelationCandidate]:
    """Make a row of each pair that the step `relation_pairs` found.

    A model or a person fills `kind` and `score`.

    >>> list(relation_candidates([]))
    []
    """
    yield from relation_pairs
