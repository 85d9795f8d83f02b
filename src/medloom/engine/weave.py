"""What a worker does with one unit of work: read it, run the steps, write the fragments.

A worker writes Lance fragments that nobody sees and sends back a receipt; only the driver commits.
So the rows never travel between processes, and a worker that dies leaves no trace.
"""

import gc
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from medloom.collection import ledger
from medloom.collection.ledger import LostRow, SeenSource, StepCount
from medloom.collection.store import Store
from medloom.engine.frame import Frame, Values
from medloom.engine.plan import Node
from medloom.engine.revive import revive
from medloom.engine.stepping import Place, Stepper, lost_row, storable, told
from medloom.engine.units import Receipt, Unit
from medloom.errors import MedloomError, NotThisFormat, SourceError
from medloom.kit.reading import Opened, Shelf
from medloom.kit.sources import Source
from medloom.step import Failure, Step

_CHUNK_BYTES, _CHUNK_ROWS = 64 * 2**20, 2000
"""A unit is woven in chunks of this much media and text, to bound the memory."""
_COPY = "from"
_DIED = "the worker process died while it worked on this"


@dataclass(frozen=True)
class Work:
    """Steps to run for one node in this pass, on the rows of `origin`."""

    node: Node
    origin: str | None
    """The node whose rows come in, as made in this pass; None for what the pass reads."""
    steps_from: int = 0
    """The first step to run, where the rows have passed those before it."""
    rows_are_stored: bool = True
    """Whether the rows that come in are rows of a table, so that a lost one is worth keeping."""

    in_ledger: bool = False
    """Whether what its steps do to these rows is in the ledger already."""

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps to run."""
        return self.node.steps[self.steps_from :]

    def place(self, index: int) -> tuple[Place, str]:
        """Where and as what the ledger has the first (0) or last (-1) step; a mere copy has one."""
        steps = self.steps
        number = self.node.first_step + self.steps_from + (max(len(steps), 1) - 1 if index else 0)
        step = steps[index] if steps else None
        kind = step.kind.name.lower() if step else "copies"
        return Place(self.node.table, step.name if step else _COPY, number), kind


@dataclass(frozen=True)
class Pass:
    """One streaming pass: from sources or from the rows of one table, into some nodes."""

    store_uri: str
    run: int
    works: tuple[Work, ...]
    first_time: bool = True
    """Whether the sources are read for the first time, and not once more for some nodes."""
    reader: Node | None = None
    """The node whose reader makes the rows; else they come from `table`."""
    table: str | None = None
    version: int = 0
    columns: tuple[str, ...] = ()

    @property
    def needs(self) -> frozenset[str]:
        """The columns of the reader that any step looks at, or any table stores."""
        read = {name for work in self.works for step in work.steps for name in step.reads}
        made = set(self.reader.reader.makes) if self.reader and self.reader.reader else set()
        for work in self.works:
            if work.node.stored and made <= set(work.node.columns):
                read |= made
        return frozenset(read)

    @cached_property
    def documents_by(self) -> frozenset[str]:
        """The columns whose equal values make a document for some step."""
        return frozenset(step.by for work in self.works for step in work.steps if step.by)


class _Books:
    """The ledger rows of one unit, until they are written."""

    def __init__(self) -> None:
        self.losses: list[LostRow] = []
        self.counts: list[StepCount] = []
        self.sources: list[SeenSource] = []
        self.unread: list[str] = []
        self.made: Counter[tuple[str, str | None]] = Counter()
        """Rows made so far of each node and source, in this unit."""

    def enter(
        self,
        seen: SeenSource,
        reader: str,
        n_rows: int,
        reason: str,
        failures: Sequence[Failure] = (),
    ) -> None:
        """Write down what became of a source, and of its rows that could not be read."""
        self.sources.append(seen)
        place = Place(seen.table, reader, 0)
        dropped, failed = int(seen.outcome == "dropped"), int(seen.outcome == "failed")
        self.losses += [
            LostRow(*place, "failed", one.error, one.row_id, seen.source, 0, None)
            for one in failures
        ]
        failed += len(failures)
        rows_in = n_rows + dropped + failed
        self.counts.append(
            StepCount(*place, "reads", seen.source, 1, rows_in, n_rows, dropped, failed)
        )
        if seen.outcome != "read":
            self.losses.append(LostRow(*place, seen.outcome, reason, None, seen.source, 0, None))

    def tables(self) -> Iterator[tuple[str, pa.Table]]:
        """The rows, by the table of the ledger that they belong to."""
        rows: dict[str, list[Any]] = {
            ledger.ROWS: self.losses,
            ledger.COUNTS: self.counts,
            ledger.SOURCES: self.sources,
        }
        for name, entries in rows.items():
            if entries:
                yield name, ledger.as_table(entries, ledger.TYPES[name])


class Weaver:
    """Runs one pass, a unit at a time, inside a worker."""

    def __init__(self, work: Pass, scratch: str) -> None:
        self._pass, self._scratch = work, Path(scratch)
        self._store, self._shelf, self._stepper = Store(work.store_uri), Shelf(), Stepper()

    def weave(self, number: int, text: str) -> str:
        """Do one unit and return its receipt; both travel as JSON."""
        with suppress(OSError):  # on another machine the driver's folder may not be there
            (self._scratch / f"{number}.started").touch()
        receipt, books = Receipt(), _Books()
        gc.disable()  # millions of small tuples, no cycles: collecting them is a fifth of the time
        try:
            for frame in self._frames(Unit.from_json(text), books):
                self._weave_frame(frame, receipt, books)
            receipt.identities = [
                (one.source, one.identity, one.version) for one in books.sources if one.identity
            ]
            receipt.unread = books.unread
            for name, rows in books.tables():
                self._write(name, rows, receipt)
        except MedloomError as error:
            receipt.error, receipt.is_ours = str(error), True
        except Exception:
            receipt.error = traceback.format_exc()
        finally:
            gc.enable()
        return receipt.to_json()

    def _frames(self, unit: Unit, books: _Books) -> Iterator[Frame]:
        return self._read(unit, books) if self._pass.reader else self._table_rows(unit, books)

    def _read(self, unit: Unit, books: _Books) -> Iterator[Frame]:
        """Read sources, a bounded number of bytes at a time."""
        node = self._pass.reader
        assert node and node.reader  # noqa: PT018 - for the type checker
        self._shelf.expect(unit.sources, media="media" in self._pass.needs)
        rows: list[Any] = []
        keys: list[str | None] = []
        held = 0
        for source in unit.sources:
            for row in self._read_one(node, node.reader, source, unit.dead, books):
                if isinstance(row, Frame):  # a batch as the file holds it
                    yield row
                    continue
                full = held > _CHUNK_BYTES or len(rows) >= _CHUNK_ROWS
                if full and not self._same_document(rows[-1], row):
                    yield Frame.of_rows(rows, node.reader.makes, keys)
                    rows, keys, held = [], [], 0
                rows.append(row)
                keys.append(source.key)
                held += _media_bytes(row)
            held += source.size
        if rows:
            yield Frame.of_rows(rows, node.reader.makes, keys)

    def _same_document(self, one: Any, other: Any) -> bool:
        """Whether a step that looks at documents must see both rows at once."""
        return any(
            getattr(one, name) == getattr(other, name, None)
            for name in self._pass.documents_by
            if hasattr(one, name)
        )

    def _read_one(
        self, node: Node, reader: Step, source: Source, dead: bool, books: _Books
    ) -> Iterator[Any]:
        mark, size, run = source.fingerprint, source.size, self._pass.run
        seen = SeenSource(source.key, node.table, mark, size, "read", run)
        n_rows, reason = 0, ""
        failures: list[Failure] = []
        try:
            if dead:
                raise SourceError(_DIED)
            settled = {n: one.arrow for n, one in reader.makes.items()} if reader.settle else None
            opened = Opened(source, self._shelf, self._pass.needs, settled)
            for row in reader.body(opened, **reader.values):
                if isinstance(row, Failure):
                    failures.append(row)
                    continue
                if isinstance(row, pa.RecordBatch):
                    row = _as_declared(row, reader, source.key, n_rows)
                n_rows += row.n_rows if isinstance(row, Frame) else 1
                yield row
            if n_rows == 1 and reader.identity:
                identity, version = reader.identity(row)
                seen = seen._replace(identity=identity, version=version)
        except NotThisFormat as error:
            seen, reason = seen._replace(outcome="dropped"), str(error)
        except Exception as error:
            seen, reason = seen._replace(outcome="failed"), told(error)
        if self._pass.first_time:  # else the reader's part is in the ledger already
            books.enter(seen, reader.name, n_rows, reason, failures)
        elif seen.outcome != "read":
            books.unread.append(source.key)

    def _table_rows(self, unit: Unit, books: _Books) -> Iterator[Frame]:
        columns = list(self._pass.columns)
        dataset = self._store.dataset(self._pass.table or "", self._pass.version)
        scanned = dataset.to_table(columns=columns, offset=unit.start, limit=unit.stop - unit.start)
        frame = Frame.of_arrow(revive(scanned, unit.start, unit.revived))
        if not unit.dead:
            yield frame
            return
        for work in self._pass.works:
            place, kind = work.place(0)
            expands = kind == "expands"
            books.losses += [
                lost_row(place, "failed", _DIED, frame, row, keep=True)
                for row in range(frame.n_rows)
            ]
            books.counts += [
                StepCount(*place, kind, source, n_rows if expands else 0, n_rows, 0, 0, n_rows)
                for source, n_rows in Counter(frame.python("source")).items()
            ]

    def _weave_frame(self, frame: Frame, receipt: Receipt, books: _Books) -> None:
        made: dict[str | None, Frame] = {None: frame}
        for work in self._pass.works:
            made[work.node.name] = self._weave_node(work, made[work.origin], receipt, books)

    def _weave_node(self, work: Work, frame: Frame, receipt: Receipt, books: _Books) -> Frame:
        node = work.node
        number = node.first_step + work.steps_from
        result = self._stepper.run(
            node.table, work.steps, frame, number, keep_rows=work.rows_are_stored
        )
        place, kind = work.place(-1)
        if not node.steps and not node.reader:  # a mere copy still accounts for its rows
            result.counts += [
                StepCount(*place, kind, source, 0, n_rows, n_rows, 0, 0)
                for source, n_rows in Counter(frame.python("source")).items()
            ]
        if node.stored and result.frame.n_rows:
            self._write(node.name, storable(result, node.schema, place, kind), receipt)
        if not work.in_ledger:
            books.counts += result.counts
            books.losses += [
                one._replace(position=one.position + books.made[node.name, one.source])
                for one in result.losses
            ]
        books.made.update((node.name, source) for source in result.frame.python("source"))
        return result.frame

    def _write(self, name: str, rows: pa.Table, receipt: Receipt) -> None:
        receipt.fragments.setdefault(name, []).extend(self._store.write_fragments(name, rows))
        receipt.rows[name] += rows.num_rows


def _as_declared(batch: pa.RecordBatch, reader: Step, source: str, n_before: int) -> Frame:
    """A batch in the columns of its table: null where the file lacks one.

    Rows without an id are named by the file and their number, from 1. Raises SourceError for a
    column that the table does not have, or that is of another type.
    """
    unknown = [name for name in batch.schema.names if name not in reader.makes]
    if unknown:
        known = ", ".join(reader.makes)
        raise SourceError(f"has the column {', '.join(unknown)}; the table has {known}")
    columns = {}
    for name, column in reader.makes.items():
        there = name in batch.schema.names
        values = batch.column(name) if there else pa.nulls(batch.num_rows)
        try:
            values = values.cast(column.arrow)
            if name == "id" and values.null_count and pa.types.is_string(values.type):
                rows = range(n_before + 1, n_before + batch.num_rows + 1)
                values = pc.coalesce(values, pa.array([f"{source}/{row}" for row in rows]))
            columns[name] = Values(array=values)
        except pa.ArrowException as error:
            what = f"its column {name} is {values.type}, the table's {column.arrow}"
            raise SourceError(what) from error
    return Frame({**columns, "source": Values(str, [source] * batch.num_rows)}, batch.num_rows)


def _media_bytes(row: Any) -> int:
    return sum(len(file.bytes) for file in getattr(row, "media", ()))
