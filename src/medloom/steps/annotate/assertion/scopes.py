"""Scopes applied: which cues of its sentence, or which header above it, speak of a mention."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from medloom.kit.sentences import split
from medloom.steps.annotate.assertion.cues import (
    AFTER,
    BEFORE,
    ENDS,
    EVERY,
    SECTION,
    Lexicon,
    Sense,
    Senses,
)
from medloom.tables.spans import Assertion, Cue, Range, Span

PLAIN = Assertion()
_FARTHEST, _MOST = 1500, 60
"""No cue reaches farther, in characters and in cues: keeps texts without sentence ends fast."""
_LIST = re.compile(r",|/|\b(?:and|or|nor|und|oder|noch|y|e|o|u|ni|et|ou)\b")
_HEADER = re.compile(
    r"^[ \t]*[^\W\d_][\w/&(),' -]{2,50}:|^[ \t]*[A-ZÀ-Þ][A-ZÀ-Þ /&-]{3,50}$"
    r"|(?<=[.,:;\s]\s)[A-ZÀ-Þ][A-ZÀ-Þ /&-]{3,50}:",
    re.MULTILINE,
)
_MAY_END = re.compile(r"[.!?…。！？\n]")
_OPENS = re.compile(r"(?:^|[\n.,:;]|\s\s)[\s\d.)*#•-]*$")
_AFTER_HEADER = re.compile(r"[ \t]*(?:[:\n]|$|-\s)")

Found = tuple[int, int, Senses]
Chosen = dict[str, tuple[Sense, int, int]]


def asserted(text: str, low: str, spans: Sequence[Span], rules: Lexicon, code: str) -> list[Span]:
    """Spans with what the text asserts of each; `low` is the text in small letters."""
    cues = rules.cues(low)
    if not cues:
        return [span._replace(assertion=PLAIN) for span in spans]
    cue_starts = [one[0] for one in cues]
    under = _sections(text, cues)
    sentences = _Sentences(text, code)
    made = []
    for span in spans:
        found: Chosen = {}
        middle = bisect_left(cue_starts, span.start)
        order = range(middle - 1, max(middle - _MOST, 0) - 1, -1)
        _look(found, low, span, BEFORE, cues, order, sentences)
        beyond = bisect_left(cue_starts, span.end, middle)
        order = range(beyond, min(beyond + _MOST, len(cues)))
        _look(found, low, span, AFTER, cues, order, sentences)
        for section, start, senses in under:
            if section.start <= span.start < section.end:
                for sense in senses:
                    found.setdefault(sense.attribute, (sense, start, section.start))
        made.append(span._replace(assertion=_assertion(text, found) if found else PLAIN))
    return made


class _Sentences:
    """The sentences of a text, split only where that could part a cue from its mention."""

    def __init__(self, text: str, code: str) -> None:
        self._text, self._code = text, code
        self._starts: list[int] = []

    def hold(self, start: int, end: int) -> bool:
        """Whether no sentence ends between a cue and a mention."""
        if not _MAY_END.search(self._text, start, end):
            return True
        self._starts = self._starts or [one.start for one in split(self._text, self._code)]
        return bisect_right(self._starts, start - 1) == bisect_right(self._starts, end)


def _look(
    found: Chosen,
    low: str,
    span: Span,
    way: int,
    cues: list[Found],
    order: range,
    sentences: _Sentences,
) -> None:
    """From the mention outwards: the nearest cue of each attribute, up to what ends its scope."""
    closed: set[str] = set()
    for at in order:
        start, end, senses = cues[at]
        gap = (end, span.start) if way == BEFORE else (span.end, start)
        if gap[1] - gap[0] > _FARTHEST or not sentences.hold(*gap):
            return
        for sense in senses if gap[0] <= gap[1] else ():
            attribute, _, place, words, _ = sense
            if place & ENDS:
                if attribute != EVERY:
                    closed.add(attribute)
                elif not (low[start] == ":" and _is_beside(cues, at, span.end, way)):
                    return
            elif (
                place & way
                and attribute not in closed
                and attribute not in found
                and _reaches(low, *gap, words)
            ):
                found[attribute] = sense, start, end


def _is_beside(cues: list[Found], colon: int, edge: int, way: int) -> bool:
    """Whether a colon only parts a cue from its mention: `Denies: fever`, `Fever: denied`."""
    if way == AFTER:
        return cues[colon][0] - edge <= 1
    return colon > 0 and cues[colon - 1][1] == cues[colon][0]


def _reaches(low: str, start: int, end: int, words: int) -> bool:
    """Whether no part of a list between cue and mention has too many words."""
    if end - start <= 2 * words:
        return True
    return all(len(part.split()) <= words for part in _LIST.split(low[start:end]))


def _sections(text: str, cues: list[Found]) -> list[tuple[Range, int, Senses]]:
    """Where each header's section lies, where its header begins, and what it means."""
    made = []
    for start, end, senses in cues:
        meant = tuple(one for one in senses if one.place & SECTION)
        if meant and _AFTER_HEADER.match(text, end):
            before = text[max(start - 20, 0) : start]
            if _OPENS.search(before) or not before.strip():
                following = _HEADER.search(text, end + 1)
                until = following.start() if following else len(text)
                made.append((Range(end, until), start, meant))
    return made


def _assertion(text: str, found: Chosen) -> Assertion:
    cues = sorted(
        (
            Cue(attribute, start, end, text[start:end], sense.rule)
            for attribute, (sense, start, end) in found.items()
        ),
        key=lambda cue: cue.start,
    )
    values = {attribute: sense.value for attribute, (sense, _, _) in found.items()}
    return Assertion(**values, cues=tuple(cues))  # type: ignore[arg-type]
