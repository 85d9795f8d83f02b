"""Give short forms the concepts of their long forms."""

from collections.abc import Iterator

from medloom.step import updates
from medloom.tables import Span
from medloom.tables.spans import Abbreviation, MadeBy


@updates("spans", by="article_id")
def expand_abbreviations(
    text: list[str], spans: list[list[Span]], abbreviations: list[list[Abbreviation]]
) -> list[list[Span]]:
    """Give every use of a short form the concepts of its long form, in the whole document.

    A long form that has a span anywhere in the document gives its label and concepts to its short
    forms, with `made_by.rule` abbreviation and what made the span of the long form. A short form
    whose long form means something else, or nothing that was found, loses its own span: `MS` is no
    multiple sclerosis where it stands for mass spectrometry. Run it after `concepts` (or another
    step that makes spans) and `abbreviations`.

    >>> from medloom.tables.spans import Concept
    >>> text = "Myocardial infarction (MI). After MI, ..."
    >>> found = Span(0, 21, "toy", text[:21], concepts=(Concept("TOY:2", "Infarct", "toy"),))
    >>> uses = [Abbreviation(start, start + 2, "MI", "Myocardial infarction") for start in (23, 34)]
    >>> [(one.start, one.text) for one in expand_abbreviations([text], [[found]], [uses])[0]]
    [(0, 'Myocardial infarction'), (23, 'MI'), (34, 'MI')]
    """
    meanings = dict(_meanings(spans))
    return [
        sorted(_expanded(row, uses, meanings), key=lambda one: (one.start, -one.end))
        for row, uses in zip(spans, abbreviations, strict=True)
    ]


def _meanings(spans: list[list[Span]]) -> Iterator[tuple[str, Span]]:
    """The spans of the document by what they cover; the first one last, so that it counts."""
    for row in reversed(spans):
        for span in reversed(row):
            if span.concepts and not span.fragments:
                yield _key(span.text), span


def _expanded(
    spans: list[Span], uses: list[Abbreviation], meanings: dict[str, Span]
) -> Iterator[Span]:
    by_place = {(use.start, use.end): use for use in uses}
    for span in spans:
        use = by_place.get((span.start, span.end))
        if use is None or (_key(use.long) not in meanings and _says(span, use.long)):
            yield span
    for use in uses:
        meaning = meanings.get(_key(use.long))
        if meaning is not None:
            yield _of_short(use, meaning)


def _of_short(use: Abbreviation, long: Span) -> Span:
    made = long.made_by or MadeBy("expand_abbreviations")
    return Span(
        use.start,
        use.end,
        long.label,
        use.short,
        concepts=long.concepts,
        score=long.score,
        made_by=made._replace(step="expand_abbreviations", rule="abbreviation"),
    )


def _says(span: Span, long: str) -> bool:
    """Whether a short form was found as what its document says that it is."""
    return any(_key(one.name) == _key(long) for one in span.concepts)


def _key(text: str) -> str:
    return " ".join(text.casefold().replace("-", " ").split())
