"""The tables of a build as a tree: where each comes from, its steps, and what they lost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from medloom.collection.collection import Collection
from medloom.collection.ledger import StepCount, TableSum


@dataclass
class Node:
    """One table: its parent, how deep it lies, the sum of its ledger, its steps with their rows."""

    name: str
    parent: str | None
    sum: TableSum
    steps: list[StepCount]
    is_stored: bool
    about: str = ""
    depth: int = 0
    looks_at: list[str] = field(default_factory=list)
    """Other tables that a step reads, beside the parent."""
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The settings of each step by its name."""


def nodes(collection: Collection) -> list[Node]:
    """The tables, each after its parent, siblings in the order of the recipe."""
    tables = collection.record["tables"]
    sums = {one.table: one for one in collection.ledger}
    made = {name: _node(name, sums[name], collection, tables) for name in sums}
    order: list[Node] = []

    def add(parent: str | None, depth: int) -> None:
        for one in made.values():
            if one.parent == parent and one not in order:
                one.depth = depth
                order.append(one)
                add(one.name, depth + 1)

    for one in made.values():
        if one.parent not in made:
            one.parent = None
    add(None, 0)
    return order


def _node(name: str, total: TableSum, collection: Collection, tables: Mapping[str, Any]) -> Node:
    stages = [one for key, one in tables.items() if key.partition("~")[0] == name]
    parents = [str(one["parent"]).partition("~")[0] for one in stages if one["parent"]]
    parent = next((one for one in parents if one != name), None)
    steps = [one for one in collection.steps if one.table == name]
    settings = {step["name"]: step["settings"] for one in stages for step in one["steps"]}
    others = {
        value
        for values in settings.values()
        for value in values.values()
        if isinstance(value, str) and value in collection.tables and value not in (name, parent)
    }
    is_stored = name in tables and not tables[name]["internal"]
    about = tables[name]["about"] if name in tables else ""
    return Node(
        name, parent, total, steps, is_stored, about, looks_at=sorted(others), settings=settings
    )
