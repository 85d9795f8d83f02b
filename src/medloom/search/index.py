"""Make the search index of a collection, or bring it up to date.

The index lies in `search/` of the collection and never touches the tables. For each table it is a
Lance table of its own: the texts of each row as one, what filters look at, and vectors. A run
writes new versions beside the old ones and names them in `search.json` when they are whole: a
search reads the old index until then, and a killed run leaves it as it was.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import lance

from medloom.collection.collection import Collection
from medloom.collection.store import Store, storage_errors
from medloom.errors import CollectionError
from medloom.kit.encoders import text_encoder
from medloom.search.index_changes import Changes, changes, fragment_digests
from medloom.search.index_files import new_name, remove_old
from medloom.search.index_parts import add_rows, delete_keys, make, tidy
from medloom.search.index_rows import Encode, index_rows, index_schema
from medloom.search.index_state import NoIndexError, State, TableIndex
from medloom.search.layout import Layout, layout_of

Progress = Callable[[str, int, int], None]
"""Called with the table, the rows that are indexed, and the rows that there are to index."""
DEFAULT_ENCODER = "static"


class Indexed(NamedTuple):
    """What a run did with one table."""

    table: str
    rows: int
    """In the index now."""
    added: int
    removed: int
    text: tuple[str, ...]
    """The columns that are searched."""
    encoder: str | None


def index(
    collection_uri: str,
    tables: Sequence[str] | None = None,
    encoder: str | None = None,
    progress: Progress | None = None,
    text_columns: Mapping[str, Sequence[str]] | None = None,
    rebuild: bool = False,
) -> list[Indexed]:
    """Index the tables of a collection; only what changed since the last time is read.

    `encoder` makes vectors for meaning: "static" by default, "none" for full text alone.
    `text_columns` names the columns of a table to search, instead of all that look like texts; it
    is kept for later runs. Raises CollectionError for tables and columns that are not there, and
    where another run holds the index.
    """
    collection = Collection(collection_uri)
    store = collection.store
    _check(collection, tables, text_columns or {})
    with _held(store):
        state = _anew(store, tables) if rebuild else State.load(store) or State()
        state.text_columns.update({name: list(one) for name, one in (text_columns or {}).items()})
        done = []
        for name in tables or collection.tables:
            work = _Work(collection, name, state, encoder, progress or _silent)
            if (indexed := work.run()) is not None:
                done.append(indexed)
        for name in [one for one in state.tables if one not in collection.tables]:
            state.replaced[state.tables.pop(name).dataset] = time.time()
        remove_old(store, state)
        state.save(store)
        return done


def _check(
    collection: Collection, tables: Sequence[str] | None, text: Mapping[str, Sequence[str]]
) -> None:
    for name in (*(tables or ()), *text):
        collection.dataset(name)
    for name, columns in text.items():
        collection.check_columns(name, columns)


@contextmanager
def _held(store: Store) -> Iterator[None]:
    """Hold the index for writing; raise CollectionError where another run has it."""
    with ExitStack() as stack:
        try:
            stack.enter_context(Store(f"{store.uri}/search").lock())
        except CollectionError as error:
            told = str(error).replace("is being built by", "is being indexed by")
            raise CollectionError(told.replace("; wait for it, or build elsewhere", "")) from error
        yield


def _anew(store: Store, tables: Sequence[str] | None) -> State:
    """The state without the tables that are made anew; what was chosen for them is kept."""
    try:
        old = State.load(store) or State()
    except NoIndexError:
        return State()
    now = time.time()
    for name in tables or list(old.tables):
        if name in old.tables:
            old.replaced[old.tables.pop(name).dataset] = now
    return old


def _silent(table: str, done: int, all_rows: int) -> None:
    pass


@dataclass
class _Work:
    """One table of one run."""

    collection: Collection
    table: str
    state: State
    asked_encoder: str | None
    progress: Progress

    @cached_property
    def source(self) -> lance.LanceDataset:
        return self.collection.dataset(self.table)

    @cached_property
    def schema(self) -> str:
        return str(self.source.schema)

    def run(self) -> Indexed | None:
        """Bring the table up to date; None where it has nothing to search."""
        old = self.state.tables.get(self.table)
        chosen = self.state.text_columns.get(self.table)
        known = old is not None and old.schema == self.schema and old.chosen == chosen
        layout = Layout.read(old.layout) if old and known else layout_of(self.source, chosen)
        if not layout.text and not layout.people and not layout.vectors:
            return None
        encoder = self._encoder(old, layout)
        name, encode, size = encoder
        dataset = self._opened(old) if old and known and old.encoder == name else None
        if old is not None and dataset is not None:
            found = changes(self.source, old, dataset, layout)
            if found is not None:
                return self._update(old, dataset, layout, found, encode, size)
        return self._rebuild(old, layout, chosen, name, encode, size)

    def _opened(self, old: TableIndex) -> lance.LanceDataset | None:
        """The index of the table as the last whole run left it; None where it is damaged."""
        store = self.collection.store
        try:
            store.restore(old.dataset, old.version)
            return store.dataset(old.dataset)
        except (OSError, ValueError, CollectionError):
            return None

    def _encoder(
        self, old: TableIndex | None, layout: Layout
    ) -> tuple[str | None, Encode | None, int | None]:
        asked = self.asked_encoder or (old.encoder if old else None) or DEFAULT_ENCODER
        if asked == "none" or not (layout.text or layout.people):
            return "none", None, None
        made = text_encoder(asked)
        return asked, made.encode, made.size

    def _rebuild(
        self,
        old: TableIndex | None,
        layout: Layout,
        chosen: list[str] | None,
        encoder: str | None,
        encode: Encode | None,
        size: int | None,
    ) -> Indexed:
        name = new_name(self.table)
        rows = index_rows(self.source, layout, encode=encode)
        schema = index_schema(self.source.schema, layout, size)
        dataset = make(self.collection.store, name, schema, self._told(rows), layout)
        count = dataset.count_rows()
        if old is not None:
            self.state.replaced[old.dataset] = time.time()
        self._record(
            TableIndex(
                name, dataset.version, count, self.source.version,
                fragment_digests(self.source), layout.told(), encoder, count, self.schema, chosen,
            )
        )  # fmt: skip
        return Indexed(self.table, count, count, old.rows if old else 0, layout.text, encoder)

    def _update(
        self,
        old: TableIndex,
        dataset: lance.LanceDataset,
        layout: Layout,
        found: Changes,
        encode: Encode | None,
        size: int | None,
    ) -> Indexed:
        if not found.removed and not found.read:
            old.source_version = self.source.version
            self._record(old)
            return Indexed(self.table, old.rows, 0, 0, layout.text, old.encoder)
        dataset = delete_keys(dataset, found.removed)
        fragments = [one for one in self.source.get_fragments() if one.fragment_id in found.read]
        rows = index_rows(self.source, layout, fragments, encode, found.keys)
        before = dataset.count_rows()
        schema = index_schema(self.source.schema, layout, size)
        dataset = add_rows(dataset, schema, self._told(rows)) if fragments else dataset
        dataset, base = tidy(dataset, old.base_rows)
        count = dataset.count_rows()
        old.version, old.rows, old.base_rows = dataset.version, count, base
        old.source_version, old.fragments = self.source.version, fragment_digests(self.source)
        self._record(old)
        added = count - before
        return Indexed(self.table, count, added, len(found.removed), layout.text, old.encoder)

    def _told(self, rows: Any) -> Any:
        done, all_rows = 0, self.source.count_rows()
        for batch in rows:
            yield batch
            done += batch.num_rows
            self.progress(self.table, done, all_rows)

    def _record(self, made: TableIndex) -> None:
        with storage_errors():
            self.state.tables[self.table] = made
            self.state.save(self.collection.store)
