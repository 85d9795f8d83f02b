"""Count what a format could not hold while it was written."""

from collections import Counter
from collections.abc import Collection

from medloom.tables.spans import Relation, Span

_OF_SPAN = {
    "fragments": "mentions with gaps written from first to last character",
    "concepts": "mentions whose concepts are left out",
    "assertion": "mentions whose assertions are left out",
    "score": "mentions whose scores are left out",
    "made_by": "mentions whose makers are left out",
    "attributes": "mentions whose attributes are left out",
    "id": "mentions whose ids are left out",
}
_MORE = "mentions whose concepts lose their names, terminologies, scores or order"


class Losses(Counter[str]):
    """What was left out or changed, and how often.

    >>> losses = Losses()
    >>> losses.of_span(Span(0, 2, "DIS", score=0.5), keeps=("concepts",))
    >>> dict(losses)
    {'mentions whose scores are left out': 1}
    """

    def note(self, what: str, n: int = 1) -> None:
        """Count something that was lost, if there is any."""
        if n:
            self[what] += n

    def of_span(self, span: Span, keeps: Collection[str]) -> None:
        """Count the fields of a span that have something and are not among those kept."""
        for name, what in _OF_SPAN.items():
            if getattr(span, name) and name not in keeps:
                self[what] += 1
        told = any(c.name or c.terminology or c.score is not None for c in span.concepts)
        if told and "concepts" in keeps and "whole concepts" not in keeps:
            self[_MORE] += 1

    def of_relation(self, relation: Relation, keeps: Collection[str] = ()) -> None:
        """Count a relation of which more is known than its kind and ends."""
        more = [one for one in relation.attributes if one.name not in keeps]
        if more or relation.score is not None or relation.made_by or relation.id:
            self["relations that keep only their kind and ends"] += 1
