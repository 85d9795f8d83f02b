"""Where the rows of two versions of a table differ, without reading those that are shared."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_BATCH_ROWS, _BATCH_ROWS_WITH_FILES = 4096, 128
Key = tuple[str, int]
"""The id of a row, and how many rows with the same id stand before it."""


class Places(NamedTuple):
    """Rows that may differ, by their keys: where each lies, and the file it came from."""

    addresses: dict[Key, int]
    sources: dict[Key, str | None]


def unshared(old: Any, new: Any) -> tuple[Places, Places]:
    """The rows of each of two versions of a table that do not lie in the same files at one place.

    Lance never changes a file: a row at the same place of the same file is the same row.
    """
    same_schema = old.schema.equals(new.schema)
    shared = _shared_fragments(old, new) if same_schema else set()
    rows = [_rows(one) for one in (old, new)]
    common = set()
    if shared:
        held = [{a for a in places if a >> 32 in shared} for places, _, _ in rows]
        common = held[0] & held[1]
    left, right = (_places(*one, common) for one in rows)
    return left, right


def _shared_fragments(old: Any, new: Any) -> set[int]:
    files = [
        {
            f.fragment_id: [(x.path, tuple(x.fields)) for x in f.data_files()]
            for f in d.get_fragments()
        }
        for d in (old, new)
    ]
    return {number for number, one in files[0].items() if files[1].get(number) == one}


def _files(dataset: Any) -> dict[int, list[Any]]:
    return {
        one.fragment_id: [(file.path, tuple(file.fields)) for file in one.data_files()]
        for one in dataset.get_fragments()
    }


def _rows(dataset: Any) -> tuple[list[int], list[Any], list[Any]]:
    names = [name for name in ("id", "source") if name in dataset.schema.names]
    table = dataset.scanner(columns=names, with_row_address=True).to_table()
    empty: list[Any] = [None] * table.num_rows
    columns = [table[n].to_pylist() if n in names else empty for n in ("id", "source")]
    return table["_rowaddr"].to_pylist(), columns[0], columns[1]


def _places(
    addresses: Sequence[int], ids: Sequence[Any], sources: Sequence[Any], common: set[int]
) -> Places:
    seen: Counter[str] = Counter()
    found = Places({}, {})
    for address, row_id, source in zip(addresses, ids, sources, strict=True):
        key = (str(row_id), seen[row_id])
        seen[row_id] += 1
        if address not in common:
            found.addresses[key] = address
            found.sources[key] = source
    return found


def changed(
    old: Any, new: Any, keys: Sequence[Key], left: Places, right: Places
) -> Iterator[tuple[Key, list[str]]]:
    """Yield each of the rows whose values differ, with the columns that do."""
    columns = [n for n in old.schema.names if n in new.schema.names]
    large = any(pa.types.is_large_binary(old.schema.field(n).type) for n in columns)
    size = _BATCH_ROWS_WITH_FILES if large else _BATCH_ROWS
    for at in range(0, len(keys), size):
        part = keys[at : at + size]
        rows = [
            dataset._take_rows([places.addresses[key] for key in part], columns=columns)
            for dataset, places in ((old, left), (new, right))
        ]
        marks = {name: _differ(rows[0][name], rows[1][name]) for name in columns}
        for number, key in enumerate(part):
            names = [name for name in columns if marks[name] is not None and marks[name][number]]
            if names:
                yield key, names


def _differ(one: pa.ChunkedArray, other: pa.ChunkedArray) -> Any:
    """Which values of two columns differ; None where none does."""
    if one.equals(other):
        return None
    if one.type == other.type and not pa.types.is_nested(one.type):
        same = pc.fill_null(pc.equal(one, other), False)
        both_null = pc.and_(pc.is_null(one), pc.is_null(other))
        if pa.types.is_floating(one.type):
            both_nan = pc.and_(pc.is_nan(one), pc.is_nan(other))
            same = pc.or_(same, pc.fill_null(both_nan, False))
        return np.asarray(pc.invert(pc.or_(same, both_null)).combine_chunks())
    pairs = zip(one.to_pylist(), other.to_pylist(), strict=True)
    return np.array([repr(a) != repr(b) for a, b in pairs], bool)
