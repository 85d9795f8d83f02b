"""The metadata in front of an article: ids, titles, journal, people, dates, rights, abstracts."""

from collections.abc import Callable

from lxml import etree

from medloom.kit.identifiers import (
    find_pmcid,
    find_pmid,
    normal_doi,
    pmcid_version,
)
from medloom.steps.ingest.jats.abstracts import read_abstract
from medloom.steps.ingest.jats.body import read_blocks
from medloom.steps.ingest.jats.dates import read_date
from medloom.steps.ingest.jats.draft import Draft
from medloom.steps.ingest.jats.people import People
from medloom.steps.ingest.jats.related import read_related
from medloom.steps.ingest.jats.text import Line, plain
from medloom.tables.literature import Abstract, Date, Funding


class Front:
    """What the metadata elements say, one method an element."""

    def __init__(self, draft: Draft, language: str | None) -> None:
        self.draft = draft
        self.language = language
        self.title: str | None = None
        self.journal: str | None = None
        self.publisher: str | None = None
        self.issn: list[str] = []
        self.dates: list[Date] = []
        self.keywords: list[str] = []
        self.subjects: list[str] = []
        self.funding: list[Funding] = []
        self.abstracts: list[Abstract] = []
        self.permissions: list[etree._Element] = []
        self.notes: list[etree._Element] = []
        self.people = People(draft)

    def read(self, element: etree._Element) -> None:
        """Read `front`, `front-stub`, `article-meta` or `journal-meta`."""
        for child in element:
            method = _READERS.get(child.tag)
            if method is not None:
                try:
                    method(self, child)
                except Exception as error:
                    self.draft.failed(child, error)

    def finish(self) -> None:
        """Read what depends on the rest: notes come behind the abstracts."""
        self.people.finish()
        self.draft.part, self.draft.section, self.draft.section_kind = "front", [], "other"
        read_blocks(self.draft, self.notes)

    def _title_group(self, group: etree._Element) -> None:
        line = Line(flat=True)
        for child in group:
            if child.tag in {"article-title", "subtitle"}:
                if line.length:
                    line.add_text(" ")
                for part in [child]:
                    line.add(part)
            elif child.tag in {"fn-group", "fn"}:
                self.notes.append(child)
        stretch = line.stretch()
        self.title = stretch.text or None
        self.draft.passage("title", stretch)

    def _journal_title(self, element: etree._Element) -> None:
        self.journal = self.journal or plain(element) or None

    def _journal_title_group(self, group: etree._Element) -> None:
        titles = group.findall("journal-title") or group.findall("abbrev-journal-title")
        for title in titles[:1]:
            self.journal = plain(title) or self.journal

    def _publisher(self, publisher: etree._Element) -> None:
        name = publisher.find("publisher-name")
        self.publisher = None if name is None else plain(name) or None

    def _issn(self, element: etree._Element) -> None:
        text = plain(element)
        if text and text not in self.issn:
            self.issn.append(text)

    def _date(self, element: etree._Element) -> None:
        if date := read_date(self.draft, element):
            self.dates.append(date)

    def _history(self, history: etree._Element) -> None:
        for element in history.iter("date", "pub-date"):
            self._date(element)

    def _abstract(self, element: etree._Element) -> None:
        self.abstracts.append(read_abstract(self.draft, element, self.language))

    def _keywords(self, group: etree._Element) -> None:
        if group.get("kwd-group-type") in {"abbreviations", "abbr"}:
            self.notes.append(group)
            return
        for kwd in group.iter("kwd", "compound-kwd", "nested-kwd"):
            text = plain(kwd)
            if text and text not in self.keywords:
                self.keywords.append(text)

    def _categories(self, categories: etree._Element) -> None:
        for subject in categories.iter("subject", "subj-title"):
            text = plain(subject)
            if text and text not in self.subjects:
                self.subjects.append(text)

    def _contributors(self, group: etree._Element) -> None:
        self.people.read_group(group)

    def _affiliation(self, aff: etree._Element) -> None:
        self.people.read_affiliation(aff)

    def _permissions(self, element: etree._Element) -> None:
        self.permissions.append(element)

    def _notes(self, element: etree._Element) -> None:
        self.notes.append(element)

    def _funding(self, group: etree._Element) -> None:
        for award in group.iter("award-group"):
            sources = [_funder(source) for source in award.iter("funding-source")] or [None]
            awards = [plain(award_id) or None for award_id in award.iter("award-id")] or [None]
            self.funding += [Funding(source, number) for source in sources for number in awards]
        if not self.funding:
            self.funding += [Funding(_funder(s), None) for s in group.iter("funding-source")]
        self.notes += group.findall("funding-statement") + group.findall("open-access")

    def _contract(self, element: etree._Element) -> None:
        """NLM 2: `contract-num` and `contract-sponsor` stand in the metadata themselves."""
        text = plain(element) or None
        is_number = element.tag == "contract-num"
        self.funding.append(Funding(None, text) if is_number else Funding(text, None))

    def _related(self, element: etree._Element) -> None:
        if link := read_related(element):
            self.draft.related.append(link)


def read_ids(front: etree._Element) -> dict[str, str]:
    """The article's ids in one form: pmcid, pmid, doi, and the version where the PMC id has one.

    `pmcaid` is a number inside PMC's systems and not the article's PMC id.
    """
    ids: dict[str, str] = {}
    elements = front.findall("article-meta/article-id") or front.findall("article-id")
    for element in elements:
        kind, text = element.get("pub-id-type"), plain(element)
        value: str | None = None
        if kind in {"pmc", "pmcid", "pmcid-ver"}:
            kind, value = "pmcid", find_pmcid(text)
            if version := pmcid_version(text):
                ids.setdefault("version", str(version))
        elif kind == "pmid":
            value = find_pmid(text)
        elif kind == "doi":
            value = normal_doi(text)
        if kind and value:
            ids.setdefault(kind, value)
    for element in front.iter("article-version"):
        if (text := plain(element).lstrip("vV")).isdecimal():
            ids.setdefault("version", text)
    return ids


def _funder(source: etree._Element) -> str | None:
    names = [plain(name) for name in source.iter("institution")]
    return ", ".join(filter(None, names)) or plain(source) or None


_READERS: dict[object, Callable[[Front, etree._Element], None]] = {
    "article-meta": Front.read,
    "journal-meta": Front.read,
    "title-group": Front._title_group,
    "journal-title": Front._journal_title,
    "journal-title-group": Front._journal_title_group,
    "publisher": Front._publisher,
    "issn": Front._issn,
    "issn-l": Front._issn,
    "pub-date": Front._date,
    "history": Front._history,
    "pub-history": Front._history,
    "abstract": Front._abstract,
    "trans-abstract": Front._abstract,
    "kwd-group": Front._keywords,
    "article-categories": Front._categories,
    "contrib-group": Front._contributors,
    "aff": Front._affiliation,
    "aff-alternatives": Front._affiliation,
    "permissions": Front._permissions,
    "license": Front._permissions,
    "copyright-statement": Front._permissions,
    "author-notes": Front._notes,
    "notes": Front._notes,
    "supplementary-material": Front._notes,
    "funding-group": Front._funding,
    "contract-num": Front._contract,
    "contract-sponsor": Front._contract,
    "related-article": Front._related,
    "related-object": Front._related,
}
