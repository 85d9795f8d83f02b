"""A paper of a reading list: what is known of it, and its rows of the literature tables."""

import hashlib
import re
from collections.abc import Callable
from typing import NamedTuple

from medloom.kit.papers.names import author_of
from medloom.tables.literature import (
    Abstract,
    AbstractSection,
    Affiliation,
    Article,
    Author,
    Date,
    Document,
    Issue,
    Passage,
)

_WORDS = re.compile(r"\w+")


class Paper(NamedTuple):
    """What a listing, an export or a feed says of one paper."""

    title: str = ""
    abstract: str = ""
    authors: tuple[str, ...] = ()
    """Names as printed: `Ada B. Ng`, `Ng AB`, `Ng, Ada B.`"""
    journal: str = ""
    date: str = ""
    """ISO 8601, as precise as the source: 2024-03."""
    pmid: str = ""
    pmcid: str = ""
    doi: str = ""
    url: str = ""
    keywords: tuple[str, ...] = ()
    kind: str = ""
    """The kind of work, as the source names it: article, preprint, book."""
    publisher: str = ""
    issn: tuple[str, ...] = ()
    language: str = ""
    snippet: bool = False
    """Whether the abstract is only a piece of it, as listings of search engines show."""

    @property
    def key(self) -> str:
        """The id of its article: `PMC1`, `doi:10.1/x`, `pmid:1`, else one made of its title.

        >>> Paper("A loom.", doi="10.1/X").key, Paper("A loom.").key == Paper("A LOOM").key
        ('doi:10.1/X', True)
        """
        if self.pmcid:
            return self.pmcid
        if self.doi or self.pmid:
            return f"doi:{self.doi}" if self.doi else f"pmid:{self.pmid}"
        words = " ".join(_WORDS.findall(self.title.casefold()))
        return f"title:{hashlib.sha256(words.encode()).hexdigest()[:16]}"


def document_of(paper: Paper, unique_id: Callable[[str], str], sha256: str) -> Document:
    """The rows of a paper: its article, and passages of title and abstract.

    `unique_id` makes an id that no other paper of the source has.

    >>> document = document_of(Paper("On looms", "Seen.", ("Ng AB",), pmid="7"), str, "")
    >>> document.articles[0].id, [one.text for one in document.passages]
    ('pmid:7', ['On looms', 'Seen.'])
    """
    name = unique_id(paper.key)
    return Document(
        [_article(paper, name, sha256)], _passages(paper, name), *([], [], []), [], [], []
    )


def _article(paper: Paper, name: str, sha256: str) -> Article:
    affiliations: list[Affiliation] = []
    sections = [AbstractSection(None, paper.abstract)] if paper.abstract else []
    authors: list[Author] = [author_of(one) for one in paper.authors]
    year = paper.date[:4]
    return Article(
        id=name,
        parent_id=None,
        pmcid=paper.pmcid or None,
        pmid=paper.pmid or None,
        doi=paper.doi or None,
        version=None,
        title=paper.title or None,
        abstract=paper.abstract or None,
        abstracts=[Abstract("main", paper.language or None, sections)] if sections else [],
        journal=paper.journal or None,
        publisher=paper.publisher or None,
        issn=list(paper.issn),
        year=int(year) if year.isdecimal() else None,
        dates=[Date("pub", paper.date)] if paper.date else [],
        article_type=paper.kind or None,
        language=paper.language or None,
        license="none",
        license_url=None,
        license_text=None,
        license_source=None,
        is_retracted=False,
        keywords=list(paper.keywords),
        subjects=[paper.kind] if paper.kind else [],
        authors=authors,
        affiliations=affiliations,
        funding=[],
        references=[],
        related=[],
        issues=list(_issues(paper)),
        sha256=sha256,
    )


def _issues(paper: Paper) -> list[Issue]:
    found = []
    if paper.snippet and paper.abstract:
        found.append(Issue("short-abstract", "", "the page shows a piece of the abstract"))
    if not (paper.pmid or paper.pmcid or paper.doi):
        found.append(Issue("no-id", "", "no DOI, PMID or PMCID; the id is made of the title"))
    return found


def _passages(paper: Paper, name: str) -> list[Passage]:
    texts = [("title", paper.title), ("abstract", paper.abstract)]
    return [
        Passage(
            id=f"{name}/p/{order}",
            article_id=name,
            kind=kind,
            section=["Abstract"] if kind == "abstract" else [],
            section_kind="abstract" if kind == "abstract" else "other",
            part="front",
            about=None,
            order=order,
            text=text,
            marks=[],
            mentions=[],
        )
        for order, (kind, text) in enumerate((one for one in texts if one[1]), start=1)
    ]
