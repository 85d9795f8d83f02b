"""The Lance table of an index: made with its full-text, filter and vector indexes, and kept tidy.

New rows get parts of an index of their own, so that they are found within a second. A query asks
every part, so there are never more than two: the base, and one with all that came since. When that
one has grown to a fifth of the base, both become the new base.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

import lance
import pyarrow as pa
import pyarrow.types as types

from medloom.collection.store import Store, storage_errors
from medloom.kit.sql import is_among
from medloom.search.index_rows import ALL_TEXT, KEY
from medloom.search.layout import Layout

ROWS_FOR_FILTER_INDEXES = 20_000
ROWS_FOR_VECTOR_INDEXES = 50_000
_GROWN = 0.2
_SMALL, _MOST_SMALL = 20_000, 3
"""Files of fewer rows are joined once there are more than so many: each slows every query."""
_AT_ONCE = 2000
_KEPT_FOR = timedelta(hours=1)
"""A search that runs keeps its version so long after another one has come."""


def make(
    store: Store, name: str, schema: pa.Schema, rows: Iterable[pa.RecordBatch], layout: Layout
) -> lance.LanceDataset:
    """Write the rows of an index and index them, over what an earlier run may have left there."""
    uri = store.table_uri(name)
    with storage_errors():
        reader = pa.RecordBatchReader.from_batches(schema, iter(rows))
        dataset = lance.write_dataset(reader, uri, mode="overwrite")
        for column in (ALL_TEXT, *layout.fields):
            dataset.create_scalar_index(
                column,
                "INVERTED",
                name=f"words of {column}",
                with_position=True,
                stem=True,
                remove_stop_words=False,
                ascii_folding=True,
            )
        if dataset.count_rows() >= ROWS_FOR_FILTER_INDEXES:
            _index_filters(dataset, layout)
        if dataset.count_rows() >= ROWS_FOR_VECTOR_INDEXES:
            _index_vectors(dataset)
    return lance.dataset(uri)


def _index_filters(dataset: lance.LanceDataset, layout: Layout) -> None:
    dataset.create_scalar_index(KEY, "BTREE", name="keys")
    for name in layout.filters:
        kind = dataset.schema.field(name).type
        if types.is_integer(kind) or types.is_floating(kind) or types.is_temporal(kind):
            dataset.create_scalar_index(name, "BTREE", name=f"values of {name}")
        elif types.is_string(kind) or types.is_boolean(kind):
            dataset.create_scalar_index(name, "BITMAP" if name != "id" else "BTREE")


def _index_vectors(dataset: lance.LanceDataset) -> None:
    for one in dataset.schema:
        size = one.type.list_size if types.is_fixed_size_list(one.type) else 0
        if size and size % 8 == 0:
            dataset.create_index(one.name, "IVF_PQ", metric="cosine", num_sub_vectors=size // 8)


def add_rows(
    dataset: lance.LanceDataset, schema: pa.Schema, rows: Iterable[pa.RecordBatch]
) -> lance.LanceDataset:
    """Append rows; they are indexed by `tidy`."""
    with storage_errors():
        reader = pa.RecordBatchReader.from_batches(schema, iter(rows))
        lance.write_dataset(reader, dataset.uri, mode="append")
    return lance.dataset(dataset.uri)


def delete_keys(dataset: lance.LanceDataset, keys: Sequence[str]) -> lance.LanceDataset:
    """Take rows out by their keys."""
    for start in range(0, len(keys), _AT_ONCE):
        with storage_errors():
            dataset.delete(is_among(KEY, keys[start : start + _AT_ONCE]))
    return lance.dataset(dataset.uri)


def tidy(dataset: lance.LanceDataset, base_rows: int) -> tuple[lance.LanceDataset, int]:
    """Index what is new; return the table and the rows that its base has."""
    rows = dataset.count_rows()
    grown = rows > base_rows * (1 + _GROWN) or rows < base_rows * (1 - _GROWN)
    with storage_errors():
        small = [one for one in dataset.get_fragments() if one.metadata.num_rows < _SMALL]
        if len(small) > _MOST_SMALL:
            dataset.optimize.compact_files(target_rows_per_fragment=_SMALL)
        parts = _parts(dataset)
        merged = parts if grown else max(0, parts - 1)
        dataset.optimize.optimize_indices(num_indices_to_merge=merged)
        dataset = lance.dataset(dataset.uri)
        dataset.cleanup_old_versions(older_than=_KEPT_FOR)
    return lance.dataset(dataset.uri), rows if grown else base_rows


def _parts(dataset: lance.LanceDataset) -> int:
    stats: dict[str, Any] = dataset.stats.index_stats(f"words of {ALL_TEXT}")
    return int(stats["num_indices"])
