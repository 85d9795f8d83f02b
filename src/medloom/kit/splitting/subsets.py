"""Nested subsets of rows: so many of each label, or a fraction of the groups."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from medloom.kit.splitting.components import Numbers, numbered
from medloom.kit.splitting.keys import Columns, Links, links_of
from medloom.kit.splitting.ranks import group_hashes


class Grouped:
    """Rows with their groups, in an order that depends on a seed alone."""

    def __init__(self, ids: pa.ChunkedArray, keys: Columns, labels: Columns) -> None:
        self.n_rows = len(ids)
        self._ids = ids
        self._links = links_of([(self.n_rows, keys)])
        self.group_of, self.n_groups = numbered(self._links.groups[: self.n_rows])
        self.labels: list[list[str]] = [[] for _ in range(self.n_rows)]
        links = links_of([(self.n_rows, labels)])
        for row, key in zip(links.rows.tolist(), links.keys.tolist(), strict=True):
            self.labels[row].append(_name(links, key))

    def groups_in_order(self, seed: int) -> Numbers:
        """The groups, by their hashes."""
        hashes = group_hashes(self._links, self.group_of, self.n_groups, self._ids, seed)
        return np.argsort(hashes, kind="stable")

    def rows_in_order(self, seed: int) -> Numbers:
        """The rows, group after group; of a group by their ids."""
        place = np.empty(self.n_groups, np.int64)
        place[self.groups_in_order(seed)] = np.arange(self.n_groups)
        ids = self._ids.to_pylist()
        order = sorted(range(self.n_rows), key=lambda row: (place[self.group_of[row]], ids[row]))
        return np.array(order, np.int64)


def few_of_each(
    grouped: Grouped, wanted: Sequence[int], ks: Sequence[int], seed: int
) -> Mapping[int, list[int]]:
    """For each k the rows that bring every label to k rows, one row a group: each k holds the last.

    `wanted` are the rows that may be chosen. A row with several labels counts for each of them.
    """
    may = np.zeros(grouped.n_rows, bool)
    may[list(wanted)] = True
    order = [
        row for row in grouped.rows_in_order(seed).tolist() if may[row] and grouped.labels[row]
    ]
    counts: Counter[str] = Counter()
    taken: dict[int, int] = {}  # group -> row
    chosen: dict[int, list[int]] = {}
    for k in sorted(ks):
        for row in order:
            group = int(grouped.group_of[row])
            if group not in taken and any(counts[label] < k for label in grouped.labels[row]):
                taken[group] = row
                counts.update(grouped.labels[row])
        chosen[k] = sorted(taken.values())
    return chosen


def smallest_fraction(
    grouped: Grouped, wanted: Sequence[int], fractions: Sequence[float], seed: int
) -> list[float | None]:
    """For each row the smallest of nested fractions that holds it; groups stay whole.

    Of each label, a group's first and rarest one, each fraction holds its share of rows, and one
    group at least.
    """
    may = np.zeros(grouped.n_rows, bool)
    may[list(wanted)] = True
    counts = Counter(label for row in wanted for label in grouped.labels[row])
    stratum, size = _strata(grouped, may, counts)
    total: Counter[str] = Counter()
    for group, label in stratum.items():
        total[label] += size[group]
    steps, before = sorted(fractions), Counter[str]()
    of_group: dict[int, float | None] = {}
    for group in grouped.groups_in_order(seed).tolist():
        if group in stratum:
            label = stratum[group]
            share = (before[label] + size[group] / 2) / total[label] if before[label] else 0.0
            of_group[group] = next((one for one in steps if share <= one), None)
            before[label] += size[group]
    groups = grouped.group_of.tolist()
    return [of_group[group] if may[row] else None for row, group in enumerate(groups)]


def _strata(
    grouped: Grouped, may: "np.ndarray[tuple[int], np.dtype[np.bool_]]", counts: Counter[str]
) -> tuple[dict[int, str], Counter[int]]:
    """The rarest label of each group, and its rows."""
    stratum: dict[int, str] = {}
    size: Counter[int] = Counter()
    for row in np.flatnonzero(may).tolist():
        group = int(grouped.group_of[row])
        size[group] += 1
        for label in [*grouped.labels[row], stratum.get(group, "")]:
            known = stratum.get(group, "")
            if known == "" or (label != "" and (counts[label], label) < (counts[known], known)):
                stratum[group] = label
    return stratum, size


def _name(links: Links, key: int) -> str:
    column, value = links.key(key)
    return f"{column}\0{value}"
