"""Mentions as rows of their own."""

from bisect import bisect_right
from collections.abc import Iterator

from medloom.kit.sentences import split
from medloom.step import expands
from medloom.tables.entities import Entity
from medloom.tables.spans import Assertion, MadeBy, Range, Span, covered

_UNKNOWN = Assertion(experiencer="")


@expands
def entities(
    id: str, article_id: str, text: str, spans: list[Span], *, labels: list[str] | None = None
) -> Iterator[Entity]:
    """Make a row of each mention, with its concept, its assertion and its sentence.

    With `labels`, only mentions with one of them. A mention without a concept goes by its label
    and its text in lower case.

    >>> text = "No rash."
    >>> [row] = entities("p1", "a1", text, [Span(3, 7, "Disease", "rash")])
    >>> row.id, row.entity_id, row.sentence
    ('p1/entity/1', 'Disease:rash', 'No rash.')
    """
    wanted = [span for span in spans if labels is None or span.label in labels]
    sentences = (wanted and split(text)) or [Range(0, len(text))]
    starts = [one.start for one in sentences]
    for number, span in enumerate(wanted, start=1):
        around = sentences[max(bisect_right(starts, span.start) - 1, 0)]
        yield _row(f"{id}/entity/{number}", id, article_id, text, span, around)


def _row(row_id: str, text_id: str, document: str, text: str, span: Span, around: Range) -> Entity:
    written = span.text or covered(text, span.start, span.end, span.fragments)
    entity_id, name = _identity(span, written)
    said = span.assertion or _UNKNOWN
    return Entity(
        row_id,
        text_id,
        document,
        span.label,
        entity_id,
        name,
        written,
        span.start,
        span.end,
        said.negated,
        said.uncertain,
        said.historical,
        said.hypothetical,
        said.conditional,
        said.experiencer or None,
        span.score,
        _maker(span.made_by),
        text[around.start : max(around.end, span.end)],
        around.start,
    )


def _identity(span: Span, written: str) -> tuple[str, str]:
    if span.concepts:
        return span.concepts[0].id, span.concepts[0].name or written
    folded = " ".join(written.lower().split())
    return f"{span.label}:{folded}", folded


def _maker(made_by: MadeBy | None) -> str | None:
    if made_by is None:
        return None
    return " ".join(one for one in (made_by.step, made_by.resource, made_by.digest) if one)
