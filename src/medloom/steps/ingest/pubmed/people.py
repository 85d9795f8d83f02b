"""Authors of PubMed records and their affiliations."""

from lxml import etree

from medloom.kit.identifiers import find_orcid
from medloom.steps.ingest.pubmed.text import words, words_at
from medloom.tables.literature import Affiliation, Author


class People:
    """Collects authors; each affiliation is kept once.

    >>> people = People()
    >>> people.read(etree.fromstring(
    ...     "<AuthorList><Author><LastName>Ng</LastName><Initials>A</Initials><Suffix>Jr</Suffix>"
    ...     "<AffiliationInfo><Affiliation>Oslo.</Affiliation></AffiliationInfo></Author>"
    ...     "<Author><CollectiveName>The Group</CollectiveName></Author></AuthorList>"))
    >>> [(author.surname, author.given, author.collab) for author in people.authors]
    [('Ng Jr', 'A', None), (None, None, 'The Group')]
    >>> people.affiliations
    [Affiliation(id='aff-1', text='Oslo.', country=None)]
    """

    def __init__(self) -> None:
        self.authors: list[Author] = []
        self._ids: dict[str, str] = {}

    @property
    def affiliations(self) -> list[Affiliation]:
        """Every affiliation, in the order in which they were met."""
        return [Affiliation(name, text, None) for text, name in self._ids.items()]

    def read(self, author_list: etree._Element) -> None:
        """Read an `AuthorList`, without the misprinted names that it keeps (`ValidYN="N"`)."""
        authors = author_list.findall("Author")
        valid = [author for author in authors if author.get("ValidYN") != "N"]
        for element in valid or authors:
            if author := self._author(element):
                self.authors.append(author)

    def give_to_first(self, affiliation: str) -> None:
        """Records of before 2014 name one affiliation, that of the first author."""
        if self.authors and not self._ids:
            self.authors[0].affiliations.append(self._affiliation(affiliation))

    def _author(self, element: etree._Element) -> Author | None:
        surname, collab = words_at(element, "LastName"), words_at(element, "CollectiveName")
        given = words_at(element, "ForeName") or words_at(element, "Initials")
        if surname and (suffix := words_at(element, "Suffix")):
            surname = f"{surname} {suffix}"
        if not (surname or given or collab):
            return None
        places = element.findall("AffiliationInfo/Affiliation") + element.findall("Affiliation")
        ids = [self._affiliation(text) for text in map(words, places) if text]
        return Author(surname, given, collab, _orcid(element), False, list(dict.fromkeys(ids)))

    def _affiliation(self, text: str) -> str:
        return self._ids.setdefault(text, f"aff-{len(self._ids) + 1}")


def _orcid(author: etree._Element) -> str | None:
    for identifier in author.iterfind("Identifier"):
        if (identifier.get("Source") or "").upper() == "ORCID":
            return find_orcid(words(identifier))
    return None
