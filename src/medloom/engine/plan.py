"""Turn a recipe into nodes: what is stored, what each node is made from, and by which steps.

A table without whole-table steps is one node. A whole-table step needs all rows before it and all
after it, so it cuts its table: `cases: [demographics, split, quality]` becomes the internal node
`cases~1` (demographics), the node `cases~2` (split of it) and the node `cases` (quality of that).
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import pyarrow as pa

from medloom.recipe import SOURCE_COLUMN, Recipe, TableSpec, columns_after
from medloom.step import Step, shared_code_digest


@dataclass(frozen=True)
class Node:
    """Rows that are made together and, mostly, stored."""

    name: str
    table: str
    """The table of the recipe that the node belongs to."""
    steps: tuple[Step, ...]
    """Steps that look at one row, or one batch, at a time."""
    first_step: int
    """The number of the first of them in the table's list, from 1."""
    keys: tuple[str, ...]
    """A chain of hashes: of the origin, then one after each step."""
    columns: dict[str, pa.DataType]
    reader: Step | None = None
    place: str | None = None
    parent: str | None = None
    change: Step | None = None
    """The whole-table step that makes the node, if one does."""
    others: tuple[str, ...] = ()
    """Other tables that the whole-table step looks at."""
    stored: bool = True
    about: str = ""

    @property
    def internal(self) -> bool:
        """Whether only the engine looks at it."""
        return self.name != self.table

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of the stored rows."""
        return pa.schema(list(self.columns.items()))

    @property
    def lineage(self) -> list[dict[str, Any]]:
        """What made the rows, for the record."""
        made = [step for step in (self.reader, self.change, *self.steps) if step]
        return [
            {
                "name": step.name,
                "kind": step.kind.name.lower(),
                "settings": step.values,
                "adds": list(step.makes),
                "code": step.code_digest,
            }
            for step in made
        ]


def nodes_of(recipe: Recipe) -> list[Node]:
    """Return the nodes of a recipe, each after the one it is made from."""
    made: dict[str, Node] = {}
    for spec in recipe.tables:
        for node in _nodes_of_table(spec, made):
            made[node.name] = node
    return list(made.values())


def _nodes_of_table(spec: TableSpec, made: dict[str, Node]) -> Iterator[Node]:
    parent = made[spec.parent] if spec.parent else None
    segments = _segments(spec.steps)
    if len(segments) > 1 and segments[0] == (None, ()) and parent and parent.stored:
        segments = segments[1:]  # the whole-table step reads its parent as it is stored
    number = 1
    for position, (change, steps) in enumerate(segments):
        last = position == len(segments) - 1
        name = spec.name if last else f"{spec.name}~{position + 1}"
        others = tuple(made[other] for other in (change.others if change else ()))
        node = _node(spec, name, change, steps, number, parent, others)
        if change and steps:  # a change is stored by itself: what follows it streams from there
            cut = _node(spec, f"{name}~changed", change, (), number, parent, others)
            yield cut
            node = _node(spec, name, None, steps, number + 1, cut)
        yield node
        parent, number = node, number + bool(change) + len(steps)


def _segments(steps: tuple[Step, ...]) -> list[tuple[Step | None, tuple[Step, ...]]]:
    """Cut a list of steps in front of each whole-table step."""
    cuts = [i for i, step in enumerate(steps) if step.is_whole]
    starts = [0, *cuts]
    ends = [*cuts, len(steps)]
    parts = [steps[a:b] for a, b in zip(starts, ends, strict=True)]
    return [(part[0], part[1:]) if part and part[0].is_whole else (None, part) for part in parts]


def _node(
    spec: TableSpec,
    name: str,
    change: Step | None,
    steps: tuple[Step, ...],
    number: int,
    parent: Node | None,
    others: tuple[Node, ...] = (),
) -> Node:
    reader = spec.reader if parent is None else None
    columns = dict(parent.columns) if parent else columns_after(reader, {}) if reader else {}
    for step in (*([change] if change else []), *steps):
        columns = columns_after(step, columns)
    columns.setdefault(SOURCE_COLUMN, pa.string())
    stored = spec.store or name != spec.name
    return Node(
        name,
        spec.name,
        steps,
        number,
        _keys(spec, reader, parent, change, steps, others),
        columns,
        reader,
        spec.input if reader else None,
        parent.name if parent else None,
        change,
        tuple(other.name for other in others),
        stored,
        spec.about,
    )


def _keys(
    spec: TableSpec,
    reader: Step | None,
    parent: Node | None,
    change: Step | None,
    steps: tuple[Step, ...],
    others: tuple[Node, ...],
) -> tuple[str, ...]:
    origin = [
        version("medloom"),
        shared_code_digest(),
        f"{spec.name} {reader.digest}" if reader else "",
        change.digest if change else "",
        parent.keys[-1] if parent else "",
        *(other.keys[-1] for other in others),
    ]
    keys = [_hash(*origin)]
    for step in steps:
        keys.append(_hash(keys[-1], step.digest))
    return tuple(keys)


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
