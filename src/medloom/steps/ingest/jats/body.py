"""The article's running text: sections, paragraphs, lists, quotes and floats in reading order."""

from collections.abc import Callable, Iterable

from lxml import etree

from medloom.steps.ingest.jats.captions import read_caption
from medloom.steps.ingest.jats.draft import Draft
from medloom.steps.ingest.jats.figures import read_figure, read_group
from medloom.steps.ingest.jats.names import children_of, make, tags
from medloom.steps.ingest.jats.normal import Inline, Stretch, tidy
from medloom.steps.ingest.jats.references import read_references
from medloom.steps.ingest.jats.sections import section_kind
from medloom.steps.ingest.jats.supplements import supplement_row
from medloom.steps.ingest.jats.tables import read_table
from medloom.steps.ingest.jats.text import SPLITTING, Line, plain

Reader = Callable[[Draft, etree._Element], None]


def read_blocks(draft: Draft, elements: Iterable[etree._Element]) -> None:
    """Read block elements one after the other; what raises becomes an issue."""
    for element in elements:
        try:
            _BLOCKS.get(element.tag, _other)(draft, element)
        except Exception as error:
            draft.failed(element, error)
        if element.tail:
            _loose_text(draft, element.tail)


def _loose_text(draft: Draft, text: str | None) -> None:
    """Text between blocks, where the standard allows none: a passage all the same."""
    if text and not text.isspace():
        draft.passage(draft.paragraph_kind, Line(prefix=text).stretch())


def read_part(draft: Draft, element: etree._Element, part: str) -> None:
    """Read the blocks of the body, of the back matter, or of the floats group."""
    draft.part, draft.section, draft.section_kind = part, [], "other"
    _loose_text(draft, element.text)
    read_blocks(draft, element)


def add_line(draft: Draft, line: Line, kind: str) -> None:
    """Add the passages of a line: one, or several where blocks split it; and the blocks."""
    if not line.blocks:
        draft.passage(kind, line.stretch())
        return
    start = 0
    after: list[etree._Element] = []
    for at, block in line.blocks:
        if block.tag in SPLITTING:
            draft.passage(kind, line.stretch(start, at))
            _read_without_tail(draft, [*after, block])
            start, after = at, []
        else:
            after.append(block)
    draft.passage(kind, line.stretch(start))
    _read_without_tail(draft, after)


def _read_without_tail(draft: Draft, blocks: list[etree._Element]) -> None:
    for block in blocks:
        try:
            _BLOCKS.get(block.tag, _other)(draft, block)
        except Exception as error:
            draft.failed(block, error)


def _add(draft: Draft, element: etree._Element, kind: str) -> None:
    """Add the passages of an element; one without markup needs no walk."""
    if len(element):
        add_line(draft, Line(element), kind)
    else:
        draft.passage(kind, make(Stretch, (tidy(element.text or ""), [], [], [])))


def _paragraph(draft: Draft, element: etree._Element) -> None:
    _add(draft, element, draft.paragraph_kind)


def _kind(kind: str) -> Reader:
    def read(draft: Draft, element: etree._Element) -> None:
        _add(draft, element, kind)

    return read


def _section(draft: Draft, sec: etree._Element) -> None:
    """A section: its heading with its label, then its blocks under a longer section path."""
    outer, outer_kind, outer_part = draft.section, draft.section_kind, draft.part
    children = children_of(sec)
    label = title = None
    n_heads = 0
    for child in children:
        tag = child.tag
        if tag == "title":
            title = child
        elif tag == "label":
            label = child
        elif tag != "sec-meta" and tag != "object-id":
            break
        n_heads += 1
    text = "" if title is None else plain(title)
    kind = section_kind(text, sec.get("sec-type", "")) or _KIND_OF_TAG.get(sec.tag)
    if kind is not None and (not outer or outer_kind == "other" or kind in _SPECIFIC):
        draft.section_kind = kind
    elif not outer:
        draft.section_kind = "other"
    if sec.tag == "app":
        draft.part = "appendix"
    if label is not None:
        number = plain(label)
        draft.section = [*outer, text or number]
        add_line(draft, Line(title, prefix=f"{number} " if number else ""), "heading")
    elif title is not None and text:
        draft.section = [*outer, text]
        _add(draft, title, "heading")
    _loose_text(draft, sec.text)
    paragraph_kind = draft.paragraph_kind
    draft.paragraph_kind = _PARAGRAPH_OF_TAG.get(sec.tag, paragraph_kind)
    read_blocks(draft, children[n_heads:])
    draft.paragraph_kind = paragraph_kind
    draft.section, draft.section_kind, draft.part = outer, outer_kind, outer_part


