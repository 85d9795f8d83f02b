"""What a column holds: how full it is, its range, how its values are spread, the frequent ones."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medloom.web.browsing.kinds import has_text_items, kind_of
from medloom.web.browsing.sampling import sample

SAMPLE_ROWS = 20_000
_BINS = 24
_MOST_VALUES = 200
_LONGEST_VALUE = 80
_SHOWN = 12


@dataclass
class Profile:
    """The values of a column in short.

    `bins` counts numbers (or lengths of texts and lists) in equal steps from `low` to `high`;
    `top` are the most frequent values. `sampled` is how many rows were looked at, where not all.
    """

    column: str
    kind: str
    rows: int
    nulls: int = 0
    distinct: int | None = None
    low: Any = None
    high: Any = None
    mean: float | None = None
    bins: list[int] = field(default_factory=list)
    of: str = "values"
    top: list[tuple[Any, int]] = field(default_factory=list)
    sampled: int | None = None

    @property
    def filled(self) -> float:
        """The part of the rows that has a value."""
        looked = self.sampled or self.rows
        return 1 - self.nulls / looked if looked else 0.0

    @property
    def is_facet(self) -> bool:
        """Whether the values are few enough to choose from."""
        return bool(self.top)


def profile(dataset: Any, column: str) -> Profile:
    """Look at a column. Texts and lists of large tables are looked at in a sample first."""
    kind = kind_of(dataset.schema.field(column).type)
    n_rows = dataset.count_rows()
    made = Profile(column, kind, n_rows)
    if kind in ("bytes", "vector", "struct", "other"):
        return made
    if kind in ("number", "truth", "time"):
        return _of_values(made, dataset.to_table(columns=[column])[column])
    looked = sample(dataset, [column], SAMPLE_ROWS)[column]
    has_few = kind == "text" and _has_few(looked)
    if len(looked) < n_rows and (has_few or has_text_items(dataset.schema.field(column).type)):
        looked = dataset.to_table(columns=[column])[column]
    made.sampled = len(looked) if len(looked) < n_rows else None
    return _of_values(made, looked)


def profile_of(column: str, values: pa.ChunkedArray, rows: int) -> Profile:
    """Look at values that were read already, of a table of so many rows."""
    made = Profile(column, kind_of(values.type), rows)
    made.sampled = len(values) if len(values) < rows else None
    return _of_values(made, values)


def _of_values(made: Profile, values: pa.ChunkedArray) -> Profile:
    made.nulls = values.null_count
    values = values.drop_null()
    if made.kind == "list":
        lengths = pc.list_value_length(values)
        if kind_of(values.type.value_type) == "text":
            _count(made, pc.list_flatten(values))
        _spread(made, lengths, "items")
    elif made.kind == "text":
        if _has_few(values):
            _count(made, values)
        else:
            _spread(made, pc.utf8_length(values), "characters")
    elif made.kind == "truth":
        _count(made, pc.if_else(values, "true", "false"))
    elif made.kind == "number":
        _spread(made, values, "values")
    elif len(values):
        found = pc.min_max(values).as_py()
        made.low, made.high = str(found["min"]), str(found["max"])
    return made


def _has_few(values: pa.ChunkedArray) -> bool:
    if not len(values):
        return False
    head = values.slice(0, 2000)
    if (pc.max(pc.utf8_length(head)).as_py() or 0) > _LONGEST_VALUE:
        return False
    n_known = int(pc.count_distinct(values).as_py())
    return n_known <= _MOST_VALUES and (n_known < 3 or n_known < len(values) / 2)


def _count(made: Profile, values: pa.ChunkedArray) -> None:
    counted = pc.value_counts(values).to_pylist()
    made.distinct = len(counted)
    counted.sort(key=lambda one: (-one["counts"], str(one["values"])))
    kept = [one for one in counted if one["values"] is not None][:_SHOWN]
    made.top = [(one["values"], one["counts"]) for one in kept]


def _spread(made: Profile, values: Any, of: str) -> None:
    numbers = np.asarray(values.cast(pa.float64(), safe=False))
    numbers = numbers[np.isfinite(numbers)]
    if not len(numbers):
        return
    is_whole = of != "values" or pa.types.is_integer(values.type)
    low, high = float(numbers.min()), float(numbers.max())
    made.of, made.mean = of, float(numbers.mean())
    made.low, made.high = (int(low), int(high)) if is_whole else (low, high)
    n_bins = min(_BINS, int(high - low) + 1) if is_whole else _BINS
    counts, _ = np.histogram(numbers, bins=max(n_bins, 1))
    made.bins = [int(one) for one in counts]
