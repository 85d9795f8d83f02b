"""The words of BioC exports, and what they are in the literature tables.

PMC and PubTator give every passage a `section_type` (TITLE, ABSTRACT, INTRO, METHODS, RESULTS,
DISCUSS, CONCL, CASE, FIG, TABLE, REF, SUPPL, ...) and a `type` (front, abstract, title_1,
paragraph, fig_caption, table, ref, ...). Other corpora give a `type` only (title, abstract).
"""

import re

from medloom.steps.ingest.bioc.source import Text

_SECTION_KINDS = {
    "ABSTRACT": "abstract",
    "INTRO": "introduction",
    "METHODS": "methods",
    "RESULTS": "results",
    "DISCUSS": "discussion",
    "CONCL": "conclusion",
    "CASE": "case",
    "SUPPL": "supplementary",
    "ACK_FUND": "acknowledgement",
    "AUTH_CONT": "contributions",
    "COMP_INT": "conflict",
    "ABBR": "abbreviations",
}
_FRONT = frozenset({"TITLE", "ABSTRACT", "KEYWORD"})
_BODY = frozenset({"INTRO", "METHODS", "RESULTS", "DISCUSS", "CONCL", "CASE", ""})
_BY_TYPE = {
    "front": "TITLE",
    "title": "TITLE",
    "abstract": "ABSTRACT",
    "ref": "REF",
    "table": "TABLE",
    "introduction": "INTRO",
    "methods": "METHODS",
    "results": "RESULTS",
    "discussion": "DISCUSS",
    "conclusion": "CONCL",
    "conclusions": "CONCL",
    "reference": "REF",
}
_HEADING = re.compile(r"(?:abstract_)?title(?:_(?P<level>\d{1,2}))?$")


def section_type(passage: Text) -> str:
    """The section type of a passage, upper-case; by its type where it has none.

    >>> section_type(Text({"type": "fig_caption"}, "")), section_type(Text({}, ""))
    ('FIG', '')
    """
    infons = passage.infons
    if given := infons.get("section_type", "").strip().upper():
        return given
    kind = passage_type(passage)
    if kind.startswith(("fig", "table", "abstract")):
        return kind.partition("_")[0].upper()
    return _BY_TYPE.get(kind, "")


def passage_type(passage: Text) -> str:
    """The type of a passage, lower-case."""
    return passage.infons.get("type", "").strip().lower()


def section_kind(section: str) -> str:
    """The kind of a section, in the words of the literature tables.

    >>> section_kind("INTRO"), section_kind("REVIEW_INFO")
    ('introduction', 'other')
    """
    return _SECTION_KINDS.get(section, "other")


def part(section: str) -> str:
    """The part of the article that a section stands in."""
    if section in _FRONT:
        return "front"
    if section == "APPENDIX":
        return "appendix"
    return "body" if section in _BODY else "back"


def heading_level(kind: str) -> int | None:
    """How deep a passage of this type is as a heading; null where it is none.

    >>> heading_level("title_2"), heading_level("abstract_title_1"), heading_level("paragraph")
    (2, 1, None)
    """
    found = _HEADING.match(kind)
    return None if found is None else max(1, int(found["level"] or 1))


def passage_kind(kind: str, section: str) -> str:
    """The kind of a passage that is neither heading nor reference nor table.

    >>> passage_kind("fig_title_caption", "FIG"), passage_kind("table_foot", "TABLE")
    ('caption', 'table_note')
    """
    if "foot" in kind:
        notes = {"TABLE": "table_note", "FIG": "note"}
        return notes.get(section, "heading" if kind == "footnote_title" else "footnote")
    if section in {"FIG", "TABLE"}:
        return "caption"
    return "abstract" if section == "ABSTRACT" else "paragraph"
