"""The lines of a brat annotation file, taken apart and put together to spans and relations."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from medloom.formats.pairs import FLAGS, Pairs, from_object, to_fields
from medloom.formats.quotes import placed, same
from medloom.formats.rows import Misfit, fitted, issue, separated_by_lines
from medloom.tables.spans import Attribute, Concept, Range, Relation, Span
from medloom.tables.texts import Text

_ASSERTIONS = {
    "negation": "negated",
    "negative": "negated",
    "speculation": "uncertain",
    "speculated": "uncertain",
    "uncertainty": "uncertain",
    "possible": "uncertain",
    "history": "historical",
    **{name: name for name in FLAGS},
}
"""Names of binary attributes that brat projects use, and what they assert."""
NOTE, EVENT, OURS = "note", "event", "Medloom"
_PLACE = re.compile(r"(\S+) (\d{1,12} \d{1,12}(?:;\d{1,12} \d{1,12})*)\s*")


@dataclass
class Lines:
    """What the lines say, by the id that they say it of."""

    mentions: dict[str, tuple[str, list[tuple[int, int]], str]] = field(default_factory=dict)
    said: dict[str, Pairs] = field(default_factory=dict)
    concepts: dict[str, list[Concept]] = field(default_factory=dict)
    relations: list[tuple[str, str, list[tuple[str, str]]]] = field(default_factory=list)
    events: dict[str, tuple[str, str, list[tuple[str, str]]]] = field(default_factory=dict)
    issues: list[str] = field(default_factory=list)

    def row(self, text: str, name: str) -> Text:
        """The document: its text with the spans and relations that fit it."""
        spans = []
        triggers = self._triggers()
        for span_id in self.mentions:
            try:
                spans.append(self._span(span_id, text, triggers.get(span_id, [])))
            except Misfit as error:
                self.issues.append(f"{span_id}: {error}")
        known = {span.key for span in spans}
        relations = [*self._of_events(known), *self._relations(known)]
        notes = [issue(one) for one in self.issues]
        return Text(name, name, "text", text, spans, relations, notes)

    def _span(self, span_id: str, text: str, of_events: Pairs) -> Span:
        label, ranges, quote = self.mentions[span_id]
        said = [*self.said.get(span_id, []), *of_events]
        label = next((value for name, value in said if name == "label"), label)
        fields = to_fields([one for one in said if one[0] != "label"], text)
        concepts = fields.pop("concepts") or tuple(self.concepts.get(span_id, ()))
        if quote and not same(" ".join(text[a:b] for a, b in ranges), quote):
            place = placed(text, *ranges[0], quote) if len(ranges) == 1 else None
            if place is None:
                raise Misfit("the text does not say so")
            self.issues.append(f"{span_id}: moved to {place[0]}-{place[1]}")
            ranges = [place]
        parts = [Range(*one) for one in sorted(ranges)]
        if len(parts) > 1 and separated_by_lines(text, parts):
            ranges = [(parts[0].start, parts[-1].end)]
        return fitted(text, ranges, label, id=span_id, concepts=concepts, **fields)

    def _triggers(self) -> dict[str, Pairs]:
        """What is said of the events of each trigger; an event's type where it differs."""
        said: dict[str, Pairs] = {}
        for event_id, (kind, trigger, _) in self.events.items():
            here = said.setdefault(trigger, [])
            here += self.said.get(event_id, [])
            if trigger in self.mentions and kind != self.mentions[trigger][0]:
                here.append((EVENT, kind))
        return said

    def _relations(self, known: set[str]) -> list[Relation]:
        found = []
        for relation_id, kind, arguments in self.relations:
            (first, head), (second, tail) = ((n, self._trigger(t)) for n, t in arguments)
            if not {head, tail} <= known:
                self.issues.append(f"{relation_id}: an end of it is no mention that is kept")
                continue
            said = self.said.get(relation_id, [])
            if (first, second) != ("Arg1", "Arg2"):
                said = [*said, ("roles", f"{first} {second}")]
            fields = to_fields((p for p in said if p[0] != "label"), "", of="relation")
            own = None if relation_id.startswith("*") else relation_id
            kind = next((value for name, value in said if name == "label"), kind)
            found.append(Relation(kind, head, tail, id=own, **fields))
        return found

    def _of_events(self, known: set[str]) -> list[Relation]:
        found = []
        for event_id, (_, trigger, arguments) in self.events.items():
            for role, target in arguments:
                if trigger in known and (tail := self._trigger(target)) in known:
                    said = self.said.get(event_id, [])
                    fields = to_fields(said, "", of="relation")
                    fields["attributes"] += (Attribute(EVENT, event_id),)
                    found.append(Relation(role, trigger, tail, **fields))
                else:
                    self.issues.append(f"{event_id}: {role} is no mention that is kept")
        return found

    def _trigger(self, one: str) -> str:
        """The mention that an argument stands for: an event's is its trigger."""
        return self.events[one][1] if one in self.events else one


