"""Columns of an article that a PubMed record says in several places."""

from collections.abc import Iterator

from lxml import etree

from medloom.kit.identifiers import find_doi, find_pmid
from medloom.kit.licences import code_of
from medloom.steps.ingest.pubmed.dates import issue_kind, read_date
from medloom.steps.ingest.pubmed.links import read_ids
from medloom.steps.ingest.pubmed.people import People
from medloom.steps.ingest.pubmed.record import Record
from medloom.steps.ingest.pubmed.text import words, words_at
from medloom.tables.literature import Date, Issue


def ids(record: Record) -> dict[str, str]:
    """The record's own ids, pmid, pmcid and doi: not those of the works that it cites."""
    found = {"pmid": pmid} if (pmid := find_pmid(words_at(record.citation, "PMID") or "")) else {}
    if not found:
        record.issues.append(Issue("no-pmid", record.place, "the record has no PMID"))
    for path in ("PubmedData", "BookDocument", "PubmedBookData"):
        found = read_ids(record.whole.find(f"{path}/ArticleIdList")) | found
    for element in record.article.iterfind("ELocationID[@EIdType='doi']"):
        if element.get("ValidYN") != "N" and (doi := find_doi(words(element))):
            found.setdefault("doi", doi)
    return found


def version(citation: etree._Element) -> int | None:
    """The version of the record: 1 but for the few journals that publish versions."""
    pmid = citation.find("PMID")
    text = "" if pmid is None else pmid.get("Version", "")
    return int(text) if text.isdecimal() and len(text) < 5 else None


def container(citation: etree._Element) -> str | None:
    """The journal, or the book of a chapter."""
    paths = (
        "Article/Journal/Title",
        "Article/Journal/ISOAbbreviation",
        "MedlineJournalInfo/MedlineTA",
        "Book/BookTitle",
    )
    return next(filter(None, (words_at(citation, path) for path in paths)), None)


def dates(record: Record) -> list[Date]:
    """Dates of the publication, of the record and of its history."""
    found = []
    for element, kind in _date_elements(record):
        if date := read_date(element, kind):
            found.append(date)
        else:
            message = f"no year in {words(element)[:40]!r}"
            record.issues.append(Issue("bad-date", f"{record.place}/{element.tag}", message))
    return found


def _date_elements(record: Record) -> Iterator[tuple[etree._Element, str]]:
    citation, article = record.citation, record.article
    model = article.get("PubModel")
    yield from ((e, issue_kind(model)) for e in article.iterfind("Journal/JournalIssue/PubDate"))
    yield from ((e, "pub") for e in article.iterfind("Book/PubDate"))
    yield from ((e, "contribution") for e in article.iterfind("ContributionDate"))
    yield from ((e, "epub") for e in article.iterfind("ArticleDate"))
    yield from ((e, "record-completed") for e in citation.iterfind("DateCompleted"))
    yield from ((e, "record-revised") for e in citation.iterfind("DateRevised"))
    for element in record.whole.iterfind("*/History/PubMedPubDate"):
        yield element, element.get("PubStatus") or "history"


def people(record: Record) -> People:
    """The authors of the article; of a chapter without any, those of the book."""
    found, article = People(), record.article
    for author_list in [*article.iterfind("AuthorList"), *article.iterfind("Book/AuthorList")]:
        if author_list.get("Type") != "editors" and not found.authors:
            found.read(author_list)
    if affiliation := words_at(article, "Affiliation"):
        found.give_to_first(affiliation)
    return found


def texts(element: etree._Element, *paths: str) -> list[str]:
    """The texts at some paths, each once."""
    found = (words(one) for path in paths for one in element.iterfind(path))
    return list(dict.fromkeys(filter(None, found)))


def keywords(citation: etree._Element) -> list[str]:
    """Author keywords, MeSH headings (alone, and with each qualifier), substances, genes."""
    headings = []
    for heading in citation.iterfind("MeshHeadingList/MeshHeading"):
        name = words(heading.find("DescriptorName"))
        headings.append(name)
        headings += [f"{name}/{words(one)}" for one in heading.iterfind("QualifierName")]
    by_authors = texts(citation, "KeywordList/Keyword")
    others = texts(
        citation,
        "SupplMeshList/SupplMeshName",
        "ChemicalList/Chemical/NameOfSubstance",
        "GeneSymbolList/GeneSymbol",
    )
    return list(dict.fromkeys(filter(None, [*by_authors, *headings, *others])))


def license_code(copyright_information: str) -> str | None:
    """The licence that a copyright line names.

    >>> license_code("Copyright 2020, the authors. CC BY-NC 4.0"), license_code("(c) 2020")
    ('CC-BY-NC', None)
    """
    return code_of(copyright_information)
