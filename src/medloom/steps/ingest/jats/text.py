"""Running text: one walk gives the text, its marks and where it refers to other things.

Text is normalised once: runs of white space (no-break and thin spaces among them) become one
plain space, the ends are stripped, soft hyphens are left out. Offsets count code points of exactly
that text. A line break is a space. A formula contributes the plain text of its MathML, or of its
markup where it has none; LaTeX never gets into the text (it is in `Formula.latex`).
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from typing import NamedTuple

from lxml import etree

from medloom.tables.spans import Mark

MATHML = "{http://www.w3.org/1998/Math/MathML}"

MARKS = {
    "bold": "bold",
    "b": "bold",
    "strong": "bold",
    "italic": "italic",
    "i": "italic",
    "em": "italic",
    "sup": "sup",
    "sub": "sub",
    "underline": "underline",
    "sc": "small-caps",
    "monospace": "monospace",
}
"""Elements that become a mark, and the mark's kind."""

SPLITTING = frozenset(
    "list def-list disp-quote boxed-text speech verse-group statement preformat code array "
    "table question question-wrap answer explanation".split()
)
"""Blocks that end the paragraph they stand in; the rest of it is a paragraph of its own."""

FLOATING = frozenset(
    "fig fig-group table-wrap table-wrap-group supplementary-material media fn fn-group "
    "chem-struct-wrap floats-wrap disp-formula-group ref-list".split()
)
"""Blocks that a paragraph flows around: they are read after it, and it stays one paragraph."""


class XRef(NamedTuple):
    """A cross-reference in a text: where it stands, and what it names."""

    start: int
    end: int
    rids: str
    type: str


class Inline(NamedTuple):
    """A formula or a supplementary file in the line, at an offset of the text."""

    start: int
    element: etree._Element


class Stretch(NamedTuple):
    """Normalised text with what is known about its parts."""

    text: str
    marks: list[Mark]
    xrefs: list[XRef]
    inlines: list[Inline]


class Line:
    """Text in the making: raw pieces, and raw offsets that `stretch` turns into final ones.

    >>> from lxml import etree
    >>> p = etree.fromstring("<p>see  <bold> Fig. <xref rid='F1'>1</xref> </bold>\\xa0now</p>")
    >>> Line(p).stretch().text
    'see Fig. 1 now'
    >>> Line(p).stretch().marks, Line(p).stretch().xrefs
    ([Mark(start=4, end=10, kind='bold')], [XRef(start=9, end=10, rids='F1', type='')])
    """

    __slots__ = ("blocks", "flat", "inlines", "length", "marks", "parts", "xrefs")

    def __init__(
        self, element: etree._Element | None = None, *, flat: bool = False, prefix: str = ""
    ) -> None:
        """Read `element`; `flat` reads through blocks, as in a table cell or a title."""
        self.parts: list[str] = [prefix] if prefix else []
        self.length = len(prefix)
        self.marks: list[Mark] = []
        self.xrefs: list[XRef] = []
        self.inlines: list[Inline] = []
        self.blocks: list[Inline] = []
        self.flat = flat
        if element is not None:
            self.length = self.walk(element, self.length)

    def add(self, element: etree._Element) -> None:
        """Append the text of another element."""
        self.length = self.walk(element, self.length)

    def add_text(self, text: str) -> None:
        """Append plain text."""
        self.parts.append(text)
        self.length += len(text)

    def walk(self, element: etree._Element, at: int) -> int:
        """Append all of `element` at raw offset `at`, without its tail; return the new offset."""
        parts = self.parts
        if text := element.text:
            parts.append(text)
            at += len(text)
        for child in element:
            tag = child.tag
            start = at
            if kind := MARKS.get(tag):
                if len(child):
                    at = self.walk(child, at)
                elif text := child.text:
                    parts.append(text)
                    at += len(text)
                if at > start:
                    self.marks.append(Mark(start, at, kind))
            elif tag == "xref":
                at = self.walk(child, at)
                if rids := child.get("rid"):
                    self.xrefs.append(XRef(start, at, rids, child.get("ref-type", "")))
            elif special := _SPECIAL.get(tag):
                at = special(self, child, at)
            else:
                at = self.walk(child, at)
            if text := child.tail:
                parts.append(text)
                at += len(text)
        return at

    def stretch(self, start: int = 0, end: int | None = None) -> Stretch:
        """Normalise the whole line, or its raw part from `start` to `end`."""
        raw = "".join(self.parts)
        marks, xrefs, inlines = self.marks, self.xrefs, self.inlines
        if start or end is not None:
            end = len(raw) if end is None else end
            raw = raw[start:end]
            marks = [
                Mark(max(m.start, start) - start, min(m.end, end) - start, m.kind)
                for m in marks
                if m.start < end and m.end > start
            ]
            xrefs = [
                x._replace(start=x.start - start, end=min(x.end, end) - start)
                for x in xrefs
                if start <= x.start < end
            ]
            inlines = [
                i._replace(start=i.start - start) for i in inlines if start <= i.start <= end
            ]
        return _normalise(raw, marks, xrefs, inlines)


