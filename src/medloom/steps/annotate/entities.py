"""Mentions as rows of their own."""

from bisect import bisect_right
from collections.abc import Iterator

from medloom.kit.sentences import split
from medloom.kit.things import long_forms, thing
from medloom.step import expands
from medloom.tables.entities import Entity
from medloom.tables.spans import Abbreviation, Assertion, MadeBy, Range, Span, covered

_UNKNOWN = Assertion(experiencer="")


@expands
def entities(
    id: str,
    article_id: str,
    text: str,
    spans: list[Span],
    abbreviations: list[Abbreviation] | None = None,
    *,
    labels: list[str] | None = None,
) -> Iterator[Entity]:
    """Make a row of each mention, with its concept, its assertion and its sentence.

    With `labels`, only mentions with one of them. A mention without a concept goes by its label
    and its text in small letters and the singular; a short form by its long form, where the table
    has `abbreviations`.

    >>> text = "No rash."
    >>> [row] = entities("p1", "a1", text, [Span(3, 7, "Disease", "rash")])
    >>> row.id, row.entity_id, row.sentence
    ('p1/entity/1', 'Disease:rash', 'No rash.')
    """
    wanted = [span for span in spans if labels is None or span.label in labels]
    sentences = (wanted and split(text)) or [Range(0, len(text))]
    starts, longs = [one.start for one in sentences], long_forms(abbreviations)
    for number, span in enumerate(wanted, start=1):
        around = sentences[max(bisect_right(starts, span.start) - 1, 0)]
        what = thing(text, span, longs)
        yield _row(f"{id}/entity/{number}", id, article_id, text, span, what, around)


def _row(
    row_id: str,
    text_id: str,
    document: str,
    text: str,
    span: Span,
    what: tuple[str, str],
    around: Range,
) -> Entity:
    said = span.assertion or _UNKNOWN
    return Entity(
        row_id,
        text_id,
        document,
        span.label,
        *what,
        span.text or covered(text, span.start, span.end, span.fragments),
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


def _maker(made_by: MadeBy | None) -> str | None:
    if made_by is None:
        return None
    return " ".join(one for one in (made_by.step, made_by.resource, made_by.digest) if one)
