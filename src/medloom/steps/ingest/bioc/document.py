"""One BioC document to the rows of the literature tables."""

from collections.abc import Callable, Sequence

from medloom.steps.ingest.bioc import front
from medloom.steps.ingest.bioc.floats import Float, figure_row, table_row
from medloom.steps.ingest.bioc.references import read_reference
from medloom.steps.ingest.bioc.source import Record, Text
from medloom.steps.ingest.bioc.vocabulary import (
    heading_level,
    part,
    passage_kind,
    passage_type,
    section_kind,
    section_type,
)
from medloom.tables.literature import (
    Abstract,
    AbstractSection,
    Article,
    Date,
    Document,
    Passage,
    Reference,
)

_FLOATS = {"FIG": "figure", "TABLE": "table"}
_SHORT = {"figure": "fig", "table": "table"}


class Draft:
    """The rows of one document while its passages are read in order."""

    def __init__(self, article_id: str) -> None:
        self.article_id = article_id
        self.title: str | None = None
        self.passages: list[Passage] = []
        self.references: list[Reference] = []
        self.floats: dict[tuple[str, str], Float] = {}
        self._section: list[str] = []
        self._type = ""
        """The section type that the headings of `_section` stand in."""
        self._last: Float | None = None

    def read(self, passage: Text) -> None:
        """Read one passage."""
        section, kind = section_type(passage), passage_type(passage)
        level = heading_level(kind)
        if section in _FLOATS:
            self._read_float(passage, section, kind)
            return
        self._last = None
        self._enter(section)
        if section == "TITLE" and self.title is None and passage.text.strip():
            self.title = " ".join(passage.text.split())
            self._add("title", passage.text)
        elif level is not None and passage.text.strip():
            outer = ["Abstract"] if section == "ABSTRACT" else self._section[: level - 1]
            self._section = [*outer, " ".join(passage.text.split())]
            self._add("heading", passage.text)
        elif section == "REF" and level is None:
            if passage.text.strip() or len(passage.infons) > 2:
                self.references.append(read_reference(passage, len(self.references) + 1))
        else:
            self._add(passage_kind(kind, section), passage.text)

    def _enter(self, section: str) -> None:
        """Headings of the front, the references and what is behind them end with their section."""
        if section != self._type and (part(section) != "body" or part(self._type) != "body"):
            self._section = ["Abstract"] if section == "ABSTRACT" else []
        self._type = section

    def _read_float(self, passage: Text, section: str, kind: str) -> None:
        float_ = self._float(passage, section)
        float_.passages.append(passage)
        if kind != "table":
            self._add(passage_kind(kind, section), passage.text, float_)

    def _float(self, passage: Text, section: str) -> Float:
        """The figure or table of a passage: by its id, its file, or else the one just begun."""
        kind, name = _FLOATS[section], passage.infons.get("id") or passage.infons.get("file") or ""
        if not name and self._last is not None and self._last.kind == kind:
            return self._last
        number = sum(one.kind == kind for one in self.floats.values()) + 1
        key = (kind, name or f"#{number}")
        if key not in self.floats:
            place = "body" if part(self._type) == "body" and not self.references else "floats"
            new_id = f"{self.article_id}/{_SHORT[kind]}/{name or number}"
            taken = {one.id for one in self.floats.values()}
            self.floats[key] = Float(new_id if new_id not in taken else f"{new_id}-2", kind, place)
        self._last = self.floats[key]
        return self._last

    def _add(self, kind: str, text: str, about: Float | None = None) -> None:
        if not text.strip():
            return
        order, stands_in = len(self.passages) + 1, part(self._type)
        place = stands_in if about is None else about.part
        section = [] if place == "floats" else self._section
        section_name = "other" if place == "floats" else section_kind(self._type)
        self.passages.append(
            Passage(
                f"{self.article_id}/p/{order}",
                self.article_id,
                kind,
                section,
                section_name,
                place,
                about.id if about else None,
                order,
                text,
                [],
                [],
            )
        )


def read_record(
    record: Record, beside: Sequence[str], unique_id: Callable[[str], str], stem: str, sha256: str
) -> Document:
    """Make the rows of a document."""
    first = next((p for p in record.passages if section_type(p) == "TITLE"), None)
    infons = (first.infons if first else {}) | record.infons
    ids = front.read_ids(record, infons)
    draft = Draft(unique_id(_article_id(ids, record.id, stem)))
    for passage in record.passages:
        draft.read(passage)
    rights = front.read_license(
        record.infons.get("license"), first.infons.get("license") if first else None
    )
    year, abstracts = front.read_year(infons), _abstracts(draft.passages)
    issues = [*record.issues]
    article_id, floats = draft.article_id, draft.floats.values()
    figures = [figure_row(one, article_id, beside) for one in floats if one.kind == "figure"]
    tables = [table_row(one, article_id, beside, issues) for one in floats if one.kind == "table"]
    row = Article(
        id=article_id,
        parent_id=None,
        pmcid=ids.get("pmcid"),
        pmid=ids.get("pmid"),
        doi=ids.get("doi"),
        version=None,
        title=draft.title,
        abstract=_abstract_text(abstracts),
        abstracts=abstracts,
        journal=front.read_journal(infons),
        publisher=None,
        issn=[],
        year=year,
        dates=[] if year is None else [Date("pub", str(year))],
        article_type=infons.get("article-type"),
        language=None,
        license=rights.code,
        license_url=None,
        license_text=rights.text,
        license_source=rights.source,
        is_retracted=False,
        keywords=front.read_keywords(infons),
        subjects=[],
        authors=front.read_authors(infons),
        affiliations=[],
        funding=[],
        references=draft.references,
        related=[],
        issues=issues,
        sha256=sha256,
    )
    return Document([row], draft.passages, figures, [], tables, [], [], [])


def _article_id(ids: dict[str, str], document_id: str, stem: str) -> str:
    doi, pmid = ids.get("doi"), ids.get("pmid")
    name = ids.get("pmcid") or (doi and f"doi:{doi}") or (pmid and f"pmid:{pmid}")
    if name is None:
        own = "" if document_id in {"", stem} else f"#{document_id}"
        return f"file:{stem}{own}"
    return name


def _abstracts(passages: Sequence[Passage]) -> list[Abstract]:
    """The abstract: its paragraphs by the heading in front of them."""
    sections: dict[tuple[str, ...], list[str]] = {}
    for passage in passages:
        if passage.kind == "abstract":
            text = " ".join(passage.text.split())
            sections.setdefault(tuple(passage.section[1:]), []).append(text)
    rows = [
        AbstractSection(": ".join(path) or None, " ".join(texts))
        for path, texts in sections.items()
    ]
    return [Abstract("main", None, rows)] if rows else []


def _abstract_text(abstracts: list[Abstract]) -> str | None:
    for abstract in abstracts:
        return "\n".join(
            text if title is None else f"{title}{'' if title[-1] in ':.?!' else ':'} {text}"
            for title, text in abstract.sections
        )
    return None
