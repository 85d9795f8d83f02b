"""The reference list of a BioC document: one passage a cited work, its parts as infons."""

from collections.abc import Callable, Mapping

from medloom.kit.identifiers import find_doi, find_pmcid, find_pmid, find_year
from medloom.steps.ingest.bioc.front import read_authors, read_year
from medloom.steps.ingest.bioc.source import Text
from medloom.tables.literature import Reference

_PRINTED = ("source", "year", "volume", "issue", "fpage", "lpage", "elocation-id", "comment")
"""Parts of the citation in the order in which they are printed, behind authors and title."""


def read_reference(passage: Text, number: int) -> Reference:
    """A cited work.

    Where the passage has parts, its text is the title of the work and `raw` is all parts joined
    with single spaces; else its text is the whole citation.

    >>> infons = {"name_0": "surname:Ng;given-names:A", "source": "Lancet", "year": "1999"}
    >>> row = read_reference(Text(infons, "On sepsis"), 1)
    >>> row.title, row.authors, row.raw
    ('On sepsis', ['Ng A'], 'Ng A On sepsis Lancet 1999')
    >>> read_reference(Text({}, "Ng A. Lancet 1999;1:2."), 2).year
    1999
    """
    infons, text = passage.infons, " ".join(passage.text.split())
    authors = [" ".join(filter(None, author[:3])) for author in read_authors(infons)]
    parts = [value for key in _PRINTED if (value := " ".join(infons.get(key, "").split()))]
    has_parts = bool(authors or parts)
    raw = " ".join([*authors, *filter(None, [text]), *parts])
    return Reference(
        ref_id=infons.get("id") or str(number),
        label=infons.get("label"),
        type=infons.get("publication-type"),
        title=(text or None) if has_parts else None,
        source=infons.get("source"),
        year=read_year(infons) if has_parts else find_year(raw),
        authors=authors,
        pmid=_id(infons, "pmid", find_pmid),
        doi=_id(infons, "doi", find_doi) or find_doi(raw),
        pmcid=_id(infons, "pmc", find_pmcid) or _id(infons, "pmcid", find_pmcid),
        raw=raw,
    )


def _id(infons: Mapping[str, str], kind: str, find: Callable[[str], str | None]) -> str | None:
    text = infons.get(f"pub-id_{kind}") or infons.get(kind) or ""
    return find(text) if text else None
