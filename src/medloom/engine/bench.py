"""The collection under a build: every change to it moves the manifest, whole or not at all."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence

import pyarrow as pa

from medloom.collection import ledger
from medloom.collection.ledger import LostRow, SeenSource, StepCount
from medloom.collection.manifest import CatchUp, Manifest, TableState
from medloom.collection.store import Store
from medloom.engine.graph import Graph
from medloom.engine.plan import Node
from medloom.engine.units import Receipt, Unit
from medloom.engine.weave import Pass
from medloom.kit.sql import is_among
from medloom.recipe import SOURCE_COLUMN, Recipe

_MOST_FRAGMENTS = 128


class Bench:
    """Opens a collection for writing, takes back what a killed build left, and commits."""

    def __init__(self, store: Store, recipe: Recipe, graph: Graph) -> None:
        self.store, self.graph = store, graph
        self._identities: dict[str, dict[str, tuple[str, int]]] = {}
        loaded = Manifest.load(store)
        manifest = loaded or Manifest(recipe.name, ledger=ledger.create(store))
        self.manifest = manifest
        self.shrunk = False
        """Whether rows of some sources have been deleted in this build."""
        for name, state in manifest.tables.items():
            self._now_at(name, store.restore(name, state.version))
        for name, version in manifest.ledger.items():
            manifest.ledger[name] = store.restore(name, version)
        manifest.recipe = recipe.name
        manifest.run += 1
        self._forget_tables_but({spec.name for spec in recipe.tables})
        self.save()

    def save(self) -> None:
        """Write the manifest: from here on the collection is as it says."""
        self.manifest.save(self.store)

    def state(self, node: Node) -> TableState | None:
        """What the manifest says of a node's table."""
        return self.manifest.tables.get(node.name)

    def seen(self, root: Node) -> dict[str, SeenSource]:
        """Every source that a root has read, in order."""
        return ledger.seen(self.store, self.manifest.ledger[ledger.SOURCES], root.table)

    def reset(self, node: Node, catch_up: CatchUp | None = None) -> None:
        """Begin a table without rows, and forget what the ledger says of the steps to run."""
        if not node.stored:
            return
        version = self.store.create(node.name, node.schema)
        self.manifest.tables[node.name] = TableState(
            version,
            list(node.keys),
            node.lineage,
            node.parent,
            None,
            node.about,
            node.internal,
            catch_up,
        )
        self.forget_steps(node, catch_up.steps_from if catch_up else 0)

    def forget_steps(self, node: Node, steps_from: int) -> None:
        """Forget what the ledger says of a node's steps, from one of them on."""
        where = f"`table` = '{node.table}' AND step_number >= {node.first_step + steps_from}"
        if node.internal:
            where += f" AND step_number <= {node.first_step + max(len(node.steps), 1) - 1}"
        for name in (ledger.ROWS, ledger.COUNTS):
            self.delete(name, where)

    def failed_sources(self, nodes: Sequence[Node]) -> set[str]:
        """Sources that failed, or of which a row of some table did."""
        rows = self.store.dataset(ledger.ROWS, self.manifest.ledger[ledger.ROWS]).to_table(
            columns=["source"], filter=f"outcome = 'failed' AND {_of_tables(nodes)}"
        )
        return set(rows["source"].to_pylist())

    def delete(self, name: str, where: str) -> None:
        """Delete rows of a table or of the ledger."""
        version = self.store.delete(name, where)
        if name in self.manifest.ledger:
            self.manifest.ledger[name] = version
        else:
            state = self.manifest.tables[name]
            state.version = version
            state.rows = self.store.dataset(name, version).count_rows()

    def forget_sources(self, nodes: Sequence[Node], stale: Sequence[str]) -> None:
        """Delete every row of some sources from some tables and from the ledger."""
        self._delete_sources(nodes, stale)
        for node in nodes:  # a half-made table whose origin just shrank starts again
            state = self.state(node)
            if state and state.catch_up:
                self.reset(node)
                self.manifest.tables[node.name].keys = []
        self.save()

    def _delete_sources(self, nodes: Sequence[Node], stale: Sequence[str]) -> None:
        self.shrunk = True
        names = [node.name for node in nodes if node.name in self.manifest.tables]
        for where in _in_lists(SOURCE_COLUMN, stale):
            for name in names:
                self.delete(name, where)
            for name in self.manifest.ledger:
                self.delete(name, f"{where} AND {_of_tables(nodes)}")

    def forget_root(self, root: Node, nodes: Sequence[Node]) -> None:
        """Begin a root, and all that streams from it, without a row."""
        for node in nodes:
            self.reset(node)
            self.manifest.passing.pop(node.name, None)
        for table in {node.table for node in nodes}:
            for name in self.manifest.ledger:
                self.delete(name, f"`table` = '{table}'")
        self.manifest.readers[root.name] = root.keys[0]
        self.save()

    def commit(self, work: Pass, receipts: Sequence[tuple[Unit, Receipt]]) -> None:
        """Make the fragments of some receipts part of their tables."""
        reads_new = work.reader if work.first_time else None
        known = self._known(reads_new) if reads_new else {}
        fragments: dict[str, list[str]] = {}
        rows: Counter[str] = Counter()
        for _, receipt in receipts:
            rows.update(receipt.rows)
            for name, made in receipt.fragments.items():
                fragments.setdefault(name, []).extend(made)
        for name, made in fragments.items():
            self._append(name, made, rows[name])
        if reads_new:
            self._drop_copies(reads_new, known, [receipt for _, receipt in receipts])
        unread = [source for _, receipt in receipts for source in receipt.unread]
        if unread and work.reader:  # as if they were new: read, and counted, in every table
            self._delete_sources(self.graph.streaming(work.reader), unread)
        size = sum(unit.size for unit, _ in receipts) - len(unread)
        for one in work.works:
            state = self.state(one.node)
            if state and state.catch_up:
                state.catch_up.done += size
        self.save()

    def tidy(self) -> None:
        """Join small fragments, and delete what killed builds left."""
        manifest, store = self.manifest, self.store
        was_killed = manifest.finished not in (None, manifest.run - 1) or (
            manifest.finished is None and manifest.run > 1
        )
        for name in manifest.tables.keys() - self._stored():
            del manifest.tables[name]
        for name in manifest.ledger:
            manifest.ledger[name] = store.compact(name, _MOST_FRAGMENTS)
        for name in manifest.tables:
            self._now_at(name, store.compact(name, _MOST_FRAGMENTS))
        self.save()
        if was_killed:
            for name in [*manifest.tables, *manifest.ledger]:
                store.remove_orphans(name)

    def replace(
        self, node: Node, made: Iterator[pa.RecordBatch], above: int, others: dict[str, int]
    ) -> None:
        """Fill a table that was just reset with the result of a whole-table step, as it comes."""
        fragments, n_rows = self.store.write_stream(node.name, node.schema, made)
        if n_rows:
            self._append(node.name, fragments, n_rows)
        state = self.manifest.tables[node.name]
        state.made_from, state.made_with = above, others

    def made_before(self, node: Node) -> tuple[str, int] | None:
        """The table and version that hold what a step that remembers made in the build before.

        Where the step stood in the list of its table does not matter, nor does its code: with the
        same name and settings it goes on from what it had made.
        """
        step = node.change
        if step is None or not step.remembers:
            return None
        wanted = (step.name, _as_json(step.values))
        held = [
            (state.rows, name, state.version)
            for name, state in self.manifest.tables.items()
            if name.partition("~")[0] == node.table
            and wanted in [(one["name"], _as_json(one["settings"])) for one in state.steps]
        ]
        return max(held)[1:] if held else None

    def versions(self, tables: Sequence[str]) -> dict[str, int]:
        """The versions that some tables have now."""
        return {name: self.manifest.tables[name].version for name in tables}

    def _drop_copies(
        self, root: Node, known: dict[str, tuple[str, int]], receipts: Sequence[Receipt]
    ) -> None:
        """Drop sources that hold what another source holds in the same or a later version."""
        copies: dict[str, str] = {}
        for source, identity, version in (one for r in receipts for one in r.identities):
            winner, best = known.setdefault(identity, (source, version))
            if winner != source:
                newer = version > best
                loser, winner = (winner, source) if newer else (source, winner)
                copies[loser] = winner
                known[identity] = (winner, max(version, best))
        if copies:
            seen = self.seen(root)
            nodes = self.graph.streaming(root)
            self._delete_sources(nodes, sorted(copies))
            self._enter_copies(
                root,
                [
                    seen[loser]._replace(outcome="dropped", same_as=winner)
                    for loser, winner in copies.items()
                ],
            )

    def _known(self, root: Node) -> dict[str, tuple[str, int]]:
        """The things that a root had read before this commit, with their source and version."""
        if root.name not in self._identities:
            self._identities[root.name] = {
                one.identity: (one.source, one.version)
                for one in self.seen(root).values()
                if one.identity and one.outcome == "read"
            }
        return self._identities[root.name]

    def _enter_copies(self, root: Node, copies: Sequence[SeenSource]) -> None:
        assert root.reader
        name = root.reader.name
        losses = [
            LostRow(
                root.table,
                name,
                0,
                "dropped",
                f"the same as {one.same_as}: {one.identity}",
                one.identity,
                one.source,
                0,
                None,
            )
            for one in copies
        ]
        counts = [
            StepCount(root.table, name, 0, "reads", one.source, 1, 1, 0, 1, 0) for one in copies
        ]
        entries = {ledger.SOURCES: copies, ledger.ROWS: losses, ledger.COUNTS: counts}
        for table, rows in entries.items():
            self.manifest.ledger[table] = ledger.append(self.store, table, rows)

    def _append(self, name: str, fragments: Sequence[str], n_rows: int) -> None:
        version = self.store.append(name, fragments)
        if name in self.manifest.ledger:
            self.manifest.ledger[name] = version
        else:
            self.manifest.tables[name].version = version
            self.manifest.tables[name].rows += n_rows

    def _stored(self) -> set[str]:
        return {node.name for node in self.graph.nodes.values() if node.stored}

    def _now_at(self, name: str, version: int) -> None:
        """A table has the same rows at another version: so say the tables made from it."""
        before, self.manifest.tables[name].version = self.manifest.tables[name].version, version
        for node in self.graph.below_changes():
            below, above = self.state(node), self.graph.stored_above(node)
            if below and above and above.name == name and below.made_from == before:
                below.made_from = version
            if below and below.made_with.get(name) == before:
                below.made_with[name] = version

    def _forget_tables_but(self, tables: set[str]) -> None:
        """Forget tables that are no longer in the recipe; earlier builds still have them."""
        for name in self.manifest.readers.keys() - {node.name for node in self.graph.roots}:
            del self.manifest.readers[name]
        for name in list(self.manifest.tables):
            if name.partition("~")[0] not in tables:
                del self.manifest.tables[name]
        kept = ", ".join(f"'{table}'" for table in sorted(tables))
        for name in self.manifest.ledger:
            self.delete(name, f"`table` NOT IN ({kept})")


def _as_json(settings: object) -> str:
    return json.dumps(settings, sort_keys=True, default=str)


def _of_tables(nodes: Sequence[Node]) -> str:
    """The condition that a row of the ledger is about the table of one of some nodes."""
    only = ", ".join(f"'{table}'" for table in sorted({node.table for node in nodes}))
    return f"`table` IN ({only})"


def _in_lists(column: str, values: Sequence[str]) -> Iterator[str]:
    for at in range(0, len(values), 500):
        yield is_among(column, values[at : at + 500])
