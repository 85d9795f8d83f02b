"""The colour of each point of a map by a column: kinds, or eight steps of a number."""

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt

from medloom.collection.collection import Collection
from medloom.web.records import rows
from medloom.web.records.vectors import Places

KINDS = 7
_FEW_NUMBERS = 7
NONE = 255
"""The code of a row without a value."""
OTHER = 7
"""The code of the rarer kinds."""


class Coloured(NamedTuple):
    """A code for each point, and what each code means with its count; `ordered` for numbers."""

    codes: npt.NDArray[np.uint8]
    key: list[tuple[int, str, int]]
    ordered: bool


def columns(collection: Collection, table: str) -> list[str]:
    """The columns by which a map can be coloured."""
    return [
        one.name
        for one in rows.opened(collection, table).schema
        if one.name not in ("id", "source") and _fits(one.type)
    ]


def _fits(kind: pa.DataType) -> bool:
    numbers = pt.is_integer(kind) or pt.is_floating(kind)
    return bool(numbers or pt.is_boolean(kind) or rows.is_text(kind) or pt.is_dictionary(kind))


def coloured(collection: Collection, table: str, column: str, places: Places) -> Coloured:
    """The colour of each of the rows at some positions."""
    dataset = rows.opened(collection, table)
    values = dataset.take(places.tolist(), columns=[column])[column].combine_chunks()
    if isinstance(values, pa.ChunkedArray):
        values = values.chunk(0)
    numbers = pt.is_integer(values.type) or pt.is_floating(values.type)
    if numbers and pc.count_distinct(values).as_py() > _FEW_NUMBERS:
        return _steps(values)
    return _kinds(values)


def _kinds(values: pa.Array) -> Coloured:
    texts = values.cast(pa.string())
    counted: list[dict[str, Any]] = pc.value_counts(texts.drop_null()).to_pylist()
    counted.sort(key=lambda one: (-one["counts"], one["values"]))
    codes = np.full(len(values), NONE, np.uint8)
    names = pa.array([one["values"] for one in counted], pa.string())
    if len(counted):
        at = pc.index_in(texts, value_set=names)
        known = np.asarray(at.is_valid())
        codes[known] = np.minimum(np.asarray(at.drop_null()), OTHER)
    key = [(n, str(one["values"])[:80], one["counts"]) for n, one in enumerate(counted[:KINDS])]
    rest = sum(one["counts"] for one in counted[KINDS:])
    if rest:
        key.append((OTHER, f"{len(counted) - KINDS:,} others", rest))
    return Coloured(codes, _with_none(key, codes), False)


def _steps(values: pa.Array) -> Coloured:
    """Eight steps with about as many rows each."""
    given = np.asarray(values.cast(pa.float64()).fill_null(np.nan), np.float64)
    good = np.isfinite(given)
    cuts = np.unique(np.quantile(given[good], np.linspace(0, 1, 9)))
    codes = np.full(len(values), NONE, np.uint8)
    codes[good] = np.clip(np.searchsorted(cuts, given[good], "right") - 1, 0, max(len(cuts) - 2, 0))
    key = [
        (n, f"{low:g} to {high:g}", int((codes == n).sum()))
        for n, (low, high) in enumerate(pairwise(cuts))
    ]
    return Coloured(codes, _with_none(key, codes), True)


def _with_none(
    key: list[tuple[int, str, int]], codes: npt.NDArray[np.uint8]
) -> list[tuple[int, str, int]]:
    lacking = int((codes == NONE).sum())
    return [*key, (NONE, "no value", lacking)] if lacking else key
