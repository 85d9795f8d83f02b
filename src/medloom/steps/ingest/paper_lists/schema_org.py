"""Papers in schema.org's terms: JSON-LD blocks and microdata of a page."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from medloom.kit.identifiers import find_doi, find_pmcid, find_pmid
from medloom.kit.papers import Paper
from medloom.kit.papers.dates import iso_date
from medloom.kit.papers.pages import text_of, text_of_html

_KINDS = frozenset({"ScholarlyArticle", "MedicalScholarlyArticle", "Thesis"})
_MOST_BYTES, _MOST_NODES = 4 * 2**20, 200_000


def linked_data(page: etree._Element) -> Iterator[Paper]:
    """The scholarly articles of the JSON-LD blocks of a page."""
    for one in page.iter("script"):
        kind = (one.get("type") or "").strip().lower().partition(";")[0]
        text = one.text or ""
        if kind != "application/ld+json" or len(text) > _MOST_BYTES:
            continue
        try:
            held = json.loads(text, strict=False)
        except (ValueError, RecursionError):  # a broken block: the page may say it in another way
            continue
        yield from (_paper(node) for node in _nodes(held) if _types(node) & _KINDS)


def _nodes(held: Any) -> Iterator[Mapping[str, Any]]:
    """All objects of a JSON value, outer ones first, articles not looked into."""
    waiting, seen = [held], 0
    while waiting and seen < _MOST_NODES:
        one = waiting.pop()
        seen += 1
        if isinstance(one, list):
            waiting += reversed(one)
        elif isinstance(one, dict):
            yield one
            if not _types(one) & _KINDS:
                waiting += reversed(one.values())


def _types(node: Mapping[str, Any]) -> set[str]:
    named = node.get("@type")
    names = named if isinstance(named, list) else [named]
    return {str(one).rpartition("/")[2].rpartition(":")[2] for one in names if one}


def _paper(node: Mapping[str, Any]) -> Paper:
    ids = " ".join(_texts(node, "identifier", "sameAs", "@id", "url"))
    authors = _names(node.get("author")) or _names(node.get("creator"))
    return Paper(
        title=text_of_html(_text(node, "headline", "name")),
        abstract=text_of_html(_text(node, "abstract", "description")),
        authors=authors,
        journal=_journal(node.get("isPartOf")),
        date=iso_date(_text(node, "datePublished", "dateCreated")),
        pmid=_after(ids, "pubmed.ncbi.nlm.nih.gov/", "pmid:"),
        pmcid=next((find_pmcid(w) or "" for w in ids.split("/") if w.startswith("PMC")), ""),
        doi=find_doi(_text(node, "doi")) or find_doi(ids) or "",
        url=_text(node, "url", "@id"),
        keywords=tuple(_keywords(node.get("keywords"))),
        publisher=next(iter(_names(node.get("publisher"))), ""),
    )


def _after(text: str, *marks: str) -> str:
    for mark in marks:
        _, found, rest = text.lower().partition(mark)
        if found and rest[:1].isdecimal():
            return find_pmid(rest.split("/")[0].split()[0]) or ""
    return ""


def _text(node: Mapping[str, Any], *names: str) -> str:
    return next((text for text in _texts(node, *names) if text), "")


def _texts(node: Mapping[str, Any], *names: str) -> Iterator[str]:
    for name in names:
        held = node.get(name)
        for one in held if isinstance(held, list) else [held]:
            if isinstance(one, dict):
                one = one.get("value") or one.get("@value") or one.get("@id")
            if isinstance(one, str | int) and not isinstance(one, bool):
                yield " ".join(str(one).split())


def _names(held: Any) -> tuple[str, ...]:
    found = []
    for one in held if isinstance(held, list) else [held]:
        if isinstance(one, dict):
            family, given = one.get("familyName"), one.get("givenName")
            one = one.get("name") or (f"{family}, {given or ''}" if family else None)
        if isinstance(one, list):
            one = next(iter(one), None)
        if isinstance(one, str) and one.strip():
            found.append(" ".join(one.split()))
    return tuple(found)


def _journal(held: Any, depth: int = 0) -> str:
    """The periodical that an article is part of, behind its issue and volume."""
    if isinstance(held, list):
        held = next(iter(held), None)
    if not isinstance(held, dict) or depth > 5:
        return held if isinstance(held, str) else ""
    above = _journal(held.get("isPartOf"), depth + 1)
    name = held.get("name")
    return above or (name if isinstance(name, str) else "")


def _keywords(held: Any) -> Iterator[str]:
    parts = held.split(",") if isinstance(held, str) else held if isinstance(held, list) else []
    yield from (one.strip() for one in parts if isinstance(one, str) and one.strip())


def microdata(page: etree._Element) -> Iterator[Paper]:
    """The scholarly articles that a page marks with `itemscope`."""
    for one in page.iter(etree.Element):
        kind = (one.get("itemtype") or "").strip().rstrip("/").rpartition("/")[2]
        if one.get("itemscope") is not None and kind in _KINDS:
            yield _paper(_properties(one))


def _properties(item: etree._Element) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in item.iterdescendants(etree.Element):
        if names := (one.get("itemprop") or "").split():
            owner = next((a for a in one.iterancestors() if a.get("itemscope") is not None), item)
            if owner is not item and owner.get("itemprop") not in _NESTED:
                continue
            for name in names if owner is item else ():
                value = _inner(one) if one.get("itemscope") is not None else _value(one)
                found.setdefault(name, []).append(value)
    return found


_NESTED = frozenset({"author", "creator", "publisher", "isPartOf"})


def _inner(one: etree._Element) -> dict[str, str]:
    inner = one.iterdescendants(etree.Element)
    return {(e.get("itemprop") or ""): _value(e) for e in inner if e.get("itemprop")}


def _value(one: etree._Element) -> str:
    told = (one.get(name) for name in ("content", "datetime", "href"))
    return next(filter(None, told), None) or text_of(one)
