"""What is said of a span or relation, as pairs of names and values, and back.

Formats with free key-value notes (infons, meta, features) hold all that Medloom knows in this way:

| name | value |
|---|---|
| `identifier`, `identifier_2`, ... | a concept; with `_name`, `_terminology`, `_score` |
| `negated`, `uncertain`, `historical`, `hypothetical`, `conditional` | `true` |
| `experiencer` | `patient`, `family`, `other`: there wherever an assertion was made |
| `cue` | `attribute:start:end:rule` |
| `score` | a number |
| `made_by`, `made_by_resource`, `made_by_digest`, `made_by_rule` | who or what made it |
| any other | an attribute; `attribute:` in front where its name is one of these |
"""

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from medloom.formats.rows import as_json, storable
from medloom.tables.spans import Assertion, Attribute, Concept, Cue, MadeBy, Relation, Span

Pairs = list[tuple[str, str]]
FLAGS = ("negated", "uncertain", "historical", "hypothetical", "conditional")
_CONCEPT = re.compile(r"(identifier(?:_[1-9]\d{0,3})?)(?:_(name|terminology|score))?")
_MADE_BY = ("made_by", "made_by_resource", "made_by_digest", "made_by_rule")
_OURS = re.compile(
    rf"{_CONCEPT.pattern}|{'|'.join(FLAGS)}|experiencer|cue|score|{'|'.join(_MADE_BY)}"
    r"|type|label|fragments|attribute:.*",
    re.DOTALL,
)
_ESCAPE = "attribute:"
_COMPOSITE = re.compile(r"[|;,]\s*")
_PLAIN_ID = re.compile(r"(?:[A-Za-z]+:)?[A-Za-z]{0,3}\d+")
NO_CONCEPT = frozenset({"", "-1", "-"})
"""What corpora write where they looked for a concept and found none."""


def of_span(span: Span) -> Pairs:
    """All that is said of a span beside its place, label and id.

    >>> of_span(Span(0, 2, "DIS", concepts=(Concept("HP:1", "", ""),), assertion=Assertion(True)))
    [('identifier', 'HP:1'), ('negated', 'true'), ('experiencer', 'patient')]
    """
    found: Pairs = []
    for number, concept in enumerate(span.concepts, start=1):
        found += _of_concept("identifier" if number == 1 else f"identifier_{number}", concept)
    if span.assertion is not None:
        found += [(name, "true") for name in FLAGS if getattr(span.assertion, name)]
        found.append(("experiencer", span.assertion.experiencer))
        found += [
            ("cue", f"{one.attribute}:{one.start}:{one.end}:{one.rule}")
            for one in span.assertion.cues
        ]
    return found + _of_rest(span)


def of_relation(relation: Relation) -> Pairs:
    """All that is said of a relation beside its kind and ends."""
    return _of_rest(relation)


def _of_concept(key: str, concept: Concept) -> Pairs:
    found = [(key, concept.id)]
    if concept.name:
        found.append((f"{key}_name", concept.name))
    if concept.terminology or _COMPOSITE.search(concept.id) or concept.id in NO_CONCEPT:
        found.append((f"{key}_terminology", concept.terminology))  # says that the id is whole
    if concept.score is not None:
        found.append((f"{key}_score", repr(concept.score)))
    return found


def _of_rest(one: Span | Relation) -> Pairs:
    found: Pairs = [] if one.score is None else [("score", repr(one.score))]
    if one.made_by is not None:
        made_by = zip(_MADE_BY, one.made_by, strict=True)
        found += [(name, value) for name, value in made_by if value is not None]
    return found + [(_name(item.name), item.value) for item in one.attributes]


def _name(name: str) -> str:
    return f"{_ESCAPE}{name}" if _OURS.fullmatch(name) else name