_KIND_OF_TAG = {"ack": "acknowledgement", "glossary": "abbreviations"}
_PARAGRAPH_OF_TAG = {
    "ack": "acknowledgement",
    "disp-quote": "quote",
    "statement": "statement",
    "speech": "speech",
    "bio": "biography",
    "caption": "caption",
}
_SPECIFIC = tags(
    "case supplementary acknowledgement funding conflict contributions ethics data abbreviations"
)


def _container(draft: Draft, element: etree._Element) -> None:
    read_blocks(draft, element)


def _list(draft: Draft, element: etree._Element) -> None:
    _loose_text(draft, element.text)
    for item in element:
        if item.tag != "list-item":
            read_blocks(draft, [item])
            continue
        _labelled(draft, item, "list_item")


def _labelled(draft: Draft, item: etree._Element, kind: str) -> None:
    """Paragraphs behind a printed label; the label stands in front of the first one."""
    label = ""
    if item.text and not item.text.isspace():
        add_line(draft, Line(item), kind)
        return
    for child in item:
        if child.tag == "label":
            label = f"{plain(child)} "
        elif child.tag in {"p", "title"}:
            add_line(draft, Line(child, prefix=label), kind)
            label = ""
        else:
            if label:
                draft.passage(kind, Line(prefix=label).stretch())
                label = ""
            paragraph_kind, draft.paragraph_kind = draft.paragraph_kind, kind
            _BLOCKS.get(child.tag, _other)(draft, child)
            draft.paragraph_kind = paragraph_kind
        if (tail := child.tail) and not tail.isspace():
            draft.passage(kind, Line(prefix=label + tail).stretch())
            label = ""
    if label:
        draft.passage(kind, Line(prefix=label).stretch())


def _definitions(draft: Draft, element: etree._Element) -> None:
    _loose_text(draft, element.text)
    for child in element:
        if child.tag == "def-item":
            add_line(draft, Line(child, flat=True), "definition")
        else:
            read_blocks(draft, [child])


def _footnote(draft: Draft, fn: etree._Element) -> None:
    kind = section_kind(fn.get("fn-type", "").replace("-", " "))
    outer, draft.section_kind = draft.section_kind, kind or draft.section_kind
    _labelled(draft, fn, "footnote")
    draft.section_kind = outer


def _figure(draft: Draft, element: etree._Element) -> None:
    read_figure(draft, element)
    _read_floats(draft)


def _figure_group(draft: Draft, element: etree._Element) -> None:
    others = read_group(draft, element)
    _read_floats(draft)
    read_blocks(draft, others)


def _table(draft: Draft, element: etree._Element) -> None:
    read_table(draft, element)
    _read_floats(draft)


def _read_floats(draft: Draft) -> None:
    """Read what stood in the captions and notes of a float, and is a float itself."""
    floats, draft.floats = draft.floats, []
    _read_without_tail(draft, floats)


def _table_group(draft: Draft, element: etree._Element) -> None:
    before = len(draft.rows.tables)
    read_blocks(draft, element)
    ids = [table.id for table in draft.rows.tables[before:]]
    draft.links.add_alias(element.get("id"), "table", ids)


