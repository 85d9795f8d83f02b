"""What a PubMed record points to: cited works, corrections, data banks, grants."""

from collections.abc import Iterator

from lxml import etree

from medloom.kit.identifiers import find_doi, find_pmcid, find_pmid, find_year
from medloom.steps.ingest.pubmed.text import words, words_at
from medloom.tables.literature import Funding, Reference, Related

_RETRACTED_IN = frozenset({"RetractionIn", "RetractedandRepublishedIn"})
RETRACTED_TYPE = "Retracted Publication"
"""The publication type (MeSH D016441) that PubMed gives to a retracted article."""


def read_ids(id_list: etree._Element | None) -> dict[str, str]:
    """The ids of an `ArticleIdList`: pmid, pmcid, doi.

    >>> read_ids(etree.fromstring("<L><ArticleId IdType='pmc'>PMC12</ArticleId></L>"))
    {'pmcid': 'PMC12'}
    """
    ids: dict[str, str] = {}
    for element in () if id_list is None else id_list.iterfind("ArticleId"):
        kind, text = element.get("IdType"), words(element)
        if kind == "pubmed" and (pmid := find_pmid(text)):
            ids.setdefault("pmid", pmid)
        elif kind in {"pmc", "pmcid"} and (pmcid := find_pmcid(text)):
            ids.setdefault("pmcid", pmcid)
        elif kind == "doi" and (doi := find_doi(text)):
            ids.setdefault("doi", doi)
    return ids


def read_references(record: etree._Element, citation: etree._Element) -> list[Reference]:
    """The cited works: `ReferenceList`s, also nested ones, or those that older records name."""
    found = [_reference(reference) for reference in record.iterfind(".//ReferenceList/Reference")]
    cited = citation.iterfind("CommentsCorrectionsList/CommentsCorrections[@RefType='Cites']")
    found += [_cited(element) for element in cited if not found]
    return [one._replace(ref_id=str(number)) for number, one in enumerate(found, start=1)]


def _reference(element: etree._Element) -> Reference:
    ids = read_ids(element.find("ArticleIdList"))
    return _row(words(element.find("Citation")), ids)


def _cited(element: etree._Element) -> Reference:
    pmid = words_at(element, "PMID")
    return _row(words(element.find("RefSource")), {"pmid": pmid} if pmid else {})


def _row(raw: str, ids: dict[str, str]) -> Reference:
    pmid, pmcid, doi = ids.get("pmid"), ids.get("pmcid"), ids.get("doi") or find_doi(raw)
    return Reference("", None, None, None, None, find_year(raw), [], pmid, doi, pmcid, raw)


def read_related(citation: etree._Element) -> list[Related]:
    """Links to other records: type as NLM names it (`RetractionIn`, `ErratumFor`, `CommentOn`).

    Accessions in data banks (a trial's number, GenBank) are of type `DataBank`; their kind is the
    name of the bank.
    """
    comments = citation.iterfind("CommentsCorrectionsList/CommentsCorrections")
    return list(dict.fromkeys([*filter(None, map(_comment, comments)), *_accessions(citation)]))


def _comment(element: etree._Element) -> Related | None:
    kind, source = element.get("RefType", ""), words(element.find("RefSource"))
    if kind == "Cites":
        return None
    if pmid := words_at(element, "PMID"):
        return Related(kind, pmid, "pmid")
    if doi := find_doi(source):
        return Related(kind, doi, "doi")
    return Related(kind, source, None) if source else None


def _accessions(citation: etree._Element) -> Iterator[Related]:
    for bank in citation.iterfind("Article/DataBankList/DataBank"):
        name = words_at(bank, "DataBankName")
        for number in map(words, bank.iterfind("AccessionNumberList/AccessionNumber")):
            if number:
                yield Related("DataBank", number, name)


def is_retracted(publication_types: list[str], related: list[Related]) -> bool:
    """Whether PubMed says so; a retraction notice (`Retraction of Publication`) is not retracted.

    >>> is_retracted(["Journal Article"], [Related("RetractionIn", "1", "pmid")])
    True
    >>> is_retracted(["Retraction of Publication"], [Related("RetractionOf", "1", "pmid")])
    False
    """
    links = any(link.type in _RETRACTED_IN for link in related)
    return links or RETRACTED_TYPE in publication_types


def read_funding(article: etree._Element) -> list[Funding]:
    """The grants, each once: who pays, and the number."""
    grants = article.iterfind("GrantList/Grant")
    found = [Funding(words_at(grant, "Agency"), words_at(grant, "GrantID")) for grant in grants]
    return [one for one in dict.fromkeys(found) if one.funder or one.award]
