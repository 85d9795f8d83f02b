"""Publication and history dates.

The year of an article is that of its earliest electronic or print publication (`epub`, `ppub`,
`epub-ppub`, `pub`, or a `date-type="pub"`); where there is none, the earliest of its other
publication dates (`collection`, `pmc-release`, ...).
"""

import re

from lxml import etree

from medloom.steps.ingest.jats.draft import Draft
from medloom.steps.ingest.jats.text import plain
from medloom.tables.literature import Date

_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS = {name: number for number, name in enumerate(_NAMES.split(), start=1)}
_FORMATS = {"electronic": "epub", "online": "epub", "print": "ppub", "": "pub"}
_FIRST = frozenset({"epub", "ppub", "pub", "epub-ppub", "epubr", "ppubr", "fpub", "preprint"})
_ISO = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")


def read_date(draft: Draft, element: etree._Element) -> Date | None:
    """A `pub-date` or `date`; a part that makes no sense is left out, with an issue."""
    kind = element.get("pub-type") or element.get("date-type") or "pub"
    if kind in {"pub", "publication"}:
        form = element.get("publication-format", "")
        kind = _FORMATS.get(form, "pub")
    parts = {child.tag: (child.text or "").strip() for child in element}
    year = _YEAR.search(parts.get("year", ""))
    if year is None:
        iso = _ISO.match(element.get("iso-8601-date") or "")
        if iso:
            return Date(kind, iso[0])
        text = plain(element)
        year = _YEAR.search(parts.get("string-date") or text)
        if year is None:
            draft.issue("bad-date", element, f"no year in {text[:40]!r}")
            return None
    month = _month(parts.get("month", ""))
    if month is None:
        if parts.get("month"):
            draft.issue("bad-date", element, f"no month is called {parts['month'][:20]!r}")
        return Date(kind, year[1])
    day = parts.get("day", "")
    if day and not (day.isdecimal() and 1 <= int(day) <= 31):
        draft.issue("bad-date", element, f"no day is called {day[:20]!r}")
        day = ""
    return Date(kind, f"{year[1]}-{month:02d}" + (f"-{int(day):02d}" if day else ""))


def publication_year(dates: list[Date]) -> int | None:
    """The year of an article, by the rule of this module.

    >>> publication_year([Date("collection", "2013"), Date("epub", "2014-05")])
    2014
    """
    first = [date for date in dates if date.kind in _FIRST] or dates
    return min((int(date.date[:4]) for date in first), default=None)


def _month(text: str) -> int | None:
    if text.isdecimal():
        return int(text) if 1 <= int(text) <= 12 else None
    return _MONTHS.get(text[:3].lower())
