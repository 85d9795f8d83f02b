"""Titles and abstracts of PubMed records, as columns and as passages."""

from collections.abc import Iterator

from lxml import etree

from medloom.steps.ingest.pubmed.languages import language_code
from medloom.steps.ingest.pubmed.text import Line, words
from medloom.tables.literature import Abstract, AbstractSection, Passage

_SAME = frozenset({"", "Publisher", "Abstract"})
"""Types of `OtherAbstract` that say nothing but who wrote it."""
_KINDS = {"plain-language-summary": "summary"}


class Writer:
    """Adds the passages of one article in order."""

    def __init__(self, article_id: str) -> None:
        self.article_id = article_id
        self.passages: list[Passage] = []

    def add(self, kind: str, section: list[str], line: Line) -> str:
        """Add a passage, unless it is empty; return its text."""
        text, order = line.text, len(self.passages) + 1
        if text:
            section_kind = "abstract" if kind == "abstract" else "other"
            passage_id = f"{self.article_id}/p/{order}"
            self.passages.append(
                Passage(
                    passage_id,
                    self.article_id,
                    kind,
                    section,
                    section_kind,
                    "front",
                    None,
                    order,
                    text,
                    line.marks,
                    [],
                )
            )
        return text


def read_title(writer: Writer, article: etree._Element, book: etree._Element | None) -> str | None:
    """Read the title; where it is missing, the vernacular one or that of the book.

    The vernacular title beside a translated one is a passage of its own kind.
    """
    titles = [article.find("ArticleTitle"), article.find("VernacularTitle")]
    titles += [] if book is None else [book.find("BookTitle")]
    found = [title for title in titles if title is not None and _says_something(words(title))]
    if not found:
        return None
    text = writer.add("title", [], _line(found[0]))
    if titles[1] is not None and found[0] is titles[0] and titles[1] in found:
        writer.add("vernacular_title", [], _line(titles[1]))
    return text


def _says_something(title: str) -> bool:
    return bool(title) and title.strip("[]. ").lower() != "not available"


def read_abstracts(
    writer: Writer, citation: etree._Element, article: etree._Element, language: str | None
) -> list[Abstract]:
    """Read the abstract and the other ones, each part a passage."""
    abstracts = []
    for element in [*article.iterfind("Abstract"), *citation.iterfind("OtherAbstract")]:
        own = language_code(element.get("Language")) or language
        kind = "main" if element.tag == "Abstract" else _kind(element, own, language)
        if sections := list(_sections(writer, element)):
            abstracts.append(Abstract(kind, own, sections))
    return abstracts


def _kind(element: etree._Element, own: str | None, language: str | None) -> str:
    kind = element.get("Type") or ""
    if kind in _SAME:
        return "translated" if own != language else "other"
    return _KINDS.get(kind, kind.lower())


def _sections(writer: Writer, abstract: etree._Element) -> Iterator[AbstractSection]:
    for part in abstract.iterfind("AbstractText"):
        label = " ".join((part.get("Label") or "").split()) or None
        section = ["Abstract"] if label is None else ["Abstract", label]
        if text := writer.add("abstract", section, _line(part)):
            yield AbstractSection(label, text)


def _line(element: etree._Element) -> Line:
    line = Line()
    line.walk(element)
    return line


def abstract_text(abstracts: list[Abstract]) -> str | None:
    """The main abstract as plain text, section titles in front of their sections.

    >>> abstract_text([Abstract("main", "en", [AbstractSection("AIM", "To see."),
    ...                                        AbstractSection(None, "Seen.")])])
    'AIM: To see.\\nSeen.'
    """
    for abstract in abstracts:
        if abstract.kind == "main":
            return "\n".join(
                text if title is None else f"{title}{'' if title[-1] in ':.?!' else ':'} {text}"
                for title, text in abstract.sections
            )
    return None
