"""Label Studio tasks in JSON: predictions are what was proposed, annotations what was reviewed.

Format: the import and export JSON of Label Studio, with `labels`, `choices` and `relation` results.
Offsets count code points, as Label Studio has since 1.4; those of older exports count UTF-16 code
units, which the quoted texts give away.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO

from medloom.errors import NotThisFormat
from medloom.formats.label_studio_read import row_of
from medloom.formats.loss import Losses
from medloom.formats.pairs import as_object, of_relation, of_span
from medloom.formats.rows import places
from medloom.kit.json_stream import values
from medloom.tables.spans import Attribute, Relation, Span
from medloom.tables.texts import Text

LOSSES = (
    "gaps of a mention are kept in `meta`, but Label Studio shows it from first to last character",
    "a relation between mentions of different makers, or of a reviewed and a proposed one",
    "of several mentions with the same place and label and no id, all but one have new ids",
)
STATUS = Attribute("status", "reviewed")
"""The attribute of a span that a person has reviewed."""


def read(
    data: bytes, name: str, *, text_key: str = "text", is_lines: bool = False
) -> Iterator[Text]:
    """Yield one row a task; `text_key` is where its data have the text.

    >>> region = {"id": "r", "type": "labels", "value": {"start": 3, "end": 7, "text": "rash",
    ...     "labels": ["Sign"]}}
    >>> task = {"id": 4, "data": {"text": "No rash."}, "annotations": [{"result": [region]}]}
    >>> next(read(json.dumps([task]).encode(), "a")).spans[0].attributes
    (Attribute(name='status', value='reviewed'),)
    """
    number = 0
    for number, (_, task) in enumerate(values(data, (), is_lines=is_lines), start=1):
        inside = task.get("data", task)
        if not isinstance(inside, dict) or not isinstance(inside.get(text_key), str):
            raise NotThisFormat(f"not Label Studio: task {number} has no data with '{text_key}'")
        yield row_of(task, name, number, text_key)
    if not number:
        raise NotThisFormat("not Label Studio: it has no tasks")


def write(documents: Iterable[Sequence[Text]], file: BinaryIO) -> Losses:
    """Write a JSON list of tasks, a row a task, and count what was lost."""
    losses = Losses()
    separator = b"[\n"
    for rows in documents:
        for row in rows:
            file.write(separator + json.dumps(task_of(row, losses), ensure_ascii=False).encode())
            separator = b",\n"
    file.write(b"\n]\n" if separator == b",\n" else b"[]\n")
    return losses


def task_of(row: Text, losses: Losses) -> dict[str, Any]:
    """One task; mentions with the attribute `status: reviewed` are its annotations.

    >>> task = task_of(Text("n", "n", "", "No rash.", [Span(3, 7, "SIGN")], [], []), Losses())
    >>> task["predictions"][0]["result"][0]["value"]
    {'start': 3, 'end': 7, 'text': 'rash', 'labels': ['SIGN']}
    """
    groups: dict[tuple[bool, str], list[dict[str, Any]]] = {}
    home: dict[str, list[dict[str, Any]]] = {}
    taken: set[str] = set()
    for span in row.spans:
        is_reviewed = STATUS in span.attributes
        by = span.made_by.step if span.made_by else ""
        group = groups.setdefault((is_reviewed, by), [])
        home.setdefault(span.key, group)
        group.append(_region(span, row.text, _free(span.key, taken)))
        losses.note("mentions with gaps shown from first to last character", bool(span.fragments))
    for one in row.relations:
        together = home.get(one.head) is home.get(one.tail) and one.head in home
        losses.note("relations between mentions of different makers left out", not together)
        if together:
            home[one.head].append(_relation(one))
    data: dict[str, Any] = {"id": row.id, "document_id": row.document_id, "kind": row.kind}
    pairs = as_object((one.name, one.value) for one in row.attributes)
    return {
        "data": {**data, "text": row.text, "attributes": pairs},
        "annotations": [{"result": r} for (reviewed, _), r in groups.items() if reviewed],
        "predictions": [
            {"model_version": by, "result": r}
            for (reviewed, by), r in groups.items()
            if not reviewed
        ],
    }


def _free(key: str, taken: set[str]) -> str:
    number, wanted = 1, key
    while key in taken:
        number += 1
        key = f"{wanted}-{number}"
    taken.add(key)
    return key


def _region(span: Span, text: str, region_id: str) -> dict[str, Any]:
    without = span._replace(attributes=tuple(a for a in span.attributes if a != STATUS))
    meta: Mapping[str, Any] = as_object(
        ("attribute:text" if name == "text" else name, value) for name, value in of_span(without)
    )
    if span.fragments:
        parts = ";".join(f"{one.start}-{one.end}" for one in places(span))
        meta = {**meta, "fragments": parts}
    value = {"start": span.start, "end": span.end, "text": text[span.start : span.end]}
    region: dict[str, Any] = {"id": region_id, "from_name": "label", "to_name": "text"}
    region |= {"type": "labels", "value": {**value, "labels": [span.label]}, "meta": meta}
    return region if span.score is None else {**region, "score": span.score}


def _relation(one: Relation) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "relation", "from_id": one.head, "to_id": one.tail}
    found |= {"direction": "right", "labels": [one.kind], "meta": as_object(of_relation(one))}
    return found if one.id is None else {**found, "id": one.id}
