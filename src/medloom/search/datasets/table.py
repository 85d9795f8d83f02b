"""Descriptions of datasets in a table of a collection."""

from collections.abc import Mapping, Sequence
from typing import Any

from medloom.collection.collection import Collection
from medloom.errors import InputError
from medloom.search.datasets.finder import Dataset

_DESCRIPTIONS = ("description", "contents", "abstract", "text", "about")
_NAMES = ("name", "names", "variants", "acronym", "aliases")
_TITLES = ("title", "paper", "full_name")


def datasets_of(uri: str, table: str = "datasets") -> list[Dataset]:
    """The datasets of a table with `id`, a description, and names and a title where it has them.

    Raises InputError where it has no column of descriptions.
    """
    collection = Collection(uri)
    has = collection.dataset(table).schema.names
    about = next((one for one in _DESCRIPTIONS if one in has), None)
    if about is None or "id" not in has:
        raise InputError(
            f"{table} has no 'id' and description; it has: {', '.join(has)}\n"
            f"  fix: name a column {' or '.join(_DESCRIPTIONS)}"
        )
    columns = ["id", about, *(one for one in (*_NAMES, *_TITLES) if one in has)]
    batches = collection.scan(table, columns)
    return [_dataset(row, about) for batch in batches for row in batch.to_pylist()]


def _dataset(row: Mapping[str, Any], about: str) -> Dataset:
    names = tuple(name for one in _NAMES for name in _several(row.get(one)))
    title = next((str(row[one]) for one in _TITLES if row.get(one)), "")
    return Dataset(str(row["id"]), names, str(row[about] or ""), title)


def _several(value: Any) -> Sequence[str]:
    if isinstance(value, list):
        return [str(one) for one in value if one]
    return [str(value)] if value else []
