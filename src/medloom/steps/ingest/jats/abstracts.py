"""Abstracts: read as passages first, then put together by section."""

from lxml import etree

from medloom.steps.ingest.jats.body import read_blocks
from medloom.steps.ingest.jats.draft import Draft
from medloom.steps.ingest.jats.text import Line, plain
from medloom.tables.literature import Abstract, AbstractSection

_NOT_TEXT = frozenset({"heading", "caption", "table_note", "note", "footnote"})


def read_abstract(draft: Draft, element: etree._Element, article_language: str | None) -> Abstract:
    """Add an abstract's passages; return it by section."""
    kind = element.get("abstract-type") or ("translated" if "trans" in element.tag else "main")
    language = element.get("{http://www.w3.org/XML/1998/namespace}lang") or article_language
    title = element.find("title")
    heading = "Abstract" if title is None else plain(title) or "Abstract"
    draft.part, draft.section, draft.section_kind = "front", [heading], "abstract"
    draft.paragraph_kind = "abstract"
    first = len(draft.rows.passages)
    if title is not None:
        draft.passage("heading", Line(title).stretch())
    if element.text and not element.text.isspace():
        draft.passage("abstract", Line(prefix=element.text).stretch())
    read_blocks(draft, [child for child in element if child is not title])
    draft.paragraph_kind, draft.section = "paragraph", []
    sections: dict[tuple[str, ...], list[str]] = {}
    for passage in draft.rows.passages[first:]:
        path = tuple(passage.section[1:])
        if passage.kind not in _NOT_TEXT and passage.about is None:
            sections.setdefault(path, []).append(passage.text)
    return Abstract(
        kind,
        language,
        [AbstractSection(": ".join(p) or None, " ".join(t)) for p, t in sections.items()],
    )


def abstract_text(abstracts: list[Abstract]) -> str | None:
    """The main abstract as plain text; without a main one, the first in the article's language."""
    main = [a for a in abstracts if a.kind == "main" and a.sections]
    others = [a for a in abstracts if a.kind == "summary" and a.sections]
    for abstract in main or others:
        return "\n".join(
            text if title is None else f"{title}{'' if title[-1] in ':.?!' else ':'} {text}"
            for title, text in abstract.sections
        )
    return None
