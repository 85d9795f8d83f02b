"""Running text: one walk gives the text, its marks and where it refers to other things.

A line break is a space. A formula contributes the plain text of its MathML, or of its markup
where it has none; LaTeX never gets into the text (it is in `Formula.latex`).
"""

from collections.abc import Callable, Iterable

from lxml import etree

from medloom.steps.ingest.jats.names import children_of, make, tags
from medloom.steps.ingest.jats.normal import Inline, Stretch, XRef, normalise, tidy
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

SPLITTING = tags(
    "list def-list disp-quote boxed-text speech verse-group statement preformat code array "
    "table question question-wrap answer explanation"
)
"""Blocks that end the paragraph they stand in; the rest of it is a paragraph of its own."""

FLOATING = tags(
    "fig fig-group table-wrap table-wrap-group supplementary-material media fn fn-group "
    "chem-struct-wrap floats-wrap disp-formula-group ref-list"
)
"""Blocks that a paragraph flows around: they are read after it, and it stays one paragraph."""


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
        for child in children_of(element):
            tag = child.tag
            if special := _SPECIAL.get(tag):
                at = special(self, child, at)
            else:
                start = at
                if len(child):
                    at = self.walk(child, at)
                elif text := child.text:
                    parts.append(text)
                    at += len(text)
                if tag == "xref":
                    if rids := child.get("rid"):
                        self.xrefs.append(make(XRef, (start, at, rids, child.get("ref-type", ""))))
                elif at > start and (kind := MARKS.get(tag)):
                    self.marks.append(make(Mark, (start, at, kind)))
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
        return normalise(raw, marks, xrefs, inlines)


def text_of(element: etree._Element) -> str:
    """All text inside an element, as it is in the source. One call into C, whatever its size."""
    return etree.tostring(element, encoding="unicode", method="text", with_tail=False)


def plain(element: etree._Element) -> str:
    """The normalised text of an element, blocks read through.

    >>> from lxml import etree
    >>> plain(etree.fromstring("<td>1.5<break/>(<italic>n</italic>\\xa0= 3)</td>"))
    '1.5 (n = 3)'
    """
    if len(element):
        return tidy("".join(Line(element, flat=True).parts))
    return tidy(element.text or "")


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


def _apart(line: Line, element: etree._Element, at: int) -> int:
    """Parts of a name, which some sources print without anything between them."""
    at = line.walk(element, at)
    if element.tail or element.getnext() is None:
        return at
    return _space(line, element, at)


def _inline_element(line: Line, element: etree._Element, at: int) -> int:
    line.inlines.append(Inline(at, element))
    return line.walk(element, at)


def _special() -> dict[object, _Special]:
    def each(names: str | Iterable[str], special: _Special) -> dict[object, _Special]:
        return dict.fromkeys(names.split() if isinstance(names, str) else names, special)

    return (
        each("break hr", _space)
        | each(
            "p title subtitle list-item def-item term def tr td th sec verse-line attrib", _spaced
        )
        | each(
            "graphic alt-text long-desc object-id inline-graphic index-term index-term-range-end "
            "inline-media private-char glyph-data permissions",
            _skip,
        )
        | each("surname given-names name string-name suffix", _apart)
        | each(SPLITTING | FLOATING, _block)
        | each(["tex-math", f"{MATHML}math"], _notation)
        | {
            "alternatives": _alternatives,
            "label": _label,
            "inline-formula": _inline_element,
            "disp-formula": _display_formula,
            "inline-supplementary-material": _inline_element,
            "related-article": _inline_element,
            "related-object": _inline_element,
        }
    )


_SPECIAL = _special()
