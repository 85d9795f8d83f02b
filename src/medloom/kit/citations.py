"""Records of reference managers and of bibliographic databases, in lines with tags: RIS, MEDLINE.

A line is `TI  - A title`; a line without a tag goes on with the one before. A record of RIS ends
with `ER`, one of MEDLINE (PubMed's .nbib) where the next `PMID` begins.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

_LINE = re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,2}- ?(.*)")
_FIRST_TITLE = ("TI", "T1", "CT", "BT")
_ABSTRACT, _AUTHORS, _YEAR = ("AB", "N2"), ("FAU", "AU", "A1"), ("PY", "Y1", "DP", "DA")
_JOURNAL, _KEYWORDS = ("JT", "T2", "JO", "JF", "JA", "TA"), ("KW", "OT", "MH")
_DOI, _PUBMED, _OWN = ("DO", "LID", "AID"), ("PMID", "AN", "C7"), ("ID",)
_DOI_FORM = re.compile(r"10\.\d{4,9}/[^\s\"<>\[\]]+")
_YEAR_FORM = re.compile(r"\b(1[6-9]\d\d|20\d\d)\b")


class Citation(NamedTuple):
    """One bibliographic record, as a review screens it."""

    id: str
    """`pmid:...`, else `doi:...`, else the file's name and the number of the record in it."""
    title: str
    abstract: str | None
    authors: list[str]
    year: int | None
    journal: str | None
    keywords: list[str]
    doi: str | None
    pubmed_id: str | None
    label_included: bool | None = None
    """The verdict of an earlier screening, where the file tells it."""

    def as_row(self) -> dict[str, str]:
        """What an import of verdicts looks for."""
        doi, pubmed_id = self.doi or "", self.pubmed_id or ""
        return {"id": self.id, "title": self.title, "doi": doi, "pubmed_id": pubmed_id}


def read_tagged(data: bytes, stem: str = "record") -> Iterator[Citation]:
    r"""The records of a RIS or MEDLINE file; one without any title and abstract is left out.

    >>> ris = b"TY  - JOUR\nTI  - On rash\nPY  - 2001/05//\nDO  - 10.1234/x\nER  - \n"
    >>> (one,) = read_tagged(ris)
    >>> one.id, one.title, one.year
    ('doi:10.1234/x', 'On rash', 2001)
    >>> (one,) = read_tagged(b"PMID- 12\nTI  - On\n      rash\nDP  - 1999 May\n")
    >>> one.id, one.title, one.year
    ('pmid:12', 'On rash', 1999)
    """
    for number, fields in enumerate(_records(_text(data)), start=1):
        one = _citation(fields, f"{stem}/{number}")
        if one.title or one.abstract:
            yield one


def _text(data: bytes) -> str:
    for encoding in (
        ("utf-8-sig", "utf-16") if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig",)
    ):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _records(text: str) -> Iterator[dict[str, list[str]]]:
    fields: dict[str, list[str]] = {}
    last: list[str] | None = None
    for line in text.splitlines():
        found = _LINE.fullmatch(line.rstrip())
        tag = found[1] if found else None
        if tag in ("ER", "TY") or (tag == "PMID" and "PMID" in fields):
            if fields:
                yield fields
            fields, last = {}, None
        if found and tag not in ("ER", None):
            last = fields.setdefault(str(tag), [])
            last.append(found[2].strip())
        elif last and line.strip() and not found:
            last[-1] = f"{last[-1]} {line.strip()}".strip()
    if fields:
        yield fields


def _citation(fields: Mapping[str, Sequence[str]], place: str) -> Citation:
    doi = _search(_DOI_FORM, _all(fields, _DOI))
    pubmed = next((one for one in _all(fields, _PUBMED) if one.isdecimal()), None)
    year = _search(_YEAR_FORM, _all(fields, _YEAR))
    own = f"pmid:{pubmed}" if pubmed else f"doi:{doi.lower()}" if doi else place
    return Citation(
        own, _one(fields, _FIRST_TITLE) or "", _one(fields, _ABSTRACT), _most(fields, _AUTHORS),
        int(year) if year else None, _one(fields, _JOURNAL), list(_all(fields, _KEYWORDS)),
        doi, pubmed,
    )  # fmt: skip


def _all(fields: Mapping[str, Sequence[str]], tags: Iterable[str]) -> list[str]:
    return [value for tag in tags for value in fields.get(tag, ()) if value]


def _most(fields: Mapping[str, Sequence[str]], tags: Iterable[str]) -> list[str]:
    """The values of the first tag that has any: MEDLINE says authors twice."""
    return next((_all(fields, [tag]) for tag in tags if _all(fields, [tag])), [])


def _one(fields: Mapping[str, Sequence[str]], tags: Iterable[str]) -> str | None:
    found = _most(fields, tags)
    return " ".join(found[:1]) if found else None


def _search(form: re.Pattern[str], values: Iterable[str]) -> str | None:
    return next((found[0].rstrip(".,;") for one in values if (found := form.search(one))), None)
