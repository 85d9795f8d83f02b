"""Build a collection: find out what is new or stale, run only that, commit as it goes.

The order of a build: sources that changed or went away leave the tables; tables whose steps
changed are made again from the nearest rows that are still good; new sources pass through all
tables at once; whole-table steps run last. Every commit moves the manifest, so a killed build
goes on where it stopped.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from medloom.collection import ledger, runs
from medloom.collection.ledger import TableSum
from medloom.collection.manifest import CatchUp, Manifest, TableState
from medloom.collection.store import Store
from medloom.engine import change
from medloom.engine.drive import default_workers, stream, use_runner
from medloom.engine.plan import Node, nodes_of
from medloom.engine.revive import cut_rows
from medloom.engine.units import Receipt, Unit
from medloom.engine.weave import Pass, Work
from medloom.errors import InputError
from medloom.kit.sources import Source, find
from medloom.recipe import SOURCE_COLUMN, Recipe

_FILES = "sources"
_COMMIT_SECONDS = 2.0
_UNIT_SOURCES, _UNIT_ROWS = 128, 8192
_UNITS_PER_WORKER = 8
"""Small inputs are cut into at least so many units a worker, to keep all of them busy."""

Progress = Callable[[str, int, int], None]
"""Called with what is going on, how much of it is done and how much there is (0: not known)."""


@dataclass(frozen=True)
class Run:
    """What a build did."""

    number: int
    uri: str
    tables: list[TableSum]
    new: int
    """Sources read now: new ones and, counted again in `changed`, those that had changed."""
    changed: int
    gone: int
    kept: int
    remade: list[str]
    """Tables that were made again because their steps changed."""
    seconds: float


def build(
    recipe: Recipe, into: str | Path, *, workers: int | None = None, runner: str = "native",
    retry_failed: bool = False, progress: Progress | None = None,
) -> Run:
    """Run a recipe into a collection and return what was done.

    Raises RecipeError, InputError or CollectionError for what a user can mend; the collection
    then still shows its last finished build.
    """
    recipe.require_settings()
    use_runner(runner)
    store = Store(str(into))
    builder = _Builder(recipe, store, workers or default_workers(), progress or _silent)
    builder.find_sources()  # before anything is written: a wrong path must not leave a mark
    with store.lock():
        return builder.run(runner, retry_failed)


class _Builder:
    """One build of one collection."""

    def __init__(self, recipe: Recipe, store: Store, workers: int, progress: Progress) -> None:
        self.recipe, self.store, self.workers, self.progress = recipe, store, workers, progress
        self.nodes = {node.name: node for node in nodes_of(recipe)}
        self.sources: dict[str, dict[str, Source]] = {}
        self.tally: Counter[str] = Counter()
        self.remade: dict[str, None] = {}

    def find_sources(self) -> None:
        """List the documents of every input."""
        for root in self.roots():
            assert root.reader
            found: dict[str, Source] = {}
            for source in find(root.place or "", root.reader.documents):
                found.setdefault(source.key, source)
                if len(found) % 1000 == 0:
                    self.progress("finding sources", len(found), 0)
            if not found:
                patterns = ", ".join(root.reader.documents)
                raise InputError(f"no document ({patterns}) in {root.place}")
            self.sources[root.name] = found

    def run(self, runner: str, retry_failed: bool) -> Run:
        """Build, with the collection locked."""
        started = time.perf_counter()
        self.manifest = self._open()
        record = self._record(runner)
        for root in self.roots():
            self._stream_root(root, retry_failed)
        for node in self.nodes.values():
            if node.name not in self.streaming_names():
                self._derive(node)
        runs.finish(self.store, self.manifest, record)
        return Run(self.manifest.run, self.store.uri, self.sums(), self.tally["new"],
                   self.tally["changed"], self.tally["gone"], self.tally["kept"],
                   list(self.remade), time.perf_counter() - started)

    # --- what there is

    def roots(self) -> list[Node]:
        """The nodes that are read from files."""
        return [node for node in self.nodes.values() if node.reader]

    def streaming(self, root: Node) -> list[Node]:
        """The root and every node whose rows come from it without a whole-table step between."""
        members = {root.name: root}
        for node in self.nodes.values():
            if not node.change and node.parent in members:
                members[node.name] = node
        return list(members.values())

    def streaming_names(self) -> set[str]:
        """The names of all nodes whose rows stream from files."""
        return {node.name for root in self.roots() for node in self.streaming(root)}

    def stored_ancestor(self, node: Node) -> Node | None:
        """The nearest node above that is stored."""
        above = self.nodes.get(node.parent or "")
        while above and not above.stored:
            above = self.nodes.get(above.parent or "")
        return above

    def sums(self) -> list[TableSum]:
        """The ledger, one line a table of the recipe."""
        rows = {spec.name: self.manifest.tables[spec.name].rows
                if spec.name in self.manifest.tables else None for spec in self.recipe.tables}
        return ledger.summary(ledger.total(self.store, self.manifest.ledger[ledger.COUNTS]), rows)

    # --- opening

    def _open(self) -> Manifest:
        """Open or make the collection, and drop what a killed build left uncommitted."""
        manifest = Manifest.load(self.store)
        if manifest is None:
            manifest = Manifest(self.recipe.name, ledger=ledger.create(self.store))
        for name, state in manifest.tables.items():
            state.version = self.store.restore(name, state.version)
        for name, version in manifest.ledger.items():
            manifest.ledger[name] = self.store.restore(name, version)
        manifest.recipe = self.recipe.name
        manifest.run += 1
        self.manifest = manifest
        stored = {name for name, node in self.nodes.items() if node.stored}
        for name in manifest.tables.keys() - stored:
            del manifest.tables[name]
        tables = {spec.name for spec in self.recipe.tables}
        kept = ", ".join(f"'{table}'" for table in sorted(tables))
        for name in manifest.ledger:
            self._delete(name, f"`table` NOT IN ({kept})")
        manifest.save(self.store)
        return manifest

    def _record(self, runner: str) -> dict[str, object]:
        recipe = {"name": self.recipe.name, "digest": self.recipe.digest,
                  "settings": dict(self.recipe.settings), "text": self.recipe.text}
        inputs = {
            root.name: runs.describe_input(
                root.place or "", (s.key + s.fingerprint for s in self.sources[root.name].values()))
            for root in self.roots()
        }
        how = {"runner": runner, "workers": self.workers}
        return runs.new_record(self.manifest.run, recipe, inputs, how)

    # --- rows that stream from files

    def _stream_root(self, root: Node, retry_failed: bool) -> None:
        nodes, found = self.streaming(root), self.sources[root.name]
        if self.manifest.readers.get(root.name) != root.keys[0]:
            self._forget_all(root, nodes)
        seen = self._still_good(root, nodes, retry_failed)
        for node in nodes:
            if node.stored:
                self._settle(node)
        self._read_again(root, nodes, [found[key] for key in seen])
        for node in nodes:
            self._catch_up(node)
        new = [source for key, source in found.items() if key not in seen]
        self.tally.update(new=len(new), kept=len(seen))
        work = Pass(self.store.uri, self.manifest.run, _works(nodes, root, root), reader=root)
        self._stream(f"reading {self.recipe.name}", work, self._cut_sources(new))

    def _forget_all(self, root: Node, nodes: Sequence[Node]) -> None:
        """Begin a root and all that streams from it without a row."""
        for node in nodes:
            self._reset(node)
        for name in self.manifest.ledger:
            self._delete(name, f"`table` = '{root.table}'")
        self.manifest.readers[root.name] = root.keys[0]
        self.manifest.save(self.store)

    def _still_good(self, root: Node, nodes: Sequence[Node], retry: bool) -> dict[str, object]:
        """Delete the rows of sources that changed or went away; return the other sources."""
        found = self.sources[root.name]
        seen = ledger.seen(self.store, self.manifest.ledger[ledger.SOURCES], root.table)
        gone = [key for key in seen if key not in found]
        changed = [key for key, (mark, outcome) in seen.items() if key in found and
                   (found[key].fingerprint != mark or (retry and outcome == "failed"))]
        self.tally.update(gone=len(gone), changed=len(changed))
        stale = {*gone, *changed}
        if stale:
            self._forget_sources(nodes, sorted(stale))
        return {key: what for key, what in seen.items() if key not in stale}

    def _forget_sources(self, nodes: Sequence[Node], stale: Sequence[str]) -> None:
        only = ", ".join(f"'{table}'" for table in sorted({node.table for node in nodes}))
        names = [node.name for node in nodes if node.name in self.manifest.tables]
        for where in _in_lists(SOURCE_COLUMN, stale):
            for name in names:
                self._delete(name, where)
            for name in self.manifest.ledger:
                self._delete(name, f"{where} AND `table` IN ({only})")
        for name in names:  # a half-made table whose origin just shrank starts again
            if self.manifest.tables[name].catch_up:
                self._reset(self.nodes[name])
        self.manifest.save(self.store)

    def _settle(self, node: Node) -> None:
        """Decide whether a table's rows are good; if not, how it is made again."""
        state = self.manifest.tables.get(node.name)
        if state and state.keys == list(node.keys):
            return
        if state:
            self.remade[node.table] = None
        catch_up = self._from_its_own_rows(node, state) or self._from_above(node)
        self._reset(node, catch_up)
        self.manifest.save(self.store)

    def _from_its_own_rows(self, node: Node, state: TableState | None) -> CatchUp | None:
        """Reuse the rows that a table has, where only its last steps changed."""
        if state is None or state.catch_up:
            return None
        same = 0
        while same < min(len(state.keys), len(node.keys)) and \
                state.keys[same] == node.keys[same]:
            same += 1
        old_steps = state.steps[len(state.steps) - (len(state.keys) - 1):]
        undone = old_steps[max(same - 1, 0):]
        reversible = all(step["kind"] in ("adds", "drops") for step in undone)
        if same == 0 or not reversible:
            return None
        last = node.first_step + len(state.keys) - 2
        if self._sources_of(node) is None and self._lost(node, same - 1, last).num_rows:
            return None  # their places are not known: make the table from the one above
        added = {name for step in undone for name in step["adds"]}
        dataset = self.store.dataset(node.name, state.version)
        columns = [name for name in dataset.schema.names if name not in added]
        return CatchUp(node.name, state.version, 0, same - 1, last, columns,
                       ledger_version=self.manifest.ledger[ledger.ROWS])

    def _lost(self, node: Node, steps_from: int, last: int, version: int | None = None) -> pa.Table:
        """The rows that some steps of a node lost, as the ledger holds them."""
        rows = self.store.dataset(ledger.ROWS, version or self.manifest.ledger[ledger.ROWS])
        return rows.to_table(filter=f"`table` = '{node.table}' AND step_number >= "
                                    f"{node.first_step + steps_from} AND step_number <= {last}")

    def _from_above(self, node: Node) -> CatchUp:
        above = self.stored_ancestor(node)
        if above is None:
            return CatchUp(_FILES, 0)
        return CatchUp(above.name, 0, columns=list(above.columns))

    def _reset(self, node: Node, catch_up: CatchUp | None = None) -> None:
        """Begin a table without rows, and forget what the ledger says of the steps to run."""
        if not node.stored:
            return
        steps_from = catch_up.steps_from if catch_up else 0
        version = self.store.create(node.name, node.schema)
        self.manifest.tables[node.name] = TableState(
            version, list(node.keys), node.lineage, node.parent, None, node.about, node.internal,
            catch_up,
        )
        first = node.first_step + steps_from
        last = node.first_step + max(len(node.steps), 1) - 1
        steps = f"step_number >= {first}" if not node.internal else \
            f"step_number >= {first} AND step_number <= {last}"
        for name in (ledger.ROWS, ledger.COUNTS):
            self._delete(name, f"`table` = '{node.table}' AND {steps}")

    def _read_again(self, root: Node, nodes: Sequence[Node], sources: Sequence[Source]) -> None:
        """Read old sources once more for tables that nothing stored can be made from."""
        targets = [node for node in nodes if self._pending(node) == _FILES]
        if len({self._progress_of(node) for node in targets}) > 1:
            for node in targets:
                self._reset(node, CatchUp(_FILES, 0))
        if targets and sources:
            done = self._progress_of(targets[0])
            chain = _with_unstored(targets, self.nodes)
            works = _works([node for node in nodes if node.name in chain], root, root)
            work = Pass(self.store.uri, self.manifest.run, works, first_time=False, reader=root)
            units = self._cut_sources(sources[done:])
            self._stream(f"making {', '.join(node.table for node in targets)} again", work, units)
        for node in targets:
            self.manifest.tables[node.name].catch_up = None
        self.manifest.save(self.store)

    def _pending(self, node: Node) -> str | None:
        state = self.manifest.tables.get(node.name)
        return state.catch_up.origin if state and state.catch_up else None

    def _progress_of(self, node: Node) -> int:
        catch_up = self.manifest.tables[node.name].catch_up
        return catch_up.done if catch_up else 0

    # --- rows that are made from rows

    def _catch_up(self, node: Node) -> None:
        """Make a table from stored rows: of the table above it, or its own former ones."""
        state = self.manifest.tables.get(node.name)
        if not state or not state.catch_up or state.catch_up.origin == _FILES:
            return
        how = state.catch_up
        if how.origin == node.name:
            works: tuple[Work, ...] = (Work(node, None, how.steps_from),)
        else:
            top = self.nodes[how.origin]
            works = _works(_chain(node, top, self.nodes), top, None)
            how.version = how.version or self.manifest.tables[how.origin].version
            self.manifest.save(self.store)  # a killed build goes on from the same rows
        work = Pass(self.store.uri, self.manifest.run, works, table=how.origin,
                    version=how.version, columns=tuple(how.columns))
        self._stream(f"making {node.table}", work, self._units_of_rows(node, how))
        state.catch_up = None
        self.manifest.save(self.store)

    def _units_of_rows(self, node: Node, how: CatchUp) -> list[Unit]:
        """Cut the rows of a table into units that keep the rows of a source together."""
        column = self.store.dataset(how.origin, how.version).to_table(columns=[SOURCE_COLUMN])
        sources = self._sources_of(node)
        if sources is None:  # rows below a whole-table step stand in any order
            size = _unit_size(column.num_rows, self.workers, _UNIT_ROWS)
            cuts = range(how.done, column.num_rows, size)
            return [Unit([], at, min(at + size, column.num_rows)) for at in cuts]
        per_source = ledger.count_by_source(column[SOURCE_COLUMN])
        lost = self._lost_before(node, how)
        total = column.num_rows + sum(map(len, lost.values()))
        how.unit = how.unit or _unit_size(total, self.workers, _UNIT_ROWS)
        self.manifest.save(self.store)
        return cut_rows(sources, per_source, lost, how.unit, how.done)

    def _sources_of(self, node: Node) -> list[str] | None:
        """The sources whose rows stream into a node, in order; None below a whole-table step."""
        for root in self.roots():
            if node.name in {one.name for one in self.streaming(root)}:
                version = self.manifest.ledger[ledger.SOURCES]
                return list(ledger.seen(self.store, version, root.table))
        return None

    def _lost_before(self, node: Node, how: CatchUp) -> dict[str, list[tuple[int, str]]]:
        """The rows that the steps to run lost last time, by source, with their places."""
        if how.ledger_version is None:
            return {}
        rows = self._lost(node, how.steps_from, how.last_step, how.ledger_version).to_pylist()
        lost: dict[str, list[tuple[int, str]]] = {}
        for row in rows:
            if row["row"] is not None:
                lost.setdefault(row["source"], []).append((row["position"], row["row"]))
        return lost

    def _derive(self, node: Node) -> None:
        """Make a node below a whole-table step, if what it is made from has changed."""
        if not node.stored:
            return
        above = self.stored_ancestor(node)
        assert above
        state, source = self.manifest.tables.get(node.name), self.manifest.tables[above.name]
        if state and state.keys == list(node.keys) and state.made_from == source.version \
                and not state.catch_up:
            return
        if node.change:
            self._change(node, above)
        else:
            if not state or state.keys != list(node.keys) or state.made_from != source.version:
                own = self._from_its_own_rows(node, state) \
                    if state and state.made_from == source.version else None
                self._reset(node, own or self._from_above(node))
            self.manifest.tables[node.name].made_from = source.version
            self._catch_up(node)
        if state:
            self.remade[node.table] = None

    def _change(self, node: Node, above: Node) -> None:
        """Run a whole-table step and put its result in place of the table at once."""
        version = self.manifest.tables[above.name].version
        self._reset(node)
        state = self.manifest.tables[node.name]
        made: Counter[str | None] = Counter()
        ids: set[object] = set()
        fragments: list[str] = []
        assert node.change
        for rows in change.run(self.store, node, above.name, version):
            fragments += self.store.write_fragments(node.name, rows)
            made.update(rows[SOURCE_COLUMN].to_pylist())
            if "id" in node.columns:
                ids.update(rows["id"].to_pylist())
            self.progress(f"{node.change.name} over {above.table}", made.total(), 0)
        counts, lost = change.account(self.store, node, above.name, version, made, ids)
        if fragments:
            state.version = self.store.append(node.name, fragments)
        state.rows, state.made_from = made.total(), version
        for name, entries in ((ledger.COUNTS, counts), (ledger.ROWS, lost)):
            if entries:
                self.manifest.ledger[name] = ledger.append(self.store, name, entries)
        self.manifest.save(self.store)

    # --- doing it

    def _stream(self, what: str, work: Pass, units: Sequence[Unit]) -> None:
        """Run a pass and commit what comes back every few seconds."""
        total, done = sum(unit.size for unit in units), 0
        waiting: list[tuple[Unit, Receipt]] = []
        last = time.monotonic()
        for unit, receipt in stream(work, units, self.workers):
            waiting.append((unit, receipt))
            done += unit.size
            if time.monotonic() - last > _COMMIT_SECONDS:
                self._commit(work, waiting)
                waiting, last = [], time.monotonic()
            self.progress(what, done, total)
        if waiting:
            self._commit(work, waiting)

    def _commit(self, work: Pass, receipts: Sequence[tuple[Unit, Receipt]]) -> None:
        fragments: dict[str, list[str]] = {}
        rows: Counter[str] = Counter()
        for _, receipt in receipts:
            rows.update(receipt.rows)
            for name, made in receipt.fragments.items():
                fragments.setdefault(name, []).extend(made)
        for name, made in fragments.items():
            version = self.store.append(name, made)
            if name in self.manifest.ledger:
                self.manifest.ledger[name] = version
            else:
                self.manifest.tables[name].version = version
                self.manifest.tables[name].rows += rows[name]
        size = sum(unit.size for unit, _ in receipts)
        for one in work.works:
            state = self.manifest.tables.get(one.node.name)
            if state and state.catch_up:
                state.catch_up.done += size
        self.manifest.save(self.store)

    def _cut_sources(self, sources: Sequence[Source]) -> list[Unit]:
        size = _unit_size(len(sources), self.workers, _UNIT_SOURCES)
        return [Unit(list(sources[at : at + size])) for at in range(0, len(sources), size)]

    def _delete(self, name: str, where: str) -> None:
        versions = self.manifest.ledger if name in self.manifest.ledger else None
        version = self.store.delete(name, where)
        if versions is not None:
            versions[name] = version
        else:
            state = self.manifest.tables[name]
            state.version = version
            state.rows = self.store.dataset(name, version).count_rows()


