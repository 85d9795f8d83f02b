"""Dates as listings, feeds and exports print them, in ISO 8601."""

import re

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED = "|".join(_MONTHS)
_YEAR = r"(?P<year>(?:1[5-9]|20)\d\d)"
_NAME = rf"(?P<name>{_NAMED})[a-z]*\.?"
_FORMS = tuple(
    re.compile(rf"(?<!\d){form}(?![\d])", re.IGNORECASE)
    for form in (
        rf"{_YEAR}[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})",
        rf"{_YEAR}[-/](?P<month>0[1-9]|1[0-2])",
        rf"{_YEAR}\s+{_NAME}(?:\s+(?P<day>\d{{1,2}}))?",
        rf"{_NAME}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR}",
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\.?\s+{_NAME},?\s+{_YEAR}",
        rf"{_NAME},?\s+{_YEAR}",
        _YEAR,
    )
)
_LONGEST = 500


def iso_date(text: str) -> str:
    """The first date of a text, as precise as it is; nothing where there is none.

    >>> [iso_date(one) for one in ("2024 Mar 5;12(3):1-9.", "Submitted 5 March, 2024", "2024/3/5")]
    ['2024-03-05', '2024-03-05', '2024-03-05']
    >>> iso_date("Mon, 04 Nov 2024 05:00:00 GMT"), iso_date("March 2024"), iso_date("J. 1999;1")
    ('2024-11-04', '2024-03', '1999')
    """
    text = text[:_LONGEST]
    for form in _FORMS:
        if found := form.search(text):
            return _written(found.groupdict())
    return ""


def _written(parts: dict[str, str | None]) -> str:
    year, month, day = parts["year"] or "", parts.get("month"), parts.get("day")
    if name := parts.get("name"):
        month = str(_MONTHS.index(name[:3].lower()) + 1)
    if not month or not 1 <= int(month) <= 12:
        return year
    if not day or not 1 <= int(day) <= 31:
        return f"{year}-{int(month):02d}"
    return f"{year}-{int(month):02d}-{int(day):02d}"
