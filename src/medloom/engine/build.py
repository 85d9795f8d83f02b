"""Build a collection: find out what is new or stale, run only that, commit as it goes.

The order of a build: sources that changed or went away leave the tables; tables whose steps
changed are made again from the nearest rows that are still good; new sources pass through all
tables at once; whole-table steps run last. Every commit moves the manifest, so a killed build
goes on where it stopped.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from medloom.collection import ledger, runs
from medloom.collection.ledger import SeenSource, TableSum
from medloom.collection.manifest import CatchUp
from medloom.collection.store import Store
from medloom.engine import remake
from medloom.engine.bench import Bench
from medloom.engine.change import change_of
from medloom.engine.drive import default_workers, stream, use_runner
from medloom.engine.graph import Graph
from medloom.engine.plan import Node, nodes_of
from medloom.engine.units import Receipt, Unit, unit_size
from medloom.engine.weave import Pass, Work
from medloom.errors import InputError
from medloom.kit.sources import UNREADABLE_FOLDER, Source, find
from medloom.recipe import Recipe

_COMMIT_SECONDS = 2.0
_UNIT_SOURCES, _UNIT_ROWS = 128, 8192
_FEW_SOURCES = 32
"""So few are read by one worker: a second one takes longer to start than they do."""

Progress = Callable[[str, int, int], None]
"""Called with what is going on, how much of it is done and how much there is (0: not known)."""


@dataclass(frozen=True)
class Run:
    """What a build did."""

    number: int
    uri: str
    tables: list[TableSum]
    new: int
    """Sources read now; those of them that had been read before count in `changed`, too."""
    changed: int
    gone: int
    kept: int
    remade: list[str]
    """Tables that were made again because their steps changed."""
    seconds: float


def build(
    recipe: Recipe,
    into: str | Path,
    *,
    workers: int | None = None,
    runner: str = "native",
    retry_failed: bool = False,
    progress: Progress | None = None,
) -> Run:
    """Run a recipe into a collection and return what was done.

    Raises RecipeError, InputError or CollectionError for what a user can mend; the collection
    then still shows its last finished build. `workers` processes do the work, by default one a
    core; with 0 it is done in this process, where a debugger sees it.
    """
    recipe.require_settings()
    use_runner(runner)
    graph = Graph(nodes_of(recipe))
    told = progress or _silent
    # Before anything is written: a wrong path must not leave a mark.
    sources = {root.name: _find(root, told) for root in graph.roots}
    most = max(map(len, sources.values()), default=0)
    if workers is None:
        workers = 1 if most <= _FEW_SOURCES else default_workers()
    store = Store(str(into))
    with store.lock():
        bench = Bench(store, recipe, graph)
        return _Build(recipe, graph, bench, sources, workers, told).run(runner, retry_failed)


class _Build:
    """One build of one collection, while it is locked."""

    def __init__(
        self,
        recipe: Recipe,
        graph: Graph,
        bench: Bench,
        sources: dict[str, dict[str, Source]],
        workers: int,
        progress: Progress,
    ) -> None:
        self.recipe, self.graph, self.bench = recipe, graph, bench
        self.sources, self.workers, self.progress = sources, workers, progress
        self.tally: Counter[str] = Counter()
        self.remade: dict[str, None] = {}

    def run(self, runner: str, retry_failed: bool) -> Run:
        """Do it all and record it."""
        started = time.perf_counter()
        record = self._record(runner)
        runs.start(self.bench.store, record)
        for root in self.graph.roots:
            self._stream_root(root, retry_failed)
        for node in self.graph.below_changes():
            self._derive(node)
        bench = self.bench
        bench.tidy()
        runs.finish(bench.store, bench.manifest, record)
        return Run(
            bench.manifest.run,
            bench.store.uri,
            self._sums(),
            self.tally["new"],
            self.tally["changed"],
            self.tally["gone"],
            self.tally["kept"],
            list(self.remade),
            time.perf_counter() - started,
        )

    def _record(self, runner: str) -> dict[str, Any]:
        recipe = {
            "name": self.recipe.name,
            "digest": self.recipe.digest,
            "settings": dict(self.recipe.settings),
            "text": self.recipe.text,
        }
        inputs = {
            root.name: runs.describe_input(
                _absolute(root.place or ""),
                (s.key + s.fingerprint for s in self.sources[root.name].values()),
            )
            for root in self.graph.roots
        }
        how = {"runner": runner, "workers": self.workers}
        return runs.new_record(self.bench.manifest.run, recipe, inputs, how)

    def _sums(self) -> list[TableSum]:
        """The ledger, one line a table of the recipe."""
        tables = self.bench.manifest.tables
        rows = {
            spec.name: tables[spec.name].rows if spec.name in tables else None
            for spec in self.recipe.tables
        }
        version = self.bench.manifest.ledger[ledger.COUNTS]
        return ledger.summary(ledger.total(self.bench.store, version), rows)

    # --- rows that stream from files

    def _stream_root(self, root: Node, retry_failed: bool) -> None:
        nodes, found = self.graph.streaming(root), self.sources[root.name]
        if self.bench.manifest.readers.get(root.name) != root.keys[0]:
            self.bench.forget_root(root, nodes)
        seen = self._still_good(root, nodes, retry_failed)
        for node in nodes:
            self._settle(node)
        again = [found[key] for key, one in seen.items() if one.outcome == "read"]
        self._count_passing(nodes)
        self._read_again(root, nodes, again)
        read = self.bench.seen(root)  # without those that could not be read again
        seen = {key: one for key, one in seen.items() if key in read}
        for node in nodes:
            self._catch_up(node)
        new = [source for key, source in found.items() if key not in seen]
        self.tally.update(new=len(new), kept=len(seen))
        self._run(f"reading {self.recipe.name}", self._pass_over_files(root, nodes), self._cut(new))

    def _still_good(self, root: Node, nodes: Sequence[Node], retry: bool) -> dict[str, SeenSource]:
        """Delete the rows of sources that changed or went away; return the other sources."""
        found, seen = self.sources[root.name], self.bench.seen(root)
        hidden = tuple(f"{one.key}/" for one in found.values() if one.error == UNREADABLE_FOLDER)
        gone = {key for key in seen if key not in found and not key.startswith(hidden or "\0")}
        failed = self.bench.failed_sources(nodes) if retry else set()
        changed = {
            key
            for key, one in seen.items()
            if key in found and (found[key].fingerprint != one.fingerprint or key in failed)
        }
        stale = gone | changed
        copies = {key for key, one in seen.items() if one.same_as in stale} - stale
        self.tally.update(gone=len(gone), changed=len(changed))
        if stale:  # what was dropped as a copy of them is read again, too
            self.bench.forget_sources(nodes, sorted(stale | copies))
        return {key: one for key, one in seen.items() if key not in stale | copies}

    def _settle(self, node: Node) -> None:
        """Decide whether a table's rows are good; if not, plan how it is made again."""
        state = self.bench.state(node)
        if not node.stored or remake.is_good(node, state):
            return
        if state:
            self.remade[node.table] = None
        self.bench.reset(node, remake.how(self.bench, self.graph, node))
        self.bench.save()

    def _count_passing(self, nodes: Sequence[Node]) -> None:
        """Forget what the ledger says of tables that are not stored and whose steps changed."""
        for node in nodes:
            if not node.stored and self.bench.manifest.passing.get(node.name) != list(node.keys):
                self.bench.forget_steps(node, 0)
                self.bench.manifest.passing[node.name] = list(node.keys)
                self.bench.manifest.recounting.append(node.name)
        self.bench.save()

    def _read_again(self, root: Node, nodes: Sequence[Node], sources: Sequence[Source]) -> None:
        """Read old sources once more for tables that nothing stored can be made from."""
        pending = {
            node.name: plan
            for node in nodes
            if (state := self.bench.state(node))
            and (plan := state.catch_up)
            and plan.origin == remake.FILES
        }
        targets = [node for node in nodes if node.name in pending]
        if len({plan.done for plan in pending.values()}) > 1:  # stopped at different places
            for node in targets:
                self.bench.reset(node, CatchUp(remake.FILES, 0))
                pending[node.name].done = 0
        if targets and sources:
            done = next(iter(pending.values())).done
            what = f"making {', '.join(node.table for node in targets)} again"
            self._run(
                what,
                self._pass_over_files(root, targets, first_time=False),
                self._cut(sources[done:]),
            )
        self.bench.manifest.recounting = []
        for node in targets:
            self._caught_up(node)
        self.bench.save()

    def _pass_over_files(self, root: Node, nodes: Sequence[Node], first_time: bool = True) -> Pass:
        works = self.graph.from_files(root, nodes)
        anew = self.bench.manifest.recounting
        if not first_time:  # what passes through unchanged tables has been counted
            works = tuple(
                replace(work, in_ledger=not work.node.stored and work.node.name not in anew)
                for work in works
            )
        return Pass(self.bench.store.uri, self.bench.manifest.run, works, first_time, reader=root)

    # --- rows that are made from rows

    def _catch_up(self, node: Node) -> None:
        """Make a table from stored rows: of the table above it, or its own former ones."""
        state = self.bench.state(node)
        if not state or not state.catch_up:
            return
        plan = state.catch_up
        if plan.is_own:
            works: tuple[Work, ...] = (Work(node, None, plan.steps_from),)
        else:
            works = self.graph.from_table(node, self.graph.nodes[plan.origin])
            plan.version = plan.version or self.bench.manifest.tables[plan.origin].version
            self.bench.save()  # a killed build goes on from the same rows
        units = remake.units_of_rows(self.bench, self.graph, node, plan, self.workers, _UNIT_ROWS)
        self._run(
            f"making {node.table}",
            Pass(
                self.bench.store.uri,
                self.bench.manifest.run,
                works,
                table=plan.origin,
                version=plan.version,
                columns=tuple(plan.columns),
            ),
            units,
        )
        self._caught_up(node)

    def _caught_up(self, node: Node) -> None:
        self.bench.manifest.tables[node.name].catch_up = None
        self.bench.save()

    def _derive(self, node: Node) -> None:
        """Make a node at or below a whole-table step, if what it is made from has changed."""
        above = self.graph.stored_above(node)
        assert above
        version = self.bench.manifest.tables[above.name].version
        state = self.bench.state(node)
        others = self.bench.versions(node.others)
        fresh = state is not None and (state.made_from, state.made_with) == (version, others)
        if fresh and remake.is_good(node, state) and state and not state.catch_up:
            return
        if state:
            self.remade[node.table] = None
        if node.change:
            self._change(node, above, version, others)
            return
        if not (fresh and remake.is_good(node, state)):
            if state and not fresh:
                state.keys = []  # its own rows are of no use
            self.bench.reset(node, remake.how(self.bench, self.graph, node))
        self.bench.manifest.tables[node.name].made_from = version
        self._catch_up(node)

    def _change(self, node: Node, above: Node, version: int, others: dict[str, int]) -> None:
        """Run a whole-table step and put its result in place of the table at once."""
        assert node.change
        bench = self.bench
        before = bench.made_before(node)
        bench.reset(node)
        self.progress(f"{node.change.name} over {above.table}", 0, 0)
        work = change_of(bench.store, node, (above.name, version), others, before)
        bench.replace(node, work.batches(), version, others)
        for name, rows in work.account():
            if rows:
                bench.manifest.ledger[name] = ledger.append(bench.store, name, rows)
        bench.save()

    # --- doing it

    def _run(self, what: str, work: Pass, units: Sequence[Unit]) -> None:
        """Run a pass and commit what comes back every few seconds."""
        total, done = sum(unit.size for unit in units), 0
        waiting: list[tuple[Unit, Receipt]] = []
        last = time.monotonic()
        for unit, receipt in stream(work, units, self.workers):
            waiting.append((unit, receipt))
            done += unit.size
            if time.monotonic() - last > _COMMIT_SECONDS:
                self.bench.commit(work, waiting)
                waiting, last = [], time.monotonic()
            self.progress(what, done, total)
        if waiting:
            self.bench.commit(work, waiting)

    def _cut(self, sources: Sequence[Source]) -> list[Unit]:
        size = unit_size(len(sources), self.workers, _UNIT_SOURCES)
        return [Unit(list(sources[at : at + size])) for at in range(0, len(sources), size)]


def _find(root: Node, progress: Progress) -> dict[str, Source]:
    """List the documents of an input, by key."""
    assert root.reader
    found: dict[str, Source] = {}
    for source in find(root.place or "", root.reader.documents):
        found.setdefault(source.key, source)
        if len(found) % 1000 == 0:
            progress("finding sources", len(found), 0)
    if not found:
        patterns = ", ".join(root.reader.documents)
        raise InputError(f"no document ({patterns}) in {root.place}")
    return found


def _absolute(place: str) -> str:
    return place if "://" in place else str(Path(place).expanduser().absolute())


def _silent(what: str, done: int, total: int) -> None:
    pass
