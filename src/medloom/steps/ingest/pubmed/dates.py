"""Dates of PubMed records, and the year of an article.

The year is that of the earliest electronic or print publication; where there is none, the earliest
of the other publication dates. Dates of the history (received, accepted, entrez, ...) never give
the year.
"""

import re
from collections.abc import Iterable

from lxml import etree

from medloom.steps.ingest.pubmed.text import words
from medloom.tables.literature import Date

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_ISSUE_KINDS = {"Electronic": "epub", "Electronic-eCollection": "collection"}
"""What the date of the issue (`PubDate`) is, by the publication model; of all others, `ppub`."""
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_MEDLINE = re.compile(
    r"(?<!\d)(?P<year>1[5-9]\d\d|20\d\d)(?!\d)(?:\s+(?P<month>[A-Za-z]{3})[a-z]*\b)?"
    r"(?:\s+(?P<day>\d{1,2})\b)?"
)


def read_date(element: etree._Element, kind: str) -> Date | None:
    """A date as precise as the record gives it; none without a year.

    >>> read_date(etree.fromstring("<D><Year>2018</Year><Month>Feb</Month></D>"), "epub")
    Date(kind='epub', date='2018-02')
    >>> read_date(etree.fromstring("<D><MedlineDate>1998 Dec-1999 Jan</MedlineDate></D>"), "ppub")
    Date(kind='ppub', date='1998-12')
    """
    parts = {str(child.tag): words(child) for child in element}
    if "MedlineDate" in parts:
        found = _MEDLINE.search(parts["MedlineDate"])
        return Date(kind, _iso(found["year"], found["month"], found["day"])) if found else None
    year = _YEAR.search(parts.get("Year", ""))
    return Date(kind, _iso(year[1], parts.get("Month"), parts.get("Day"))) if year else None


def issue_kind(publication_model: str | None) -> str:
    """What the date of the issue is, by the `PubModel` of the article."""
    return _ISSUE_KINDS.get(publication_model or "", "ppub")


def publication_year(dates: Iterable[Date]) -> int | None:
    """The year of an article, by the rule of this module.

    >>> dates = [Date("collection", "2013"), Date("ppub", "2015"), Date("epub", "2014-05")]
    >>> publication_year(dates)
    2014
    """
    years = [int(date.date[:4]) for date in dates if date.kind in {"epub", "ppub", "pub"}]
    others = [int(date.date[:4]) for date in dates if date.kind in {"collection", "contribution"}]
    return min(years or others, default=None)


def _iso(year: str, month: str | None, day: str | None) -> str:
    number = _month(month or "")
    if number is None:
        return year
    if not (day and day.isdecimal() and 1 <= int(day) <= 31):
        return f"{year}-{number:02d}"
    return f"{year}-{number:02d}-{int(day):02d}"


def _month(text: str) -> int | None:
    if text.isdecimal():
        return int(text) if 1 <= int(text) <= 12 else None
    name = text[:3].lower()
    return _MONTHS.index(name) + 1 if name in _MONTHS else None
