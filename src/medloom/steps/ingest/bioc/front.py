"""What the infons of a document and of its first passage say about the article."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from medloom.kit.identifiers import find_doi, find_pmcid, find_pmid
from medloom.kit.licences import code_of
from medloom.steps.ingest.bioc.source import Record
from medloom.tables.literature import Author

_NAME = re.compile(r"name_(\d{1,5})$")
_NAME_PARTS = re.compile(r"(surname|given-names|collab|suffix|prefix):([^;]*)")
_INITIALS = re.compile(r"(?P<surname>.+?)\s+(?P<given>[A-Z][A-Z-]{0,3})$")
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_PUBMED = re.compile(r"pub(?:med|tator)", re.IGNORECASE)


class License(NamedTuple):
    """What a document says about its licence."""

    code: str
    text: str | None
    source: str | None


def read_ids(record: Record, infons: Mapping[str, str]) -> dict[str, str]:
    """The ids of the article, pmcid, pmid and doi.

    The id of the document is a PMCID where it looks like one or the collection is PMC's, and a PMID
    where it is a number and the collection is PubMed's or PubTator's.
    """
    get, name = infons.get, record.id
    pmcid = find_pmcid(get("article-id_pmc") or get("article-id_pmcid") or get("pmcid") or "")
    pmid = find_pmid(get("article-id_pmid") or get("pmid") or "")
    doi = find_doi(get("article-id_doi") or get("doi") or name)
    if name.startswith("PMC") or (name.isdecimal() and record.source == "PMC"):
        pmcid = pmcid or find_pmcid(name)
    elif name.isdecimal() and f"PMC{name}" != pmcid and _PUBMED.search(record.source):
        pmid = pmid or find_pmid(name)
    found = {"pmcid": pmcid, "pmid": pmid, "doi": doi}
    return {kind: value for kind, value in found.items() if value}


def read_authors(infons: Mapping[str, str]) -> list[Author]:
    """The authors: `name_0`, `name_1`, ... as PMC writes them, or `authors` as PubTator does.

    >>> read_authors({"name_0": "surname:Ng;given-names:Ada"})[0][:2]
    ('Ng', 'Ada')
    >>> [author[:2] for author in read_authors({"authors": "Bajpai R, de Silva AB, "})]
    [('Bajpai', 'R'), ('de Silva', 'AB')]
    """
    numbered = sorted(
        (int(found[1]), text) for key, text in infons.items() if (found := _NAME.match(key))
    )
    if numbered:
        authors = [_author(text) for _, text in numbered]
    else:
        authors = [_initialled(one.strip()) for one in infons.get("authors", "").split(",")]
    known = [author for author in authors if any(author[:3])]
    return [one for i, one in enumerate(known) if i == 0 or one != known[i - 1]]


def _author(text: str) -> Author:
    parts = {kind: " ".join(value.split()) or None for kind, value in _NAME_PARTS.findall(text)}
    surname, suffix = parts.get("surname"), parts.get("suffix")
    if not parts:
        surname = " ".join(text.split()) or None
    if surname and suffix:
        surname = f"{surname} {suffix}"
    return Author(surname, parts.get("given-names"), parts.get("collab"), None, False, [])


def _initialled(text: str) -> Author:
    found = _INITIALS.match(text)
    if found is None:
        return Author(text or None, None, None, None, False, [])
    return Author(found["surname"], found["given"], None, None, False, [])


def read_keywords(infons: Mapping[str, str]) -> list[str]:
    """The keywords; PMC's export joins them by spaces, and then they cannot be told apart.

    >>> read_keywords({"kwd": "sepsis; shock"}), read_keywords({"kwd": "septic shock ICU"})
    (['sepsis', 'shock'], ['septic shock ICU'])
    """
    text = infons.get("kwd") or infons.get("keywords") or ""
    pieces = (" ".join(piece.split()) for piece in re.split(r"[;,|\n\t]", text))
    return list(dict.fromkeys(filter(None, pieces)))


def read_journal(infons: Mapping[str, str]) -> str | None:
    """The journal: PubTator puts the whole citation behind its name.

    >>> read_journal({"journal": "Nat Cell Biol. 2021 Mar;23(3):268-277. doi: 10.1038/x"})
    'Nat Cell Biol'
    """
    text = infons.get("journal") or infons.get("journal-title") or ""
    name = re.split(r";|\.?\s+(?:1[5-9]|20)\d\d\b", text, maxsplit=1)[0]
    return " ".join(name.split()).rstrip(".") or None


def read_year(infons: Mapping[str, str]) -> int | None:
    """The year of publication."""
    found = _YEAR.search(infons.get("year", ""))
    return int(found[0]) if found else None


def read_license(document: str | None, front: str | None) -> License:
    """The licence: PMC's code for the document is trusted before the words of the article.

    >>> read_license("CC BY-NC", "Some words.")
    License(code='CC-BY-NC', text='Some words.', source='metadata')
    >>> read_license("NO-CC CODE", None)
    License(code='none', text=None, source=None)
    """
    text = " ".join((front or "").split()) or None
    said = "" if (document or "").upper().startswith("NO-CC") else (document or "").strip()
    for words, source in ((said, "metadata"), (text or "", "text")):
        if code := code_of(words):
            return License(code, text or said, source)
    return License("other" if text or said else "none", text or said or None, None)
