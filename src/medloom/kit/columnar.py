"""Files that have their own columns: which types a table of a collection gives them.

A table keeps a column as the file has it, with few types: whole numbers have 64 bits, and texts,
bytes and lists are of one kind each. The engine adds the column `source`; where a file has one,
it becomes `source_before`.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.types as types

from medloom.kit.arrow_text import arrow_type_of
from medloom.kit.reading import Opened
from medloom.kit.sources import find

SOURCE, SOURCE_BEFORE = "source", "source_before"
_RELEASE = "medloom-release.json"
_LOOKED_AT = 20
"""So many files are looked at to learn the columns."""
_LEVELS = 4


IDS = ("id", "patient_id", "article_id", "document_id", "study_id")
"""Columns that steps read as texts, whatever a file holds in them."""


def first_sources(place: str, documents: Sequence[str]) -> Iterator[Opened]:
    """The first documents of an input that can be read, to learn their columns."""
    sound = (one for one in find(place, documents) if not one.error)
    return (Opened(one) for one in islice(sound, _LOOKED_AT))


def settled_type(kind: pa.DataType) -> pa.DataType:
    """The type that a table has for values of a type.

    >>> settled_type(pa.int16()), settled_type(pa.list_(pa.large_string()))
    (DataType(int64), ListType(list<item: string>))
    """
    if types.is_dictionary(kind):
        return settled_type(kind.value_type)
    if types.is_map(kind):
        pair = [("key", settled_type(kind.key_type)), ("value", settled_type(kind.item_type))]
        return pa.list_(pa.struct(pair))
    if types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind):
        return pa.list_(settled_type(kind.value_type))
    if types.is_struct(kind):
        return pa.struct([(field.name, settled_type(field.type)) for field in kind])
    if types.is_integer(kind):
        return pa.int64()
    if types.is_floating(kind):
        return pa.float64()
    if types.is_large_string(kind) or types.is_string_view(kind) or types.is_null(kind):
        return pa.string()
    bytes_like = types.is_binary(kind) or types.is_large_binary(kind) or types.is_binary_view(kind)
    return pa.large_binary() if bytes_like or types.is_fixed_size_binary(kind) else kind


def settled_columns(schema: pa.Schema) -> dict[str, pa.DataType]:
    """The columns of a table for files with a schema.

    >>> settled_columns(pa.schema({"id": pa.string(), "source": pa.string(), "n": pa.int32()}))
    {'id': DataType(string), 'source_before': DataType(string), 'n': DataType(int64)}
    """
    return {
        name: settled_type(field.type) for name, field in zip(_names(schema), schema, strict=True)
        if name
    }  # fmt: skip


def settled_batch(batch: pa.RecordBatch) -> pa.RecordBatch:
    """A batch with the names and types that `settled_columns` says."""
    named = [
        (n, column) for n, column in zip(_names(batch.schema), batch.columns, strict=True) if n
    ]
    arrays = [_settled(column) for _, column in named]
    return pa.RecordBatch.from_arrays(arrays, names=[name for name, _ in named])


def settled_names(names: Sequence[str]) -> dict[str, str]:
    """The name in a table for each name in a file; those that are left out are not in it.

    >>> settled_names(["id", "source"])
    {'id': 'id', 'source': 'source_before'}
    """
    return _settled_names(tuple(names))


@lru_cache(256)  # the rows of a file have the same names, as a rule
def _settled_names(names: tuple[str, ...]) -> dict[str, str]:
    schema = pa.schema([(name, pa.string()) for name in names])
    return {name: new for name, new in zip(names, _names(schema), strict=True) if new}


def columns_of_place(
    place: str, told: Mapping[str, str] | None, guess: Callable[[], dict[str, pa.DataType]]
) -> dict[str, pa.DataType]:
    """The columns of an input of texts: those that a recipe or its release tells, or a guess."""
    known = {name: arrow_type_of(text) for name, text in (told or {}).items()}
    columns = known or columns_of_release(place) or guess()
    return settled_columns(pa.schema(list(columns.items())))


def _settled(array: pa.Array) -> pa.Array:
    if types.is_map(array.type):
        entries = pa.StructArray.from_arrays([array.keys, array.items], ["key", "value"])
        array = pa.ListArray.from_arrays(array.offsets, entries)
    wanted = settled_type(array.type)
    return array if array.type == wanted else array.cast(wanted)


def _names(schema: pa.Schema) -> list[str | None]:
    """The names that columns get; None for one that is left out."""
    twice = SOURCE in schema.names and SOURCE_BEFORE in schema.names
    other = None if twice else SOURCE_BEFORE
    return [other if name == SOURCE else name for name in schema.names]


def union(columns: Mapping[str, pa.DataType], more: Mapping[str, pa.DataType]) -> dict[str, Any]:
    """The columns of two files; raise ValueError where one has two types.

    >>> union({"a": pa.string()}, {"b": pa.int64()})
    {'a': DataType(string), 'b': DataType(int64)}
    """
    for name, kind in more.items():
        if columns.get(name, kind) != kind:
            raise ValueError(f"column {name} is {columns[name]} in one file, {kind} in another")
    return {**columns, **more}


def columns_of_release(place: str) -> dict[str, pa.DataType] | None:
    """The columns that a release says the files of an input have; None where it is not of one.

    Raises ValueError where the input is a whole release: a table of a recipe reads one table.
    """
    if "://" in place:
        return None
    path = Path(place).expanduser().absolute()
    for folder in [path, *list(path.parents)[:_LEVELS]]:
        try:
            manifest = json.loads((folder / _RELEASE).read_bytes())
            tables = manifest["tables"]
        except (OSError, ValueError, TypeError, KeyError):
            continue
        parts = path.relative_to(folder).parts
        if len(parts) < 2:
            known = ", ".join(f"data/{name}" for name in tables)
            raise ValueError(f"{place} is a whole release: give the folder of a table: {known}")
        if parts[0] == "data" and parts[1] in tables:
            told = tables[parts[1]]["columns"]
            return {name: arrow_type_of(text) for name, text in told.items()}
    return None
