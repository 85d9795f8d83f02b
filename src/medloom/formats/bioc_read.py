"""One BioC document, as its JSON has it, to rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from medloom.formats.pairs import Pairs, from_object, to_fields
from medloom.formats.quotes import placed, same
from medloom.formats.rows import Misfit, as_json, fitted, given_id, issue, joined, storable
from medloom.tables.spans import Attribute, Relation, Span
from medloom.tables.texts import Text

DOCUMENT, RELATION, ROW_ID = "document:", "relation", "row_id"
"""In front of attributes that a document has; the attribute with a relation that fits no row."""
ROLES = ("head", "tail")
_DATABASES = {"mesh": "MESH", "omim": "OMIM", "ncbi gene": "NCBIGene"}
"""Infons of corpora that hold the id of a concept, and the prefix of its CURIE."""
_Objects = list[dict[str, Any]]


def rows_of(document: Mapping[str, Any], number: str, *, whole: bool) -> list[Text]:
    """The rows of a document: one a passage, or one."""
    name = string(document.get("id")) or number
    rows: list[Text] = []
    loose: _Objects = []
    for at, passage in enumerate(objects(document.get("passages")), start=1):
        row, more = _row(passage, name, at)
        rows.append(row)
        loose += more
    rows = rows or [Text(f"{name}/1", name, "", "", [], [], [])]
    attributes = [Attribute(DOCUMENT + k, v) for k, v in from_object(document.get("infons"))]
    attributes += [issue(one) for one in document.get("issues", ())]
    rows[0].attributes.extend(attributes)
    rows = [joined(rows)._replace(id=name)] if whole else rows
    for one in [*objects(document.get("relations")), *loose]:
        _add_relation(one, rows)
    return rows


def _row(passage: Mapping[str, Any], name: str, number: int) -> tuple[Text, _Objects]:
    sentences = objects(passage.get("sentences"))
    offset = _integer(passage.get("offset"))
    text = string(passage.get("text")) or _joined(offset, sentences)
    notes: list[Attribute] = []
    spans: list[Span] = []
    relations: _Objects = []
    for part in (passage, *sentences):
        for one in objects(part.get("annotations")):
            try:
                spans.append(_span(one, text, offset, notes))
            except Misfit as error:
                notes.append(issue(f"{as_json(one)}: {error}"))
        relations += objects(part.get("relations"))
    infons = from_object(passage.get("infons"))
    said = dict(infons)
    attributes = [
        Attribute(key.removeprefix("attribute:"), value)
        for key, value in infons
        if key not in ("type", ROW_ID)
    ]
    row_id = said.get(ROW_ID) or f"{name}/{number}"
    row = Text(row_id, name, said.get("type", ""), text, spans, [], [*attributes, *notes])
    left = [one for one in relations if not _add_relation(one, [row], keep=False)]
    return row, left


def _span(one: Mapping[str, Any], text: str, offset: int, notes: list[Attribute]) -> Span:
    pairs = [_curie(pair) for pair in from_object(one.get("infons"))]
    label = dict(pairs).get("type", "")
    fields = to_fields([pair for pair in pairs if pair[0] != "type"], text)
    ranges = [
        (start := _integer(place.get("offset")) - offset, start + _integer(place.get("length")))
        for place in objects(one.get("locations"))
    ]
    quote, span_id = string(one.get("text")), string(one.get("id"))
    if quote and not same(" ".join(text[max(a, 0) : max(b, 0)] for a, b in sorted(ranges)), quote):
        given, ranges = ranges, _repaired(text, ranges, quote)
        notes.append(issue(f"{span_id or label}: {given} read as {ranges}"))
    return given_id(span_id, fitted(text, ranges, label, **fields))


def _repaired(text: str, ranges: list[tuple[int, int]], quote: str) -> list[tuple[int, int]]:
    """The places where they count bytes, or where the quote is found."""
    data = b"" if text.isascii() else text.encode()
    points = [tuple(len(data[: max(at, 0)].decode(errors="ignore")) for at in r) for r in ranges]
    if same(" ".join(text[a:b] for a, b in sorted(points)), quote):
        return [(a, b) for a, b in points]
    if len(ranges) == 1 and (place := placed(text, *ranges[0], quote)):
        return [place]
    if len(ranges) > 1:  # of several parts the quote is often one of the tool's making
        return ranges
    raise Misfit("the text does not say so")


def _curie(pair: tuple[str, str]) -> tuple[str, str]:
    prefix = _DATABASES.get(pair[0].lower())
    if prefix is None or pair[1] in ("", "-1", "-"):
        return pair
    return "identifier", pair[1] if ":" in pair[1] else f"{prefix}:{pair[1]}"


def _add_relation(one: Mapping[str, Any], rows: Sequence[Text], *, keep: bool = True) -> bool:
    """Put a relation into the row that has both its ends; else, to keep it, on the first row."""
    nodes = objects(one.get("nodes"))
    ends = [string(node.get("refid")) for node in nodes]
    for row in rows if len(ends) == 2 else ():
        if set(ends) <= {span.key for span in row.spans}:
            row.relations.append(_relation(one, nodes, ends))
            return True
    if keep:
        rows[0].attributes.append(Attribute(RELATION, as_json(one)))
    return False


def _relation(one: Mapping[str, Any], nodes: _Objects, ends: list[str]) -> Relation:
    pairs = from_object(one.get("infons"))
    said: Pairs = [pair for pair in pairs if pair[0] != "type"]
    for usual, node in zip(ROLES, nodes, strict=True):
        if (role := string(node.get("role"))) not in (usual, ""):
            said.append((f"{usual}_role", role))
    fields = to_fields(said, "", of="relation")
    kind, own = dict(pairs).get("type", ""), string(one.get("id")) or None
    return Relation(kind, ends[0], ends[1], id=own, **fields)


def _joined(offset: int, sentences: _Objects) -> str:
    """The text of a passage that has only sentences, each at its offset where that can be."""
    text = ""
    for one in sentences:
        gap = _integer(one.get("offset")) - offset - len(text)
        text += " " * (gap if 0 <= gap < 1000 else 1) * bool(text) + string(one.get("text"))
    return text


def objects(value: object) -> _Objects:
    """The objects of a JSON list; anything else is passed over."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def string(value: object) -> str:
    """A JSON value as text that a store takes."""
    return "" if value is None or isinstance(value, bool | dict | list) else storable(str(value))


def _integer(value: object) -> int:
    text = str(value).strip()
    digits = text.removeprefix("-")
    return int(text) if digits.isdecimal() and len(digits) < 12 else 0
