"""Cards of papers on pages of search engines and preprint servers.

A page is known by the classes of its cards, and read by them: a page that looks otherwise by now
gives no cards, and is then read by what it says of itself.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from lxml import etree

from medloom.kit.identifiers import find_doi, find_pmcid, find_pmid
from medloom.kit.papers import Paper
from medloom.kit.papers.dates import iso_date
from medloom.kit.papers.entry import arxiv_doi
from medloom.kit.papers.names import listed_names
from medloom.kit.papers.pages import first_text, text_of, with_class
from medloom.step import Failure

_LABEL = re.compile(r"^\s*(?:Title|Authors?|Abstract|Subjects?|Comments)\s*:\s*", re.IGNORECASE)
_MORE = re.compile(
    r"\s*(?:[▽△]\s*(?:More|Less)|Show (?:more|less)|Expand|Collapse)\s*$", re.IGNORECASE
)
_PREPRINT_DATE = re.compile(r"10\.(?:1101|64898)/((?:19|20)\d\d)\.(\d\d)\.(\d\d)\.")
_VERSION = re.compile(r"v\d+(?:\.full(?:-text)?)?$")
_KIND = re.compile(r"^\s*(?:\[(?:HTML|PDF|BOOK|CITATION|B|C|DOC)\]\s*)+", re.IGNORECASE)
_JOURNAL_END = re.compile(r"\.\s+(?=(?:1[5-9]|20)\d\d\b)")


def listed_papers(page: etree._Element) -> Iterator[Paper | Failure]:
    """The papers of the cards of a listing; none where it is not a known one."""
    for number, (read, card) in enumerate(_cards(page), start=1):
        try:
            yield read(card)
        except (ValueError, TypeError, IndexError, AttributeError, etree.LxmlError) as error:
            yield Failure(f"paper-{number}", f"a card that cannot be read: {type(error).__name__}")


def _cards(
    page: etree._Element,
) -> Iterator[tuple[Callable[[etree._Element], Paper], etree._Element]]:
    inside: etree._Element | None = None
    for one in page.iter(etree.Element):
        classes = (one.get("class") or "").split()
        read = next((_READERS[name] for name in classes if name in _READERS), None)
        if (
            read is None
            and one.tag == "dd"
            and next(with_class(one, "list-title"), None) is not None
        ):
            read = _arxiv_entry
        if read is None or (inside is not None and _is_inside(one, inside)):
            continue
        inside = one
        yield read, one


def _is_inside(one: etree._Element, other: etree._Element) -> bool:
    return any(above is other for above in one.iterancestors())


def _pubmed_result(card: etree._Element) -> Paper:
    """A result of PubMed's search, in the summary view."""
    cited = first_text(card, "full-journal-citation", "docsum-journal-citation")
    journal, date = _journal_and_date(cited)
    return Paper(
        title=first_text(card, "docsum-title"),
        abstract=first_text(card, "full-view-snippet"),
        authors=listed_names(first_text(card, "full-authors", "docsum-authors")),
        journal=journal,
        date=date,
        pmid=find_pmid(first_text(card, "docsum-pmid")) or "",
        pmcid=_pmcid(cited),
        doi=find_doi(cited) or "",
        snippet=True,
    )


def _pubmed_abstract(card: etree._Element) -> Paper:
    """A result of PubMed's search in the abstract view, or the page of one record."""
    cited = f"{first_text(card, 'journal-actions-trigger')}. {first_text(card, 'cit')}"
    names = [text_of(one) for one in with_class(card, "full-name")]
    ids = " ".join(text_of(one) for one in with_class(card, "identifiers"))
    text = first_text(card, "abstract-content") or first_text(card, "abstract")
    return Paper(
        title=first_text(card, "heading-title"),
        abstract=text,
        authors=tuple(dict.fromkeys(filter(None, names))),
        journal=first_text(card, "journal-actions-trigger"),
        date=iso_date(first_text(card, "cit")),
        pmid=find_pmid(first_text(card, "current-id")) or "",
        pmcid=_pmcid(ids),
        doi=find_doi(ids) or find_doi(cited) or find_doi(first_text(card, "citation-doi")) or "",
    )


def _arxiv_entry(card: etree._Element) -> Paper:
    """A `dd` of a listing of arXiv; the id stands in the `dt` in front of it."""
    front = card.getprevious()
    links = [] if front is None else [one.get("href") or "" for one in front.iter("a")]
    links += [text_of(front)]
    number = next(filter(None, map(arxiv_doi, links)), "")
    abstract = [text_of(one) for one in card.iter("p") if "mathjax" in (one.get("class") or "")]
    names = [text_of(a) for one in with_class(card, "list-authors") for a in one.iter("a")]
    return Paper(
        title=_LABEL.sub("", first_text(card, "list-title")),
        abstract=_LABEL.sub("", abstract[0]) if abstract else "",
        authors=tuple(names) or listed_names(_LABEL.sub("", first_text(card, "list-authors"))),
        journal="arXiv",
        date=_arxiv_date(number),
        doi=number,
        kind="preprint",
    )


