"""W3C Web Annotations in JSON-LD, beside the text that they are about.

Standard: W3C Web Annotation Data Model, 2017. Targets have a TextPositionSelector, which counts
code points, and a TextQuoteSelector, whose quote, prefix and suffix find a mention again where the
text has changed.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import quote

from medloom.errors import NotThisFormat
from medloom.formats.bioc_read import objects
from medloom.formats.brat import file_stem
from medloom.formats.loss import Losses
from medloom.formats.pairs import as_object, of_relation, of_span
from medloom.formats.rows import joined, places
from medloom.formats.web_annotation_read import SAID, TEXT, Page, source_of
from medloom.kit.json_stream import Object, values
from medloom.tables.spans import Range, Relation, Span
from medloom.tables.texts import Text

LOSSES = (
    "rows of one document become one text",
    "other tools may take the parts of a mention with gaps for targets of their own",
)
_CONTEXT = ["http://www.w3.org/ns/anno.jsonld", {"medloom": "urn:medloom:"}]
_AROUND = 32
"""Characters of prefix and suffix."""


def read(data: bytes) -> list[Page]:
    """The annotations of a file, by the text that they are about.

    >>> anno = {"id": "#a", "type": "Annotation", "body": {"value": "Sign", "purpose": "tagging"},
    ...     "target": {"source": "n.txt",
    ...                "selector": {"type": "TextQuoteSelector", "exact": "rash"}}}
    >>> (page,) = read(json.dumps(anno).encode())
    >>> page.source, page.row("No rash.", "n").spans
    ('n.txt', [Span(start=3, end=7, label='Sign', text='rash', id='a')])
    """
    found = [one for one in _items(data) if one.get("type") == TEXT or one.get("target")]
    names = {str(one["id"]) for one in found if one.get("id") and one.get("type") != TEXT}
    pages: dict[str, Page] = {}
    at_home: dict[str, Page] = {}
    links = []
    for one in found:
        source = str(one.get("id")) if one.get("type") == TEXT else source_of(one)
        if source in names or source.startswith("#"):
            links.append((source, one))
            continue
        page = pages.setdefault(source, Page(source))
        at_home[str(one.get("id"))] = page
        if one.get("type") == TEXT:  # ours: what Medloom knows of the text itself
            page.about = one
        else:
            page.annotations.append(one)
    if not pages:
        raise NotThisFormat("not Web Annotations: nothing is about a text")
    for head, one in links:
        at_home.get(head, next(iter(pages.values()))).annotations.append(one)
    return list(pages.values())


def _items(data: bytes) -> Iterator[Object]:
    """The objects of pages, of the first page of a collection, or those that stand alone."""
    for _, one in values(data, ("items",), is_lines=False):
        first = one.get("first")
        yield from objects(first.get("items")) if isinstance(first, dict) else [one]


def write(documents: Iterable[Sequence[Text]], losses: Losses) -> Iterator[tuple[str, bytes]]:
    """Yield the files of documents, name and content: `ID.txt` and `ID.jsonld`."""
    taken: set[str] = set()
    for rows in documents:
        row = joined(rows)
        stem = file_stem(rows[0].document_id, taken)
        yield f"{stem}.txt", row.text.encode()
        page = page_of(row, f"{stem}.txt", losses)
        yield f"{stem}.jsonld", json.dumps(page, ensure_ascii=False, indent=1).encode()


def page_of(row: Text, source: str, losses: Losses) -> dict[str, Any]:
    """The annotations of a text as one page.

    >>> page = page_of(Text("n", "n", "", "No rash.", [Span(3, 7, "S")], [], []), "n.txt", Losses())
    >>> page["items"][1]["target"]["selector"][1]["exact"]
    'rash'
    """
    about = {
        "id": source,
        "type": TEXT,
        "medloom:id": row.id,
        "medloom:document": row.document_id,
        "medloom:kind": row.kind,
        "medloom:attributes": as_object((one.name, one.value) for one in row.attributes),
    }
    known = {span.key for span in row.spans}
    related = [one for one in row.relations if {one.head, one.tail} <= known]
    losses.note(
        "relations whose ends are not among the mentions left out",
        len(row.relations) - len(related),
    )
    items = [about, *(_annotation(span, row.text, source) for span in row.spans)]
    items += [_link(one) for one in related]
    return {"@context": _CONTEXT, "type": "AnnotationPage", "items": items}


def _annotation(span: Span, text: str, source: str) -> dict[str, Any]:
    bodies: list[Any] = [{"type": "TextualBody", "purpose": "tagging", "value": span.label}]
    bodies += [
        {"type": "SpecificResource", "purpose": "identifying", "source": one.id}
        for one in span.concepts
    ]
    targets = [_target(text, part, source) for part in places(span)]
    found: dict[str, Any] = {"id": _iri(span.key), "type": "Annotation"}
    found |= {"motivation": "tagging", "body": bodies, SAID: as_object(of_span(span))}
    if span.made_by is not None:
        found["creator"] = {"type": "Software", "name": span.made_by.step}
    return {**found, "target": targets[0] if len(targets) == 1 else targets}


def _target(text: str, part: Range, source: str) -> dict[str, Any]:
    start, end = part
    quoted = {
        "type": "TextQuoteSelector",
        "exact": text[start:end],
        "prefix": text[max(0, start - _AROUND) : start],
        "suffix": text[end : end + _AROUND],
    }
    position = {"type": "TextPositionSelector", "start": start, "end": end}
    return {"source": source, "selector": [position, quoted]}


def _link(one: Relation) -> dict[str, Any]:
    found: dict[str, Any] = {} if one.id is None else {"id": _iri(one.id)}
    kind = {"type": "TextualBody", "purpose": "tagging", "value": one.kind}
    tail = {"type": "SpecificResource", "purpose": "linking", "source": _iri(one.tail)}
    found |= {"type": "Annotation", "motivation": "linking", "body": [kind, tail]}
    return {**found, "target": _iri(one.head), SAID: as_object(of_relation(one))}


def _iri(key: str) -> str:
    return f"#{quote(key, safe='')}"
