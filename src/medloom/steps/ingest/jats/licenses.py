"""The licence of an article, or of one figure, as a code."""

from collections.abc import Iterable
from typing import NamedTuple

from lxml import etree

from medloom.kit.licences import code_of_text, code_of_url
from medloom.steps.ingest.jats.media import HREF
from medloom.steps.ingest.jats.text import plain


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
    if code := code_of_url(every):
        return License(code, None, text or every.strip(), "text")
    if code := code_of_text(every) or next(filter(None, map(code_of_text, types)), None):
        return License(code, _first_url(urls), text or every.strip() or None, "text")
    address = _first_url(urls)
    said = text or address or any(types)
    return License("other" if said else "none", address, text or None, None)


def _first_url(urls: list[str]) -> str | None:
    return next((url.strip() for url in urls if url.strip().startswith("http")), None)
