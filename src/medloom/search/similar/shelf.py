"""A table as it is compared: its rows by number, columns read when they are asked for."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import pyarrow as pa

from medloom.collection.collection import Collection
from medloom.errors import CollectionError
from medloom.kit.sql import is_among
from medloom.search.similar.vectors import Matrix, matrix

TEXTS = (("title", "abstract"), ("caption",), ("text",), ("story",), ("title",))
"""The columns that tell most of a row: the first of these that a table has."""
_GROUPS = ("article_id", "patient_id", "subject_id", "person_id", "parent_id")
_SHORT = 90


class Shelf:
    """The rows of a table of a collection; only those with some ids, where they are named."""

    def __init__(
        self, collection: Collection, table: str, only: Sequence[str] | None = None
    ) -> None:
        self.collection, self.table = collection, table
        self._only = only
        schema = collection.dataset(table).schema
        self.names: list[str] = schema.names
        self.schema: pa.Schema = schema
        if "id" not in self.names:
            raise CollectionError(f"{table} has no column id: its rows cannot be told apart")

    def among(self, column: str) -> str | None:
        """The condition for the rows of the shelf; None where they are all."""
        return is_among(column, self._only) if self._only is not None else None

    def column(self, name: str) -> pa.ChunkedArray:
        """One column, in the order of the rows."""
        batches = self.collection.scan(self.table, [name], self.among("id"))
        schema = pa.schema([self.schema.field(name)])
        return pa.Table.from_batches(list(batches), schema).column(name)

    def vectors(self, name: str) -> Matrix:
        """A column of vectors of length 1; raises CollectionError where they differ in size."""
        try:
            return matrix(self.column(name))
        except ValueError as error:
            raise CollectionError(f"{self.table}.{name} cannot be compared: {error}") from error

    @cached_property
    def ids(self) -> list[str]:
        """The ids of the rows."""
        return [str(one) for one in self.column("id").to_pylist()]

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of the row of each id."""
        return {one: number for number, one in enumerate(self.ids)}

    @cached_property
    def text_columns(self) -> tuple[str, ...]:
        """The columns whose texts are compared; empty where the table has none."""
        for wanted in TEXTS:
            if set(wanted) <= set(self.names):
                return wanted
        if self._captions:
            return ("caption",)
        return tuple(one.name for one in self.schema if _is_text(one))

    @cached_property
    def texts(self) -> list[str]:
        """The text of each row: its columns with a line between them.

        Rows that belong to figures and have no text of their own have the captions.
        """
        if not set(self.text_columns) <= set(self.names):
            owners = self.column("figure_id").to_pylist()
            return [self._captions.get(one, "") for one in owners]
        columns = [self.column(name).to_pylist() for name in self.text_columns]
        return [join(parts) for parts in zip(*columns, strict=True)] if columns else []

    @cached_property
    def _captions(self) -> dict[str, str]:
        """The caption of each figure, for tables that name figures and have no text."""
        if "figure_id" not in self.names or "figures" not in self.collection.tables:
            return {}
        rows = self.collection.scan("figures", ["id", "caption"])
        return {one["id"]: one["caption"] for batch in rows for one in batch.to_pylist()}

    @cached_property
    def group_column(self) -> str | None:
        """The column that says to which article or patient a row belongs."""
        return next((name for name in _GROUPS if name in self.names), None)

    @cached_property
    def groups(self) -> list[str]:
        """The article or patient of each row; where none is named, the row's id."""
        if self.group_column is None:
            return list(self.ids)
        named = self.column(self.group_column).to_pylist()
        return [str(group or own) for group, own in zip(named, self.ids, strict=True)]

    @cached_property
    def titles(self) -> list[str]:
        """A line that says what each row is."""
        labels = self.column("label").to_pylist() if _has_text(self.schema, "label") else None
        heads = self.column("title").to_pylist() if "title" in self.text_columns else None
        texts = self.texts or [""] * len(self.ids)
        return [
            _title(labels and labels[n], (heads and heads[n]) or text)
            for n, text in enumerate(texts)
        ]

    def row(self, wanted_id: str) -> dict[str, Any]:
        """One row, with the columns that parts read; raises CollectionError where there is none."""
        for batch in self.collection.scan(self.table, None, is_among("id", [wanted_id]), 1):
            for row in batch.to_pylist():
                return dict(row)
        near = next((one for one in self.ids if one.startswith(wanted_id)), None)
        told = f"; one that begins so: {near}" if near else ""
        raise CollectionError(f"no row '{wanted_id}' in {self.table}{told}")

    def text_of(self, row: Mapping[str, Any]) -> str:
        """The text of a row of this table."""
        if not set(self.text_columns) <= set(self.names):
            return self._captions.get(str(row.get("figure_id")), "")
        return join([row.get(name) for name in self.text_columns])

    def where(self, condition: str) -> set[str]:
        """The ids of the rows for which an SQL condition holds."""
        batches = self.collection.scan(self.table, ["id"], condition)
        return {str(one) for batch in batches for one in batch.column("id").to_pylist()}

    def settings_of(self, step: str) -> dict[str, Any] | None:
        """The settings with which the recipe ran a step on this table; None where it did not."""
        tables = self.collection.record["tables"]
        name: str | None = self.table
        while name in tables:
            for one in tables[name]["steps"]:
                if one["name"] == step:
                    return dict(one["settings"])
            name = tables[name]["parent"]
        return None


def join(parts: Sequence[Any]) -> str:
    """Texts with a line between them, without those that are missing.

    >>> join(["Title", None, "Text"])
    'Title\\nText'
    """
    return "\n".join(one for one in parts if isinstance(one, str) and one)


def short(text: str, most: int = _SHORT) -> str:
    """A text as one line that is not too long.

    >>> short("one two three", most=9)
    'one two…'
    """
    line = " ".join(text[: 4 * most].split())
    return line if len(line) <= most else line[:most].rsplit(" ", 1)[0] + "…"


def _title(label: str | None, text: str) -> str:
    return short(text if label is None or text.startswith(label) else f"{label} {text}")


def _is_text(field: pa.Field) -> bool:
    is_name = field.name in ("id", "source", "sha256", "license") or field.name.endswith("_id")
    return not is_name and (pa.types.is_string(field.type) or pa.types.is_large_string(field.type))


def _has_text(schema: pa.Schema, name: str) -> bool:
    at = schema.get_field_index(name)
    return at >= 0 and _is_text(schema.field(at))
