"""Search over a collection: by words, by meaning, or both; filters, facets, snippets, pages."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from medloom.collection.collection import Collection
from medloom.collection.store import Store
from medloom.errors import CollectionError, InputError, MedloomError
from medloom.kit.sql import is_among
from medloom.registry import did_you_mean
from medloom.search.candidates import Candidate, Candidates
from medloom.search.index_changes import fragment_digests
from medloom.search.index_state import NoIndexError, State
from medloom.search.indexed_table import IndexedTable, values_counted
from medloom.search.parsing import parse
from medloom.search.presenting import present
from medloom.search.query import Query, in_fields, leaves
from medloom.search.results import Hit, Results
from medloom.search.understanding import Understanding
from medloom.search.understanding.expanding import expander, told

Expander = Callable[[Query], Query]
MODES = ("auto", "lexical", "dense", "hybrid")
_MOST_FACETS = 20
_LOOKS_AGAIN_SECONDS = 1.0


class Searcher:
    """Searches the index of a collection; it may stay open while the index grows."""

    def __init__(self, store: Store, state: State, expander: Expander | None = None) -> None:
        self.store = store
        self._state = state
        self._expander = expander
        self._looked = time.monotonic()
        self._opened: dict[str, IndexedTable] = {}
        self._notes: dict[str, tuple[str | None, float]] = {}
        self._pause = _LOOKS_AGAIN_SECONDS * (1 if store.local else 10)

    @classmethod
    def open(cls, uri: str, expander: Expander | None = None) -> "Searcher":
        """Open the index of a collection; raise NoIndexError where there is none."""
        store = Store(uri)
        state = State.load(store)
        if state is None:
            Collection(uri)  # says so where it is no collection at all
            raise NoIndexError(f"{store.uri} has no search index\n  fix: medloom index {store.uri}")
        return cls(store, state, expander)

    @property
    def tables(self) -> list[str]:
        """The tables that are indexed."""
        self._look_again()
        return list(self._state.tables)

    def find(
        self,
        query: str | Query,
        *,
        tables: Sequence[str] | None = None,
        mode: str = "auto",
        columns: Sequence[str] | None = None,
        where: str | None = None,
        limit: int = 10,
        offset: int = 0,
        group: str | None = None,
        facets: Sequence[str] = (),
        rerank: bool = False,
        expand: bool = True,
        values: Sequence[str] = (),
        count: bool = False,
    ) -> Results:
        """The rows that fit a query best, of all tables or some.

        `columns` are the text columns to look in; `where` is an SQL condition on any column;
        `group` keeps the best hit of each of its values; `facets` counts the values of columns in
        all rows that match; `values` are columns to give back with each hit; `count` makes `total`
        known for any query. Raises QueryError for a query, InputError for tables, columns and
        conditions that do not fit.
        """
        started = time.perf_counter()
        if mode not in MODES:
            raise InputError(f"no mode '{mode}'; modes: {', '.join(MODES)}")
        self._look_again()
        typed = query if isinstance(query, str) else str(query)
        parsed = parse(query) if isinstance(query, str) else query
        notes: list[str] = []
        if columns:
            parsed = in_fields(parsed, columns)
        chosen = self._chosen(tables, parsed, notes)
        if where:
            chosen = _where_fits(chosen, where, notes, named=tables is not None)
        understood = self._expanded(parsed, notes) if expand else parsed
        found = Candidates(
            understood, typed, chosen, where, mode, needed=offset + limit, group=group, notes=notes
        )
        ranked = found.ranked(rerank)
        page = ranked[offset : offset + limit]
        hits = present(page, understood, group, values)
        self._fill(hits, values, chosen)
        total = found.total(count or bool(facets))
        counted = _facets(found, facets)
        notes += [note for one in chosen if (note := self._note_of(one))]
        seconds = time.perf_counter() - started
        return Results(tuple(hits), total, counted, tuple(dict.fromkeys(notes)), seconds)

    def nearest(
        self,
        table: str,
        vector: npt.NDArray[np.float32],
        *,
        column: str = "embedding",
        where: str | None = None,
        limit: int = 10,
        leave_out: Sequence[str] = (),
    ) -> Results:
        """The rows of a table whose vectors are nearest by cosine; `leave_out` are ids."""
        started = time.perf_counter()
        self._look_again()
        one = self._table(table)
        if column not in one.dataset.schema.names:
            known = one.layout.vectors
            fix = did_you_mean(column, list(known), f"vectors: {', '.join(known) or 'none'}")
            raise InputError(f"no vectors '{column}' in {table}\n  fix: {fix}")
        given = np.asarray(vector, dtype=np.float32)
        size = one.dataset.schema.field(column).type.list_size
        if given.shape != (size,):
            raise InputError(f"vectors of {table}.{column} have {size} numbers, not {given.shape}")
        found = one.by_vector(given, where, limit + len(leave_out), column)
        candidates = [Candidate(one, number, score, {"vector": score}) for number, score in found]
        hits = [hit for hit in present(candidates, None, None, ()) if hit.id not in set(leave_out)]
        return Results(tuple(hits[:limit]), None, {}, (), time.perf_counter() - started)

    def _expanded(self, query: Query, notes: list[str]) -> Query:
        if self._expander is not None:
            return self._expander(query)
        understanding = self._understanding
        if understanding is None:
            return query
        expanded = expander(understanding)(query)
        notes += told(expanded)
        return expanded

    @cached_property
    def _understanding(self) -> Understanding | None:
        try:
            return Understanding.of(Collection(self.store.uri))
        except MedloomError:
            return None

    def _look_again(self) -> None:
        """Take a newer index, if a run has written one."""
        now = time.monotonic()
        if now - self._looked < self._pause:
            return
        self._looked = now
        if (state := State.load(self.store)) is not None and state != self._state:
            self._state, self._opened, self._notes = state, {}, {}

    def _table(self, name: str) -> IndexedTable:
        known = self._state.tables
        if name not in known:
            fix = did_you_mean(name, list(known), f"indexed tables: {', '.join(known) or 'none'}")
            raise InputError(f"no table '{name}' in the index\n  fix: {fix}")
        if name not in self._opened:
            one = known[name]
            try:
                dataset = self.store.dataset(one.dataset, one.version)
            except (OSError, ValueError) as error:
                raise NoIndexError(
                    f"the search index of {name} cannot be read: its files are gone or damaged\n"
                    f"  fix: medloom index {self.store.uri} --rebuild"
                ) from error
            self._opened[name] = IndexedTable(name, replace(one), dataset)
        return self._opened[name]

    def _chosen(
        self, tables: Sequence[str] | None, query: Query, notes: list[str]
    ) -> list[IndexedTable]:
        every = [self._table(name) for name in tables or self._state.tables]
        fit = [one for one in every if one.has_fields(query)]
        if not fit and every:
            known = sorted({name for one in every for name in one.layout.text})
            asked = {one.field for one in (*leaves(query), *leaves(query, wanted=False))}
            for name in sorted(one for one in asked if one and one not in known):
                fix = did_you_mean(name, known, f"fields: {', '.join(known)}")
                raise InputError(
                    f"no field '{name}' to search in; to look for the text: \"{name}:...\"\n"
                    f"  fix: {fix}"
                )
            raise InputError("no table has all the fields that the query names")
        if len(fit) < len(every):
            notes.append(f"searched are tables with these fields: {', '.join(o.name for o in fit)}")
        return fit

    def _fill(
        self, hits: Sequence[Hit], values: Sequence[str], tables: Sequence[IndexedTable]
    ) -> None:
        """Take values that the index does not hold from the tables themselves."""
        for one in tables:
            missing = [name for name in values if name not in one.columns]
            mine = {hit.id: hit for hit in hits if hit.table == one.name}
            if not missing or not mine or one.layout.key is None:
                continue
            source = Collection(self.store.uri).dataset(one.name)
            names = [name for name in missing if name in source.schema.names]
            key = one.layout.key
            if names and pa.types.is_string(source.schema.field(key).type):
                rows = source.to_table(columns=[key, *names], filter=is_among(key, mine))
                for row in rows.to_pylist():
                    mine[row[key]].values.update({name: row[name] for name in names})

    def _note_of(self, one: IndexedTable) -> str | None:
        """What `_behind` says, asked again no sooner than after a second."""
        now = time.monotonic()
        said, at = self._notes.get(one.name, (None, -1e9))
        if now - at > self._pause or self._opened.get(one.name) is not one:
            said = self._behind(one)
            self._notes[one.name] = (said, now)
        return said

    def _behind(self, one: IndexedTable) -> str | None:
        """A note where the table has grown or changed since it was indexed."""
        try:
            collection = Collection(self.store.uri)
            record = collection.record["tables"].get(one.name)
        except CollectionError:
            return None
        if record is None or record["version"] == one.index.source_version:
            return None
        source = collection.dataset(one.name)
        if fragment_digests(source) == one.index.fragments:
            return None
        behind = source.count_rows() - one.index.rows
        what = f"{behind:,} rows are" if behind > 0 else "changes are"
        return f"{one.name}: {what} not indexed yet: medloom index {self.store.uri}"


def _facets(found: Candidates, names: Sequence[str]) -> dict[str, tuple[tuple[Any, int], ...]]:
    """The most frequent values of columns in all rows that match."""
    counted: dict[str, dict[Any, int]] = {name: {} for name in names}
    known = {name for one in found.tables for name in one.columns}
    for name in names:
        if name not in known:
            fix = did_you_mean(name, sorted(known), f"columns: {', '.join(sorted(known))}")
            raise InputError(f"no column '{name}' to count\n  fix: {fix}")
    for one in found.tables if names else ():
        here = [name for name in names if name in one.columns]
        if not here:
            continue
        rows = one.take([number for number, _ in found.matching(one)], here)
        for name in here:
            for value, n in values_counted(rows[name]).items():
                counted[name][value] = counted[name].get(value, 0) + n
    return {name: _most_frequent(values) for name, values in counted.items()}


def _most_frequent(found: Mapping[Any, int]) -> tuple[tuple[Any, int], ...]:
    ordered = sorted(found.items(), key=lambda one: (-one[1], str(one[0])))
    return tuple(ordered[:_MOST_FACETS])


def _where_fits(
    tables: list[IndexedTable], where: str, notes: list[str], named: bool
) -> list[IndexedTable]:
    """The tables that have the columns of a condition; raises what the first of none says."""
    fit, errors = [], []
    for one in tables:
        try:
            one.dataset.scanner(filter=where).explain_plan()
            fit.append(one)
        except (ValueError, OSError, RuntimeError) as error:
            errors.append(one.told(error, where))
    if errors and (named or not fit):
        raise errors[0]
    if errors:
        notes.append(f"the condition fits only: {', '.join(one.name for one in fit)}")
    return fit
