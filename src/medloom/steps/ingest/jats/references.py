"""The reference list: every cited work, its parts, its identifiers, and all of it as text.

Several citations in one `ref` (a, b, c) become one row each and share the `ref_id`, which is what
mentions join on. `citation-alternatives` is one citation: the structured rendition is read for
the parts, the one for display for `raw`. In an `element-citation`, which has no punctuation, `raw`
is its parts joined with single spaces.
"""

import re

from lxml import etree

from medloom.steps.ingest.jats.draft import Draft
from medloom.steps.ingest.jats.identifiers import find_doi, normal_doi, normal_pmcid, normal_pmid
from medloom.steps.ingest.jats.media import HREF
from medloom.steps.ingest.jats.text import plain
from medloom.tables.literature import Reference

_CITATIONS = frozenset(
    "element-citation mixed-citation nlm-citation citation citation-alternatives "
    "product related-object".split()
)
_RENDITIONS = ("element-citation", "nlm-citation", "mixed-citation", "citation")
_TITLES = ("article-title", "chapter-title", "data-title", "part-title")
_GROUPS = frozenset("person-group collab-wrap article string-citation".split())
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_NOT_AUTHORS = frozenset({"editor", "translator", "compiler", "transed", "guest-editor"})
_LINKS = frozenset({"ext-link", "uri", "elocation-id", "comment", "object-id", "self-uri"})


def read_references(draft: Draft, ref_list: etree._Element) -> list[etree._Element]:
    """Collect the references of a list; return what else stands in it: paragraphs, sub-lists."""
    others: list[etree._Element] = []
    references = draft.references
    for ref in ref_list:
        tag = ref.tag
        if tag == "ref":
            try:
                read_ref(draft, ref, references)
            except Exception as error:
                draft.failed(ref, error)
        elif tag != "title" and tag != "label":
            others.append(ref)
    return others


def read_ref(draft: Draft, ref: etree._Element, references: list[Reference]) -> None:
    """Append the works that a `ref` cites."""
    ref_id = ref.get("id") or str(len(references) + 1)
    label: str | None = None
    found = 0
    notes: list[str] = []
    for child in ref:
        tag = child.tag
        if tag == "label":
            label = plain(child) or None
        elif tag in _CITATIONS:
            found += 1
            references.append(_read_citation(child, ref_id, label))
            if xml_id := child.get("id"):
                draft.links.add_alias(xml_id, "reference", [ref_id])
        elif text := plain(child):
            notes.append(text)
    if not found:
        raw = " ".join(notes) or plain(ref)
        doi = find_doi(raw)
        references.append(
            Reference(ref_id, label, "note", None, None, None, [], None, doi, None, raw)
        )
    draft.links.add(ref, "reference", ref_id, label)


class _Parts:
    """What has been read of one citation."""

    __slots__ = ("authors", "doi", "pieces", "pmcid", "pmid", "source", "title", "year")

    def __init__(self) -> None:
        self.title: str | None = None
        self.source: str | None = None
        self.year: int | None = None
        self.authors: list[str] = []
        self.pmid: str | None = None
        self.doi: str | None = None
        self.pmcid: str | None = None
        self.pieces: list[str] = []


def _read_citation(citation: etree._Element, ref_id: str, label: str | None) -> Reference:
    shown = citation
    if citation.tag == "citation-alternatives":
        by_tag = {child.tag: child for child in reversed(citation)}
        citation = next((by_tag[t] for t in _RENDITIONS if t in by_tag), citation)
        shown = by_tag.get("mixed-citation", citation)
    parts = _Parts()
    _read_parts(citation, parts)
    is_running = shown.tag == "mixed-citation" or _has_running_text(shown)
    raw = plain(shown) if is_running else " ".join(filter(None, parts.pieces))
    if label is None or len(citation):
        inner = citation.find("label")
        if inner is not None:
            label = plain(inner) or label
    get = citation.get
    kind = get("publication-type") or get("citation-type") or get("specific-use")
    return Reference(
        ref_id,
        label,
        kind,
        parts.title,
        parts.source,
        parts.year,
        parts.authors,
        parts.pmid,
        parts.doi or find_doi(raw),
        parts.pmcid,
        raw,
    )


