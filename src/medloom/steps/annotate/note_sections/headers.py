"""Where a note has headers: lines with a colon, lines of their own, and capitals inside a line."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from medloom.kit.lines import paragraphs
from medloom.steps.annotate.note_sections.vocabulary import Kind, Vocabulary

_BULLET = re.compile(r"(?:[-•*>▪·]+\s*|\(?\d{1,2}[.)]\s+|[IVX]{1,4}\.\s+|#+\s*)?\**\s*")
_WITH_COLON = re.compile(r"([^\W\d_][^:.;\n]{0,79}?)\s*\**(?::|\s[-–—](?=\s))\**")
_INSIDE = re.compile(r"(?<=[.!?;])\s+,?\s*([A-Z][A-Za-z&/ ]{1,44}?)\s*:(?=\s|$)")
_LISTED = frozenset({"physical_exam", "review_of_systems", "vital_signs", "labs", "results"})
_OF_REPORTS = frozenset({"technique", "comparison"})
_NEAR = 6  # an empty line, with spaces and carriage returns in it
_MOST_WORDS, _LONGEST_LINE = 8, 60


class Header(NamedTuple):
    """One header: its place, its title, and what it means."""

    start: int
    end: int
    title: str
    kind: Kind


def headers(text: str, known: Vocabulary) -> list[Header]:
    """The headers of a note in order."""
    found: list[Header] = []
    for start, stop in paragraphs(text, notes=True):
        within = found[-1].kind.name if found else "text"
        if one := _of_line(text, start, stop, within, known):
            found.append(one)
        found += _inside(text, one.end if one else start, stop, known, only_capitals=True)
    if len(found) < 2:  # a report in one paragraph: `Findings: Clear. Impression: Normal.`
        found = found[:1] if found and found[0].start == 0 else []
        begin = found[0].end if found else 0
        found += _inside(text, begin, len(text), known, only_capitals=False)
    return _as_report(found, known)


def _as_report(found: list[Header], known: Vocabulary) -> list[Header]:
    """In a report of a study, `EXAM` names the study and not what was found in the patient."""
    kinds = {one.kind.name for one in found}
    if kinds.isdisjoint(_OF_REPORTS) and not {"findings", "impression"} <= kinds:
        return found
    return [one._replace(kind=known.first.get(known.words(one.title), one.kind)) for one in found]


def _of_line(text: str, start: int, stop: int, within: str, known: Vocabulary) -> Header | None:
    begin = _BULLET.match(text, start, stop).end()  # type: ignore[union-attr]
    match = _WITH_COLON.match(text, begin, stop)
    title = match[1] if match else text[begin:stop].strip("* ")
    listed, colon = begin > start and not text.startswith("#", start), match is not None
    words = known.words(title)
    if not colon and title[-1:] in ".,;!?":
        return None  # a short sentence, an item of a list
    if not (colon or len(title) <= _LONGEST_LINE) or title[:1] != title[:1].upper() or not words:
        return None
    kind = _kind(text, start, title, words, within, known, listed, colon)
    return Header(start, match.end() if match else stop, title.strip(), kind) if kind else None


def _kind(
    text: str,
    start: int,
    title: str,
    words: tuple[str, ...],
    within: str,
    known: Vocabulary,
    listed: bool,
    colon: bool,
) -> Kind | None:
    """What a title at the start of a line means, if it is a header."""
    capitals = title.isupper()
    if start == 0 and colon and (first := known.first.get(words)):
        return first
    found = known.find(words, loosely=capitals and colon and len(words) <= _MOST_WORDS)
    if parted := known.parts.get(words):
        if within == "vital_signs" and "physical_exam" in parted:
            return known.kind("physical_exam", "part")
        if within in parted or not found or not capitals:
            return None
    if found is not None:
        inside_exam = colon and within == "physical_exam" and found.name == "vital_signs"
        same = found.name == within and not capitals
        unsure = not capitals and (listed or len(title) < 2)
        return None if inside_exam or same or unsure else found
    alone = start == 0 or text.count("\n", max(0, start - _NEAR), start) > 1
    apart = colon or (alone and len(words) < 6)
    letters = sum(one.isalpha() for one in title)
    if capitals and apart and not listed and letters > 3 and len(words) <= _MOST_WORDS:
        return None if within in _LISTED and colon else Kind("other", None, "capitals")
    return None


def _inside(
    text: str, start: int, stop: int, known: Vocabulary, only_capitals: bool
) -> Iterator[Header]:
    """Known headers behind the end of a sentence: `No fever. IMPRESSION: Normal.`"""
    for match in _INSIDE.finditer(text, start, stop):
        title = match[1]
        kind = known.find(known.words(title))
        if kind and len(title) > 2 and (title.isupper() or not only_capitals):
            yield Header(match.start(1), match.end(), title, kind)
