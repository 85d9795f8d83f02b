"""The rows of a document to BioC, as its JSON has it."""

import json
from collections.abc import Sequence
from typing import Any

from medloom.formats.bioc_read import DOCUMENT, RELATION, ROLES, ROW_ID
from medloom.formats.loss import Losses
from medloom.formats.pairs import Pairs, as_object, of_relation, of_span
from medloom.formats.rows import places
from medloom.tables.spans import Attribute, Relation, Span, covered
from medloom.tables.texts import Text


def object_of(rows: Sequence[Text], losses: Losses) -> dict[str, Any]:
    """One document.

    >>> row = Text("7/1", "7", "title", "On HT.", [Span(3, 5, "DIS")], [], [])
    >>> object_of([row], Losses())["passages"][0]["annotations"][0]["locations"]
    [{'offset': 3, 'length': 2}]
    """
    name = rows[0].document_id
    passages = []
    infons: Pairs = []
    relations: list[Any] = []
    offset = 0
    for number, row in enumerate(rows, start=1):
        passages.append(_passage(row, offset, row.id == f"{name}/{number}", losses))
        offset += len(row.text) + 1
        for one in row.attributes:
            if one.name.startswith(DOCUMENT):
                infons.append((one.name.removeprefix(DOCUMENT), one.value))
            elif (kept := _kept_relation(one)) is not None:
                relations.append(kept)
    return {
        "id": name,
        "infons": as_object(infons),
        "passages": passages,
        "relations": relations,
    }


def _passage(row: Text, offset: int, is_usual: bool, losses: Losses) -> dict[str, Any]:
    pairs: Pairs = [("type", row.kind)] if row.kind else []
    pairs += [] if is_usual else [(ROW_ID, row.id)]
    for one in row.attributes:
        if not one.name.startswith(DOCUMENT) and _kept_relation(one) is None:
            pairs.append((_escaped(one.name), one.value))
    known = {span.key for span in row.spans}
    related = [one for one in row.relations if {one.head, one.tail} <= known]
    losses.note(
        "relations whose ends are not among the mentions left out",
        len(row.relations) - len(related),
    )
    return {
        "offset": offset,
        "infons": as_object(pairs),
        "text": row.text,
        "sentences": [],
        "annotations": [_annotation(one, row.text, offset) for one in row.spans],
        "relations": [_relation(one) for one in related],
    }


def _escaped(name: str) -> str:
    return f"attribute:{name}" if name in ("type", ROW_ID) or name[:10] == "attribute:" else name


def _annotation(span: Span, text: str, offset: int) -> dict[str, Any]:
    return {
        "id": span.key,
        "infons": as_object([("type", span.label), *of_span(span)]),
        "text": covered(text, span.start, span.end, span.fragments),
        "locations": [
            {"offset": offset + one.start, "length": one.end - one.start} for one in places(span)
        ],
    }


def _relation(one: Relation) -> dict[str, Any]:
    roles = {a.name: a.value for a in one.attributes if a.name in _ROLE_NAMES}
    others = tuple(a for a in one.attributes if a.name not in _ROLE_NAMES)
    pairs = [("type", one.kind), *of_relation(one._replace(attributes=others))]
    nodes = [
        {"refid": end, "role": roles.get(f"{role}_role", role)}
        for end, role in zip((one.head, one.tail), ROLES, strict=True)
    ]
    return {"id": one.id or "", "infons": as_object(pairs), "nodes": nodes}


_ROLE_NAMES = tuple(f"{role}_role" for role in ROLES)


def _kept_relation(one: Attribute) -> Any:
    """The relation that an attribute keeps for the document, if it does."""
    if one.name != RELATION:
        return None
    try:
        value = json.loads(one.value)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