def _has_running_text(citation: etree._Element) -> bool:
    """Old `citation` elements hold parts alone, or running text with parts marked in it."""
    if citation.text and not citation.text.isspace():
        return True
    return any(child.tail and not child.tail.isspace() for child in citation)


def _read_parts(citation: etree._Element, parts: _Parts) -> None:
    pieces = parts.pieces
    for child in citation:
        tag = child.tag
        if tag == "name":
            parts.authors.append(name := _name(child))
            pieces.append(name)
        elif tag == "person-group":
            _read_people(child, parts)
        elif tag == "pub-id":
            pieces.append(text := _text(child))
            _read_id(child.get("pub-id-type"), text, parts)
        else:
            text = _text(child)
            if tag == "label":
                continue
            pieces.append(text)
            if tag == "source":
                parts.source = parts.source or text or None
            elif tag == "year":
                parts.year = parts.year or _year(text)
            elif tag in _TITLES:
                parts.title = parts.title or text or None
            elif tag == "string-name" or tag == "collab":
                parts.authors.append(_name(child) if tag == "string-name" else text)
            elif tag in _LINKS:
                _read_link(child, text, parts)
            elif len(child):
                _read_nested(child, parts)


def _read_people(group: etree._Element, parts: _Parts) -> None:
    is_authors = group.get("person-group-type", "author") not in _NOT_AUTHORS
    for child in group:
        tag = child.tag
        if tag == "name":
            text = _name(child)
        elif tag == "string-name":
            text = _name(child)
        elif tag == "name-alternatives" or tag == "collab-alternatives":
            text = _name(child[0]) if len(child) else ""
        else:
            text = "et al." if tag == "etal" else _text(child)
            if tag != "collab" and tag != "anonymous":
                parts.pieces.append(text)
                continue
        parts.pieces.append(text)
        if is_authors and text:
            parts.authors.append(text)


def _read_nested(element: etree._Element, parts: _Parts) -> None:
    """Parts inside markup, such as names and links in `italic` or `styled-content`."""
    pieces, parts.pieces = parts.pieces, []
    _read_parts(element, parts)
    parts.pieces = pieces


def _name(name: etree._Element) -> str:
    """A person as `Surname Given`, or as printed where the parts are not marked."""
    surname = given = suffix = ""
    for child in name:
        tag = child.tag
        if tag == "surname":
            surname = _text(child)
        elif tag == "given-names":
            given = _text(child)
        elif tag == "suffix":
            suffix = f" {_text(child)}"
    if surname and given:
        return f"{surname} {given}{suffix}"
    return surname + suffix if surname else given or plain(name)


def _text(element: etree._Element) -> str:
    if len(element):
        return plain(element)
    return " ".join((element.text or "").split())


def _year(text: str) -> int | None:
    found = _YEAR.search(text)
    return int(found[1]) if found else None


def _read_id(kind: str | None, text: str, parts: _Parts) -> None:
    if kind == "pmid":
        parts.pmid = parts.pmid or normal_pmid(text)
    elif kind == "doi":
        parts.doi = parts.doi or normal_doi(text)
    elif kind == "pmc" or kind == "pmcid":
        parts.pmcid = parts.pmcid or normal_pmcid(text)
    elif text.lower().startswith(("10.", "doi", "http")):
        parts.doi = parts.doi or find_doi(text)


def _read_link(link: etree._Element, text: str, parts: _Parts) -> None:
    kind = link.get("ext-link-type") or link.get("pub-id-type")
    if kind in {"pmid", "doi", "pmc", "pmcid"}:
        _read_id(kind, text, parts)
    href = link.get(HREF) or ""
    for place in (href, text):
        if "10." in place:
            parts.doi = parts.doi or find_doi(place)
        if "pubmed" in place:
            parts.pmid = parts.pmid or normal_pmid(place.rstrip("/").rpartition("/")[2])
    for child in link:
        if child.tag in _LINKS:
            _read_link(child, _text(child), parts)
