"""How full the columns of a table are, from rows that lie evenly in it."""

from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from medloom.web.browsing.kinds import is_readable, kind_of
from medloom.web.browsing.sampling import sample

SAMPLE_ROWS = 2000


class Filled(NamedTuple):
    """The part of the rows in which a column has a value that is not empty."""

    column: str
    part: float


class Coverage(NamedTuple):
    """How full each column is, and in how many rows that was looked at."""

    columns: list[Filled]
    rows: int


def coverage(dataset: Any) -> Coverage:
    """Look at the columns of a table; files and vectors are left out."""
    names = [one.name for one in dataset.schema if is_readable(one.type)]
    rows = sample(dataset, names, SAMPLE_ROWS)
    return Coverage([Filled(name, _filled(rows[name])) for name in names], rows.num_rows)


def _filled(values: pa.ChunkedArray) -> float:
    if not len(values):
        return 0.0
    full = values.drop_null()
    kind = kind_of(values.type)
    if kind == "text":
        n_full = pc.sum(pc.not_equal(full, "")).as_py()
    elif kind == "list":
        n_full = pc.sum(pc.greater(pc.list_value_length(full), 0)).as_py()
    else:
        n_full = len(full)
    return (n_full or 0) / len(values)
