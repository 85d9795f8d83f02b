"""The rows that may be shown, of all tables, in their order."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import log

import numpy as np
import numpy.typing as npt

from medloom.kit.encoders import text_encoder
from medloom.search.full_text import is_plain
from medloom.search.fusion import fuse, weight_of
from medloom.search.index_rows import ALL_TEXT, KEY, SEAM, VECTOR
from medloom.search.indexed_table import Found, IndexedTable
from medloom.search.query import Query, leaves
from medloom.search.rerank import LOOKED_AT, rerank

_LOOKED_AT = 100
"""Rows of each kind that are fused."""
Place = tuple[str, int]
"""A table and the number of a row in it."""


@dataclass
class Candidate:
    """A row with its score, and what made it."""

    table: IndexedTable
    number: int
    score: float
    parts: dict[str, float] = field(default_factory=dict)
    group: str | None = None

    @property
    def place(self) -> Place:
        """Its table and its number in it."""
        return self.table.name, self.number


@dataclass
class Candidates:
    """Finds and orders the candidates of one search."""

    query: Query
    typed: str
    tables: Sequence[IndexedTable]
    where: str | None
    mode: str
    needed: int
    group: str | None
    notes: list[str]
    _complete: int | None = field(default=None, init=False)
    _matching: dict[str, list[Found]] = field(default_factory=dict, init=False)
    _vectors: dict[str, npt.NDArray[np.float32]] = field(default_factory=dict, init=False)

    def ranked(self, again: bool = False) -> list[Candidate]:
        """At least as many rows as are needed, best first; `again` looks closer at the first."""
        depth = max(_LOOKED_AT, self.needed + 1)
        while True:
            found, more = self._ranked(depth)
            found = self._reranked(found) if again else found
            if self.group:
                found = self._best_of_groups(found)
            if len(found) > self.needed or not more or depth > 1_000_000:
                break
            depth *= 10
        return self._with_named_row(found)

    def total(self, wanted: bool) -> int | None:
        """The rows that match by their words; None where counting was not asked and costs."""
        if self.mode == "dense":
            return None
        if self._complete is not None:
            return self._complete
        if not wanted and is_plain(self.query):
            return None
        return sum(len(self.matching(one)) for one in self.tables)

    def matching(self, table: IndexedTable) -> list[Found]:
        """All rows of a table that match by their words; looked up once."""
        if table.name not in self._matching:
            self._matching[table.name] = table.by_words(self.query, self.where, None)
        return self._matching[table.name]

    def _ranked(self, depth: int) -> tuple[list[Candidate], bool]:
        lexical, more = ([], False) if self.mode == "dense" else self._lexical(depth)
        if self.mode == "lexical" or not self._dense_tables:
            return lexical, more
        dense = self._dense(_LOOKED_AT if self.mode != "dense" else depth)
        if self.mode == "dense":
            return dense, len(dense) >= depth
        return self._fused(lexical, dense), more

    def _lexical(self, depth: int) -> tuple[list[Candidate], bool]:
        """By words; complete among scores above the least, so that pages never overlap."""
        found: list[Candidate] = []
        more = False
        counted = 0
        for one in self.tables:
            rows = one.by_words(self.query, self.where, depth)
            counted += len(rows)
            if len(rows) >= depth:
                more = True
                rows = _above_last(rows)
            scale = 1 + log(1 + one.index.rows)
            found += [
                Candidate(one, number, score / scale, {"bm25": score}) for number, score in rows
            ]
        self._complete = None if more else counted
        return sorted(found, key=_order), more

    @cached_property
    def _dense_tables(self) -> list[IndexedTable]:
        known = [one for one in self.tables if one.index.encoder and self._has_vectors(one)]
        if self.mode in ("dense", "hybrid") and not known:
            self.notes.append("there are no vectors here: searched by words alone")
        return known

    def _has_vectors(self, one: IndexedTable) -> bool:
        return VECTOR in one.dataset.schema.names

    def _dense(self, most: int) -> list[Candidate]:
        found: list[Candidate] = []
        for one in self._dense_tables:
            vector = self._vector(str(one.index.encoder))
            rows = one.by_vector(vector, self.where, most)
            if not is_plain(self.query):
                allowed = {number for number, _ in self.matching(one)}
                rows = [row for row in rows if row[0] in allowed]
            found += [Candidate(one, number, score, {"vector": score}) for number, score in rows]
        return sorted(found, key=_order)

    def _vector(self, encoder: str) -> npt.NDArray[np.float32]:
        if encoder not in self._vectors:
            self._vectors[encoder] = text_encoder(encoder).encode([self._asked_text()])[0]
        return self._vectors[encoder]

    def _asked_text(self) -> str:
        """What was asked, as a text without the marks of the query language."""
        plain = is_plain(self.query) and not any(c in self.typed for c in '*~"()')
        return self.typed if plain else " ".join(one.text for one in leaves(self.query))

    def _fused(self, lexical: list[Candidate], dense: list[Candidate]) -> list[Candidate]:
        """The first rows of both kinds as one ranking; then the rest by words."""
        known = {one.place: one for one in dense} | {one.place: one for one in lexical}
        for one in dense:
            known[one.place].parts |= one.parts
        weights = [weight_of(str(one.index.encoder)) for one in self._dense_tables]
        fused = fuse(
            [(one.place, one.score) for one in lexical],
            [(one.place, one.score) for one in dense],
            dense_weight=sum(weights) / len(weights),
            looked_at=_LOOKED_AT,
        )
        made = [replace(known[place], score=score) for place, score, _ in fused]
        seen = {one.place for one in made}
        rest = [one for one in lexical[_LOOKED_AT:] if one.place not in seen]
        return _followed_by(made, rest)

    def _reranked(self, found: list[Candidate]) -> list[Candidate]:
        """The first rows in the order that a closer look at their texts gives; then the rest."""
        first, rest = found[:LOOKED_AT], found[LOOKED_AT:]
        text = self._asked_text()
        scores = rerank(text, _texts_of(first), [one.score for one in first])
        made = [
            replace(one, score=score, parts={**one.parts, "rerank": score})
            for one, score in zip(first, scores, strict=True)
        ]
        return _followed_by(sorted(made, key=_order), rest)

    def _best_of_groups(self, found: list[Candidate]) -> list[Candidate]:
        """The best row of each value of a column; rows without one stand for themselves."""
        name = self.group or ""
        for table in {one.table.name: one.table for one in found}.values():
            mine = [one for one in found if one.table is table]
            own = name.removesuffix("_id") + "s" == table.name
            column = name if name in table.columns else KEY if own else None
            if column:
                values = table.take([one.number for one in mine], [column])[column].to_pylist()
                for one, value in zip(mine, values, strict=True):
                    one.group = None if value is None else str(value)
        best: dict[object, Candidate] = {}
        for one in found:
            best.setdefault(one.group or one.place, one)
        return list(best.values())

    def _with_named_row(self, found: list[Candidate]) -> list[Candidate]:
        """Put the row whose id was typed first."""
        typed = self.typed.strip().strip('"')
        if not _looks_like_id(typed):
            return found
        for table in self.tables:
            number = table.numbered(typed)
            if number is not None:
                rest = [one for one in found if (one.table, one.number) != (table, number)]
                top = rest[0].score + 1 if rest else 1.0
                return [Candidate(table, number, top, {"id": 1.0}), *rest]
        return found


def _texts_of(found: Sequence[Candidate]) -> list[str]:
    """All texts of each row, read once a table."""
    texts: dict[Place, str] = {}
    for table in {one.table.name: one.table for one in found}.values():
        numbers = [one.number for one in found if one.table is table]
        read = table.take(numbers, [ALL_TEXT])[ALL_TEXT].to_pylist()
        for number, text in zip(numbers, read, strict=True):
            texts[table.name, number] = (text or "").replace(SEAM, "\n")
    return [texts[one.place] for one in found]


def _followed_by(first: list[Candidate], rest: list[Candidate]) -> list[Candidate]:
    """The rest after the first, with scores that fall below theirs."""
    least = max(0.0, first[-1].score) if first else 0.0
    return first + [replace(one, score=least / (1 + n)) for n, one in enumerate(rest, 1)]


def _looks_like_id(typed: str) -> bool:
    return 2 < len(typed) < 200 and " " not in typed and any(map(str.isdigit, typed))


def _above_last(rows: list[Found]) -> list[Found]:
    """Without the rows that tie with the last one, unless all do: others may tie with it, too."""
    last = rows[-1][1]
    return [row for row in rows if row[1] > last] or rows


def _order(one: Candidate) -> tuple[float, str, int]:
    return -one.score, one.table.name, one.number
