"""Put rows in parts: groups stay whole, old rows stay where they are."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medloom.kit.splitting.assignment import Strata, assign
from medloom.kit.splitting.components import Marks, Numbers, numbered
from medloom.kit.splitting.keys import Columns, Links, links_of
from medloom.kit.splitting.leaning import FREE, UNKNOWN, Leaning
from medloom.kit.splitting.ranks import ID, Hashes, group_hashes, hashes
from medloom.kit.splitting.withholding import bridges, torn_rows

WITHHELD = "withheld"


class Known(NamedTuple):
    """Rows whose part is known: those of the build before, or of another table."""

    n_rows: int
    columns: Columns
    """Their keys; of this table's own rows the ids, too."""
    parts: Sequence[str | None]
    """A part that there is not any more says nothing."""


class Table(NamedTuple):
    """The rows to put in parts."""

    ids: pa.ChunkedArray
    keys: Columns
    labels: Columns | None = None
    """What to share out evenly: each column by itself. None: each group goes by its hash."""
    leaning: Leaning | None = None


Answer = tuple[str, str | None]
"""A part and, where it is `withheld`, the reason."""


def part_rows(
    table: Table,
    shares: Mapping[str, float],
    *,
    seed: int = 0,
    before: Known | None = None,
    others: Sequence[Known] = (),
) -> list[Answer]:
    """The part of each row, so that no path of shared keys leads from one part to another.

    A group that reaches a row of `before` or `others` goes to the same part. A row that would
    bridge two parts is withheld. Parts with a share of 0 are only given to rows that lean to them.

    >>> ids = pa.chunked_array([["1", "2", "3"]])
    >>> patients = pa.array([["p"], ["q"], ["p", "q"]])
    >>> keys = {"id": pa.array(["1", "2"]), "patient": pa.array(["p", "q"])}
    >>> old = Known(2, keys, ["train", "test"])
    >>> part_rows(Table(ids, {"patient": patients}), {"train": 0.5, "test": 0.5}, before=old)
    [('train', None), ('test', None), ('withheld', 'patient links it to train and test')]
    """
    return _Parting(table, shares, seed, before, others).answers()