def parsed(text: str) -> Lines:
    """Take the lines of annotation files apart; a line that is none of brat's is an issue."""
    lines = Lines()
    for line in text.split("\n"):
        line = line.removesuffix("\r")
        if not line.strip():
            continue
        cells = line.split("\t")
        try:
            _READ.get(cells[0][:1], _unknown)(lines, cells[0], cells[1:])
        except (Misfit, ValueError, IndexError, RecursionError):
            lines.issues.append(f"not a line of brat: {line}")
    return lines


def _mention(lines: Lines, name: str, cells: Sequence[str]) -> None:
    found = _PLACE.fullmatch(cells[0])
    if found is None or name in lines.mentions:
        raise Misfit("no place")
    numbers = [tuple(map(int, one.split())) for one in found[2].split(";")]
    quote = cells[1] if len(cells) > 1 else ""
    lines.mentions[name] = (found[1], [(a, b) for a, b in numbers], quote)


def _attribute(lines: Lines, name: str, cells: Sequence[str]) -> None:
    kind, target, *value = cells[0].split(" ", 2)
    flag = _ASSERTIONS.get(kind.lower()) if not value else None
    pair = (flag, "true") if flag else (kind, value[0] if value else "")
    lines.said.setdefault(target, []).append(pair)


def _note(lines: Lines, name: str, cells: Sequence[str]) -> None:
    kind, target = cells[0].split(" ", 1)
    value = cells[1] if len(cells) > 1 else ""
    pairs = [(NOTE if kind == "AnnotatorNotes" else kind, value)]
    if kind == OURS:  # what brat's own lines cannot hold
        pairs = from_object(json.loads(value)) or pairs
    lines.said.setdefault(target, []).extend(pairs)


def _normalization(lines: Lines, name: str, cells: Sequence[str]) -> None:
    _, target, reference = cells[0].split(" ", 2)
    shown = cells[1] if len(cells) > 1 else ""
    lines.concepts.setdefault(target, []).append(Concept(reference, shown, ""))


def _relation(lines: Lines, name: str, cells: Sequence[str]) -> None:
    kind, *rest = cells[0].split()
    arguments = [_argument(one) for one in rest]
    if len(arguments) != 2:
        raise Misfit("not two arguments")
    lines.relations.append((name, kind, arguments))


def _event(lines: Lines, name: str, cells: Sequence[str]) -> None:
    (kind, trigger), *arguments = (_argument(one) for one in cells[0].split())
    lines.events[name] = (kind, trigger, arguments)


def _equivalence(lines: Lines, name: str, cells: Sequence[str]) -> None:
    kind, first, *others = cells[0].split()
    lines.relations += [(name, kind, [("Arg1", first), ("Arg2", other)]) for other in others]


def _argument(text: str) -> tuple[str, str]:
    role, colon, target = text.partition(":")
    if not colon:
        raise Misfit("no argument")
    return role, target


def _unknown(lines: Lines, name: str, cells: Sequence[str]) -> None:
    raise Misfit("unknown")


_READ: dict[str, Callable[[Lines, str, Any], None]] = {
    "T": _mention,
    "A": _attribute,
    "M": _attribute,
    "#": _note,
    "N": _normalization,
    "R": _relation,
    "E": _event,
    "*": _equivalence,
}
