"""BioC documents out of XML, JSON and JSON lines, one after the other.

Both forms of BioC carry the same things: `Text` is what this reader takes of a passage, `Record`
of a document. Annotations and relations are passed over.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from lxml import etree

from medloom.errors import NotThisFormat, SourceError
from medloom.kit.json_stream import values
from medloom.kit.xml_stream import records
from medloom.tables.literature import Issue

_LISTS = ("documents", "PubTator3")
"""Keys of the object that holds the documents: a collection, or an answer of PubTator 3."""
_UNSTORABLE = re.compile(r"[\0\ud800-\udfff]")
_BEFORE_TEXT = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"
"""White space and byte order marks."""
_EXTRAS = ("pmid", "pmcid", "doi", "journal", "year", "authors")
"""What PubTator's JSON says beside the infons of a document."""


class Text(NamedTuple):
    """A passage: its infons, and its text as it is."""

    infons: dict[str, str]
    text: str


class Record(NamedTuple):
    """A document, with the `source` of the collection around it."""

    id: str
    source: str
    infons: dict[str, str]
    passages: list[Text]
    issues: list[Issue]


def read_xml(data: bytes) -> Iterator[Record]:
    """Yield the documents of BioC XML.

    >>> text = b"<collection><document><id>7</id><passage><text>Hi.</text></passage></document>"
    >>> next(read_xml(text)).passages
    [Text(infons={}, text='Hi.')]
    """
    found = records(
        data, roots=["collection", "document"], tags=["document", "source"], format_name="BioC"
    )
    source, seen = "", Counter[bool]()
    for element, issues in found:
        if element.tag == "source":
            source = source or (element.text or "").strip()
            continue
        is_bioc = element.find("passage") is not None or element.find("id") is not None
        _count(seen, is_bioc)
        if is_bioc:
            passages = [_xml_passage(passage) for passage in element.iterfind("passage")]
            name = (element.findtext("id") or "").strip()
            yield Record(name, source, _xml_infons(element), passages, [*issues])
    _check(seen)


def _count(seen: Counter[bool], is_bioc: bool) -> None:
    """Count a document; a first one that is not BioC says that the others are not, either."""
    seen[is_bioc] += 1
    if not seen[True]:
        raise NotThisFormat("not BioC: its documents have no passages")


def _check(seen: Counter[bool]) -> None:
    if not seen:
        raise NotThisFormat("not BioC: it has no documents")
    if seen[False]:
        raise SourceError(f"{seen[False]} of {seen.total()} documents have no passages")


def _xml_infons(element: etree._Element) -> dict[str, str]:
    infons: dict[str, str] = {}
    for infon in element.iterfind("infon"):
        infons.setdefault(infon.get("key", ""), _text_of(infon))
    return infons


def _text_of(element: etree._Element) -> str:
    text: str = etree.tostring(element, encoding="unicode", method="text", with_tail=False)
    return text


def _xml_passage(passage: etree._Element) -> Text:
    text = passage.find("text")
    if text is not None:
        return Text(_xml_infons(passage), _text_of(text))
    pieces = [
        (s.findtext("offset") or "", s.findtext("text") or "") for s in passage.iterfind("sentence")
    ]
    return Text(_xml_infons(passage), _joined(passage.findtext("offset") or "", pieces))


def read_json(data: bytes, *, is_lines: bool) -> Iterator[Record]:
    """Yield the documents of BioC JSON: a collection, a list of them, documents on lines.

    A line that is not JSON does not lose the others: it is told when all have been read.

    >>> text = b'[{"source": "PMC", "documents": [{"id": "7", "passages": [{"text": "Hi."}]}]}]'
    >>> next(read_json(text, is_lines=False)).source
    'PMC'
    """
    seen = Counter[bool]()
    for source, document in values(data, _LISTS, is_lines=is_lines):
        is_bioc = isinstance(document.get("passages"), list)
        _count(seen, is_bioc)
        if is_bioc:
            yield _json_record(document, source)
    _check(seen)


def _json_record(document: Mapping[str, Any], source: str) -> Record:
    infons = _json_infons(document)
    for key in _EXTRAS:
        if value := _string(document.get(key)):
            infons.setdefault(key, value)
    passages = [_json_passage(one) for one in document["passages"] if isinstance(one, dict)]
    issues = []
    if len(passages) < len(document["passages"]):
        issues.append(Issue("bad-passage", "passages", "a passage that is no object is left out"))
    _, _, pmcid = str(document.get("_id") or "").partition("|")
    if pmcid.startswith("PMC"):
        infons.setdefault("pmcid", pmcid)
    return Record(_string(document.get("id")), source, infons, passages, issues)


def _json_infons(element: Mapping[str, Any]) -> dict[str, str]:
    infons = element.get("infons")
    if not isinstance(infons, dict):
        return {}
    return {str(key): text for key, value in infons.items() if (text := _string(value))}


def _string(value: object) -> str:
    """A JSON value as the text of an infon; a list as in PubTator's `authors`."""
    if isinstance(value, list):
        return ", ".join(filter(None, map(_string, value)))
    return "" if value is None or isinstance(value, bool | dict) else _storable(str(value))


def _storable(text: str) -> str:
    """The text with what no store takes, NUL and halves of surrogate pairs, made visible.

    Every character stays one character: offsets hold.

    >>> _storable("a\\0b") == _storable("a\\ud800b") == "a\N{REPLACEMENT CHARACTER}b"
    True
    """
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def _json_passage(passage: Mapping[str, Any]) -> Text:
    text = passage.get("text")
    if isinstance(text, str) and text:
        return Text(_json_infons(passage), _storable(text))
    sentences = passage.get("sentences")
    pieces = [
        (_string(s.get("offset")), _string(s.get("text")))
        for s in (sentences if isinstance(sentences, list) else [])
        if isinstance(s, dict)
    ]
    return Text(_json_infons(passage), _joined(_string(passage.get("offset")), pieces))


def _joined(offset: str, sentences: list[tuple[str, str]]) -> str:
    """The text of a passage that has only sentences, each at its offset where that can be.

    >>> _joined("10", [("10", "One."), ("16", "Two.")])
    'One.  Two.'
    """
    start, text = _number(offset), ""
    for at, sentence in sentences:
        gap = _number(at) - start - len(text)
        text += " " * (gap if 0 <= gap < 1000 else 1) * bool(text) + sentence
    return text


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 12 else -1


def looks_like_json(data: bytes) -> bool:
    """Whether the first character is one that JSON begins with and XML does not.

    >>> looks_like_json(b"  [1]"), looks_like_json("{}".encode("utf-16")), looks_like_json(b"<a/>")
    (True, True, False)
    """
    return data.lstrip(_BEFORE_TEXT)[:1] in {b"[", b"{"}
