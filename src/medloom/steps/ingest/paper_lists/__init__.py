"""Saved pages of paper listings, feeds and exports: a reading list becomes articles."""

import hashlib
from collections.abc import Iterator
from itertools import islice

from medloom.errors import NotThisFormat
from medloom.kit.identifiers import unique_ids
from medloom.kit.papers import Paper, document_of
from medloom.kit.papers.bibliography import works
from medloom.kit.papers.bibtex import Unreadable
from medloom.kit.papers.pages import page_of
from medloom.kit.reading import Opened
from medloom.step import Failure, reads
from medloom.steps.ingest.paper_lists.feeds import feed_papers
from medloom.steps.ingest.paper_lists.listings import listed_papers
from medloom.steps.ingest.paper_lists.metadata import described_papers
from medloom.tables.literature import Document

__all__ = ["paper_lists"]

_FEEDS = (".xml", ".rss", ".atom", ".rdf")
_MOST_PAPERS = 10_000


@reads(
    "*.html",
    "*.htm",
    "*.xhtml",
    "*.rss",
    "*.atom",
    "*.rdf",
    "*.xml",
    "*.bib",
    "*.html.gz",
    "*.xml.gz",
)
def paper_lists(source: Opened) -> Iterator[Document | Failure]:
    """Read saved pages of paper listings, pages of single papers, RSS or Atom feeds, BibTeX.

    Known listings: PubMed, arXiv, bioRxiv and medRxiv, Semantic Scholar, Google Scholar. Any other
    page is read by what it says of itself: `citation_*` tags, schema.org JSON-LD or microdata, at
    last OpenGraph. One document a paper, with title, abstract, authors, journal, date and ids. A
    paper without a title is a failed row. A page without papers is dropped.

    >>> from medloom.kit.reading import in_memory
    >>> page = b'''<meta name="citation_title" content="On looms">
    ... <meta name="citation_author" content="Ng, Ada"><meta name="citation_pmid" content="12">'''
    >>> (document,) = paper_lists(in_memory("a.html", page))
    >>> document.articles[0].id, document.articles[0].title, document.articles[0].authors[0].surname
    ('pmid:12', 'On looms', 'Ng')
    """
    data = source.read()
    digest, unique_id, n_found = hashlib.sha256(data).hexdigest(), unique_ids(), 0
    seen: set[str] = set()
    for paper in islice(_papers(source.name, data), _MOST_PAPERS):
        n_found += 1
        if isinstance(paper, Failure):
            yield paper
        elif not paper.title:
            yield Failure(f"paper-{n_found}", "no title")
        elif paper.key not in seen:  # one paper stands twice on a page: once is enough
            seen.add(paper.key)
            yield document_of(paper, unique_id, digest)
    if not n_found:
        raise NotThisFormat("no papers on the page")


def _papers(name: str, data: bytes) -> Iterator[Paper | Failure]:
    if name.lower().endswith(".bib"):
        for one in works(data):
            yield Failure(*one) if isinstance(one, Unreadable) else one
        return
    if name.lower().endswith(_FEEDS) or data.lstrip()[:5].lower() == b"<?xml":
        try:
            yield from feed_papers(data)
            return
        except NotThisFormat:
            if name.lower().endswith(_FEEDS):
                raise
    page = page_of(data)
    found = False
    for paper in listed_papers(page):
        found = True
        yield paper
    if not found:
        yield from described_papers(page)
