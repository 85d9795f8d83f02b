"""Which articles of a collection cite each other."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medloom.collection.collection import Collection
from medloom.web.records import rows

_KEYS = ("pmcid", "pmid", "doi")
_MOST_ARTICLES = 200_000


def cited(
    collection: Collection, table: str, references: Sequence[Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """The articles of the table that references name, by `ref_id`."""
    schema = rows.opened(collection, table).schema
    found: dict[str, dict[str, Any]] = {}
    for key in _KEYS:
        if key not in schema.names or not rows.is_text(schema.field(key).type):
            continue
        wanted = {str(one[key]): one["ref_id"] for one in references if one.get(key)}
        places = [int(one) for one in rows.having(collection, table, key, list(wanted))[:1000]]
        for row in rows.taken(collection, table, places, ["id", "title", key]):
            found.setdefault(wanted[row[key]], row)
    return found


def citing(collection: Collection, table: str, article: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The articles of the table whose references name an article, the newest first."""
    record = collection.record["tables"][table]
    if record["rows"] > _MOST_ARTICLES:
        return []
    keys, owners = _references(collection.uri, table, record["version"], collection)
    wanted = [str(article[key]).lower() for key in _KEYS if article.get(key)]
    if not wanted or not len(keys):
        return []
    found = pc.indices_nonzero(pc.is_in(keys, value_set=pa.array(wanted, pa.large_string())))
    places = np.unique(owners[found.to_numpy()])[:500]
    columns = ["id", "title", "journal", "year", "authors"]
    made = rows.taken(collection, table, [int(one) for one in places], columns)
    return sorted(
        (one for one in made if one["id"] != article["id"]), key=lambda one: -(one.get("year") or 0)
    )


class _Held:
    """A collection that does not count when calls are compared."""

    def __init__(self, collection: Collection) -> None:
        self.collection = collection

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held)

    def __hash__(self) -> int:
        return 0


def _references(uri: str, table: str, version: int, collection: Collection) -> Any:
    return _read(uri, table, version, _Held(collection))


@lru_cache(maxsize=4)
def _read(uri: str, table: str, version: int, held: _Held) -> tuple[pa.Array, Any]:
    """All ids in all references, in lower case, and the position of the article of each."""
    dataset = rows.opened(held.collection, table)
    none = pa.array([], pa.large_string()), np.array([], np.int64)
    if "references" not in dataset.schema.names:
        return none
    lists = dataset.to_table(columns=["references"])["references"].combine_chunks()
    if isinstance(lists, pa.ChunkedArray):
        lists = pa.concat_arrays(lists.chunks) if lists.num_chunks else pa.array([], lists.type)
    owners, structs = pc.list_parent_indices(lists).to_numpy(), pc.list_flatten(lists)
    found, whose = [], []
    for key in _KEYS:
        if structs.type.get_field_index(key) < 0:
            continue
        values = pc.utf8_lower(pc.cast(pc.struct_field(structs, key), pa.large_string()))
        valid = pc.is_valid(values)
        found.append(values.filter(valid))
        whose.append(owners[valid.to_numpy(zero_copy_only=False)])
    return (pa.concat_arrays(found), np.concatenate(whose)) if found else none
