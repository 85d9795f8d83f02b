"""Supplementary files."""

from itertools import chain
from typing import TYPE_CHECKING

from lxml import etree

from medloom.steps.ingest.jats.media import HREF
from medloom.steps.ingest.jats.text import plain
from medloom.tables.literature import Supplement

if TYPE_CHECKING:
    from medloom.steps.ingest.jats.draft import Draft

_CARRIERS = ("media", "graphic", "inline-supplementary-material")
_LINKS = frozenset({"ext-link", "uri", "self-uri"})


def supplement_row(
    element: etree._Element, supplement_id: str, draft: "Draft", caption: str = ""
) -> Supplement:
    """The row of a supplementary file, whichever element carries its href and its type."""
    carrier = _carrier(element)
    href = carrier.get(HREF) or carrier.get("href")
    label = element.find("label")
    if label is None:
        label = carrier.find("label")
    uri = draft.siblings.find(href, image=False) if href else None
    text = caption or (plain(element) if element.tag.startswith("inline") else "")
    return Supplement(
        supplement_id,
        draft.article_id,
        None if label is None else plain(label) or None,
        text or None,
        href,
        _mime(element) or _mime(carrier),
        uri,
        uri is not None,
    )


def _carrier(element: etree._Element) -> etree._Element:
    if element.get(HREF) or element.get("href"):
        return element
    carriers = (c for c in element.iter(*_CARRIERS) if c.get(HREF))
    links = (c for c in element if c.tag in _LINKS and c.get(HREF))
    return next(chain(carriers, links), element)


def _mime(element: etree._Element) -> str | None:
    kind, subtype = element.get("mimetype"), element.get("mime-subtype")
    if kind and subtype and "/" not in kind:
        return f"{kind}/{subtype}"
    return kind or None
