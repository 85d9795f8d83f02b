"""DOIs, PMIDs, PMCIDs and ORCIDs in one form each."""

import re
from urllib.parse import unquote

_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/[^\s\"<>]+")
_RESOLVER = re.compile(r"^(?:https?://(?:dx\.|www\.)?doi\.org/|doi:?\s*|info:doi/)+", re.IGNORECASE)
_PMCID = re.compile(r"^\s*(?:PMC)?\s*(\d+)(?:\.(\d+))?\s*$", re.IGNORECASE)
_PMID = re.compile(r"(?<!\d)\d{1,8}(?!\d)")
_ORCID = re.compile(r"(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dXx])(?!\d)")
_PAIRS = {")": "(", "]": "[", "}": "{"}


def normal_doi(text: str) -> str | None:
    """A DOI without its resolver, in the case of the source.

    >>> normal_doi("https://doi.org/10.1371/journal.pone.0000217")
    '10.1371/journal.pone.0000217'
    """
    text = _RESOLVER.sub("", text.strip())
    if text.startswith("10.") and " " not in text:
        return text.rstrip(".,;")
    return find_doi(text)


def find_doi(text: str) -> str | None:
    """The first DOI in running text, without the punctuation behind it.

    >>> find_doi("J. Med (2001). doi:10.1016/S0140-6736(01)00001-2.")
    '10.1016/S0140-6736(01)00001-2'
    """
    if "10." not in text:
        return None
    found = _DOI.search(unquote(text) if "10.%" in text or "%2F" in text else text)
    if not found:
        return None
    doi = found[0].rstrip(".,;:'’”")
    while doi and doi[-1] in _PAIRS and doi.count(doi[-1]) > doi.count(_PAIRS[doi[-1]]):
        doi = doi[:-1].rstrip(".,;:'’”")
    return doi


def normal_pmid(text: str) -> str | None:
    """The digits of a PubMed id.

    >>> normal_pmid("PMID: 12345678"), normal_pmid("none")
    ('12345678', None)
    """
    text = text.strip()
    if text.isdecimal() and text.isascii():
        return text
    found = _PMID.search(text)
    return found[0] if found else None


def normal_pmcid(text: str) -> str | None:
    """A PMC id with its prefix, without its version.

    >>> normal_pmcid("176545"), normal_pmcid("PMC10009416.1")
    ('PMC176545', 'PMC10009416')
    """
    found = _PMCID.match(text)
    return f"PMC{found[1]}" if found else None


def pmcid_version(text: str) -> int | None:
    """The version that a PMC id carries.

    >>> pmcid_version("PMC10009416.2"), pmcid_version("PMC10009416")
    (2, None)
    """
    found = _PMCID.match(text)
    return int(found[2]) if found and found[2] else None


def normal_orcid(text: str) -> str | None:
    """An ORCID as four groups of four.

    >>> normal_orcid("http://orcid.org/0000-0002-1825-009x")
    '0000-0002-1825-009X'
    """
    found = _ORCID.search(text)
    return "-".join(found.groups()).upper() if found else None