def _arxiv_result(card: etree._Element) -> Paper:
    """A result of arXiv's search."""
    links = [one.get("href") or "" for one in card.iter("a")]
    number = next(filter(None, map(arxiv_doi, (one for one in links if "/abs/" in one))), "")
    names = [text_of(a) for one in with_class(card, "authors") for a in one.iter("a")]
    told = next((t for p in card.iter("p") if (t := text_of(p)).startswith("Submitted")), "")
    abstract = first_text(card, "abstract-full") or first_text(card, "abstract-short")
    return Paper(
        title=first_text(card, "title"),
        abstract=_MORE.sub("", _LABEL.sub("", abstract)),
        authors=tuple(names),
        journal="arXiv",
        date=iso_date(told) or _arxiv_date(number),
        doi=number,
        kind="preprint",
        snippet=not first_text(card, "abstract-full"),
    )


def _highwire(card: etree._Element) -> Paper:
    """A card of bioRxiv, medRxiv and other journals on the same platform."""
    names = [text_of(one) for one in with_class(card, "highwire-citation-author")]
    told = first_text(card, "highwire-cite-metadata-doi", "highwire-cite-metadata")
    links = [one.get("href") or "" for one in with_class(card, "highwire-cite-linked-title")]
    links += [
        one.get("href") or ""
        for title in with_class(card, "highwire-cite-title")
        for one in title.iter("a")
    ]
    doi = find_doi(told) or next(filter(None, map(find_doi, links)), "")
    doi = _VERSION.sub("", doi or "")
    journal = first_text(card, "highwire-cite-metadata-journal")
    dated = _PREPRINT_DATE.match(doi)
    return Paper(
        title=first_text(card, "highwire-cite-title"),
        abstract=first_text(card, "highwire-cite-snippet", "highwire-cite-abstract"),
        authors=tuple(dict.fromkeys(filter(None, names))),
        journal=journal.strip(" ;.,"),
        date="-".join(dated.groups())
        if dated
        else iso_date(first_text(card, "highwire-cite-metadata")),
        doi=doi,
        kind="preprint" if dated else "",
        snippet=True,
    )


def _semantic_scholar(card: etree._Element) -> Paper:
    """A row of Semantic Scholar."""
    boxes = [text_of(one) for one in with_class(card, "cl-paper-authors__author-box")]
    abstract = first_text(
        card, "cl-paper-abstract", "tldr-abstract-replacement", "abstract-truncator"
    )
    links = [one.get("href") or "" for one in card.iter("a")]
    return Paper(
        title=first_text(card, "cl-paper-title"),
        abstract=_MORE.sub("", re.sub(r"^TLDR\s*", "", abstract)),
        authors=tuple(filter(None, boxes)) or listed_names(first_text(card, "cl-paper-authors")),
        journal=first_text(card, "cl-paper-venue"),
        date=iso_date(first_text(card, "cl-paper-pubdates")),
        doi=next(filter(None, map(find_doi, links)), ""),
        pmid=next(
            (
                find_pmid(one.rstrip("/").rpartition("/")[2]) or ""
                for one in links
                if "pubmed." in one
            ),
            "",
        ),
        snippet=True,
    )


def _google_scholar(card: etree._Element) -> Paper:
    """A result of Google Scholar: `A Ng, C Ek - Journal, 2020 - publisher`."""
    parts = re.split(r"\s+[-–]\s+", first_text(card, "gs_a").replace("\xa0", " "))
    where = parts[1] if len(parts) > 1 else ""
    journal, comma, year = where.rpartition(",")
    links = [one.get("href") or "" for one in card.iter("a")]
    return Paper(
        title=_KIND.sub("", first_text(card, "gs_rt")),
        abstract=first_text(card, "gs_rs"),
        authors=listed_names(parts[0]),
        journal=(journal if comma else "" if iso_date(where) == where else where).strip(" …"),
        date=iso_date(year if comma else where),
        doi=next(filter(None, map(find_doi, links)), ""),
        publisher=parts[2] if len(parts) > 2 else "",
        snippet=True,
    )


def _journal_and_date(citation: str) -> tuple[str, str]:
    """`J Loom. 2024 Mar 5;1(2):3-4. doi: ...` in two parts."""
    parts = _JOURNAL_END.split(citation, maxsplit=1)
    return (parts[0], iso_date(parts[1])) if len(parts) == 2 else ("", iso_date(citation))


def _pmcid(text: str) -> str:
    found = re.search(r"\bPMC\d+", text)
    return find_pmcid(found[0]) or "" if found else ""


def _arxiv_date(doi: str) -> str:
    """Year and month, which the number of an e-print begins with."""
    found = re.search(r"arXiv\.(\d\d)(0[1-9]|1[0-2])\.\d", doi)
    return f"20{found[1]}-{found[2]}" if found else ""


_READERS: Mapping[str, Callable[[etree._Element], Paper]] = {
    "full-docsum": _pubmed_result,
    "article-overview": _pubmed_abstract,
    "arxiv-result": _arxiv_result,
    "highwire-article-citation": _highwire,
    "highwire-citation": _highwire,
    "cl-paper-row": _semantic_scholar,
    "gs_or": _google_scholar,
    "gs_ri": _google_scholar,
}