def _display_formula(draft: Draft, element: etree._Element) -> None:
    line = Line(element)
    line.inlines.insert(0, Inline(0, element))
    add_line(draft, line, "formula")


def _supplement(draft: Draft, element: etree._Element) -> None:
    """A supplementary file, or several `media` in one element, each a row of its own."""
    media = element.findall("media") if element.tag != "media" else []
    files = media if len(media) > 1 else [element]
    ids = [draft.new_id("supp", file) for file in files]
    about = ids[0]
    captions = [
        caption
        for caption in element.iter("caption")
        if next(caption.iterancestors("fig", "table-wrap", element.tag), None) is element
    ]
    text = read_caption(draft, captions, about).text
    _read_floats(draft)
    for file, supplement_id in zip(files, ids, strict=True):
        draft.rows.supplements.append(supplement_row(file, supplement_id, draft, text))
        draft.links.add(file, "supplement", supplement_id)
    draft.links.add_alias(element.get("id"), "supplement", ids)
    for inner in element.findall("media"):
        draft.links.add_alias(inner.get("id"), "supplement", ids)
    for child in element:
        if child.tag not in _SUPPLEMENT_PARTS:
            read_blocks(draft, [child])


_SUPPLEMENT_PARTS = tags(
    "label caption media graphic alternatives object-id alt-text long-desc email ext-link uri "
    "permissions attrib"
)


def _skip(draft: Draft, element: etree._Element) -> None:
    pass


def _related(draft: Draft, element: etree._Element) -> None:
    """A link to another work between the blocks; its text, where it has any, is a paragraph."""
    line = Line()
    line.add_text(element.text or "")
    line.inlines.append(Inline(0, element))
    for child in element:
        line.add(child)
        line.add_text(child.tail or "")
    add_line(draft, line, draft.paragraph_kind)


def _loose_image(draft: Draft, element: etree._Element) -> None:
    draft.issue("loose-image", element, "an image that belongs to no figure")


def _other(draft: Draft, element: etree._Element) -> None:
    """An element that is not known here: a container of blocks, or else a paragraph."""
    if element.text and not element.text.isspace():
        _paragraph(draft, element)
    elif any(c.tag in _BLOCKS and c.tag != "label" for c in element):
        _section(draft, element)
    else:
        _paragraph(draft, element)


def _references(draft: Draft, element: etree._Element) -> None:
    title = element.find("title")
    outer = draft.section
    if title is not None:
        draft.section = [*outer, plain(title)]
        _add(draft, title, "heading")
    others = read_references(draft, element)
    read_blocks(draft, others)
    draft.section = outer


_BLOCKS: dict[object, Reader] = {
    "sec": _section,
    "p": _paragraph,
    "fig": _figure,
    "table-wrap": _table,
    "table": _table,
    "fig-group": _figure_group,
    "table-wrap-group": _table_group,
    "list": _list,
    "def-list": _definitions,
    "disp-formula": _display_formula,
    "fn": _footnote,
    "corresp": _kind("correspondence"),
    "ref-list": _references,
    "supplementary-material": _supplement,
    "media": _supplement,
    "graphic": _loose_image,
    "title": _kind("heading"),
    "subtitle": _kind("heading"),
    "label": _kind("heading"),
    "preformat": _kind("code"),
    "code": _kind("code"),
    "verse-line": _kind("verse"),
    "attrib": _kind("attribution"),
    "array": _table,
    "related-article": _related,
    "related-object": _related,
    "object-id": _skip,
    "sec-meta": _skip,
    "permissions": _skip,
    "alt-text": _skip,
    "long-desc": _skip,
    "abstract": _section,
}
_BLOCKS |= dict.fromkeys(
    tags(
        "ack app app-group glossary notes bio boxed-text disp-quote statement speech verse-group "
        "fn-group author-notes floats-wrap disp-formula-group question answer explanation "
        "question-wrap answer-set table-wrap-foot caption"
    ),
    _section,
)
