"""Captions and notes: paragraphs that belong to a figure, a table or a supplement."""

from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from medloom.steps.ingest.jats.draft import Draft
from medloom.steps.ingest.jats.names import tags
from medloom.steps.ingest.jats.text import Line, plain
from medloom.tables.spans import Mark

_CONTAINERS = tags(
    "caption list list-item def-list fn fn-group disp-quote boxed-text sec statement speech "
    "table-wrap-foot verse-group notes abstract table-wrap-group"
)
_FLOATS = tags("supplementary-material media fig fig-group table-wrap table-wrap-group")


class Caption(NamedTuple):
    """A caption: its title, and all of it with one paragraph a line."""

    title: str | None
    text: str
    marks: list[Mark]


def lines(element: etree._Element, floats: list[etree._Element]) -> Iterator[Line]:
    """The paragraphs inside an element, those of lists and notes with their labels in front.

    What has rows of its own, such as a supplementary file in a caption, goes to `floats`.

    >>> from lxml import etree
    >>> fn = etree.fromstring("<fn><label>a</label><p>Mean.</p><p>SD.</p></fn>")
    >>> [line.stretch().text for line in lines(fn, [])]
    ['a Mean.', 'SD.']
    """
    if element.tag not in _CONTAINERS or (element.text and not element.text.isspace()):
        yield from _with_blocks(Line(element), floats)
        return
    label = ""
    for child in element:
        tag = child.tag
        if tag == "label":
            label = f"{plain(child)} "
        elif tag == "def-item":
            yield Line(child, flat=True, prefix=label)
        elif tag in _FLOATS:
            floats.append(child)
        elif tag in _CONTAINERS:
            yield from lines(child, floats)
            continue
        else:
            yield from _with_blocks(Line(child, prefix=label), floats)
        if tag != "label":
            label = ""
        if (tail := child.tail) and not tail.isspace():
            yield Line(prefix=tail)
    if label:
        yield Line(prefix=label)


def _with_blocks(line: Line, floats: list[etree._Element]) -> Iterator[Line]:
    yield line
    for block in line.blocks:
        if block.element.tag in _FLOATS:
            floats.append(block.element)
        else:
            yield from lines(block.element, floats)


def read_caption(draft: Draft, elements: list[etree._Element], about: str) -> Caption:
    """Read the `caption` elements of a float; each paragraph also becomes a passage."""
    title: str | None = None
    texts: list[str] = []
    marks: list[Mark] = []
    length = 0
    for element in elements:
        heading = next(element.iterchildren("title"), None)
        for line in lines(element, draft.floats):
            stretch = line.stretch()
            draft.passage("caption", stretch, about)
            text = stretch.text
            if not text:
                continue
            if heading is not None and title is None and not texts:
                title = plain(heading) or None
            marks += [Mark(m.start + length, m.end + length, m.kind) for m in stretch.marks]
            texts.append(text)
            length += len(text) + 1
    return Caption(title, "\n".join(texts), marks)


def read_notes(draft: Draft, element: etree._Element, about: str, kind: str) -> list[str]:
    """Read the notes under a float; each paragraph becomes a passage, each note one text."""
    if element.tag in {"table-wrap-foot", "fn-group"}:
        return [note for child in element for note in read_notes(draft, child, about, kind)]
    stretches = [line.stretch() for line in lines(element, draft.floats)]
    for stretch in stretches:
        draft.passage(kind, stretch, about)
    text = " ".join(stretch.text for stretch in stretches if stretch.text)
    return [text] if text else []
