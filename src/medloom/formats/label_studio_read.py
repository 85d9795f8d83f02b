"""One Label Studio task to a row."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from medloom.formats.bioc_read import objects, string
from medloom.formats.pairs import FLAGS, Pairs, from_object, to_fields
from medloom.formats.quotes import placed, same
from medloom.formats.rows import Misfit, as_json, fitted, given_id, issue, storable
from medloom.formats.utf16 import Utf16
from medloom.tables.spans import Attribute, MadeBy, Relation, Span
from medloom.tables.texts import Text

_PART = re.compile(r"(\d{1,12})-(\d{1,12})")
_OURS = ("id", "document_id", "kind", "attributes")
_Object = Mapping[str, Any]


def row_of(task: _Object, name: str, number: int, text_key: str) -> Text:
    """The row of a task."""
    data = task.get("data", task)
    text = storable(data[text_key])
    usual = f"{name}/{string(task.get('id')) or number}"
    row_id = string(data.get("id")) if "data" in task else ""
    notes: list[Attribute] = []
    spans: list[Span] = []
    relations: list[Relation] = []
    for results, shared, maker in _results(task, notes):
        reader = _Reader(text, results, shared, maker, notes)
        spans += reader.spans()
        relations += reader.relations({span.key for span in spans})
    pairs = from_object({k: v for k, v in data.items() if k not in (*_OURS, text_key)})
    pairs = [*from_object(data.get("attributes")), *(pairs if "data" in task else [])]
    attributes = [*(Attribute(*pair) for pair in pairs), *notes]
    document = string(data.get("document_id")) or row_id or usual
    kind = data.get("kind")
    kind = storable(kind) if isinstance(kind, str) else "text"
    return Text(row_id or usual, document, kind, text, spans, relations, attributes)


def _results(
    task: _Object, notes: list[Attribute]
) -> Iterator[tuple[list[dict[str, Any]], Pairs, str]]:
    """The lists of results, with what is said of all their regions, and who made them."""
    reviewed: Pairs = [("status", "reviewed")]
    for one in objects(task.get("annotations", task.get("completions"))):
        if one.get("was_cancelled"):
            notes.append(issue("an annotation that its annotator skipped is left out"))
            continue
        by = one.get("completed_by")
        by = by.get("email") or by.get("id") if isinstance(by, dict) else by
        yield objects(one.get("result")), reviewed, f"annotator {by}" if by else ""
    for one in objects(task.get("predictions")):
        yield objects(one.get("result")), [], string(one.get("model_version"))
    if "data" not in task:  # JSON-MIN: regions without ids in a column of the task
        for value in task.values():
            flat = [{"type": "labels", "value": one} for one in objects(value) if "start" in one]
            if flat:
                yield flat, reviewed, ""


class _Reader:
    """Reads the results of one annotator or model."""

    def __init__(
        self,
        text: str,
        results: Sequence[_Object],
        shared: Pairs,
        maker: str,
        notes: list[Attribute],
    ) -> None:
        self.text, self.results, self.notes = text, results, notes
        self.shared, self.maker = shared, maker
        self.point = _counting(text, results)
        self.said: dict[str, Pairs] = {}
        for one in results:
            if one.get("type") in ("choices", "textarea", "rating", "number", "taxonomy"):
                self.said.setdefault(string(one.get("id")), []).extend(_choices(one))

    def spans(self) -> Iterator[Span]:
        """The regions that stand in the text, one for each of their labels."""
        for one in self.results:
            value = one.get("value")
            if not isinstance(value, dict) or not _labels(one):
                continue
            try:
                yield from self._regions(one, value)
            except Misfit as error:
                shown = as_json(one)
                self.notes.append(issue(f"{shown}: {error}"))

    def _regions(self, one: _Object, value: _Object) -> Iterator[Span]:
        start, end = _number(value.get("start")), _number(value.get("end"))
        start, end, quote = self.point(start), self.point(end), string(value.get("text"))
        if quote and (place := placed(self.text, start, end, quote)) != (start, end):
            if place is None:
                raise Misfit("the text does not say so")
            self.notes.append(issue(f"{start}-{end}: moved to {place[0]}-{place[1]}"))
            start, end = place
        said = self._meta(one)
        region_id = string(one.get("id"))
        parts = next((v for k, v in said if k == "fragments"), "")
        ranges = [(int(a), int(b)) for a, b in _PART.findall(parts)] or [(start, end)]
        said = [pair for pair in said if pair[0] != "fragments"]
        fields = to_fields([*said, *self.said.get(region_id, ()), *self.shared], self.text)
        fields["made_by"] = fields["made_by"] or (MadeBy(self.maker) if self.maker else None)
        for number, label in enumerate(_labels(one), start=1):
            own_id = region_id if number == 1 else f"{region_id}-{number}"
            yield given_id(own_id, fitted(self.text, ranges, label, **fields))

    def _meta(self, one: _Object) -> Pairs:
        pairs = from_object(one.get("meta"))
        said = [("note" if name == "text" else name, value) for name, value in pairs]
        score = one.get("score")
        if isinstance(score, int | float) and "score" not in dict(said):
            said.append(("score", repr(float(score))))
        return said

    def relations(self, known: set[str]) -> Iterator[Relation]:
        """The relations between regions that are kept."""
        for one in self.results:
            if one.get("type") != "relation":
                continue
            head, tail = string(one.get("from_id")), string(one.get("to_id"))
            if not {head, tail} <= known:
                self.notes.append(issue(f"relation {head} {tail}: an end of it is not kept"))
                continue
            head, tail = (tail, head) if one.get("direction") == "left" else (head, tail)
            said = from_object(one.get("meta"))
            said += [("direction", "bi")] if one.get("direction") == "bi" else []
            labels = one.get("labels")
            kinds = labels if isinstance(labels, list) and labels else [""]
            fields = to_fields(said, "", of="relation")
            own = string(one.get("id")) or None
            for kind in map(string, kinds):
                yield Relation(kind, head, tail, id=own, **fields)


def _labels(one: _Object) -> list[str]:
    value = one.get("value")
    kind = one.get("type")
    if kind not in ("labels", "hypertextlabels", "paragraphlabels") or not isinstance(value, dict):
        return []
    found = value.get(str(kind), value.get("labels"))
    return [string(label) for label in found] if isinstance(found, list) else []


def _choices(one: _Object) -> Pairs:
    """Choices for a region; those that are called as an assertion is are one."""
    name, value = string(one.get("from_name")), one.get("value")
    found = value.get(str(one.get("type"))) if isinstance(value, dict) else None
    shown = from_object({name: found})
    return [(v.lower(), "true") if v.lower() in FLAGS else (k, v) for k, v in shown]


def _counting(text: str, results: Sequence[_Object]) -> Callable[[int], int]:
    """How these results count: in code points or, where the quotes say so, in UTF-16 code units."""
    units = Utf16(text)
    fit_points, fit_units = 0, 0
    for one in results:
        value = one.get("value")
        if isinstance(value, dict) and (quote := string(value.get("text"))):
            start, end = _number(value.get("start")), _number(value.get("end"))
            fit_points += same(text[start:end], quote)
            fit_units += same(text[units.points(start) : units.points(end)], quote)
    return units.points if fit_units > fit_points else int


def _number(value: object) -> int:
    text = str(value).strip()
    return int(text) if text.isdecimal() and len(text) < 13 else 0
