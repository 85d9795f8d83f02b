"""What changed in a table since it was indexed: by the files of its pieces, then by content."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import lance
import numpy as np
import pyarrow as pa
import pyarrow.types as types

from medloom.search.index_rows import KEY, keys_of
from medloom.search.index_state import TableIndex
from medloom.search.layout import Layout


@dataclass
class Changes:
    """Keys to take out, and what to read again."""

    removed: list[str] = field(default_factory=list)
    read: set[int] = field(default_factory=set)
    """Pieces of the table that hold new or changed rows."""
    keys: set[str] | None = None
    """Of those pieces, the rows to take; None for all."""


def fragment_digests(dataset: lance.LanceDataset) -> dict[str, str]:
    """A digest of the files of each piece of a table; another one where rows were deleted."""
    return {
        str(one.fragment_id): hashlib.blake2b(
            json.dumps(one.metadata.to_json(), sort_keys=True, default=str).encode(),
            digest_size=8,
        ).hexdigest()
        for one in dataset.get_fragments()
    }


def changes(
    source: lance.LanceDataset, old: TableIndex, indexed: lance.LanceDataset, layout: Layout
) -> Changes | None:
    """What to do to bring an index up to date; None where it has to be made again.

    Rows that were only appended are found by the pieces alone. Otherwise the rows of pieces that
    are new or changed are compared with what is indexed.
    """
    now = fragment_digests(source)
    new = {int(one) for one, digest in now.items() if old.fragments.get(one) != digest}
    if all(now.get(one) == digest for one, digest in old.fragments.items()):
        return Changes(read=new)
    if layout.key is None:
        return None
    held = dict(_rows(indexed, layout, KEY, None))
    keys = [key for batch in _keys(source, layout) for key in batch]
    if len(set(keys)) < len(keys) or len(held) < indexed.count_rows():
        return None
    fragments = [one for one in source.get_fragments() if one.fragment_id in new]
    fresh = dict(_rows(source, layout, layout.key, fragments)) if fragments else {}
    changed = {key for key, digest in fresh.items() if held.get(key) != digest}
    gone = held.keys() - set(keys)
    return Changes(sorted(gone | (changed & held.keys())), new if changed else set(), changed)


def _keys(source: lance.LanceDataset, layout: Layout) -> Iterator[list[str]]:
    columns = [layout.key] if layout.key else []
    for batch in source.scanner(columns=columns).to_batches():
        yield keys_of(batch, layout).to_pylist()


def _rows(
    dataset: lance.LanceDataset,
    layout: Layout,
    key: str,
    fragments: Sequence[lance.LanceFragment] | None,
) -> Iterator[tuple[str, bytes]]:
    """The key of each row with a digest of what is kept of it."""
    kept = [name for name in layout.stored if name != layout.key]
    columns = list(dict.fromkeys([key, *kept]))
    scanner = dataset.scanner(columns=columns, fragments=fragments)
    for batch in scanner.to_batches():
        keys = batch.column(key).cast(pa.string()).to_pylist()
        values = [_plain(batch.column(name)) for name in kept]
        for row, one in enumerate(keys):
            parts = repr([column[row] for column in values])
            yield str(one), hashlib.blake2b(parts.encode(), digest_size=16).digest()


def _plain(column: pa.Array) -> list[object]:
    is_list = types.is_list(column.type) or types.is_fixed_size_list(column.type)
    if is_list and types.is_floating(column.type.value_type):
        rows = column.to_pylist()
        return [None if row is None else np.float32(row).tobytes() for row in rows]
    return list(column.to_pylist())
