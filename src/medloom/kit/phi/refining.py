"""Finer kinds for what is found, by what it says: ages over 89, years alone, countries."""

import re
from functools import cache
from importlib import resources

from medloom.kit.phi.checks import over_89
from medloom.kit.phi.finding import Finding

_YEARS = re.compile(r"(?:[Aa]ños? )?(?:19|20)\d\d(?:[’']?s)?")
_FULL = re.compile(
    r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}|\d{1,2}.{1,12}\d{4}|[A-Za-z]{3}.*\d{1,2},? +\d{4}"
)
_NINETIES = re.compile(r"(?i)noventa|ninety|hundred|cien\b|ciento")


@cache
def countries() -> frozenset[str]:
    """Names of countries in English and Spanish, in small letters."""
    text = (resources.files("medloom.kit.phi") / "data" / "countries.txt").read_text("utf-8")
    return frozenset(text.lower().split("\n")) - {""}


def refined(text: str, one: Finding) -> Finding:
    """A finding with the kind that its words ask for.

    >>> refined("seen in 1998", Finding(8, 12, "date", 0.9, "x", "m")).kind
    'year'
    >>> refined("aged 93", Finding(5, 7, "age", 0.9, "x", "m")).kind
    'age_over_89'
    """
    said = text[one.start : one.end]
    kind = one.kind
    if kind in ("date", "partial_date"):
        kind = (
            "year" if _YEARS.fullmatch(said) else "date" if _FULL.search(said) else "partial_date"
        )
    elif kind == "age" and (over_89(said) or _NINETIES.search(said)):
        kind = "age_over_89"
    elif kind == "city" and said.lower() in countries():
        kind = "country"
    elif kind == "city" and re.fullmatch(r"(?:E-|CP ?)?\d[\d -]{3,9}", said):
        kind = "postcode"
    return one._replace(kind=kind)
