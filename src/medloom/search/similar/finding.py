"""Find the rows that are similar to a row, a text or an image, and say why."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from medloom.collection.collection import Collection
from medloom.errors import CollectionError, InputError
from medloom.search.results import Hit, Results, Snippet
from medloom.search.similar.asserted import is_phrase
from medloom.search.similar.dense import Encode
from medloom.search.similar.lexical import Scores, TextIndex
from medloom.search.similar.parts import Parts
from medloom.search.similar.pool import Pool
from medloom.search.similar.shelf import Shelf, short
from medloom.search.similar.wanted import Wanted

WEIGHTS = {
    "text": 1.0,
    "caption": 1.0,
    "vector": 0.25,
    "image": 1.0,
    "concepts": 1.0,
    "demographics": 0.1,
    "coupling": 1.0,
    "co-citation": 1.0,
    "cites": 0.5,
    "findings": 0.5,
    "anatomy": 0.2,
}
"""What each part counts where a question does not say; vectors were weighed with `static`."""
_OF_PHRASES = ("findings", "anatomy")
"""What counts for a short text, or where it is named: measured, it misleads in sentences."""
_SNIPPET = 240
Flags = npt.NDArray[np.bool_]


class Similar:
    """The rows of one table, ready to be compared; parts are made when they are first used.

    `by` names the parts that count, `weights` what they count; without them all that the table has
    do. `encoder` names a text encoder in place of the vectors of the table. `pool` are the rows of
    a large table that are compared: `similar_to` chooses them.
    """

    def __init__(
        self,
        collection: Collection,
        table: str,
        by: Sequence[str] | None = None,
        weights: Mapping[str, float] | None = None,
        encoder: str | None = None,
        pool: Pool | None = None,
    ) -> None:
        self.shelf = Shelf(collection, table, pool.ids if pool else None)
        self._parts = Parts(self.shelf, encoder, pool.sample if pool else ())
        self.by = self._chosen(by)
        self._named = frozenset(by or ())
        self.weights = {**WEIGHTS, **(weights or {})}

    @property
    def parts(self) -> list[str]:
        """The parts that the table has."""
        return self._parts.names

    @property
    def words(self) -> TextIndex:
        """The words of the texts of all rows, and what they weigh."""
        return self._parts.words

    @property
    def encode(self) -> Encode | None:
        """What makes vectors of texts, where vectors are compared."""
        dense = self._parts.dense if "vector" in self.by else None
        return dense.encode if dense else None

    def to_row(self, row_id: str, *, table: str | None = None, **options: object) -> Results:
        """The rows that are most similar to one, which is left out.

        `table` is the table of that row where it is another one: articles for a patient.
        """
        return self.to(self.wanted_row(row_id, table), **options)  # type: ignore[arg-type]

    def wanted_row(self, row_id: str, table: str | None = None) -> Wanted:
        """A row as something that others are compared with."""
        own = table in (None, self.shelf.table)
        shelf = self.shelf if own else Shelf(self.shelf.collection, str(table))
        number = self.shelf.numbers.get(row_id) if own else None
        return replace(wanted_row(shelf, row_id), number=number)

    def to(
        self,
        wanted: Wanted,
        *,
        limit: int = 10,
        where: str | None = None,
        elsewhere: bool = False,
    ) -> Results:
        """The rows that are most similar to what is wanted, best first.

        `elsewhere` leaves out rows of the same article or patient.
        """
        began = time.perf_counter()
        scored = self.scores(wanted)
        allowed = self._allowed(wanted, where, elsewhere)
        total = self.total(scored, allowed)
        best = _best(total, allowed, limit)
        hits = tuple(self._hit(number, total, scored) for number in best)
        unused = [one for one in self.by if one in self._named and one not in scored]
        notes = (f"not compared, for want of something to compare: {', '.join(unused)}",)
        seconds = time.perf_counter() - began
        return Results(hits, None, {}, notes if unused else (), seconds)

    def scores(self, wanted: Wanted) -> dict[str, Scores]:
        """What each part scores each row, of the parts in which something can be compared."""
        counting = [one for one in self.by if self._counts(one, wanted)]
        found = {name: self._parts.score(name, wanted) for name in counting}
        scored = {name: one for name, one in found.items() if one is not None}
        if not scored:
            raise InputError(
                f"nothing to compare in {', '.join(self.by)}\n"
                f"  fix: name other parts with --by; {self.shelf.table} has {', '.join(self.parts)}"
            )
        return scored

    def total(self, scored: Mapping[str, Scores], allowed: Flags) -> Scores:
        """The weighted mean of the parts, each divided by what its best row scores.

        So a part whose scores are all small, as those of words in long texts, counts like others.
        A part in which no row scores has no say.
        """
        best = {name: float(one[allowed].max(initial=0)) for name, one in scored.items()}
        weights = {name: self.weights[name] for name in scored if best[name] > 0}
        if not weights:
            return np.zeros(len(allowed), np.float32)
        total = sum(weights[name] * scored[name] / best[name] for name in weights)
        return np.asarray(total / sum(weights.values()), np.float32)

    def _counts(self, part: str, wanted: Wanted) -> bool:
        if part not in _OF_PHRASES or part in self._named:
            return True
        return wanted.row is None and is_phrase(wanted.text)

    def _chosen(self, by: Sequence[str] | None) -> list[str]:
        known = self.parts
        if not known:
            raise CollectionError(f"{self.shelf.table} has nothing by which rows can be compared")
        for name in by or ():
            if name not in known:
                raise InputError(
                    f"{self.shelf.table} has no part '{name}'; it has {', '.join(known)}"
                )
        return list(by or known)

    def _allowed(self, wanted: Wanted, where: str | None, elsewhere: bool) -> Flags:
        allowed = np.ones(len(self.shelf.ids), bool)
        if wanted.number is not None:
            allowed[wanted.number] = False
        if where:
            inside = self.shelf.where(where)
            allowed &= np.array([one in inside for one in self.shelf.ids], bool)
        if elsewhere:
            own = self._group_of(wanted)
            allowed &= np.array([one != own for one in self.shelf.groups], bool)
        return allowed

    def _group_of(self, wanted: Wanted) -> str | None:
        if wanted.number is not None:
            return self.shelf.groups[wanted.number]
        row = wanted.row or {}
        names = [self.shelf.group_column, "article_id", "id"]
        return next((str(row[name]) for name in names if name and row.get(name)), None)

    def _hit(self, number: int, total: Scores, scored: Mapping[str, Scores]) -> Hit:
        text = self.shelf.texts[number] if self.shelf.texts else ""
        column = self.shelf.text_columns[-1] if self.shelf.text_columns else "text"
        return Hit(
            table=self.shelf.table,
            id=self.shelf.ids[number],
            score=round(float(total[number]), 4),
            title=self.shelf.titles[number],
            snippets=(Snippet(column, short(text, _SNIPPET)),) if text else (),
            parts={name: round(float(one[number]), 4) for name, one in scored.items()},
            group=self.shelf.groups[number] if self.shelf.group_column else None,
        )


def wanted_row(shelf: Shelf, row_id: str) -> Wanted:
    """A row as something that rows of any table are compared with."""
    row = shelf.row(row_id)
    data = row.get("bytes")
    return Wanted(shelf.text_of(row), data if isinstance(data, bytes) else None, row)


def _best(total: Scores, allowed: Flags, limit: int) -> list[int]:
    """The best rows above 0; rows that score the same stay in the order of the table."""
    held = np.flatnonzero(allowed & (total > 0))
    order = np.argsort(-total[held], kind="stable")[:limit]
    return [int(one) for one in held[order]]
