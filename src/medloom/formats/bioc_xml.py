"""A BioC document between its XML and the object that its JSON has."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree

from medloom.formats.loss import Losses

_FORBIDDEN = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def object_of_element(element: etree._Element, issues: Sequence[str] = ()) -> dict[str, Any]:
    """What a document, passage, sentence, annotation or relation of the XML holds.

    >>> passage = etree.fromstring("<passage><offset>0</offset><text>Hi.</text></passage>")
    >>> found = object_of_element(passage)
    >>> found["text"], found["annotations"]
    ('Hi.', [])
    """
    found: dict[str, Any] = {"id": element.get("id") or element.findtext("id")}
    found["offset"] = element.findtext("offset")
    text = element.find("text")
    if text is not None:
        found["text"] = _text(text)
    infons: dict[str, list[str]] = {}
    for infon in element.iterfind("infon"):
        infons.setdefault(infon.get("key", ""), []).append(_text(infon))
    found["infons"] = infons
    for plural, tag in _CHILDREN.items():
        found[plural] = [object_of_element(child) for child in element.iterfind(tag)]
    found["locations"] = [dict(child.attrib) for child in element.iterfind("location")]
    found["nodes"] = [dict(child.attrib) for child in element.iterfind("node")]
    return {**found, "issues": list(issues)}


_CHILDREN = {
    "passages": "passage",
    "sentences": "sentence",
    "annotations": "annotation",
    "relations": "relation",
}


def _text(element: etree._Element) -> str:
    text: str = etree.tostring(element, encoding="unicode", method="text", with_tail=False)
    return text


def element_of(document: Mapping[str, Any], losses: Losses) -> etree._Element:
    """A document as an element."""
    element = etree.Element("document")
    _child(element, "id", document["id"], losses)
    _infons(element, document, losses)
    for passage in document["passages"]:
        inside = etree.SubElement(element, "passage")
        _infons(inside, passage, losses)
        _child(inside, "offset", str(passage["offset"]), losses)
        _child(inside, "text", passage["text"], losses)
        for one in passage["annotations"]:
            _annotation(inside, one, losses)
        _relations(inside, passage["relations"], losses)
    _relations(element, document["relations"], losses)
    return element


def _annotation(parent: etree._Element, one: Mapping[str, Any], losses: Losses) -> None:
    element = etree.SubElement(parent, "annotation", id=_safe(one["id"], losses))
    _infons(element, one, losses)
    for place in one["locations"]:
        numbers = {name: str(value) for name, value in place.items()}
        etree.SubElement(element, "location", numbers)
    _child(element, "text", one["text"], losses)


def _relations(
    parent: etree._Element, relations: Sequence[Mapping[str, Any]], losses: Losses
) -> None:
    for one in relations:
        element = etree.SubElement(parent, "relation", id=_safe(str(one.get("id") or ""), losses))
        _infons(element, one, losses)
        for node in one.get("nodes") or ():
            ends = {name: _safe(str(node.get(name) or ""), losses) for name in ("refid", "role")}
            etree.SubElement(element, "node", ends)


def _infons(element: etree._Element, one: Mapping[str, Any], losses: Losses) -> None:
    for name, values in (one.get("infons") or {}).items():
        for value in values if isinstance(values, list) else [values]:
            infon = etree.SubElement(element, "infon", key=_safe(name, losses))
            infon.text = _safe(str(value), losses)


def _child(parent: etree._Element, tag: str, text: str, losses: Losses) -> None:
    etree.SubElement(parent, tag).text = _safe(text, losses)


def _safe(text: str, losses: Losses) -> str:
    """The text with what XML forbids made visible; every character stays one character."""
    safe = _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
    losses.note("texts with control characters that XML forbids", safe != text)
    return safe
