"""The reference list: every cited work, its parts, its identifiers, and all of it as text.

Several citations in one `ref` (a, b, c) become one row each and share the `ref_id`, which is what
mentions join on. `citation-alternatives` is one citation: the structured rendition is read for
the parts, the one for display for `raw`. In an `element-citation`, which has no punctuation, `raw`
is its parts joined with single spaces.
"""

import re
from collections.abc import Callable

from lxml import etree

from medloom.kit.identifiers import find_doi, find_pmcid, find_pmid, normal_doi
from medloom.steps.ingest.jats.draft import Draft
from medloom.steps.ingest.jats.media import HREF
from medloom.steps.ingest.jats.names import children_of, make, tags
from medloom.steps.ingest.jats.normal import tidy
from medloom.steps.ingest.jats.text import plain, text_of
from medloom.tables.literature import Reference

_CITATIONS = tags(
    "element-citation mixed-citation nlm-citation citation citation-alternatives product "
    "related-object"
)
_RENDITIONS = ("element-citation", "nlm-citation", "mixed-citation", "citation")
_APART = tags("person-group name string-name label")
_NOT_PLAIN = ("break", "tex-math", "alternatives", "inline-formula", "list", "p")
_NAME_PARTS = ("name", "string-name", "surname", "given-names", "suffix")
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_YEARS = {str(year): year for year in range(1500, 2100)}  # most texts are just a year
_NOT_AUTHORS = frozenset({"editor", "translator", "compiler", "transed", "guest-editor"})


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
    for child in children_of(ref):
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
    """What has been read of one citation; `pieces` is its text in order, not yet normalised."""

    label: str | None = None
    title: str | None = None
    source: str | None = None
    year: int | None = None
    pmid: str | None = None
    doi: str | None = None
    pmcid: str | None = None
    is_plain = True  # its text can be taken as it is, in one call
    is_spaced = True  # something stands between surnames and given names

    def __init__(self) -> None:
        self.authors: list[str] = []
        self.pieces: list[str] = []


def _read_citation(citation: etree._Element, ref_id: str, label: str | None) -> Reference:
    shown = citation
    parts = _Parts()
    if citation.tag == "citation-alternatives":
        by_tag = {child.tag: child for child in reversed(citation)}
        citation = next((by_tag[t] for t in _RENDITIONS if t in by_tag), citation)
        parts.is_plain = False
        shown = by_tag.get("mixed-citation", citation)
    runs = _read_parts(citation, parts)
    if runs or shown is not citation:
        raw = _text_as_is(shown, parts) if parts.is_plain else _shown_text(shown)
    else:
        raw = tidy(" ".join(filter(None, parts.pieces)))
    if parts.authors:
        parts.authors = _tidy_all(parts.authors)
    get = citation.get
    return make(
        Reference,
        (
            ref_id,
            label or parts.label,
            get("publication-type") or get("citation-type") or get("specific-use"),
            parts.title,
            parts.source,
            parts.year,
            parts.authors,
            parts.pmid,
            parts.doi or find_doi(raw),
            parts.pmcid,
            raw,
        ),
    )


def _tidy_all(names: list[str]) -> list[str]:
    """Normalise names; one look at all of them mostly finds nothing to do."""
    joined = " ".join(names)
    return names if tidy(joined) == joined else [tidy(name) for name in names]


def _text_as_is(citation: etree._Element, parts: _Parts) -> str:
    """A citation as printed, with spaces put into the tree where names run into each other."""
    if not parts.is_spaced:
        for part in citation.iter(*_NAME_PARTS):
            if not part.tail and part.getnext() is not None:
                part.tail = " "
    return tidy(text_of(citation))


def _shown_text(citation: etree._Element) -> str:
    """A citation as printed, without its label; marked names never run into each other."""
    label = citation.find("label")
    return plain(citation).removeprefix("" if label is None else plain(label)).lstrip()


def _read_parts(citation: etree._Element, parts: _Parts) -> bool:
    """Collect the parts; true where there is running text between them."""
    runs = bool((text := citation.text) and not text.isspace())
    pieces = parts.pieces
    for child in children_of(citation):
        tag = child.tag
        if tag not in _APART:
            nested = len(child)
            text = _nested_text(child, parts) if nested else child.text or ""
            pieces.append(text)
            if reader := _PART_READERS.get(tag):
                reader(parts, child, text)
            elif nested:
                _read_nested(child, parts)
        elif tag == "person-group":
            runs = _read_people(child, parts) or runs
        elif tag == "label":
            parts.is_plain = False
            parts.label = plain(child) or None
        else:
            parts.authors.append(name := _name(child, parts))
            pieces.append(name)
        if not runs and (tail := child.tail) and not tail.isspace():
            runs = True
    return runs


