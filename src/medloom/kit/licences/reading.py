"""Read the code of a licence from an address, a name or a statement."""

import re

_CC_URL = re.compile(
    r"creativecommons\.org/+(?:licen[sc]es?/+(?P<terms>by(?:[-_](?:nc|nd|sa))*)"
    r"|publicdomain/+(?P<public>zero|mark)|licen[sc]es?/+(?P<old>publicdomain))",
    re.IGNORECASE,
)
_CC_WORDS = re.compile(
    r"creative\s*commons.{0,40}?\battribution\b(?P<rest>.{0,80})", re.IGNORECASE | re.DOTALL
)
_CC_CODE = re.compile(
    r"\bCC[\s-]*(?P<terms>BY(?:[\s-]*(?:NC|ND|SA))*)\b|\b(?P<zero>CC[\s-]*(?:0|zero))\b",
    re.IGNORECASE,
)
_PUBLIC = re.compile(
    r"\b(?:in the public domain|public domain (?:article|work|dedication|mark))\b"
    r"|\bU\.?S\.? government work\b|is (?:free of all copyright|not subject to copyright)",
    re.IGNORECASE,
)
_MINING = re.compile(r"text[- ]and[- ]data[- ]+mining|\bTDM\b", re.IGNORECASE)
_NO_MINING = re.compile(
    r"(?:reserved|prohibited|not (?:permitted|allowed)|without permission)[^.]{0,80}"
    r"text[- ]and[- ]data[- ]+mining"
    r"|text[- ]and[- ]data[- ]+mining[^.]{0,80}(?:reserved|prohibited|not (?:permitted|allowed))",
    re.IGNORECASE,
)


def code_of(text: str) -> str | None:
    """The code that an address, a name or a statement means: an address is trusted first.

    >>> code_of("CC BY 4.0; see https://creativecommons.org/licenses/by-nc/4.0/")
    'CC-BY-NC'
    """
    return code_of_url(text) or code_of_text(text)


def code_of_url(url: str) -> str | None:
    """The code of a Creative Commons address.

    >>> code_of_url("http://creativecommons.org/licenses/by-nc-nd/4.0/")
    'CC-BY-NC-ND'
    """
    if not (found := _CC_URL.search(url)):
        return None
    if found["terms"]:
        return _ordered(found["terms"])
    return "CC0" if (found["public"] or "").lower() == "zero" else "public-domain"


def code_of_text(text: str) -> str | None:
    """The code that a statement or a PMC licence name means.

    >>> code_of_text("CC BY-NC"), code_of_text("TDM"), code_of_text("All rights reserved.")
    ('CC-BY-NC', 'TDM', None)
    >>> code_of_text("All rights are reserved, including those for text and data mining.")
    """
    if found := _CC_CODE.search(text):
        return "CC0" if found["zero"] else _ordered(found["terms"])
    if found := _CC_WORDS.search(text):
        rest = re.sub(r"[^a-z]", "", found["rest"].lower())
        return _ordered(
            "by"
            + ("nc" if "noncommercial" in rest else "")
            + ("nd" if re.search(r"noderiv", rest) else "")
            + ("sa" if "sharealike" in rest else "")
        )
    if _PUBLIC.search(text):
        return "public-domain"
    return "TDM" if _MINING.search(text) and not _NO_MINING.search(text) else None


def _ordered(terms: str) -> str:
    terms = terms.lower()
    named = [name for name in ("by", "nc", "nd", "sa") if name in terms]
    return "CC-" + "-".join(named).upper()
