"""The concepts of a lexicon as flat arrays: ids, preferred names, places, types, and the rest."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from medloom.terminology.flat import Array, Strings
from medloom.terminology.hashing import HashTable
from medloom.terminology.model import Entry


def entry_arrays(entries: Sequence[Entry]) -> dict[str, Array]:
    """Ids and names, concepts by the hash of any of their ids, parents, and the rest as JSON."""
    number = {one.id: n for n, one in enumerate(entries)}
    by_id = dict(number)
    for entry in entries:
        for other in entry.alternative_ids:
            by_id.setdefault(other, number[entry.id])
    parents = [number[parent] for entry in entries for parent in entry.parents]
    counts = [len(entry.parents) for entry in entries]
    keys = np.array([id_hash(one) for one in by_id], np.uint64)
    numbers = np.array([one + 1 for one in by_id.values()], np.int32)
    return {
        **Strings.pack((one.id for one in entries), "id"),
        **Strings.pack((one.name for one in entries), "preferred"),
        **table_arrays("ids", HashTable.of(keys, numbers)),
        "parent_bounds": np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        "parents": np.array(parents, np.int32),
        **_type_arrays(entries),
        **Strings.pack(map(_rest, entries), "rest"),
    }


def _type_arrays(entries: Sequence[Entry]) -> dict[str, Array]:
    types = sorted({one for entry in entries for one in entry.types})
    number = {one: n for n, one in enumerate(types)}
    pairs = [(n, number[one]) for n, entry in enumerate(entries) for one in entry.types]
    return {
        "typed_entries": np.array([one for one, _ in pairs], np.int32),
        "typed_as": np.array([one for _, one in pairs], np.int32),
        **Strings.pack(types, "type"),
    }


def _rest(entry: Entry) -> str:
    """What only a look at one concept needs."""
    rest: dict[str, Any] = {
        name: value
        for name, value in entry._asdict().items()
        if value and name not in ("id", "name", "parents") and (name, value) != ("language", "en")
    }
    return json.dumps(rest, ensure_ascii=False)


def id_hash(id: str) -> int:
    """A hash of an id that every process finds the same; never 0."""
    return int.from_bytes(hashlib.blake2b(id.encode(), digest_size=8).digest(), "little") or 1


def table_arrays(name: str, table: HashTable) -> dict[str, Array]:
    """The two arrays of a hash table, by their names in a file."""
    return {f"{name}_keys": table.keys, f"{name}_values": table.values}