def plain(element: etree._Element) -> str:
    """The normalised text of an element, blocks read through.

    >>> from lxml import etree
    >>> plain(etree.fromstring("<td>1.5<break/>(<italic>n</italic>\\xa0= 3)</td>"))
    '1.5 (n = 3)'
    """
    if len(element):
        line = Line(element, flat=True)
        text = "".join(line.parts)
    else:
        text = element.text or ""
    if "\xad" in text:
        text = text.replace("\xad", "")
    return " ".join(text.split())


_RUN = re.compile(r"^[\s\xad]+|\s\xad*(?:\s\xad*)+|\s\xad+|\xad+")


def _normalise(
    raw: str, marks: list[Mark], xrefs: list[XRef], inlines: list[Inline]
) -> Stretch:
    text = " ".join((raw.replace("\xad", "") if "\xad" in raw else raw).split())
    if not (marks or xrefs or inlines):
        return Stretch(text, marks, xrefs, inlines)
    if len(text) != len(raw):
        move = _mover(raw, len(text))
        marks = [Mark(move(m.start), move(m.end), m.kind) for m in marks]
        xrefs = [XRef(move(x.start), move(x.end), x.rids, x.type) for x in xrefs]
        inlines = [Inline(move(i.start), i.element) for i in inlines]
    if marks:
        marks = [
            m if text[m.start] != " " != text[m.end - 1] else Mark(*_trim(text, *m[:2]), m.kind)
            for m in marks
            if m.start < m.end
        ]
        marks = [m for m in marks if m.start < m.end]
        marks.sort()
    if xrefs:
        xrefs = [XRef(*_trim(text, x.start, x.end), x.rids, x.type) for x in xrefs]
    return Stretch(text, marks, xrefs, inlines)


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


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Take white space off both ends of a stretch."""
    while start < end and text[start] == " ":
        start += 1
    while start < end and text[end - 1] == " ":
        end -= 1
    return start, end


_Special = Callable[[Line, etree._Element, int], int]


def _skip(line: Line, element: etree._Element, at: int) -> int:
    return at


def _space(line: Line, element: etree._Element, at: int) -> int:
    line.parts.append(" ")
    return at + 1


def _spaced(line: Line, element: etree._Element, at: int) -> int:
    line.parts.append(" ")
    at = line.walk(element, at + 1)
    line.parts.append(" ")
    return at + 1


def _block(line: Line, element: etree._Element, at: int) -> int:
    if line.flat:
        return _spaced(line, element, at)
    line.blocks.append(Inline(at, element))
    return _space(line, element, at)


def _alternatives(line: Line, element: etree._Element, at: int) -> int:
    """Renditions of one thing: the first that has text."""
    for child in element:
        special = _SPECIAL.get(child.tag)
        after = special(line, child, at) if special else line.walk(child, at)
        if after > at:
            return after
    return at


def _math(line: Line, element: etree._Element, at: int) -> int:
    """MathML: its visible characters, without annotations."""
    text = "".join(
        piece
        for part in element.iter()
        if part.tag not in _ANNOTATIONS
        for piece in (part.text, part.tail if part is not element else None)
        if piece and not piece.isspace()
    )
    line.parts.append(text)
    return at + len(text)


_ANNOTATIONS = frozenset({f"{MATHML}annotation", f"{MATHML}annotation-xml", "annotation"})


def _inline_formula(line: Line, element: etree._Element, at: int) -> int:
    line.inlines.append(Inline(at, element))
    return line.walk(element, at)


def _display_formula(line: Line, element: etree._Element, at: int) -> int:
    line.inlines.append(Inline(at + 1, element))
    return _spaced(line, element, at)


def _notation(line: Line, element: etree._Element, at: int) -> int:
    """MathML or LaTeX: a formula of its own where none is around it."""
    if next(element.iterancestors("inline-formula", "disp-formula"), None) is None:
        line.inlines.append(Inline(at, element))
    return at if element.tag == "tex-math" else _math(line, element, at)


def _label(line: Line, element: etree._Element, at: int) -> int:
    parent = element.getparent()
    if parent is not None and parent.tag == "disp-formula":
        return at
    return _spaced(line, element, at)


def _inline_supplement(line: Line, element: etree._Element, at: int) -> int:
    line.inlines.append(Inline(at, element))
    return line.walk(element, at)


def _special() -> dict[object, _Special]:
    def each(names: str | Iterable[str], special: _Special) -> dict[object, _Special]:
        return dict.fromkeys(names.split() if isinstance(names, str) else names, special)

    return (
        each("break hr", _space)
        | each("p title subtitle list-item def-item term def tr td th sec verse-line attrib", _spaced)
        | each("graphic alt-text long-desc object-id inline-graphic index-term index-term-range-end "
               "inline-media private-char related-article glyph-data permissions", _skip)
        | each(SPLITTING | FLOATING, _block)
        | each(["tex-math", f"{MATHML}math"], _notation)
        | {
            "alternatives": _alternatives,
            "label": _label,
            "inline-formula": _inline_formula,
            "disp-formula": _display_formula,
            "inline-supplementary-material": _inline_supplement,
        }
    )


_SPECIAL = _special()
