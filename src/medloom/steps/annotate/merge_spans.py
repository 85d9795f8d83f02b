"""Mentions of two taggers as one list."""

from collections.abc import Sequence
from typing import Literal

from medloom.step import updates
from medloom.tables.spans import Attribute, Concept, Span

Overlaps = Literal["keep", "longest", "score", "priority"]


@updates("spans")
def merge_spans(
    spans: list[Span],
    more: list[Span],
    *,
    overlaps: Overlaps = "longest",
    priority: list[str] = [],  # noqa: B006
    across_labels: bool = True,
    agreement: float = 0.0,
) -> list[Span]:
    """Combine the mentions of two taggers, as PhenoTagger does with dictionary and model.

    The same place with the same label in both is one mention: with the better score, all
    concepts, and an attribute `also_by` that names the other's step; `agreement` is added to its
    score. Of other mentions that overlap, `overlaps` says which stay: `keep` all, the `longest`,
    the one with the better `score`, or the first by `priority`, a list of steps and labels in
    which earlier goes first. Ties go to `spans`. With `across_labels: false`, only mentions with
    the same label rule each other out. Every mention keeps its `made_by`.

    >>> short, long = Span(0, 6, "Gene", score=0.9), Span(0, 13, "Disease", score=0.6)
    >>> merge_spans([short], [long]) == [long]
    True
    >>> merge_spans([short], [long], overlaps="score") == [short]
    True
    >>> merge_spans([short], [long], overlaps="priority", priority=["Gene"]) == [short]
    True
    >>> merge_spans([short], [long], overlaps="keep") == [long, short]
    True
    >>> merge_spans([short], [short], agreement=0.05)[0].score
    0.95

    After Luo et al. 2021, doi:10.1093/bioinformatics/btab019.
    """
    together = _united(spans, more, agreement)
    if overlaps != "keep":
        ranks = {name: rank for rank, name in enumerate(priority)}
        order = sorted(together, key=lambda one: _key(one, overlaps, ranks))
        together = _apart(order, across_labels)
    return sorted(together, key=lambda one: (one.start, -one.end))


def _united(spans: Sequence[Span], more: Sequence[Span], agreement: float) -> list[Span]:
    """Both lists, what they have in common once."""
    found: dict[object, Span] = {}
    for one in spans:
        found.setdefault(_place(one), one)
    for one in more:
        known = found.get(_place(one))
        if known is None:
            found[_place(one)] = one
        else:
            found[_place(one)] = _agreed(known, one, agreement)
    return list(found.values())


def _agreed(known: Span, other: Span, agreement: float) -> Span:
    scores = [one.score for one in (known, other) if one.score is not None]
    score = round(min(1.0, max(scores) + agreement), 6) if scores else None
    also = other.made_by.step if other.made_by else None
    named = (*known.attributes, Attribute("also_by", also)) if also else known.attributes
    return known._replace(
        score=score, attributes=named, concepts=_all(known.concepts, other.concepts)
    )


def _all(some: Sequence[Concept], more: Sequence[Concept]) -> tuple[Concept, ...]:
    ids = {one.id for one in some}
    return (*some, *(one for one in more if one.id not in ids))


def _place(span: Span) -> object:
    return span.start, span.end, span.label, span.fragments


def _key(span: Span, overlaps: Overlaps, ranks: dict[str, int]) -> tuple[float, float]:
    """What stays sorts first."""
    length, score = span.end - span.start, span.score if span.score is not None else 1.0
    if overlaps == "longest":
        return -length, -score
    if overlaps == "score":
        return -score, -length
    step = span.made_by.step if span.made_by else ""
    last = len(ranks)
    return min(ranks.get(span.label, last), ranks.get(step, last)), -length


def _apart(order: Sequence[Span], across_labels: bool) -> list[Span]:
    """Each mention that overlaps none before it in the order."""
    kept: list[Span] = []
    taken: dict[str, list[Span]] = {}
    for one in order:
        rivals = taken.setdefault("" if across_labels else one.label, [])
        if all(one.end <= other.start or other.end <= one.start for other in rivals):
            rivals.append(one)
            kept.append(one)
    return kept
