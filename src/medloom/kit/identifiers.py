"""DOIs, PMIDs, PMCIDs and ORCIDs in one form each."""

import re
from collections.abc import Callable
from urllib.parse import unquote

_RESOLVER = re.compile(r"^(?:https?://(?:dx\.|www\.)?doi\.org/|doi:?\s*|info:doi/)+", re.IGNORECASE)
_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/[^\s\"<>]+")
_PMCID = re.compile(r"(?:^\s*|PMC\s*)(\d+)(?:\.\d+)?(?=\s*(?:$|;))", re.IGNORECASE)
_PMID = re.compile(r"(?<!\d)[1-9]\d{0,8}(?!\d)")
_VERSION = re.compile(r"^\s*(?:PMC)?\s*(\d+)(?:\.(\d+))?\s*$", re.IGNORECASE)
_ORCID = re.compile(r"(?<!\d)(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dXx])(?!\d)")
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_PRINTED_YEAR = re.compile(
    r"(?<![\d:;-])(1[5-9]\d\d|20\d\d)"
    r"(?:(?=[a-z]?(?:\s[A-Z][a-z]{2}[\w -]*)?[;)])|(?<=\.\s....)(?=[a-z]?\.\s))"
)
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

    >>> find_doi("J. Med (2001). doi:10.1016/S0140-6736(01)00001-2."), find_doi("n/a")
    ('10.1016/S0140-6736(01)00001-2', None)
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


def find_pmid(text: str) -> str | None:
    """The digits of a PubMed id.

    >>> find_pmid("PMID: 12345678"), find_pmid("none")
    ('12345678', None)
    """
    text = text.strip()
    if text.isdecimal() and text.isascii():
        return text
    found = _PMID.search(text)
    return found[0] if found else None


def find_pmcid(text: str) -> str | None:
    """A PMC id with its prefix, without its version.

    >>> find_pmcid("176545"), find_pmcid("pmc-id: PMC3159421;manuscript-id: NIHMS311352;")
    ('PMC176545', 'PMC3159421')
    """
    found = _PMCID.search(text)
    return f"PMC{found[1]}" if found else None


def pmcid_version(text: str) -> int | None:
    """The version that a PMC id carries.

    >>> pmcid_version("PMC10009416.2"), pmcid_version("PMC10009416")
    (2, None)
    """
    found = _VERSION.match(text)
    return int(found[2]) if found and found[2] else None


def find_orcid(text: str) -> str | None:
    """An ORCID as four groups of four (ISO 27729).

    >>> find_orcid("http://orcid.org/000000021825009x")
    '0000-0002-1825-009X'
    """
    found = _ORCID.search(text)
    return "-".join(found.groups()).upper() if found else None


def find_year(citation: str) -> int | None:
    """The year of a citation in print, by where it stands, or where it is the only one.

    It stands in front of the volume, in brackets, or between authors and title.

    >>> find_year("Lancet. 1999 Aug 21;354(9179):1984-90."), find_year("Deaths in 2003 and 2004.")
    (1999, None)
    """
    text = _DOI.sub("", citation)
    years = _PRINTED_YEAR.findall(text)[:1] or list(set(_YEAR.findall(text)))
    return int(years[0]) if len(years) == 1 else None


def unique_ids() -> Callable[[str], str]:
    """A function that returns a name the first time as it is, and later with a number.

    >>> name = unique_ids()
    >>> name("PMC1"), name("PMC1"), name("PMC2")
    ('PMC1', 'PMC1-2', 'PMC2')
    """
    seen: dict[str, int] = {}

    def unique_id(name: str) -> str:
        number = seen[name] = seen.get(name, 0) + 1
        return name if number == 1 else unique_id(f"{name}-{number}")

    return unique_id
