"""An entry of a bibliography file as a paper."""

import re

from medloom.kit.identifiers import find_doi, find_pmcid, find_pmid
from medloom.kit.papers.bibtex import Entry
from medloom.kit.papers.dates import iso_date
from medloom.kit.papers.latex import plain
from medloom.kit.papers.paper import Paper

_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
_ARXIV = re.compile(r"(?:arxiv:\s*)?(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?", re.I)
_KEYWORDS = re.compile(r"\s*[;,]\s*")
_CONTAINERS = ("journal", "journaltitle", "booktitle", "series", "howpublished", "publisher")


def paper_of(entry: Entry) -> Paper:
    """What an entry says of a paper; a work without a title has none.

    >>> fields = {"title": "On {DNA}", "author": "Ng, Ada and Ek, Cy", "year": "2020", "month": "3"}
    >>> paper = paper_of(Entry("article", "ng20", fields, 1))
    >>> paper.title, paper.authors, paper.date
    ('On DNA', ('Ng, Ada', 'Ek, Cy'), '2020-03')
    """
    fields = {name: plain(value) for name, value in entry.fields.items()}
    raw_authors = entry.fields.get("author") or entry.fields.get("editor") or ""
    authors = (plain(one) for one in _AND.split(_whole_names(raw_authors)))
    url = fields.get("url", "")
    return Paper(
        title=fields.get("title", ""),
        abstract=fields.get("abstract", ""),
        authors=tuple(one for one in authors if one and one.lower() != "others"),
        journal=next((fields[one] for one in _CONTAINERS if fields.get(one)), ""),
        date=_date(fields),
        pmid=_pmid(fields),
        pmcid=find_pmcid(fields.get("pmcid") or fields.get("pmc") or "") or "",
        doi=_doi(fields),
        url=url,
        keywords=tuple(filter(None, _KEYWORDS.split(fields.get("keywords", "")))),
        kind=entry.type,
        publisher=fields.get("publisher", ""),
        issn=tuple(filter(None, _KEYWORDS.split(fields.get("issn", "")))),
    )


def _whole_names(text: str) -> str:
    """Names whose braces keep an `and` together, as in `{Food and Drug Administration}`."""
    return re.sub(r"\{[^{}]*\}", lambda one: _AND.sub(" & ", one[0]), text)


def _date(fields: dict[str, str]) -> str:
    if fields.get("date"):
        return iso_date(fields["date"].partition("/")[0])
    year, month, day = (fields.get(one, "") for one in ("year", "month", "day"))
    if month.isdecimal() and len(month) <= 2:
        return iso_date(
            f"{year}-{int(month):02d}" + (f"-{int(day):02d}" if day.isdecimal() else "")
        )
    return iso_date(f"{year} {month} {day}".strip()) or iso_date(year)


def _pmid(fields: dict[str, str]) -> str:
    if fields.get("pmid"):
        return find_pmid(fields["pmid"]) or ""
    is_pubmed = fields.get("eprinttype", "").lower() == "pubmed"
    return find_pmid(fields.get("eprint", "")) or "" if is_pubmed else ""


def _doi(fields: dict[str, str]) -> str:
    for name in ("doi", "url", "note"):
        if found := find_doi(fields.get(name, "")):
            return found
    archive = (fields.get("archiveprefix") or fields.get("eprinttype") or "").lower()
    if archive == "arxiv" and (found := arxiv_doi(fields.get("eprint", ""))):
        return found
    return (
        arxiv_doi(fields.get("journal", "")) if "arxiv" in fields.get("journal", "").lower() else ""
    )


def arxiv_doi(text: str) -> str:
    """The DOI that arXiv gives an e-print, without its version.

    >>> arxiv_doi("arXiv:2401.01234v2"), arxiv_doi("https://arxiv.org/abs/q-bio/0401012")
    ('10.48550/arXiv.2401.01234', '10.48550/arXiv.q-bio/0401012')
    """
    found = _ARXIV.search(text)
    return f"10.48550/arXiv.{found[1]}" if found else ""
