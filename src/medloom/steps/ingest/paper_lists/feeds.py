"""RSS 2.0, RSS 1.0 and Atom feeds of journals, preprint servers and saved searches."""

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from medloom.kit.identifiers import find_doi, find_pmid
from medloom.kit.papers import Paper
from medloom.kit.papers.dates import iso_date
from medloom.kit.papers.entry import arxiv_doi
from medloom.kit.papers.names import listed_names
from medloom.kit.papers.pages import text_of_html
from medloom.kit.xml_stream import records

_ATOM, _RSS1 = "{http://www.w3.org/2005/Atom}", "{http://purl.org/rss/1.0/}"
_ROOTS = ("rss", f"{_ATOM}feed", "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}RDF")
_ITEMS = ("item", f"{_ATOM}entry", f"{_RSS1}item")
_ARXIV_HEAD = re.compile(r"^arXiv:\S+\s+Announce Type:\s*\S+\s*", re.IGNORECASE)
_HEAD = re.compile(r"^(?:Abstract|Summary)\s*:?\s+", re.IGNORECASE)
_DOI_VERSION = re.compile(r"v\d+$")
_Parts = Mapping[str, list[str]]


def feed_papers(data: bytes) -> Iterator[Paper]:
    """The papers of a feed; raise NotThisFormat where it is other XML.

    >>> item = b"<item><title>On looms</title><guid>pubmed:12</guid></item>"
    >>> feed = b"<rss><channel>" + item + b"</channel></rss>"
    >>> [(one.title, one.pmid) for one in feed_papers(feed)]
    [('On looms', '12')]
    """
    for item, _ in records(data, roots=_ROOTS, tags=_ITEMS, format_name="RSS or Atom"):
        yield _paper(_parts(item))


def _parts(item: etree._Element) -> _Parts:
    """The texts of an item by the local names of its elements."""
    found: dict[str, list[str]] = {}
    for one in item:
        if not isinstance(one.tag, str):
            continue
        name = etree.QName(one).localname
        if name == "author" and len(one):
            texts = [one.findtext(f"{_ATOM}name") or ""]
        elif name == "link" and one.get("href"):
            texts = [one.get("href") or ""]
        elif one.get("type") == "xhtml":
            texts = ["".join(map(str, one.itertext()))]
        else:
            texts = ["".join(map(str, one.itertext()))]
        found.setdefault(name, []).extend(" ".join(t.split()) for t in texts if t.strip())
    return found


def _paper(parts: _Parts) -> Paper:
    names = parts.get("creator") or parts.get("author") or []
    ids = [t for n in ("doi", "identifier", "guid", "id", "link") for t in parts.get(n, ())]
    doi = next(filter(None, map(_doi, ids)), "") or _doi(_first(parts, "description"))
    pmids = (one for one in ids if "pubmed" in one.lower() or "pmid" in one.lower())
    date = _first(parts, "publicationDate", "published", "pubDate", "date", "updated", "coverDate")
    return Paper(
        title=text_of_html(_first(parts, "title")),
        abstract=_abstract(parts),
        authors=tuple(names) if len(names) > 1 else listed_names(text_of_html("".join(names))),
        journal=_first(parts, "publicationName", "source"),
        date=iso_date(date),
        pmid=next((find_pmid(re.sub(r"\?.*", "", one)) or "" for one in pmids), ""),
        doi=doi,
        url=_first(parts, "link"),
        keywords=tuple(parts.get("category", ())) or tuple(parts.get("subject", ())),
        publisher=_first(parts, "publisher"),
        issn=tuple(parts.get("issn", ())),
    )


def _abstract(parts: _Parts) -> str:
    """The longest of the texts of an item."""
    texts = (parts.get(name, [""])[0] for name in ("encoded", "description", "summary", "content"))
    longest = max(map(text_of_html, texts), key=len, default="")
    return _HEAD.sub("", _ARXIV_HEAD.sub("", longest))


def _doi(text: str) -> str:
    if "arxiv" in text.lower():
        return arxiv_doi(text)
    found = find_doi(text) or ""
    return _DOI_VERSION.sub("", found) if found.startswith("10.1101/") else found


def _first(parts: _Parts, *names: str) -> str:
    return next((parts[name][0] for name in names if parts.get(name)), "")
