"""Which rows stand on a page: filtered and in order, looked up once and remembered."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medloom.errors import CollectionError
from medloom.web.browsing.filters import condition
from medloom.web.browsing.kinds import is_plain, is_readable
from medloom.web.browsing.view import View

_KEPT_BYTES = 256 * 2**20
_MOST_RANKS = 2**16 - 1


class Remembered:
    """What was computed for versions of tables, which never change; the oldest is forgotten."""

    def __init__(self, most_bytes: int = _KEPT_BYTES) -> None:
        self._held: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = threading.Lock()
        self._locks: dict[Hashable, threading.Lock] = {}
        self._bytes, self._most = 0, most_bytes

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """Give what is held under a key, or make it; two that ask at once wait for one."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key][0]
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            if (found := self.peek(key)) is None:
                found = make()
                self._keep(key, found)
        return found

    def peek(self, key: Hashable) -> Any | None:
        """Give what is held under a key; None where it has not been made."""
        with self._lock:
            return self._held[key][0] if key in self._held else None

    def _keep(self, key: Hashable, value: Any) -> None:
        size = int(getattr(value, "nbytes", 2048))
        with self._lock:
            self._held[key] = (value, size)
            self._bytes += size
            self._locks.pop(key, None)
            while self._bytes > self._most and len(self._held) > 1:
                self._bytes -= self._held.popitem(last=False)[1][1]


def places(dataset: Any, view: View, memory: Remembered) -> np.ndarray | None:
    """The offsets of all rows of a view, in order; None where it is the table as it stands."""
    where = condition(view.filters, dataset.schema)
    key = (dataset.uri, dataset.version)
    found: np.ndarray | None = None
    if where:
        found = memory.get((*key, "where", where), lambda: _matching(dataset, where))
    if not view.sort:
        return found
    order: np.ndarray = memory.get((*key, "sort", view.sort), lambda: _order(dataset, view.sort))
    ordered: np.ndarray = order[:-1]
    n_full = int(order[-1])
    if view.down:  # empty values stay last
        ordered = np.concatenate([ordered[:n_full][::-1], ordered[n_full:]])
    if found is None:
        return ordered
    keep = np.zeros(len(ordered), bool)
    keep[found] = True
    kept: np.ndarray = ordered[keep[ordered]]
    return kept


def page_rows(dataset: Any, view: View, found: np.ndarray | None, columns: list[str]) -> pa.Table:
    """Read the rows of one page."""
    n_rows = dataset.count_rows() if found is None else len(found)
    stop = min(view.start + view.rows, n_rows)
    wanted = np.arange(view.start, stop) if found is None else found[view.start : stop]
    names = [name for name in columns if is_readable(dataset.schema.field(name).type)]
    if not len(wanted):
        return dataset.schema.empty_table().select(names)
    order = np.argsort(wanted)  # ask in the order of the files
    rows = dataset.take(wanted[order].tolist(), columns=names)
    return rows.take(np.argsort(order))


def _matching(dataset: Any, where: str) -> np.ndarray:
    try:
        rows = dataset.scanner(columns=["_rowoffset"], filter=where).to_table()
    except (ValueError, OSError) as error:
        told = str(error).split(", /", 1)[0].splitlines()[0]
        raise CollectionError(f"cannot filter: {told}") from error
    return np.sort(rows["_rowoffset"].to_numpy().astype(np.uint32))


def _order(dataset: Any, column: str) -> np.ndarray:
    """The offsets in the order of a column, empty values last; then how many are not empty."""
    if column not in dataset.schema.names or not is_plain(dataset.schema.field(column).type):
        raise CollectionError(f"rows cannot be sorted by '{column}'")
    values = dataset.to_table(columns=[column])[column]
    ranks = _ranks(values)
    order = pc.sort_indices(values) if ranks is None else np.argsort(ranks, kind="stable")
    full = len(values) - values.null_count
    return np.append(np.asarray(order).astype(np.uint32), np.uint32(full))  # nulls at the end


def _ranks(values: pa.ChunkedArray) -> np.ndarray | None:
    """The rank of each value among the different ones, where a small number holds it.

    Small numbers are sorted many times faster than texts. None where there are too many values.
    """
    head = values.slice(0, 5000)
    if len(head) == 5000 and pc.count_distinct(head).as_py() > 4000:
        return None
    coded = pc.dictionary_encode(values.combine_chunks())
    if len(coded.dictionary) > _MOST_RANKS:
        return None
    rank = np.empty(len(coded.dictionary), np.uint16)
    rank[np.asarray(pc.sort_indices(coded.dictionary))] = np.arange(len(rank))
    codes = coded.indices.fill_null(0).to_numpy(zero_copy_only=False)
    found = rank[codes] if len(rank) else np.zeros(len(values), np.uint16)
    found[np.asarray(values.is_null())] = _MOST_RANKS
    return found
