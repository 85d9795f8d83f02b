"""Running text of PubMed: its words, and the markup in titles and abstracts.

White space is normalised once: runs of it become one plain space, the ends are stripped, soft
hyphens are left out. Mark offsets count code points of exactly that text.
"""

import re

from lxml import etree

from medloom.tables.spans import Mark

_MARKS = {"b": "bold", "i": "italic", "sup": "sup", "sub": "sub", "u": "underline"}
_MATHML = "{http://www.w3.org/1998/Math/MathML}"
_SPACES = re.compile(r"\s+")


class Line:
    """Normalised text in the making.

    >>> line = Line()
    >>> line.walk(etree.fromstring("<t> A <i>BRCA1 </i>\\n<sup>+</sup> cell</t>"))
    >>> line.text, line.marks
    ('A BRCA1 + cell', [Mark(start=2, end=7, kind='italic'), Mark(start=8, end=9, kind='sup')])
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._marks: list[Mark] = []
        self._open = True
        """Whether a space here would be one too many."""

    def add(self, raw: str | None) -> None:
        """Append text."""
        text = _SPACES.sub(" ", (raw or "").replace("\xad", ""))
        if self._open:
            text = text.removeprefix(" ")
        if text:
            self._parts.append(text)
            self._length += len(text)
            self._open = text.endswith(" ")

    def walk(self, element: etree._Element) -> None:
        """Append all that an element holds."""
        self.add(element.text)
        for child in element:
            start = self._length
            if child.tag == f"{_MATHML}math":
                self.add(_formula(child))
            else:
                self.walk(child)
            if kind := _MARKS.get(str(child.tag)):
                self._marks.append(Mark(start, self._length, kind))
            self.add(child.tail)

    @property
    def text(self) -> str:
        """What has been read so far."""
        return "".join(self._parts).rstrip(" ")

    @property
    def marks(self) -> list[Mark]:
        """The marks in the text, none of them empty or ending in a space."""
        text = self.text
        trimmed = [_trim(mark, text) for mark in self._marks]
        return sorted(mark for mark in trimmed if mark.start < mark.end)


def _trim(mark: Mark, text: str) -> Mark:
    start, end = mark.start, min(mark.end, len(text))
    while start < end and text[start] == " ":
        start += 1
    while start < end and text[end - 1] == " ":
        end -= 1
    return Mark(start, end, mark.kind)


def _formula(math: etree._Element) -> str:
    """The visible characters of MathML, without the white space and notes between them."""
    pieces = []
    for part in math.iter():
        if not str(part.tag).startswith(f"{_MATHML}annotation"):
            pieces.append(part.text)
        if part is not math:
            pieces.append(part.tail)
    return "".join(piece for piece in pieces if piece and not piece.isspace())


def words(element: etree._Element | None) -> str:
    """The normalised text of an element, markup read through; of no element, nothing.

    >>> words(etree.fromstring("<Affiliation>  Univ.\\n <i>X</i></Affiliation>")), words(None)
    ('Univ. X', '')
    """
    if element is None:
        return ""
    if len(element):
        line = Line()
        line.walk(element)
        return line.text
    return " ".join((element.text or "").replace("\xad", "").split())


def words_at(element: etree._Element, path: str) -> str | None:
    """The text of the first element at a path that has any."""
    return next(filter(None, map(words, element.iterfind(path))), None)
