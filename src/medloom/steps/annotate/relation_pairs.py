"""All pairs of things that one document mentions, for models and people to label."""

from bisect import bisect_right
from collections import defaultdict
from itertools import product
from operator import itemgetter
from typing import Annotated, NamedTuple

from pydantic import AfterValidator

from medloom.kit.sentence_words import language as lists_of
from medloom.kit.sentence_words import language_digest
from medloom.kit.sentences import split
from medloom.step import DigestedBy, adds
from medloom.tables.relations import RelationCandidate
from medloom.tables.spans import Span


class _Mention(NamedTuple):
    row: int
    sentence: int
    """Counted through the whole document."""
    span: Span
    words: str
    """Its sentence."""


class _Thing(NamedTuple):
    key: str
    label: str


def _known(language: str) -> str:
    lists_of(language)
    return language


_Language = Annotated[str, AfterValidator(_known), DigestedBy(language_digest)]


@adds("relation_pairs", by="document_id")
class relation_pairs:  # noqa: N801
    """List the pairs of things that a document mentions, with sentences and distances.

    One thing is one concept, whatever it is called; without concepts, one wording. The pairs are in
    the first row of the document, and the step `relation_candidates` makes a row of each. `heads`
    and `tails` are labels of spans; pairs of one label are made where both name it.

    >>> text = "Cisplatin was given. Deafness followed."
    >>> spans = [Span(0, 9, "Chemical", "Cisplatin"), Span(21, 29, "Disease", "Deafness")]
    >>> (pair,) = relation_pairs(heads=["Chemical"], tails=["Disease"])(
    ...     ["d1"], ["t1"], [text], [spans])[0]
    >>> pair.head, pair.tail, pair.distance_sentences
    ('cisplatin', 'deafness', 1)
    """

    def __init__(
        self,
        *,
        heads: list[str],
        tails: list[str],
        most_sentences: int = 3,
        language: _Language = "en",
    ) -> None:
        self._heads, self._tails = set(heads), set(tails)
        self._most, self._language = most_sentences, language

    def __call__(
        self, document_id: list[str], id: list[str], text: list[str], spans: list[list[Span]]
    ) -> list[list[RelationCandidate]]:
        """The pairs of each document, in its first row."""
        made: list[list[RelationCandidate]] = [[] for _ in text]
        rows: dict[str, list[int]] = defaultdict(list)
        for row, document in enumerate(document_id):
            rows[document].append(row)
        for document, of_it in rows.items():
            made[of_it[0]] = self._pairs(document, of_it, id, text, spans)
        return made

    def _pairs(
        self,
        document: str,
        rows: list[int],
        ids: list[str],
        text: list[str],
        spans: list[list[Span]],
    ) -> list[RelationCandidate]:
        things: dict[_Thing, list[_Mention]] = defaultdict(list)
        number = 0
        for row in rows:
            sentences = split(text[row], language_code=self._language)
            for span in spans[row]:
                at = max(bisect_right(sentences, span.start, key=itemgetter(0)) - 1, 0)
                one = sentences[at] if sentences else None
                words = text[row][one.start : one.end] if one else ""
                for thing in _things(span):
                    things[thing].append(_Mention(row, number + at, span, words))
            number += len(sentences)
        heads = [one for one in things if one.label in self._heads]
        tails = [one for one in things if one.label in self._tails]
        pairs = ((h, t) for h, t in product(heads, tails) if h != t)
        return [self._pair(document, ids, h, t, things[h], things[t]) for h, t in pairs]

    def _pair(
        self,
        document: str,
        ids: list[str],
        head: _Thing,
        tail: _Thing,
        heads: list[_Mention],
        tails: list[_Mention],
    ) -> RelationCandidate:
        near = sorted(product(heads, tails), key=_apart)
        apart = abs(near[0][0].sentence - near[0][1].sentence)
        best = [two for two in near if not apart and two[0].sentence == two[1].sentence] or near[:1]
        evidence = list(dict.fromkeys(one[::3] for two in best for one in two))[: self._most]
        gaps = [_gap(a.span, b.span) for a, b in near if a.row == b.row]
        return RelationCandidate(
            id=f"{document}/{head.key}~{tail.key}",
            document_id=document,
            head=head.key,
            head_name=_name(heads[0].span),
            head_label=head.label,
            tail=tail.key,
            tail_name=_name(tails[0].span),
            tail_label=tail.label,
            n_head_mentions=len(heads),
            n_tail_mentions=len(tails),
            sentences=[words for _, words in evidence],
            text_ids=[ids[row] for row, _ in evidence],
            distance_sentences=apart,
            distance_characters=min(gaps, default=None),
        )


def _things(span: Span) -> list[_Thing]:
    keys = [one.id for one in span.concepts[:1]] or [" ".join(span.text.lower().split())]
    return [_Thing(key, span.label) for key in keys]


def _name(span: Span) -> str:
    return span.concepts[0].name if span.concepts and span.concepts[0].name else span.text


def _apart(two: tuple[_Mention, _Mention]) -> tuple[int, bool]:
    return abs(two[0].sentence - two[1].sentence), two[0].row != two[1].row


def _gap(one: Span, other: Span) -> int:
    return max(one.start - other.end, other.start - one.end, 0)
