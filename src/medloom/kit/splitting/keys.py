"""From key columns to the edges of a graph between rows and key values."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medloom.kit.splitting.components import Marks, Numbers, components

Columns = Mapping[str, pa.ChunkedArray | pa.Array]
"""Key columns of one table, by the name of the key."""


class KeyColumn(NamedTuple):
    """The different values of one key, over all tables."""

    name: str
    first: int
    """The code of its first value."""
    values: pa.Array


class Links:
    """Which rows have which key values: one edge for each value of each row.

    Rows of several tables are numbered one table after another. The same value under the same
    name is the same key in all of them.
    """

    def __init__(self, n_rows: int, rows: Numbers, keys: Numbers, columns: list[KeyColumn]) -> None:
        self.n_rows, self.rows, self.keys, self.columns = n_rows, rows, keys, columns
        self.n_keys = sum(len(one.values) for one in columns)

    @cached_property
    def groups(self) -> Numbers:
        """For each row, then each key, the smallest node of its component."""
        return components(self.n_rows + self.n_keys, self.rows, self.keys + self.n_rows)

    def key(self, code: int) -> tuple[str, str]:
        """The name and value of a key."""
        at = bisect_right([one.first for one in self.columns], code) - 1
        column = self.columns[at]
        return column.name, column.values[code - column.first].as_py()

    def only(self, wanted: Marks) -> "Links":
        """The same with the edges of some rows alone; `wanted` is true for each of them."""
        kept = wanted[self.rows]
        return Links(self.n_rows, self.rows[kept], self.keys[kept], self.columns)


def links_of(tables: Sequence[tuple[int, Columns]]) -> Links:
    """The edges of tables, each given as its number of rows and its key columns.

    A null and an empty text join nothing, spaces around a text do not count. Of a list every value
    is a key. Raises ValueError for a column of another type.

    >>> links = links_of([(3, {"patient": pa.array(["a", None, "a"])})])
    >>> links.rows.tolist(), links.keys.tolist(), links.key(0), links.groups[:3].tolist()
    ([0, 2], [0, 0], ('patient', 'a'), [0, 1, 0])
    """
    names = list(dict.fromkeys(name for _, columns in tables for name in columns))
    offsets = np.cumsum([0, *(n for n, _ in tables)])
    rows, codes, found, first = [], [], [], 0
    for name in names:
        pieces = [
            _flat(name, columns[name], int(offset))
            for offset, (_, columns) in zip(offsets, tables, strict=False)
            if name in columns
        ]
        coded = pa.chunked_array([one for _, one in pieces], pa.large_string())
        coded = coded.combine_chunks().dictionary_encode()
        if isinstance(coded, pa.ChunkedArray):
            coded = coded.combine_chunks()
        rows += [numbers for numbers, _ in pieces]
        codes.append(coded.indices.to_numpy(zero_copy_only=False).astype(np.int64) + first)
        found.append(KeyColumn(name, first, coded.dictionary))
        first += len(coded.dictionary)
    none = np.zeros(0, np.int64)
    return Links(
        int(offsets[-1]), np.concatenate([none, *rows]), np.concatenate([none, *codes]), found
    )


def _flat(name: str, column: Any, offset: int) -> tuple[Numbers, pa.Array]:
    """The rows that have a value, and the values as text."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    numbers = np.arange(offset, offset + len(array), dtype=np.int64)
    while pa.types.is_list(array.type) or pa.types.is_large_list(array.type):
        numbers = numbers[pc.list_parent_indices(array).to_numpy(zero_copy_only=False)]
        array = pc.list_flatten(array)
    values = as_text(name, array)
    kept = pc.fill_null(pc.not_equal(values, ""), False)
    return numbers[kept.to_numpy(zero_copy_only=False)], values.filter(kept)


def as_text(name: str, array: pa.Array) -> pa.Array:
    """The values of a column as text without spaces around; 3.0 of whole numbers is 3.

    >>> as_text("year", pa.array([2019.0, None])).to_pylist()
    ['2019', None]
    """
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_floating(array.type) and _are_whole(array):  # pandas made them of integers
        array = array.cast(pa.int64())
    try:
        return pc.utf8_trim_whitespace(array.cast(pa.large_string()))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise ValueError(
            f"column {name} holds {array.type}: a key is text, a number, a day, or a list of them"
        ) from error


def _are_whole(array: pa.Array) -> bool:
    finite = array.drop_null().to_numpy(zero_copy_only=False)
    return bool(np.all(np.isfinite(finite)) and np.all(finite == np.floor(finite)))
