"""One table to look at: its columns by name or by what they mean, the source's own among them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medloom.collection.collection import Collection

ROLES: dict[str, tuple[str, ...]] = {
    "label": ("label", "labels", "class", "target", "outcome"),
    "text": ("text", "note", "report", "caption", "abstract", "question"),
    "split": ("split",),
    "patient": ("patient_id", "subject_id", "patient", "person_id"),
    "site": ("site", "hospital", "hospital_id", "institution", "institutionname", "centre"),
    "scanner": ("scanner", "manufacturer", "device", "manufacturermodelname", "vendor"),
    "year": ("year", "study_year", "create_year", "study_date", "studydate", "date", "chartdate"),
    "sex": ("sex", "gender", "patientsex"),
    "age": ("age", "age_years", "age_year", "patientage"),
    "race": ("race", "ethnicity"),
    "language": ("language", "lang"),
    "license": ("license", "licence"),
    "image": ("bytes", "image"),
    "width": ("width", "columns_px"),
    "height": ("height", "rows_px"),
    "prediction": ("prediction", "predicted", "pred"),
    "score": ("score", "probability", "prob"),
}
"""The names of columns that mean something, the likeliest first; capitals do not count."""

GROUPS = ("patient_id", "subject_id", "person_id", "article_id", "study_id", "cluster")
"""What ties rows together: rows with the same value belong to one fold, one part, one draw."""

_ROWS, _FILES = 8_192, 64
"""Values in memory at once, where they are plain and where they may be files."""


class View:
    """A table of a collection. Columns are read when they are asked for, and kept.

    A column `attributes` (what a source says of a row beside its text) is unfolded: each name in it
    is a column, too.
    """

    def __init__(self, collection: Collection, table: str) -> None:
        self.collection, self.table = collection, table
        self._dataset = collection.dataset(table)
        # Lance cannot read a column by its name where that holds a backtick.
        self.schema = pa.schema([one for one in self._dataset.schema if "`" not in one.name])
        self._read: dict[str, pa.Array] = {}

    def __len__(self) -> int:
        return int(self.collection.record["tables"][self.table]["rows"])

    @cached_property
    def names(self) -> list[str]:
        """All columns, those of `attributes` last."""
        return list(dict.fromkeys([*self.schema.names, *self._attributes]))

    def role(self, role: str) -> str | None:
        """The column that means something; see `ROLES`."""
        known = {name.lower(): name for name in reversed(self.names)}
        return next((known[name] for name in ROLES[role] if name in known), None)

    def array(self, name: str) -> pa.Array:
        """A column as Arrow holds it."""
        if name not in self._read:
            if name in self.schema.names:
                read = self._dataset.to_table(columns=[name])[name].combine_chunks()
            else:
                read = self._attributes[name]
            self._read[name] = read
        return self._read[name]

    @cached_property
    def ids(self) -> list[str]:
        """What to call each row: its id, else its number."""
        if "id" not in self.schema.names:
            return [f"row {number}" for number in range(len(self))]
        return [str(one) for one in self.array("id").to_pylist()]

    def is_plain(self, name: str) -> bool:
        """Whether a column holds one value a row: a word, a number, a date."""
        if name not in self.schema.names:
            return True
        kind = self.schema.field(name).type
        return not (pa.types.is_nested(kind) or "binary" in str(kind))

    def texts(self, name: str) -> list[str | None]:
        """The values of a column as words; an empty text is missing."""
        array = self.array(name)
        if pa.types.is_nested(array.type) or pa.types.is_large_binary(array.type):
            return [None if one is None else str(one) for one in array.to_pylist()]
        if pa.types.is_floating(array.type):
            array = pc.if_else(pc.is_nan(array), None, array)
        words = array.cast(pa.string()).to_pylist()
        return [one if one is None or one.strip() else None for one in words]

    def some(self, name: str, rows: Sequence[int]) -> list[Any]:
        """The values of some rows by their numbers, without reading the others."""
        if name in self._read or name not in self.schema.names:
            return list(self.array(name).take(pa.array(rows, pa.int64())).to_pylist())
        found: list[Any] = self._dataset.take(list(rows), columns=[name])[name].to_pylist()
        return found

    def stream(self, name: str) -> Iterator[Any]:
        """The values of all rows, in order, a batch in memory."""
        at_once = _ROWS if self.is_plain(name) else _FILES
        for batch in self._dataset.to_batches(columns=[name], batch_size=at_once):
            yield from batch.column(0).to_pylist()

    def numbers(self, name: str) -> "np.ndarray[Any, np.dtype[np.float64]] | None":
        """The values of a column as numbers, NaN where missing; None if some are no numbers."""
        array = self.array(name)
        if pa.types.is_string(array.type) or pa.types.is_large_string(array.type):
            trimmed = pc.utf8_trim_whitespace(array)
            array = pc.if_else(pc.equal(trimmed, ""), None, trimmed)
        try:
            cast = array.cast(pa.float64())
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            return None
        return np.asarray(cast.to_numpy(zero_copy_only=False), dtype=float)

    def years(self, name: str) -> "np.ndarray[Any, np.dtype[np.float64]] | None":
        """The values of a column as years: numbers, or the first four digits of dates."""
        numbers = self.numbers(name)
        if numbers is not None and not np.nanmax(numbers, initial=0) > 9999:
            return numbers
        words = (one[:4] if one else "" for one in self.texts(name))
        years = [float(one) if one.isdigit() and len(one) == 4 else np.nan for one in words]
        return np.array(years) if not np.isnan(years).all() else None

    def groups(self) -> tuple[str | None, list[str]]:
        """What ties rows together: the column, and its value of each row (its id where missing)."""
        name = next((one for one in GROUPS if one in self.names), None)
        if name is None:
            return None, self.ids
        pairs = zip(self.texts(name), self.ids, strict=True)
        return name, [f"{name} {value}" if value else row for value, row in pairs]

    @cached_property
    def _attributes(self) -> dict[str, pa.Array]:
        if "attributes" not in self.schema.names:
            return {}
        kind = self.schema.field("attributes").type
        if not pa.types.is_list(kind) or not pa.types.is_struct(kind.value_type):
            return {}
        rows = self._dataset.to_table(columns=["attributes"])["attributes"].to_pylist()
        found: dict[str, list[str | None]] = {}
        for number, row in enumerate(rows):
            for one in row or ():
                name, value = one.get("name"), one.get("value")
                if name and name not in self.schema.names:
                    found.setdefault(name, [None] * len(rows))[number] = value
        return {name: pa.array(values, pa.string()) for name, values in found.items()}


SAID_MISSING = ("", "nan", "null", "na", "n/a", "unknown", "not available", "?", "-")
"""Words for a value that is not there; `none` may be an answer."""


def is_missing(value: str | None) -> bool:
    """Whether there is no value, or a word that says so.

    >>> is_missing("Unknown"), is_missing("no")
    (True, False)
    """
    return value is None or value.strip().lower() in SAID_MISSING


def counted(values: Iterable[Any]) -> list[tuple[str, int]]:
    """How often each value occurs, the most frequent first; missing ones are left out.

    >>> counted(["b", "a", None, "b"])
    [('b', 2), ('a', 1)]
    """
    counts = Counter(str(one) for one in values if one is not None)
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))
