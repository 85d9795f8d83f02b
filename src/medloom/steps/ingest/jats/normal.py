"""Normalising text while keeping hold of what stands where in it.

Runs of white space (no-break and thin spaces among them) become one plain space, the ends are
stripped, soft hyphens are left out. Offsets count code points of exactly that text.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import NamedTuple

from lxml import etree

from medloom.steps.ingest.jats.names import make
from medloom.tables.spans import Mark


class XRef(NamedTuple):
    """A cross-reference in a text: where it stands, and what it names."""

    start: int
    end: int
    rids: str
    type: str


class Inline(NamedTuple):
    """A formula, a supplementary file or a link to another work, at its offset of the text."""

    start: int
    element: etree._Element


class Stretch(NamedTuple):
    """Normalised text with what is known about its parts."""

    text: str
    marks: list[Mark]
    xrefs: list[XRef]
    inlines: list[Inline]


def tidy(raw: str) -> str:
    """One space for every run of white space, none at the ends; no soft hyphens.

    >>> tidy("  a\\n b\\xa0c\\xad ")
    'a b c'
    """
    # Most texts are clean, and are found so without being cut into words: all white space but the
    # plain space is unprintable, and soft hyphens are. In ASCII, XML has only three others.
    if raw.isascii():
        if "\n" in raw or "\t" in raw or "\r" in raw:
            return " ".join(raw.split())
    elif not raw.isprintable():
        raw = raw.replace("\n", " ").replace("\xa0", " ").replace("\u2009", " ")
        if not raw.isprintable():
            return " ".join(raw.replace("\xad", "").split())
    # In a long text, CPython searches from the right three times as fast.
    runs = "  " in raw if len(raw) < 100 else raw.rfind("  ") >= 0
    return " ".join(raw.split()) if runs else raw.strip(" ")


# At the beginning, white space and soft hyphens; else white space with more of it, soft hyphens.
# One set of characters comes first: the search for it is several times faster than alternatives.
_RUN = re.compile(r"[\s\xad](?:(?<=^.)[\s\xad]*|(?<=\s)[\s\xad]+|(?<=\xad)\xad*)", re.DOTALL)


def normalise(raw: str, marks: list[Mark], xrefs: list[XRef], inlines: list[Inline]) -> Stretch:
    """Normalise a raw text and move what is known about it along.

    >>> normalise("a  (  b)", [Mark(3, 8, "bold")], [], []).marks
    [Mark(start=2, end=6, kind='bold')]
    """
    text = tidy(raw)
    if not (marks or xrefs or inlines):
        return make(Stretch, (text, marks, xrefs, inlines))
    if len(text) != len(raw):
        move = _mover(raw, len(text))
        marks = [Mark(move(m.start), move(m.end), m.kind) for m in marks]
        xrefs = [XRef(move(x.start), move(x.end), x.rids, x.type) for x in xrefs]
        inlines = [Inline(move(i.start), i.element) for i in inlines]
    if not _are_tight(text, marks):
        trimmed = [Mark(*_trim(text, start, end), kind) for start, end, kind in marks]
        marks = [mark for mark in trimmed if mark.start < mark.end]
    if not _are_tight(text, xrefs):
        xrefs = [XRef(*_trim(text, x.start, x.end), x.rids, x.type) for x in xrefs]
    if len(marks) > 1:
        marks.sort()
    return make(Stretch, (text, marks, xrefs, inlines))


def _mover(raw: str, length: int) -> Callable[[int], int]:
    """Map raw offsets to those of the normalised text of `length`."""
    starts: list[int] = []
    sizes: list[int] = []
    before: list[int] = []
    removed = 0
    for run in _RUN.finditer(raw):
        start, end = run.span()
        start += start > 0 and raw[start] != "\xad"
        starts.append(start)
        sizes.append(end - start)
        before.append(removed)
        removed += end - start

    def move(offset: int) -> int:
        i = bisect_right(starts, offset) - 1
        if i >= 0:
            offset -= before[i] + min(offset - starts[i], sizes[i])
        return min(offset, length)

    return move


def _are_tight(text: str, spans: Sequence[Mark] | Sequence[XRef]) -> bool:
    """Whether no span is empty, or begins or ends with white space."""
    for span in spans:
        start, end = span[0], span[1]
        if start >= end or text[start] == " " or text[end - 1] == " ":
            return False
    return True


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Take white space off both ends of a stretch."""
    while start < end and text[start] == " ":
        start += 1
    while start < end and text[end - 1] == " ":
        end -= 1
    return start, end
