"""spaCy's DocBin (`.spacy`), for training and for pipelines; needs spaCy: medloom[spacy].

Tokens are Medloom's, cut once more at the ends of mentions, so that every mention is kept exactly.
`doc.spans["medloom"]` has all mentions, `doc.ents` those without overlap, `doc.user_data` the row.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, BinaryIO

import spacy
from spacy.tokens import Doc, DocBin
from spacy.tokens import Span as SpacySpan
from spacy.util import filter_spans

from medloom.errors import NotThisFormat
from medloom.formats.bioc_read import objects, string
from medloom.formats.loss import Losses
from medloom.formats.pairs import as_object, from_object, of_relation, of_span, to_fields
from medloom.formats.rows import Misfit, fitted, given_id, issue, places, storable
from medloom.formats.tagged import cut
from medloom.tables.spans import Attribute, Range, Relation, Span, span_of
from medloom.tables.texts import Text

LOSSES = (
    "spaCy itself shows a mention with gaps from first to last character, and in `doc.ents` only"
    " mentions that do not overlap; the row in `doc.user_data` has all",
)
_KEY = "medloom"
_Data = dict[str, Any]


def read(data: bytes, name: str) -> Iterator[Text]:
    """Yield one row a document: from what Medloom left in it, else its entities and span groups."""
    nlp = spacy.blank("xx")
    try:
        docs = list(DocBin(store_user_data=True).from_bytes(data).get_docs(nlp.vocab))
    except Exception as error:  # spaCy, srsly, zlib and numpy each raise kinds of their own
        raise NotThisFormat(f"not a DocBin: {type(error).__name__}") from error
    for number, doc in enumerate(docs, start=1):
        row = _left(doc.user_data.get(_KEY))
        yield _ours(row, doc) if row is not None else _theirs(doc, f"{name}/{number}")


def _left(value: object) -> _Data | None:
    """The row that Medloom left in a document."""
    try:
        row = json.loads(value) if isinstance(value, str) else None
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None


def _ours(row: _Data, doc: Doc) -> Text:
    text, notes = storable(doc.text), list[Attribute]()
    spans = []
    for one in objects(row.get("spans")):
        try:
            ranges = [(int(a), int(b)) for a, b in one["places"]]
            fields = to_fields(from_object(one.get("said")), text)
            spans.append(
                given_id(
                    string(one.get("id")), fitted(text, ranges, string(one["label"]), **fields)
                )
            )
        except (Misfit, KeyError, TypeError, ValueError) as error:
            notes.append(issue(f"a mention that does not fit: {error}"))
    relations = []
    for one in objects(row.get("relations")):
        kind, head, tail = (string(one.get(key)) for key in ("kind", "head", "tail"))
        fields = to_fields(from_object(one.get("said")), "", of="relation")
        relations.append(Relation(kind, head, tail, id=string(one.get("id")) or None, **fields))
    attributes = [Attribute(*pair) for pair in from_object(row.get("attributes"))]
    name, document, kind = (string(row.get(key)) for key in ("id", "document_id", "kind"))
    return Text(name, document, kind, text, spans, relations, [*attributes, *notes])


def _theirs(doc: Doc, name: str) -> Text:
    groups = [("ents", doc.ents), *((key, group) for key, group in doc.spans.items())]
    text = storable(doc.text)
    spans: dict[tuple[int, int, str], Span] = {}
    for group, found in groups:
        for one in found:
            if one.start_char < one.end_char:
                said = [("identifier", one.kb_id_)] if one.kb_id_ else []
                said += [("group", group)] if group != "ents" else []
                span = span_of(text, one.start_char, one.end_char, one.label_, id=one.id_ or None)
                place = (one.start_char, one.end_char, one.label_)
                spans.setdefault(place, span._replace(**to_fields(said, text)))
    return Text(name, name, "text", text, list(spans.values()), [], [])


def write(documents: Iterable[Sequence[Text]], file: BinaryIO) -> Losses:
    """Write all rows as one DocBin, which is in memory until it is whole."""
    losses, nlp = Losses(), spacy.blank("xx")
    found = DocBin(store_user_data=True)
    for rows in documents:
        for row in rows:
            found.add(_doc(nlp.vocab, row, losses))
    file.write(found.to_bytes())
    return losses


def _doc(vocab: Any, row: Text, losses: Losses) -> Doc:
    ranges, spaces = _with_spaces(row)
    doc = Doc(vocab, [row.text[one.start : one.end] for one in ranges], spaces)
    starts = {one.start: n for n, one in enumerate(ranges)}
    ends = {one.end: n + 1 for n, one in enumerate(ranges)}
    found = []
    for span in row.spans:
        first, last = starts.get(span.start), ends.get(span.end)
        if first is None or last is None or first >= last:
            losses.note("mentions that end in a space are only in doc.user_data")
            continue
        concept = span.concepts[0].id if span.concepts else ""
        found.append(SpacySpan(doc, first, last, span.label, kb_id=concept))
    doc.spans[_KEY] = found
    doc.ents = filter_spans([one for one in found if one.label_ and one.text.strip() == one.text])
    doc.user_data[_KEY] = json.dumps(_data(row))
    return doc


def _with_spaces(row: Text) -> tuple[list[Range], list[bool]]:
    """Tokens that cover the whole text: one space belongs to the token before, more is a token."""
    edges = {0, len(row.text)}
    for token in cut(row.text, row.spans):
        edges |= {token.start, token.end}
    for span in row.spans:
        edges |= {span.start, span.end}
    ordered = sorted(edge for edge in edges if 0 <= edge <= len(row.text))
    ranges: list[Range] = []
    spaces: list[bool] = []
    protected = {span.start for span in row.spans}
    for start, end in pairwise(ordered):
        is_space = row.text[start] == " " and start not in protected and ranges
        if is_space and not spaces[-1] and ranges[-1].end == start:
            spaces[-1] = True
            start += 1
        if start < end:
            ranges.append(Range(start, end))
            spaces.append(False)
    return ranges, spaces


def _data(row: Text) -> _Data:
    """The row without its text, as plain values."""
    return {
        "id": row.id,
        "document_id": row.document_id,
        "kind": row.kind,
        "attributes": as_object((one.name, one.value) for one in row.attributes),
        "spans": [
            {
                "id": span.id,
                "label": span.label,
                "places": [[one.start, one.end] for one in places(span)],
                "said": as_object(of_span(span)),
            }
            for span in row.spans
        ],
        "relations": [
            {
                "id": one.id,
                "kind": one.kind,
                "head": one.head,
                "tail": one.tail,
                "said": as_object(of_relation(one)),
            }
            for one in row.relations
        ],
    }
