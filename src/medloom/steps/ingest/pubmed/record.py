"""The parts of a PubMed record."""

from collections.abc import Callable
from typing import NamedTuple, ParamSpec, TypeVar

from lxml import etree

from medloom.tables.literature import Issue

P = ParamSpec("P")
T = TypeVar("T")


class Record(NamedTuple):
    """The parts of a record, and what surrounds it."""

    place: str
    """Where it stands: `PubmedArticle[3]`."""
    whole: etree._Element
    citation: etree._Element
    """`MedlineCitation` or `BookDocument`."""
    article: etree._Element
    """`Article`, or the `BookDocument` again."""
    book: etree._Element | None
    issues: list[Issue]

    def attempt(
        self, default: Callable[[], T], read: Callable[P, T], *parts: P.args, **named: P.kwargs
    ) -> T:
        """Read one part; if that raises, note it: one bad part never loses the others."""
        try:
            return read(*parts, **named)
        except Exception as error:
            message = f"{type(error).__name__}: {error}"
            self.issues.append(Issue("unreadable", self.place, message))
            return default()


def record_of(whole: etree._Element, place: str, issues: list[Issue]) -> Record:
    """Find the parts of a `PubmedArticle`, `PubmedBookArticle` or bare `MedlineCitation`."""
    if whole.tag == "PubmedBookArticle":
        citation = article = _part(whole, "BookDocument")
        return Record(place, whole, citation, article, citation.find("Book"), issues)
    citation = whole if whole.tag == "MedlineCitation" else _part(whole, "MedlineCitation")
    return Record(place, whole, citation, _part(citation, "Article"), None, issues)


def _part(element: etree._Element, name: str) -> etree._Element:
    found = element.find(name)
    return etree.Element(name) if found is None else found
