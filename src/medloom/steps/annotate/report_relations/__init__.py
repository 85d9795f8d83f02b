"""How the entities of a report hang together: modify, located_at, suggestive_of (RadGraph)."""

from collections.abc import Sequence

from medloom.kit.sentences import split
from medloom.step import adds
from medloom.steps.annotate.report_relations.modifiers import modifiers
from medloom.steps.annotate.report_relations.places import located
from medloom.steps.annotate.report_relations.suggestions import suggested
from medloom.steps.annotate.report_relations.words import Relations
from medloom.tables.spans import MadeBy, Relation, Span

_MADE_BY = MadeBy("report_relations")


@adds("relations")
def report_relations(text: str, spans: list[Span]) -> list[Relation]:
    """Relate the entities that `report_entities` found, inside each sentence.

    >>> from medloom.steps.annotate.report_entities import report_entities
    >>> text = "Small left pleural effusion."
    >>> spans = report_entities()([text])[0]
    >>> word = {span.key: span.text for span in spans}
    >>> for one in report_relations(text, spans):
    ...     print(word[one.head], one.kind, word[one.tail])
    Small modify effusion
    left modify pleural
    effusion located_at pleural
    """
    order = sorted(spans)
    found: dict[tuple[str, str, str], Relation] = {}
    at = 0
    for sentence in split(text):
        inside = []
        while at < len(order) and order[at].start < sentence.end:
            inside.append(order[at])
            at += 1
        for kind, head, tail, rule in _relations(text, sentence.end, inside):
            one = Relation(kind, head.key, tail.key, made_by=_MADE_BY._replace(rule=rule))
            found.setdefault(one[:3], one)
    return list(found.values())


def _relations(text: str, end: int, spans: Sequence[Span]) -> Relations:
    yield from modifiers(text, spans)
    yield from located(text, spans)
    yield from suggested(text, end, spans)
