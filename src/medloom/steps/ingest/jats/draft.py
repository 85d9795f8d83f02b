"""The rows of one article while they are being made."""

from lxml import etree

from medloom.steps.ingest.jats.formulas import read_formula
from medloom.steps.ingest.jats.media import Siblings
from medloom.steps.ingest.jats.mentions import Links
from medloom.steps.ingest.jats.names import make
from medloom.steps.ingest.jats.normal import Inline, Stretch
from medloom.steps.ingest.jats.related import read_related
from medloom.steps.ingest.jats.supplements import supplement_row
from medloom.tables.literature import Document, Issue, Passage, Reference, Related


class Draft:
    """Where an article's rows go, and the place in the article that is being read.

    Ids are made here: the element's own id where it has one, else its ordinal, unique always.
    """

    def __init__(self, article_id: str, rows: Document, links: Links, siblings: Siblings) -> None:
        self.article_id = article_id
        self.rows = rows
        self.links = links
        self.siblings = siblings
        self.issues: list[Issue] = []
        self.references: list[Reference] = []
        self.related: list[Related] = []
        self.section: list[str] = []
        self.section_kind = "other"
        self.part = "front"
        self.paragraph_kind = "paragraph"
        self.floats: list[etree._Element] = []  # met in captions and notes, to be read after them
        self.group_id: str | None = None
        self.order = 0
        self._ids: dict[str, int] = {}
        self._counts: dict[str, int] = {}

    def new_id(self, kind: str, element: etree._Element) -> str:
        """An id that no other row has: `PMC1/fig/F1`, and `PMC1/fig/F1-2` for a repeated F1."""
        self._counts[kind] = ordinal = self._counts.get(kind, 0) + 1
        xml_id = element.get("id")
        name = f"{self.article_id}/{kind}/{xml_id or ordinal}"
        seen = self._ids.get(name, 0)
        self._ids[name] = seen + 1
        if not seen:
            return name
        if xml_id:
            self.issue("duplicate-id", element, f"{xml_id} names several elements")
        while (unique := f"{name}-{seen + 1}") in self._ids:
            seen += 1
        self._ids[unique] = 1
        return unique

    def issue(self, code: str, element: etree._Element | None, message: str) -> None:
        """Note something that could not be read as the standard says."""
        path = "" if element is None else element.getroottree().getpath(element)
        self.issues.append(Issue(code, path, message))

    def failed(self, element: etree._Element, error: Exception) -> None:
        """Note that reading an element raised: one bad element never loses the others."""
        self.issue("unreadable", element, f"{element.tag}: {type(error).__name__}: {error}")

    def passage(self, kind: str, stretch: Stretch, about: str | None = None) -> None:
        """Add a passage at the current place, with its formulas; empty text adds none."""
        text, marks, xrefs, inlines = stretch
        if not text:
            if inlines:
                self.inlines(inlines, None)
            return
        self.order += 1
        passage_id = f"{self.article_id}/p/{self.order}"
        passage = make(
            Passage,
            (
                passage_id,
                self.article_id,
                kind,
                self.section,
                self.section_kind,
                self.part,
                about,
                self.order,
                text,
                marks,
                [],
            ),
        )
        self.rows.passages.append(passage)
        if xrefs:
            self.links.pending.append((self, passage, xrefs))
        if inlines:
            self.inlines(inlines, passage_id)

    def inlines(self, inlines: list[Inline], passage_id: str | None) -> None:
        """Add rows for what stands in the line: formulas and supplementary files."""
        for start, element in inlines:
            try:
                self._inline(element, passage_id, None if passage_id is None else start)
            except Exception as error:
                self.failed(element, error)

    def _inline(self, element: etree._Element, passage_id: str | None, start: int | None) -> None:
        if element.tag == "inline-supplementary-material":
            supplement = supplement_row(element, self.new_id("supp", element), self)
            self.rows.supplements.append(supplement)
            self.links.add(element, "supplement", supplement.id)
        elif element.tag in {"related-article", "related-object"}:
            link = read_related(element)
            if link and link not in self.related:
                self.related.append(link)
        else:
            formula_id = self.new_id("formula", element)
            formula = read_formula(element, formula_id, self.article_id, passage_id, start)
            self.rows.formulas.append(formula)
            self.links.add(element, "formula", formula_id)