class _Parting:
    def __init__(
        self,
        table: Table,
        shares: Mapping[str, float],
        seed: int,
        before: Known | None,
        others: Sequence[Known],
    ) -> None:
        self._table, self._seed, self._before = table, seed, before
        self._names, self._shares = list(shares), list(shares.values())
        self._n = len(table.ids)
        self._ids_before = pa.array([], pa.string())
        tables: list[tuple[int, Columns]] = [(self._n, {**table.keys, ID: table.ids})]
        sides = [np.full(self._n, FREE)]
        for one in (before, *others):
            if one is not None:
                parts, columns = self._of_known(one)
                tables.append((len(parts), columns))
                sides.append(parts)
                if one is before:
                    self._ids_before = columns[ID].cast(table.ids.type)
        if not len(self._ids_before):  # then nothing is joined by its id
            tables[0] = (self._n, table.keys)
        self._links = links_of(tables)
        self._sides: Numbers = np.concatenate(sides)
        self._reasons: dict[int, str] = {}

    def _of_known(self, known: Known) -> tuple[Numbers, Columns]:
        """The parts and keys of the rows that are in a part."""
        number = {name: at for at, name in enumerate(self._names)}
        parts = np.array([number.get(part or "", FREE) for part in known.parts], np.int64)
        kept = pa.array(parts >= 0)
        return parts[parts >= 0], {name: one.filter(kept) for name, one in known.columns.items()}

    def answers(self) -> list[Answer]:
        if not self._n:
            return []
        links = self._without_bridges()
        labels = links.groups
        group_of, n_groups = numbered(labels[: self._n])
        anchored = self._anchored(labels, group_of, n_groups)
        parts = self._parts(links, group_of, anchored)[group_of]
        self._withhold_misfits(parts)
        names = [self._names[part] for part in parts.tolist()]
        answers: list[Answer] = [(name, None) for name in names]
        for row, reason in self._reasons.items():
            answers[row] = (WITHHELD, reason)
        return answers

    def _without_bridges(self) -> Links:
        torn = torn_rows(self._links, self._sides)
        if not torn.any():
            return self._links
        found = bridges(
            self._links,
            self._sides,
            self._order(torn),
            self._names,
            self._n + len(self._ids_before),
        )
        self._reasons = {row: reason for row, reason in found.items() if row < self._n}
        kept = np.ones(self._links.n_rows, bool)
        kept[list(found)] = False
        self._sides[~kept] = FREE
        if len(found) > len(self._reasons):  # rows of the build before are at odds: new keys
            self._hold_the_moved(kept)
        return self._links.only(kept)

    def _order(self, torn: Marks) -> Numbers:
        """What others say first; then what was, the last parts first; then rows with few keys."""
        rows = np.flatnonzero(torn)
        last = self._n + len(self._ids_before)
        turn = np.select(
            [rows >= last, rows >= self._n, self._is_old()[rows % self._n]], [0, 1, 2], 3
        )
        n_keys = np.bincount(self._links.rows, minlength=self._links.n_rows)[rows]
        return rows[np.lexsort((self._ranks(rows), n_keys, -self._sides[rows], turn))]

    def _ranks(self, rows: Numbers) -> Hashes:
        ranks = np.zeros(len(rows), np.uint64)
        for first, ids in ((0, self._table.ids), (self._n, self._ids_before)):
            here = (rows >= first) & (rows < first + len(ids))
            wanted = ids.take(pa.array(rows[here] - first))
            ranks[here] = hashes(wanted.to_pylist(), ID, self._seed)
        return ranks

    def _is_old(self) -> Marks:
        old: Marks = pc.is_in(self._table.ids, pa.array(self._ids_before)).to_numpy()
        return old

    def _hold_the_moved(self, kept: Marks) -> None:
        """Withhold rows whose row of the build before had to be given up."""
        given_up = np.flatnonzero(~kept[self._n : self._n + len(self._ids_before)])
        moved = pc.is_in(self._table.ids, self._ids_before.take(pa.array(given_up)))
        for row in np.flatnonzero(moved.to_numpy()).tolist():
            self._reasons.setdefault(row, "a key links the part it was in to another")
            kept[row] = False

    def _anchored(self, labels: Numbers, group_of: Numbers, n_groups: int) -> Numbers:
        """The part of each group that reaches a row whose part is known; else FREE."""
        of_label = np.full(len(labels), FREE)
        known = np.flatnonzero(self._sides >= 0)
        of_label[labels[known]] = self._sides[known]
        anchored = np.full(n_groups, FREE)
        anchored[group_of] = of_label[labels[: self._n]]
        return anchored

    def _parts(self, links: Links, group_of: Numbers, anchored: Numbers) -> Numbers:
        n_groups, leaning = len(anchored), self._table.leaning
        if leaning:
            wanted = leaning.of_groups(group_of, n_groups, len(self._names))
            anchored = np.where(anchored == FREE, wanted, anchored)
        ranks = group_hashes(links, group_of, n_groups, self._table.ids, self._seed)
        return assign(self._shares, ranks, anchored, self._strata(group_of))

    def _strata(self, group_of: Numbers) -> Strata | None:
        if self._table.labels is None:
            return None
        inside = np.ones(self._n, bool)
        inside[list(self._reasons)] = False
        if self._table.leaning:
            inside &= self._table.leaning.parts != UNKNOWN
        links = links_of([(self._n, self._table.labels)])
        rank = np.empty(links.n_keys, np.int64)
        for column in links.columns:  # so that the order of rows does not matter
            order = pc.sort_indices(column.values).to_numpy()
            rank[column.first + order] = column.first + np.arange(len(order))
        kept = inside[links.rows]
        every = np.flatnonzero(inside)
        rows = np.concatenate([links.rows[kept], every])
        labels = np.concatenate([rank[links.keys[kept]], np.full(len(every), links.n_keys)])
        return Strata(group_of[rows], labels, links.n_keys + 1)

    def _withhold_misfits(self, parts: Numbers) -> None:
        leaning = self._table.leaning
        if leaning is None:
            return
        for row in np.flatnonzero(~leaning.fits(parts)).tolist():
            own, part = int(leaning.parts[row]), self._names[int(parts[row])]
            if own == UNKNOWN:
                reason = f"no {leaning.column}"
            else:
                says = f" and its {leaning.column} in {self._names[own]}" if own >= 0 else ""
                reason = (
                    f"its group is in {part}{says}"
                    if says
                    else (f"its group is in {part} by {leaning.column}, it is not")
                )
            self._reasons.setdefault(row, reason)
