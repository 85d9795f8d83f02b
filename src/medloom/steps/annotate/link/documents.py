"""Link the mentions of one document together."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from medloom.kit.short_forms import uses
from medloom.steps.annotate.link.queries import (
    aligned,
    bracketed,
    is_short_form,
    parts,
    spelled_out,
)
from medloom.steps.annotate.link.rank import Query, Ranker, Scored
from medloom.steps.annotate.link.words import rephrased, short_names, taken_apart
from medloom.tables.spans import Span

_SURE = 0.5


class Linked(NamedTuple):
    """A concept, by its number in the index, and how likely it is."""

    concept: int
    score: float


def link_document(
    ranker: Ranker,
    texts: Sequence[str],
    spans: Sequence[Sequence[Span]],
    most: int,
    *,
    context: bool = True,
) -> list[list[list[Linked]]]:
    """The concepts of each span of each text of a document, best first."""
    asked = queries_of(texts, spans, context=context)
    found = [[ranker.scored(one) for one in row] for row in asked]
    known = known_concepts(ranker, found) if context else {}
    seen = ranker.words_of(texts) if context else None
    return [
        [
            _one(ranker, scored, queries[0].text, known, seen, most)
            for scored, queries in zip(row, asking, strict=True)
        ]
        for row, asking in zip(found, asked, strict=True)
    ]


def queries_of(
    texts: Sequence[str], spans: Sequence[Sequence[Span]], *, context: bool = True
) -> list[list[tuple[Query, ...]]]:
    """What to look up for each span."""
    long_forms = _long_forms(texts, spans) if context else {}
    return [[_queries(one, long_forms) for one in row] for row in spans]


def _long_forms(texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> dict[str, str]:
    """What the short forms of a document mean, by its own words."""
    forms: dict[str, str] = {}
    for row in uses([str(number) for number in range(len(texts))], texts):
        for use in row:
            forms.setdefault(use.short, use.long)
    for text, own in zip(texts, spans, strict=True):
        for short, long in bracketed(text, own).items():
            forms.setdefault(short, long)
    mentions = list(dict.fromkeys(one.text for row in spans for one in row))
    longs = [one for one in mentions if not is_short_form(one)]
    for short in mentions:
        fit = None if short in forms or not is_short_form(short) else aligned(short, longs)
        if fit is not None:
            forms[short] = fit
    return forms


def _queries(span: Span, long_forms: Mapping[str, str]) -> tuple[Query, ...]:
    text = spelled_out(span.text, long_forms)
    asked = [Query(text, short_form=text == span.text and is_short_form(text))]
    if long := short_names().get(text):
        asked.append(Query(long, rewritten=True))
    plain = taken_apart(text)
    other = rephrased(plain or text)
    asked += [Query(one, rewritten=True) for one in (plain, other) if one]
    return tuple(asked)


def known_concepts(ranker: Ranker, found: Sequence[Sequence[Scored]]) -> dict[int, float]:
    """The concepts that mentions of the document stand for without doubt."""
    counts: Counter[int] = Counter()
    for row in found:
        for one in row:
            best = ranker.ranked(one, {}, 1)
            if best and best[0][1] > _SURE:
                counts[best[0][0]] += 1
    return {concept: 1.0 for concept, count in counts.items() if count > 1}


def _one(
    ranker: Ranker,
    scored: Scored,
    text: str,
    known: Mapping[int, float],
    seen: NDArray[np.bool_] | None,
    most: int,
) -> list[Linked]:
    whole = [Linked(*one) for one in ranker.ranked(scored, known, most, seen)]
    pieces = parts(text)
    if pieces and not (whole and _is_same(scored)):
        heads = [ranker.ranked(ranker.scored((Query(one),)), known, 2) for one in pieces]
        best = [Linked(*one[0]) for one in heads if one and one[0][1] > _SURE]
        if len(best) == len(pieces) and len({one.concept for one in best}) > 1:
            chosen = list(dict.fromkeys(best))
            taken = {one.concept for one in chosen}
            return (chosen + [one for one in whole if one.concept not in taken])[:most]
    return whole


def _is_same(scored: Scored) -> bool:
    return bool(scored.table[:, :4].any())
