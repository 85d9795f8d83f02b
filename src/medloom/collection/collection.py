"""Look at a collection: its tables, its ledger and the record of its builds."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import daft
import pyarrow as pa

from medloom.collection import ledger, runs
from medloom.collection.ledger import StepCount, TableSum
from medloom.collection.manifest import Manifest
from medloom.collection.store import Store
from medloom.collection.tags import build_of
from medloom.errors import CollectionError


class Collection:
    """A collection as its last finished build left it, whatever a running build does meanwhile.

    `version` names an earlier build, by its number or its tag; by default it is the last one that
    came to its end, or, in a collection whose first build was stopped, what that build had
    committed.
    """

    def __init__(self, uri: str, version: int | str | None = None) -> None:
        self.store = Store(uri)
        manifest = Manifest.load(self.store)
        if manifest is None:
            raise CollectionError(f"no collection in {uri}; make one: medloom build RECIPE --into")
        if isinstance(version, str):
            version = build_of(self.store, version)
        self.complete = (version or manifest.finished) is not None
        """Whether a build ever came to its end here."""
        self.newest = manifest.run
        number = version or manifest.finished
        self.record: dict[str, Any] = _snapshot(self.store, manifest, number)

    @property
    def uri(self) -> str:
        """The folder or object-store prefix."""
        return self.store.uri

    @property
    def tables(self) -> list[str]:
        """The names of the tables, in the order of the recipe."""
        return [name for name, one in self.record["tables"].items() if not one["internal"]]

    def dataset(self, table: str) -> Any:
        """The Lance dataset of a table, at the version of this build."""
        known = self.record["tables"]
        if table not in known:
            raise CollectionError(f"no table '{table}' here; tables: {', '.join(self.tables)}")
        return self.store.dataset(table, known[table]["version"])

    def table(self, table: str) -> daft.DataFrame:
        """A table as a Daft frame; `.to_pandas()` and `.to_arrow()` are at hand."""
        version = self.dataset(table).version
        return daft.read_lance(self.store.table_uri(table), version=version)

    def scan(
        self,
        table: str,
        columns: Sequence[str] | None = None,
        where: str | None = None,
        limit: int | None = None,
    ) -> Iterator[pa.RecordBatch]:
        """Yield rows of a table in order; `where` is an SQL condition.

        Raises CollectionError for a column or a condition that does not fit the table.
        """
        self.check_columns(table, columns)
        dataset = self.dataset(table)
        try:
            scanner = dataset.scanner(
                columns=list(columns) if columns else None, filter=where, limit=limit
            )
            yield from scanner.to_batches()
        except (ValueError, OSError) as error:
            raise CollectionError(
                f"cannot read {table} where {where}: {_first_line(error)}"
            ) from error

    def check_columns(self, table: str, columns: Sequence[str] | None) -> None:
        """Raise CollectionError where a table has no column of some name."""
        known = self.dataset(table).schema.names
        unknown = [name for name in columns or () if name not in known]
        if unknown:
            raise CollectionError(
                f"no column {', '.join(unknown)} in {table}; columns: {', '.join(known)}"
            )

    def query(self, sql: str) -> daft.DataFrame:
        """Run an SQL query over all tables; the answer is a Daft frame."""
        frames = {name: self.table(name) for name in self.tables}
        try:
            return daft.sql(sql, register_globals=False, **frames)
        except Exception as error:  # Daft raises several of its own kinds
            raise CollectionError(f"cannot run the query: {_first_line(error)}") from error

    @cached_property
    def steps(self) -> list[StepCount]:
        """What each step of each table did: rows in, out, dropped and failed."""
        return ledger.total(self.store, self.record["ledger"][ledger.COUNTS])

    @property
    def ledger(self) -> list[TableSum]:
        """One line a table: rows in = rows out + dropped + failed."""
        named = dict.fromkeys(step.table for step in self.steps)
        held = {
            name: one["rows"] for name, one in self.record["tables"].items() if not one["internal"]
        }
        order = [*(name for name in named if name not in held), *held]
        return ledger.summary(self.steps, {name: held.get(name) for name in order})

    def lost(self, table: str | None = None, limit: int | None = None) -> pa.Table:
        """The rows that were dropped or failed, with step, reason and source."""
        return ledger.lost(self.store, self.record["ledger"][ledger.ROWS], table, limit)

    def history(self) -> Iterator[dict[str, Any]]:
        """The records of all builds that came to their end."""
        for number in range(1, self.newest + 1):
            record = runs.read(self.store, number)
            if record.get("finished"):
                yield record


def _snapshot(store: Store, manifest: Manifest, number: int | None) -> dict[str, Any]:
    record = runs.read(store, number or manifest.run)
    if number is None:  # no build has come to its end: what this one has committed so far
        return {"run": manifest.run, "finished": None, **record, **runs.contents(manifest)}
    if not record.get("finished"):
        raise CollectionError(f"no finished build {number} in {store.uri}")
    return record


def _first_line(error: Exception) -> str:
    return str(error).split(", /", 1)[0].strip().splitlines()[0] if str(error) else repr(error)
