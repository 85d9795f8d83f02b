"""What is audited, and what the user says of it."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from medloom.audit.view import View, is_missing
from medloom.collection.collection import Collection
from medloom.errors import InputError

GROUP_ROLES = ("sex", "age", "race", "site")


@dataclass(frozen=True)
class Subject:
    """A collection, the tables that are looked at, and the columns that mean something."""

    collection: Collection
    table: str | None = None
    """Only this one."""
    label: str | None = None
    groups: Sequence[str] = ()
    """Columns whose values are subgroups; by default those that mean sex, age, race or site."""
    annotators: Sequence[str] = ()
    predictions: str | None = None
    """A file (id, prediction, score), or the column that holds them."""
    reference: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Of a subgroup column the share of each value in the population that is meant."""
    seed: int = 0
    least_n: int = 20
    """A group with fewer rows is shown, but not compared."""

    @cached_property
    def views(self) -> list[View]:
        """The tables that are looked at.

        Raises CollectionError for a table or a column that is not there.
        """
        names = [self.table] if self.table else self.collection.tables
        return [View(self.collection, name) for name in names]

    @cached_property
    def predicted(self) -> dict[str, dict[str, Any]]:
        """The predictions of a file, by the ids of rows; empty where a column holds them."""
        if self.predictions is None or any(self.predictions in v.names for v in self.views):
            return {}
        if not Path(self.predictions).exists():
            tables = ", ".join(view.table for view in self.views)
            raise InputError(
                f"--predictions {self.predictions}: no such column in {tables}, no such file"
            )
        found = read_predictions(Path(self.predictions))
        if not any(one in found for view in self.views for one in view.ids):
            raise InputError(f"{self.predictions}: no id fits a row of a table")
        return found

    def label_of(self, view: View) -> str | None:
        """The column of a table that holds what models are to predict.

        One that nobody has named must look like it: `Figure 1`, `Figure 2` are no classes.
        """
        if self.label is not None:
            return self.label if self.label in view.names else None
        name = view.role("label")
        if name is None or not view.is_plain(name):
            return name
        values = [one for one in view.texts(name) if one]
        return name if len(set(values)) <= max(2, len(values) / 10) else None

    def groups_of(self, view: View) -> list[str]:
        """The columns of a table whose values are subgroups."""
        if self.groups:
            named = {one: view.role(one) if one in GROUP_ROLES else None for one in self.groups}
            found = [one if one in view.names else named[one] for one in self.groups]
            return [one for one in dict.fromkeys(found) if one]
        return [name for role in GROUP_ROLES if (name := view.role(role))]

    def check(self) -> None:
        """Raise InputError where a named column or file is not there, or predictions fit no row."""
        _ = self.predicted
        known = {name for view in self.views for name in view.names}
        roles = {role for role in GROUP_ROLES if any(view.role(role) for view in self.views)}
        named = [*([self.label] if self.label else []), *self.groups, *self.annotators]
        missing = [name for name in named if name not in known | roles]
        if missing:
            raise InputError(f"no column {', '.join(missing)}; columns: {', '.join(sorted(known))}")


AGES = ((0, 17), (18, 39), (40, 64), (65, 79), (80, 200))


def subgroup_values(view: View, name: str) -> list[str | None]:
    """The subgroup of each row; ages become spans of years, `unknown` is missing."""
    words = [None if is_missing(one) else one for one in view.texts(name)]
    numbers = view.numbers(name)
    if numbers is None or len({one for one in words if one}) <= 12:
        return words
    spans = [f"{low} to {high}" if high < 200 else f"{low} and over" for low, high in AGES]
    return [
        next((s for s, (low, high) in zip(spans, AGES, strict=True) if low <= int(n) <= high), None)
        if n == n
        else None
        for n in numbers
    ]


def read_reference(file: Path) -> dict[str, dict[str, float]]:
    """Shares of a population: JSON {"sex": {"F": 0.5, ...}}, or CSV with group, value, share.

    Raises InputError where the file does not say so.
    """
    try:
        if file.suffix == ".json":
            raw = json.loads(file.read_text("utf-8"))
            shares = {g: {str(v): float(s) for v, s in one.items()} for g, one in raw.items()}
        else:
            shares = {}
            with file.open(encoding="utf-8-sig", newline="") as lines:
                for row in csv.DictReader(lines):
                    shares.setdefault(row["group"], {})[row["value"]] = float(row["share"])
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise InputError(
            f'{file} cannot be read as shares; write JSON {{"sex": {{"F": 0.5, "M": 0.5}}}} '
            "or CSV with the columns group, value, share"
        ) from error
    wrong = [g for g, one in shares.items() if abs(sum(one.values()) - 1) > 0.02]
    if wrong or not shares:
        raise InputError(f"{file}: the shares of {', '.join(wrong) or 'no group'} do not sum to 1")
    return shares


def read_predictions(file: Path) -> dict[str, dict[str, Any]]:
    """Predictions by the id of their row: CSV, JSON lines or Parquet with `id` and others.

    Raises InputError where the file cannot be read or has no `id`.
    """
    try:
        rows = list(_rows(file))
    except (OSError, ValueError, pa.ArrowException) as error:
        raise InputError(f"{file} cannot be read as CSV, JSON lines or Parquet") from error
    if not rows or "id" not in rows[0]:
        raise InputError(f"{file} has no rows with an `id`; columns: id, prediction, score")
    return {str(row["id"]): row for row in rows if row.get("id") is not None}


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    if file.suffix == ".parquet":
        yield from pq.read_table(file).to_pylist()
        return
    with file.open(encoding="utf-8-sig", newline="") as lines:
        if file.suffix in (".jsonl", ".json", ".ndjson"):
            yield from (json.loads(line) for line in lines if line.strip())
        else:
            yield from csv.DictReader(lines)
