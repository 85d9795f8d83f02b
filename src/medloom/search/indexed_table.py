"""One table of a search index: its rows by words, by vectors, by their numbers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import isnan
from typing import Any

import lance
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as types

from medloom.errors import CollectionError, InputError
from medloom.kit.sql import literal
from medloom.registry import did_you_mean
from medloom.search.full_text import Writer, needs_a_look
from medloom.search.index_rows import KEY, VECTOR, as_text
from medloom.search.index_state import TableIndex
from medloom.search.layout import Layout
from medloom.search.matching import Token, matches, tokens
from medloom.search.query import Query, leaves
from medloom.search.words import Words

ROW = "_rowid"
_MOST_LOOKED_AT = 5_000
_NO_DISTANCE = 9.0
_UNKNOWN = re.compile(r"[Nn]o (?:field|column) named [\"`']?([\w.]+)")


@dataclass
class IndexedTable:
    """The index of a table at one version."""

    name: str
    index: TableIndex
    dataset: lance.LanceDataset
    layout: Layout = field(init=False)

    def __post_init__(self) -> None:
        self.layout = Layout.read(self.index.layout)

    @cached_property
    def columns(self) -> list[str]:
        """The columns that can be shown, filtered and counted."""
        return [name for name in self.dataset.schema.names if not name.startswith("_")]

    @cached_property
    def words(self) -> Words:
        """The words of its texts, for prefixes and words that are spelt nearly right."""
        return Words(self.dataset)

    @cached_property
    def writer(self) -> Writer:
        """Writes queries for this table."""
        return Writer(self.layout.fields, self.words.like)

    def has_fields(self, query: Query) -> bool:
        """Whether the table has every field that a query asks for."""
        every = (*leaves(query), *leaves(query, wanted=False))
        return all(one.field in (None, *self.layout.text) for one in every)

    def by_words(self, query: Query, where: str | None, most: int | None) -> list["Found"]:
        """The rows that match, best first; at most so many."""
        looks = needs_a_look(query, self.layout.fields)
        most = max(most or 0, _MOST_LOOKED_AT) if looks else most
        rows = self._scan(where, full_text_query=self.writer.write(query), limit=most)
        found = _ranked(rows, "_score")
        return self._looked_at(query, found) if looks else found

    def _looked_at(self, query: Query, found: list["Found"]) -> list["Found"]:
        names = list(self.layout.text)
        rows = self.take([number for number, _ in found], names).to_pylist()
        columns = [as_text(pa.array([row[name] for row in rows])) for name in names] if rows else []
        texts = [one.to_pylist() for one in columns]
        kept = []
        for at, one in enumerate(found):
            words: dict[str, list[Token]] = {
                name: tokens(text[at]) for name, text in zip(names, texts, strict=True)
            }
            kept += [one] if matches(query, words) else []
        return kept

    def by_vector(
        self,
        vector: npt.NDArray[np.float32],
        where: str | None,
        most: int,
        column: str = VECTOR,
    ) -> list["Found"]:
        """The rows whose vectors are nearest by cosine, best first; scores are cosines."""
        if not np.any(vector) or not np.all(np.isfinite(vector)):
            return []  # no known word: nothing is near
        nearest = {"column": column, "q": vector, "k": most, "metric": "cosine"}
        if self.dataset.count_rows() > 50_000:
            nearest |= {"nprobes": 20, "refine_factor": 4}
        rows = self._scan(where, nearest=nearest)
        found = [(number, 1 - far) for number, far in _ranked(rows, "_distance", -1)]
        return [one for one in found if one[1] >= -1.001]

    def _scan(self, where: str | None, **how: Any) -> pa.Table:
        score = "_distance" if "nearest" in how else "_score"
        try:
            scanner = self.dataset.scanner(
                columns=[score], with_row_id=True, filter=where, prefilter=True, **how
            )
            return scanner.to_table()
        except (ValueError, OSError, RuntimeError) as error:
            raise self.told(error, where) from error

    def count(self, where: str) -> int:
        """The rows that fit a condition; raises InputError where it does not fit the table."""
        try:
            return int(self.dataset.count_rows(where))
        except (ValueError, OSError, RuntimeError) as error:
            raise self.told(error, where) from error

    def take(self, numbers: Sequence[int], columns: Sequence[str]) -> pa.Table:
        """Columns of rows, in the order of their numbers."""
        if not numbers:
            return self.dataset.schema.empty_table().select(list(columns))
        return self.dataset._take_rows(list(numbers), columns=list(columns))

    def numbered(self, key: str) -> int | None:
        """The number of the row with a key."""
        rows = self.dataset.scanner(
            columns=[KEY], filter=f"{KEY} = {literal(key)}", with_row_id=True, limit=1
        ).to_table()
        return int(rows[ROW][0].as_py()) if rows.num_rows else None

    def told(self, error: Exception, where: str | None) -> CollectionError | InputError:
        """What a user is told of an error of Lance."""
        text = str(error)
        if where and (found := _UNKNOWN.search(text)):
            fix = did_you_mean(found[1], self.columns, f"columns: {', '.join(self.columns)}")
            return InputError(
                f"the condition {where!r} does not fit {self.name}: no column {found[1]}\n"
                f"  fix: {fix}"
            )
        first = text.split(", /", 1)[0].splitlines()[0] if text else type(error).__name__
        if where and _is_of_condition(text):
            return InputError(
                f"the condition {where!r} does not fit {self.name}: {first}\n"
                "  fix: write SQL, for example \"year >= 2015 AND license = 'CC-BY'\""
            )
        return CollectionError(
            f"the search index of {self.name} cannot be read: {first}\n"
            "  fix: medloom index DIR --rebuild"
        )


Found = tuple[int, float]
"""The number of a row and its score."""


def _is_of_condition(text: str) -> bool:
    return not any(
        one in text for one in ("NotFound", "not found: ", "Corrupt", "IO error", "LanceError(IO)")
    )


def _ranked(rows: pa.Table, name: str, sign: int = 1) -> list[Found]:
    numbers = rows[ROW].to_pylist()
    scores = [_rounded(one) for one in rows[name].to_pylist()]
    return sorted(zip(numbers, scores, strict=True), key=lambda one: (-sign * one[1], one[0]))


def _rounded(score: float | None) -> float:
    """A score without what a sum in another order changes; far away for vectors of zeros."""
    return round(score, 5) if score is not None and not isnan(score) else _NO_DISTANCE


def values_counted(column: pa.ChunkedArray) -> dict[Any, int]:
    """How often each value is in a column; those of lists count one by one."""
    values = column.combine_chunks()
    if types.is_list(values.type):
        values = values.flatten()
    counted = pc.value_counts(values.drop_null())
    return {one["values"]: one["counts"] for one in counted.to_pylist()}