def to_fields(pairs: Iterable[tuple[str, str]], text: str, *, of: str = "span") -> dict[str, Any]:
    """The fields of a span (or, with `of="relation"`, of a relation) that pairs tell.

    What has one of the names but not its form is kept as an attribute.

    >>> to_fields([("identifier", "D1|D2"), ("score", "0.5"), ("colour", "red")], "")["concepts"]
    (Concept(id='D1', name='', terminology='', score=None), Concept(id='D2', name='', terminology='', score=None))
    """  # noqa: E501 - the answer is one line
    concepts: dict[str, dict[str, str]] = {}
    made_by: dict[str, str] = {}
    flags: dict[str, Any] = {}
    cues: list[Cue] = []
    score = None
    attributes: list[Attribute] = []
    for name, value in pairs:
        found = _CONCEPT.fullmatch(name) if of == "span" else None
        if found and (found[2] != "score" or _number(value) is not None):
            concepts.setdefault(found[1], {})[found[2] or "id"] = value
        elif of == "span" and name in FLAGS and value.lower() in ("true", "false"):
            flags[name] = value.lower() == "true"
        elif of == "span" and name == "experiencer":
            flags[name] = value
        elif of == "span" and name == "cue" and (cue := _cue(value, text)):
            cues.append(cue)
        elif name == "score" and (number := _number(value)) is not None:
            score = number
        elif name in _MADE_BY:
            made_by[name] = value
        else:
            attributes.append(Attribute(name.removeprefix(_ESCAPE), value))
    fields: dict[str, Any] = {"score": score, "made_by": _made_by(made_by)}
    if of == "span":
        fields["concepts"] = tuple(one for c in concepts.values() for one in _concepts(c))
        fields["assertion"] = Assertion(**flags, cues=tuple(cues)) if flags or cues else None
    return {**fields, "attributes": tuple(attributes)}


def _made_by(found: Mapping[str, str]) -> MadeBy | None:
    return MadeBy(found.get("made_by", ""), *map(found.get, _MADE_BY[1:])) if found else None


def _cue(value: str, text: str) -> Cue | None:
    attribute, _, rest = value.partition(":")
    start, end, rule = [*rest.split(":", 2), "", ""][:3]
    if not (start.isdecimal() and end.isdecimal() and len(start + end) < 24):
        return None
    return Cue(attribute, int(start), int(end), text[int(start) : int(end)], rule)


def _concepts(found: Mapping[str, str]) -> list[Concept]:
    score = _number(found.get("score", ""))
    name, terminology = found.get("name", ""), found.get("terminology")
    ids = [found.get("id", "")] if terminology is not None else concept_ids(found.get("id", ""))
    return [Concept(one, name, terminology or "", score) for one in ids]


def concept_ids(text: str) -> list[str]:
    """The ids that a corpus gives a mention; composite ones are taken apart where that is clear.

    >>> concept_ids("D001|D002"), concept_ids("-1"), concept_ids("c|SUB|A|12|G")
    (['D001', 'D002'], [], ['c|SUB|A|12|G'])
    """
    text = text.strip()
    parts = _COMPOSITE.split(text)
    if len(parts) > 1 and all(_PLAIN_ID.fullmatch(part) or part in NO_CONCEPT for part in parts):
        return [part for part in parts if part not in NO_CONCEPT]
    return [] if text in NO_CONCEPT else [text]


def _number(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def as_object(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Pairs as a JSON object; a name that comes twice has a list.

    >>> as_object([("a", "1"), ("b", "2"), ("a", "3")])
    {'a': ['1', '3'], 'b': '2'}
    """
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def from_object(value: object) -> Pairs:
    """A JSON object as pairs; nothing where it is none.

    >>> from_object({"a": ["1", 3], "b": True, "c": None})
    [('a', '1'), ('a', '3'), ('b', 'true')]
    """
    if not isinstance(value, dict):
        return []
    found: Pairs = []
    for name, one in value.items():
        for item in one if isinstance(one, list) else [one]:
            if item is not None:
                shown = item if isinstance(item, str) else as_json(item)
                found.append((storable(str(name)), storable(shown)))
    return found
