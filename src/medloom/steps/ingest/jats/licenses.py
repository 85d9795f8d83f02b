"""The licence of an article, or of one figure, as a code."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from lxml import etree

from medloom.steps.ingest.jats.media import HREF
from medloom.steps.ingest.jats.text import plain

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
_MINING = re.compile(r"text[- ]and[- ]data[- ]mining|\bTDM\b", re.IGNORECASE)


class License(NamedTuple):
    """What an article says about its licence."""

    code: str
    url: str | None
    text: str | None
    source: str | None
    """`url`, `text`, `metadata`, or null where there is no code."""


def read_license(permissions: Iterable[etree._Element]) -> License:
    """Read `permissions` elements: a Creative Commons URL is trusted before any words.

    >>> from lxml import etree
    >>> words = "<license>Creative Commons Attribution Non-Commercial License</license>"
    >>> read_license([etree.fromstring(f"<permissions>{words}</permissions>")]).code
    'CC-BY-NC'
    """
    urls: list[str] = []
    texts: list[str] = []
    types: list[str] = []
    statements: list[str] = []
    for permission in permissions:
        for element in permission.iter():
            tag = element.tag
            if tag == "license":
                urls += filter(None, [element.get(HREF), element.get("href")])
                types.append(element.get("license-type", ""))
                text = plain(element)
                if text:
                    texts.append(text)
            elif tag == "ext-link" or tag == "uri":
                urls += filter(None, [element.get(HREF), element.text])
            elif isinstance(tag, str) and tag.endswith("license_ref"):
                urls.append((element.text or "").strip())
            elif tag == "copyright-statement":
                statements.append(plain(element))
    text = " ".join(texts)
    for url in urls:
        if code := code_of_url(url):
            return License(code, url.strip(), text or None, "url")
    every = " ".join([text, *statements])
    if found := _CC_URL.search(every):
        return License(_code(found), None, text or every.strip(), "text")
    if code := code_of_text(every) or next(filter(None, map(code_of_text, types)), None):
        return License(code, _first_url(urls), text or every.strip() or None, "text")
    address = _first_url(urls)
    said = text or address or any(types)
    return License("other" if said else "none", address, text or None, None)


def code_of_url(url: str) -> str | None:
    """The code of a Creative Commons address.

    >>> code_of_url("http://creativecommons.org/licenses/by-nc-nd/4.0/")
    'CC-BY-NC-ND'
    """
    found = _CC_URL.search(url)
    return _code(found) if found else None


def code_of_text(text: str) -> str | None:
    """The code that a statement or a PMC licence name means.

    >>> code_of_text("CC BY-NC"), code_of_text("TDM"), code_of_text("All rights reserved.")
    ('CC-BY-NC', 'TDM', None)
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
    return "TDM" if _MINING.search(text) else None


def _code(found: re.Match[str]) -> str:
    if found["terms"]:
        return _ordered(found["terms"])
    return "CC0" if (found["public"] or "").lower() == "zero" else "public-domain"


def _ordered(terms: str) -> str:
    terms = terms.lower()
    named = [name for name in ("by", "nc", "nd", "sa") if name in terms]
    return "CC-" + "-".join(named).upper()


def _first_url(urls: list[str]) -> str | None:
    return next((url.strip() for url in urls if url.strip().startswith("http")), None)
