"""Web Annotations of one text, to a row."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from medloom.formats.bioc_read import objects, string
from medloom.formats.pairs import Pairs, from_object, to_fields
from medloom.formats.quotes import placed
from medloom.formats.rows import Misfit, as_json, fitted, given_id, issue, storable
from medloom.tables.spans import Attribute, Relation, Span
from medloom.tables.texts import Text

SAID, TEXT = "medloom:said", "Text"
_Object = Mapping[str, Any]


@dataclass
class Page:
    """The annotations of one text."""

    source: str
    """The name or address of the text."""
    about: _Object = field(default_factory=dict)
    annotations: list[_Object] = field(default_factory=list)

    def row(self, text: str, name: str) -> Text:
        """The row of the text; what does not fit it is an issue."""
        notes: list[Attribute] = []
        spans: list[Span] = []
        links: list[_Object] = []
        whole: list[Attribute] = []
        for one in self.annotations:
            if not _targets(one):
                if one.get("motivation") == "linking":
                    links.append(one)
                else:
                    label, said = _bodies(one)
                    whole += [Attribute(string(one.get("motivation")) or "tagging", label)]
                    whole += [Attribute(*pair) for pair in said if pair[0] != "made_by"]
                continue
            try:
                spans.append(_span(one, text, notes))
            except Misfit as error:
                notes.append(issue(f"{as_json(one)}: {error}"))
        relations = list(_relations(links, {span.key for span in spans}, notes))
        said = from_object(self.about.get("medloom:attributes"))
        row_id = string(self.about.get("medloom:id")) or name
        document = string(self.about.get("medloom:document")) or row_id
        kind = self.about.get("medloom:kind")
        kind = storable(kind) if isinstance(kind, str) else "text"
        attributes = [*(Attribute(*pair) for pair in said), *whole, *notes]
        return Text(row_id, document, kind, text, spans, relations, attributes)


def _span(one: _Object, text: str, notes: list[Attribute]) -> Span:
    ranges = []
    label, said = _bodies(one)
    for target in _targets(one):
        given, found = _place(target, text)
        ranges.append(found)
        if given not in (found, None):
            notes.append(issue(f"{_name(one) or label}: {given} moved to {found}"))
    if SAID in one:
        said = from_object(one[SAID])
    return given_id(_name(one), fitted(text, ranges, label, **to_fields(said, text)))


def _place(target: _Object, text: str) -> tuple[tuple[int, int] | None, tuple[int, int]]:
    """Where a target says that it is, if it does, and where it is found."""
    by_type = {string(one.get("type")): one for one in _many(target.get("selector"))}
    position, quoted = by_type.get("TextPositionSelector"), by_type.get("TextQuoteSelector")
    given = None
    if position is not None:
        given = (_number(position.get("start")), _number(position.get("end")))
    if quoted is None or not string(quoted.get("exact")):
        if given is None:
            raise Misfit("no selector for a place in a text")
        return given, given
    exact, prefix, suffix = (string(quoted.get(n)) for n in ("exact", "prefix", "suffix"))
    start, end = given or (0, 0)
    found = placed(text, start, end, exact, prefix=prefix, suffix=suffix, near=len(text))
    if found is None:
        raise Misfit("the text does not say so")
    return given, found


def _bodies(one: _Object) -> tuple[str, Pairs]:
    """The label, and what else the bodies and the creator say."""
    labels: list[str] = []
    said: Pairs = []
    for body in _many(one.get("body")):
        purpose = string(body.get("purpose")) or string(one.get("motivation"))
        value = string(body.get("value"))
        if purpose == "identifying" or (body.get("source") and not value):
            name = "identifier" if not said else f"identifier_{len(said) + 1}"
            said.append((name, string(body.get("source")) or string(body.get("id")) or value))
        elif not labels and (purpose in ("tagging", "classifying", "") or not _targets(one)):
            labels.append(value or string(body.get("id")))
        elif value:
            said.append((purpose or "tagging", value))
    creator = next(iter(_many(one.get("creator"))), {})
    if name := string(creator.get("name")) or string(creator.get("id")):
        said.append(("made_by", name))
    return (labels or [string(one.get("motivation"))])[0], said


def _relations(links: list[_Object], known: set[str], notes: list[Attribute]) -> Iterator[Relation]:
    for one in links:
        head = _local(next(iter(_ends(one.get("target"))), ""))
        kind, tail = "", ""
        for body in _many(one.get("body")):
            if body.get("purpose") == "linking":
                tail = _local(string(body.get("source")) or string(body.get("id")))
            else:
                kind = kind or string(body.get("value"))
        if not {head, tail} <= known:
            notes.append(issue(f"link {head} {tail}: an end of it is not kept"))
            continue
        fields = to_fields(from_object(one.get(SAID)), "", of="relation")
        yield Relation(kind, head, tail, id=_name(one) or None, **fields)


def source_of(annotation: _Object) -> str:
    """The text that an annotation is about, or the annotation that a link begins at."""
    for one in _many(annotation.get("target")):
        if name := string(one.get("source")) or string(one.get("id")):
            return name
    return ""


def _targets(one: _Object) -> list[dict[str, Any]]:
    return [target for target in _many(one.get("target")) if "selector" in target]


def _ends(value: object) -> list[str]:
    return [string(one.get("id")) or string(one.get("value")) for one in _many(value)]


def _many(value: object) -> list[dict[str, Any]]:
    """JSON-LD writes one as itself and several as a list; a string is an id or a value."""
    every = value if isinstance(value, list) else [value]
    found = [{"id": o, "value": o} if isinstance(o, str) else o for o in every]
    return objects(found)


def _name(one: _Object) -> str:
    return _local(string(one.get("id")))


def _local(iri: str) -> str:
    return storable(unquote(iri[1:])) if iri.startswith("#") else iri


def _number(value: object) -> int:
    return value if isinstance(value, int) and 0 <= value < 10**12 else -1