def _nested_text(element: etree._Element, parts: _Parts) -> str:
    """The text of a part with markup in it."""
    if next(element.iter(*_NOT_PLAIN), None) is None:
        return text_of(element)
    parts.is_plain = False
    return plain(element)


def _read_people(group: etree._Element, parts: _Parts) -> bool:
    runs = False
    names: list[str] = []
    for child in children_of(group):
        tag = child.tag
        if tag == "name" or tag == "string-name":
            names.append(_name(child, parts))
        elif tag == "name-alternatives" or tag == "collab-alternatives":
            names.append(_name(child[0], parts) if len(child) else "")
        elif tag == "collab" or tag == "anonymous":
            names.append(plain(child))
        else:
            parts.pieces += names
            parts.authors += names
            names = []
            parts.pieces.append("et al." if tag == "etal" else text_of(child))
        if not runs and (tail := child.tail) and not tail.isspace():
            runs = True
    parts.pieces += names
    if group.get("person-group-type", "author") in _NOT_AUTHORS:
        return runs
    parts.authors += names
    return runs


def _name(name: etree._Element, parts: _Parts) -> str:
    """A person as `Surname Given`, or as printed where the parts are not marked."""
    children = children_of(name)
    if len(children) == 2:  # nearly all names; twice as fast
        first, second = children
        if first.tag == "surname" and second.tag == "given-names":
            surname, given = first.text, second.text
            if surname and given and not len(first) and not len(second):
                if not first.tail:
                    parts.is_spaced = False
                return f"{surname} {given}"
    return _uncommon_name(name)


def _uncommon_name(name: etree._Element) -> str:
    surname = given = suffix = ""
    for child in name:
        tag = child.tag
        if tag == "surname":
            surname = text_of(child) if len(child) else child.text or ""
        elif tag == "given-names":
            given = text_of(child) if len(child) else child.text or ""
        elif tag == "suffix":
            suffix = text_of(child)
    if surname or given:
        return " ".join(f"{surname} {given} {suffix}".split())
    return plain(name)


def _read_nested(element: etree._Element, parts: _Parts) -> None:
    """Parts inside markup, such as names and links in `italic` or `styled-content`."""
    pieces, parts.pieces = parts.pieces, []
    _read_parts(element, parts)
    parts.pieces = pieces


def _source(parts: _Parts, element: etree._Element, text: str) -> None:
    if parts.source is None:
        parts.source = tidy(text) or None


def _title(parts: _Parts, element: etree._Element, text: str) -> None:
    if parts.title is None:
        parts.title = tidy(text) or None


def _year(parts: _Parts, element: etree._Element, text: str) -> None:
    """The first year; the letter of `2001a` and everything around it is left out."""
    if parts.year is None:
        parts.year = _YEARS.get(text)
        if parts.year is None and (found := _YEAR.search(text)):
            parts.year = int(found[1])


def _break(parts: _Parts, element: etree._Element, text: str) -> None:
    parts.is_plain = False


def _collab(parts: _Parts, element: etree._Element, text: str) -> None:
    parts.authors.append(tidy(text))


def _id(parts: _Parts, element: etree._Element, text: str) -> None:
    _read_id(element.get("pub-id-type"), text, parts)


def _read_id(kind: str | None, text: str, parts: _Parts) -> None:
    if kind == "pmid":
        parts.pmid = parts.pmid or find_pmid(text)
    elif kind == "doi":
        parts.doi = parts.doi or normal_doi(text)
    elif kind == "pmc" or kind == "pmcid":
        parts.pmcid = parts.pmcid or find_pmcid(text)
    elif "10." in text:
        parts.doi = parts.doi or find_doi(text)


def _link(parts: _Parts, link: etree._Element, text: str) -> None:
    kind = link.get("ext-link-type") or link.get("pub-id-type")
    if kind in {"pmid", "doi", "pmc", "pmcid"}:
        _read_id(kind, text, parts)
    for place in (link.get(HREF) or "", text):
        if "10." in place:
            parts.doi = parts.doi or find_doi(place)
        if "/pubmed/" in place or "pubmed.ncbi" in place:
            last = place.strip("/ ").rpartition("/")[2]
            if last.isdecimal():  # `10.1093/pubmed/fdp042` is a DOI of another kind
                parts.pmid = parts.pmid or last
    for child in link:
        if _PART_READERS.get(child.tag) is _link:
            _link(parts, child, text_of(child))


_PART_READERS: dict[object, Callable[[_Parts, etree._Element, str], None]] = {
    "source": _source,
    "year": _year,
    "article-title": _title,
    "chapter-title": _title,
    "data-title": _title,
    "part-title": _title,
    "collab": _collab,
    "pub-id": _id,
    "ext-link": _link,
    "uri": _link,
    "elocation-id": _link,
    "comment": _link,
    "object-id": _link,
    "self-uri": _link,
    "break": _break,
}
