"""Columns of another table, beside the rows that name it."""

from collections.abc import Mapping, Sequence
from typing import Annotated

import pyarrow as pa
import pyarrow.compute as pc

from medloom.errors import MedloomError
from medloom.step import Columnar, Columns, OtherTable, adds
from medloom.tables.rows import Rows

Names = list[str] | dict[str, str]


def _added(
    here: Columnar,
    others: Mapping[str, Columnar],
    /,
    *,
    table: str,
    by: dict[str, str],
    columns: Names,
) -> Columnar:
    there = others[table]
    for name in (*by.values(), *columns):
        if name not in there:
            raise ValueError(f"'{name}' is not a column of {table}; there: {', '.join(there)}")
    for mine, theirs in by.items():
        if mine in here and here[mine] != there[theirs]:
            raise ValueError(f"{mine} is {here[mine]}, but {theirs} of {table} is {there[theirs]}")
    if not by or not columns:
        raise ValueError("give 'by' (a column here: a column there) and 'columns' to take")
    return {name: there[theirs] for theirs, name in _named(columns).items()}


@adds(across={}, settle=_added)
def join(
    rows: Rows,
    *,
    table: Annotated[str, OtherTable()],
    by: Annotated[dict[str, str], Columns()],
    columns: Names,
) -> Mapping[str, pa.ChunkedArray]:
    """Add columns of another table of the recipe to the rows that name one of its rows.

    `by` maps columns here to the columns there that must be equal; `columns` names what is taken,
    as a list, or as a mapping from the names there to the names here. Rows that name nothing get
    null. The other table must be stored, and hold each key once.

    >>> articles = Rows.of({"id": ["a1", "a2"], "license": ["CC0", "CC-BY"]})
    >>> figures = Rows.of({"article_id": ["a2", "a1", "a3"]}, articles=articles)
    >>> taken = join(figures, table="articles", by={"article_id": "id"}, columns=["license"])
    >>> taken["license"].to_pylist()
    ['CC-BY', 'CC0', None]
    """
    other = rows.other(table)
    there = _keys([other.arrow(name) for name in by.values()])
    if len(there) and pc.count_distinct(there, mode="only_valid").as_py() < _n_valid(there):
        what = f"{table} holds a key twice: {', '.join(by.values())}"
        raise MedloomError(f"step join: {what}; which row is meant is not known")
    places = pc.index_in(_keys([rows.arrow(name) for name in by]), value_set=there, skip_nulls=True)
    return {name: other.arrow(theirs).take(places) for theirs, name in _named(columns).items()}


def _named(columns: Names) -> dict[str, str]:
    return columns if isinstance(columns, dict) else {name: name for name in columns}


def _n_valid(keys: pa.ChunkedArray) -> int:
    return len(keys) - int(keys.null_count)


def _keys(columns: Sequence[pa.ChunkedArray]) -> pa.ChunkedArray:
    """One value a row that is equal where all columns are; null where one of them is."""
    if len(columns) == 1:
        return columns[0]
    parts = []
    for column in columns:
        text = column.cast(pa.string())
        parts += [pc.binary_length(text).cast(pa.string()), text]  # no two lists look the same
    return pc.binary_join_element_wise(*parts, "\x1f")