def _works(nodes: Sequence[Node], top: Node, reader: Node | None) -> tuple[Work, ...]:
    """The work of nodes in a pass: rows come in at `top`, read by its reader or from its table."""
    stored = {top.name} if reader is None else set()
    works = []
    for node in nodes:
        comes_in = node is reader or (reader is None and node.parent == top.name)
        origin = None if comes_in else node.parent
        works.append(Work(node, origin, 0, node.parent in stored))
        stored |= {node.name} if node.stored else set()
    return tuple(works)


def _chain(node: Node, top: Node, nodes: Mapping[str, Node]) -> list[Node]:
    """The nodes from below `top` down to a node, in order."""
    chain = [node]
    while chain[0].parent and chain[0].parent != top.name:
        chain.insert(0, nodes[chain[0].parent])
    return chain


def _with_unstored(targets: Sequence[Node], nodes: Mapping[str, Node]) -> set[str]:
    """The targets and the unstored nodes that their rows pass through."""
    names = {node.name for node in targets}
    for node in targets:
        above = nodes.get(node.parent or "")
        while above and not above.stored:
            names.add(above.name)
            above = nodes.get(above.parent or "")
    return names


def _unit_size(total: int, workers: int, largest: int) -> int:
    return max(1, min(largest, -(-total // (workers * _UNITS_PER_WORKER))))


def _in_lists(column: str, values: Sequence[str]) -> Iterator[str]:
    for at in range(0, len(values), 500):
        quoted = ", ".join("'" + value.replace("'", "''") + "'" for value in values[at : at + 500])
        yield f"{column} IN ({quoted})"


def _silent(what: str, done: int, total: int) -> None:
    pass


