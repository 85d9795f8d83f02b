"""Relations that the words between mentions state, by patterns that people can read."""

import re
from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import AfterValidator

from medloom.kit.sentence_words import language as lists_of
from medloom.kit.sentence_words import language_digest
from medloom.kit.sentences import split
from medloom.step import DigestedBy, adds
from medloom.steps.annotate.pattern_relations.patterns import (
    FILE,
    Book,
    Compiled,
    check_path,
    digest,
    load,
)
from medloom.tables.spans import MadeBy, Range, Relation, Span

_PRIVATE = re.compile("[\ue000-\uf8ff]")


def _known(language: str) -> str:
    lists_of(language)
    return language


_Language = Annotated[str, AfterValidator(_known), DigestedBy(language_digest)]


@adds("relations")
class pattern_relations:  # noqa: N801
    """Find relations between the mentions of a sentence by patterns.

    `patterns` names a YAML file in place of Medloom's own; a relation says in `made_by` which
    pattern made it. The labels of patterns and spans are compared in small letters.

    >>> text = "Cisplatin-induced deafness."
    >>> spans = [Span(0, 9, "Chemical"), Span(18, 26, "Disease")]
    >>> [(one.kind, one.head, one.tail) for one in pattern_relations()([text], [spans])[0]]
    [('induces', '0:9:Chemical', '18:26:Disease')]
    """

    def __init__(
        self,
        *,
        patterns: Annotated[str | None, AfterValidator(check_path), DigestedBy(digest)] = None,
        language: _Language = "en",
    ) -> None:
        self._book: Book = load(patterns)
        self._language = language
        self._made_by = MadeBy("pattern_relations", patterns or FILE, digest(patterns))

    def __call__(self, text: list[str], spans: list[list[Span]]) -> list[list[Relation]]:
        """The relations of each text, in the order of its sentences."""
        return [self._of(*one) for one in zip(text, spans, strict=True)]

    def _of(self, text: str, spans: Sequence[Span]) -> list[Relation]:
        known = [span for span in spans if span.label.lower() in self._book.characters]
        if len({span.label for span in known}) < 2:
            return []
        found: dict[tuple[str, str, str], Relation] = {}
        for sentence, inside in _by_sentence(text, known, self._language):
            masked, places = self._masked(text, sentence, inside)
            for pattern in self._book.patterns:
                for head, tail in _pairs(pattern, masked, places):
                    made_by = self._made_by._replace(rule=pattern.id)
                    one = Relation(pattern.kind, head.key, tail.key, made_by=made_by)
                    found.setdefault(one[:3], one)
        return list(found.values())

    def _masked(
        self, text: str, sentence: Range, spans: Sequence[Span]
    ) -> tuple[str, dict[int, Span]]:
        """A sentence with one character for each mention, and which mention stands where."""
        pieces, places, at, length = [], {}, sentence.start, 0
        for span in spans:
            if span.start < at:
                continue
            before = _PRIVATE.sub(" ", text[at : span.start])
            pieces += [before, self._book.characters[span.label.lower()]]
            length += len(before)
            places[length] = span
            at, length = span.end, length + 1
        return "".join([*pieces, text[at : sentence.end]]), places


def _by_sentence(
    text: str, spans: Sequence[Span], language: str
) -> Iterator[tuple[Range, list[Span]]]:
    """Sentences with two mentions or more; of overlapping mentions the longest first."""
    order = sorted(spans, key=lambda one: (one.start, -one.end))
    at = 0
    for sentence in split(text, language_code=language):
        inside = []
        while at < len(order) and order[at].start < sentence.end:
            if sentence.start <= order[at].start and order[at].end <= sentence.end:
                inside.append(order[at])
            at += 1
        if len(inside) > 1:
            yield sentence, inside


def _pairs(pattern: Compiled, masked: str, places: dict[int, Span]) -> Iterator[tuple[Span, Span]]:
    at = 0
    while match := pattern.regex.search(masked, at):
        heads, tails = (_within(match, group, places) for group in (pattern.head, 3 - pattern.head))
        yield from ((head, tail) for head in heads for tail in tails)
        at = max(match.start(1), match.start()) + 1


def _within(match: re.Match[str], group: int, places: dict[int, Span]) -> list[Span]:
    start, end = match.span(group)
    return [places[at] for at in range(start, end) if at in places]
