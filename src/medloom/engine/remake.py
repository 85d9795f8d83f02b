"""Decide how a table whose steps changed is made again, from the nearest rows still good."""

from collections.abc import Iterator, Sequence

import pyarrow as pa

from medloom.collection import ledger
from medloom.collection.manifest import CatchUp, TableState
from medloom.engine.bench import Bench
from medloom.engine.graph import Graph
from medloom.engine.plan import Node
from medloom.engine.revive import cut_rows
from medloom.engine.units import Unit, unit_size
from medloom.recipe import SOURCE_COLUMN

FILES = "files"
"""The origin of a table that nothing stored can be made from: its sources are read once more."""


def is_good(node: Node, state: TableState | None) -> bool:
    """Whether a table's rows are what its steps, as they are now, would make."""
    return state is not None and state.keys == list(node.keys)


def how(bench: Bench, graph: Graph, node: Node) -> CatchUp:
    """Say what a table is made from: its own rows, those of a table above, or the files."""
    own = _from_its_own_rows(bench, graph, node) or _from_a_twin(bench, node)
    if own:
        return own
    above = graph.stored_above(node)
    return CatchUp(above.name, 0, columns=list(above.columns)) if above else CatchUp(FILES, 0)


def units_of_rows(
    bench: Bench, graph: Graph, node: Node, plan: CatchUp, workers: int, largest: int
) -> list[Unit]:
    """Cut the rows that a table is made from into units of work."""
    dataset = bench.store.dataset(plan.origin, plan.version)
    column = dataset.to_table(columns=[SOURCE_COLUMN])[SOURCE_COLUMN]
    root = graph.root_of(node)
    if root is None:  # rows below a whole-table step stand in any order
        size = unit_size(len(column), workers, largest)
        by = next((step.by for step in node.steps if step.by), None)
        keys = dataset.to_table(columns=[by])[by].to_pylist() if by in dataset.schema.names else []
        return list(_cut(plan.done, len(column), size, keys))
    lost = _lost_by_source(bench, node, plan)
    total = len(column) + sum(map(len, lost.values()))
    plan.unit = plan.unit or unit_size(total, workers, largest)
    bench.save()
    per_source = ledger.count_by_source(column)
    return cut_rows(list(bench.seen(root)), per_source, lost, plan.unit, plan.done)


def _cut(start: int, stop: int, size: int, keys: Sequence[object]) -> Iterator[Unit]:
    """Cut rows into units of about `size`, never between rows that follow each other with one key.

    >>> [(unit.start, unit.stop) for unit in _cut(0, 5, 2, ["a", "a", "a", "b", "b"])]
    [(0, 3), (3, 5)]
    """
    while start < stop:
        end = min(start + size, stop)
        while keys and end < stop and keys[end] == keys[end - 1]:
            end += 1
        yield Unit([], start, end)
        start = end


def _from_its_own_rows(bench: Bench, graph: Graph, node: Node) -> CatchUp | None:
    """Reuse the rows that a table has, where only its last steps changed.

    A step that only adds columns is undone by leaving them out, one that drops rows by taking
    them back from the ledger. What a step made many of one row of cannot be undone.
    """
    state = bench.state(node)
    if state is None or state.catch_up:
        return None
    same = _common(state.keys, list(node.keys))
    n_old = len(state.keys) - 1
    undone = state.steps[len(state.steps) - n_old :][max(same - 1, 0) :]
    if same == 0 or not all(step["kind"] in ("adds", "drops") for step in undone):
        return None
    last = node.first_step + n_old - 1
    lost = _lost(bench, node, same - 1, last)
    if lost.num_rows and (graph.root_of(node) is None or lost["row"].null_count):
        return None  # rows whose place or content is not known: make the table from above
    added = {name for step in undone for name in step["adds"]}
    names = bench.store.dataset(node.name, state.version).schema.names
    return CatchUp(
        node.name,
        state.version,
        0,
        same - 1,
        last,
        [name for name in names if name not in added],
        is_own=True,
        ledger_version=bench.manifest.ledger[ledger.ROWS],
    )


def _from_a_twin(bench: Bench, node: Node) -> CatchUp | None:
    """Reuse the same rows under another name: a whole-table step was put behind them, or taken."""
    if bench.shrunk:  # the twin may hold rows of sources that are gone
        return None
    for name, state in bench.manifest.tables.items():
        same_table = name != node.name and name.partition("~")[0] == node.table
        if same_table and state.keys == list(node.keys) and not state.catch_up:
            return CatchUp(
                name, state.version, 0, len(node.steps), columns=list(node.columns), is_own=True
            )
    return None


def _common(old: list[str], new: list[str]) -> int:
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    return same


def _lost(
    bench: Bench, node: Node, steps_from: int, last: int, version: int | None = None
) -> pa.Table:
    """The rows that some steps of a node lost, as the ledger holds them."""
    rows = bench.store.dataset(ledger.ROWS, version or bench.manifest.ledger[ledger.ROWS])
    return rows.to_table(
        filter=f"`table` = '{node.table}' AND step_number >= "
        f"{node.first_step + steps_from} AND step_number <= {last}"
    )


def _lost_by_source(bench: Bench, node: Node, plan: CatchUp) -> dict[str, list[tuple[int, str]]]:
    """The rows that the steps to run lost last time, with their places."""
    lost: dict[str, list[tuple[int, str]]] = {}
    if plan.ledger_version is not None:
        found = _lost(bench, node, plan.steps_from, plan.last_step, plan.ledger_version)
        for row in found.to_pylist():
            if row["row"] is not None:
                lost.setdefault(row["source"], []).append((row["position"], row["row"]))
    return lost
