"""Give each group a part: by its hash alone, or so that every label is shared out evenly."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from medloom.kit.splitting.components import Marks, Numbers
from medloom.kit.splitting.ranks import LARGEST, Hashes, mixed

Floats = npt.NDArray[np.float64]

_PIECES = 32
"""Groups of one profile are dealt in pieces of a 32nd of what is left."""


_SPREAD = np.uint64(0x9E3779B97F4A7C15)


class Strata(NamedTuple):
    """Which labels the rows of groups have: one edge for each label of each row."""

    groups: Numbers
    labels: Numbers
    n_labels: int


def by_hash(shares: Sequence[float], group_hashes: Hashes) -> Numbers:
    """The part of each group, by its hash alone: no other row has a say.

    >>> by_hash([0.5, 0.5], np.array([1, 2**63 + 1], np.uint64)).tolist()
    [0, 1]
    """
    ends = np.cumsum(shares) / np.sum(shares)
    at = group_hashes.astype(np.float64) / float(LARGEST)
    last = int(np.flatnonzero(np.asarray(shares) > 0)[-1])
    return np.minimum(np.searchsorted(ends, at, side="right"), last).astype(np.int64)


def assign(
    shares: Sequence[float], group_hashes: Hashes, anchored: Numbers, strata: Strata | None
) -> Numbers:
    """The part of each group; `anchored` has those that are known, and -1.

    With strata, groups are dealt out so that each part gets its share of every label: the large
    and the rare first, each to the part that lacks its labels most (iterative stratification,
    Sechidis et al. 2011, for groups).

    >>> labels = Strata(np.array([0, 1, 2, 3]), np.array([0, 0, 1, 1]), 2)
    >>> order = np.array([4, 3, 2, 1], np.uint64)
    >>> assign([0.5, 0.5], order, np.array([-1, -1, -1, -1]), labels).tolist()
    [1, 0, 1, 0]
    """
    parts = anchored.copy()
    free = anchored < 0
    if strata is None:
        parts[free] = by_hash(shares, group_hashes[free])
        return parts
    counts = _Counts.of(strata, len(anchored))
    dealt = _Dealt(np.asarray(shares, np.float64), counts, anchored)
    for members in _profiles(counts, free, group_hashes):
        labels, amounts = counts.of_group(int(members[0]))
        begin = 0
        for part, n in dealt.deal(labels, amounts, len(members)):
            parts[members[begin : begin + n]] = part
            begin += n
    return parts


class _Counts(NamedTuple):
    """Rows of each label in each group, one group after another."""

    begins: Numbers
    labels: Numbers
    amounts: Numbers
    n_labels: int

    @classmethod
    def of(cls, strata: Strata, n_groups: int) -> "_Counts":
        cells, amounts = np.unique(
            strata.groups * strata.n_labels + strata.labels, return_counts=True
        )
        groups, labels = np.divmod(cells, max(strata.n_labels, 1))
        begins = np.searchsorted(groups, np.arange(n_groups + 1))
        return cls(begins, labels, amounts, strata.n_labels)

    def of_group(self, group: int) -> tuple[Numbers, Numbers]:
        here = slice(self.begins[group], self.begins[group + 1])
        return self.labels[here], self.amounts[here]

    @property
    def groups(self) -> Numbers:
        return np.repeat(np.arange(len(self.begins) - 1), np.diff(self.begins))


class _Dealt:
    """What each part has of each label, against what it should have."""

    def __init__(self, shares: Floats, counts: _Counts, anchored: Numbers) -> None:
        self._open = np.flatnonzero(shares > 0)
        shares = shares[self._open] / shares.sum()
        total = np.bincount(counts.labels, counts.amounts, counts.n_labels)
        has = np.zeros((anchored.max(initial=-1) + 1, counts.n_labels))
        known = anchored[counts.groups]
        old = known >= 0
        np.add.at(has, (known[old], counts.labels[old]), counts.amounts[old])
        self._excess = -shares[:, None] * total
        for row, part in enumerate(self._open):
            if part < len(has):
                self._excess[row] += has[part]
        self._weight = 1 / (shares[:, None] * np.maximum(total, 1) ** 2)

    def deal(self, labels: Numbers, amounts: Numbers, n: int) -> Iterator[tuple[int, int]]:
        """Deal n groups of one profile: a part, and how many go to it, again and again."""
        excess, weight = self._excess[:, labels], self._weight[:, labels]
        while n:
            piece = max(1, n // _PIECES)
            added = piece * amounts
            cost = (weight * added * (added + 2 * excess)).sum(axis=1)
            row = int(cost.argmin())
            excess[row] += added
            n -= piece
            yield int(self._open[row]), piece
        self._excess[:, labels] = excess


def _profiles(counts: _Counts, free: Marks, ranks: Hashes) -> list[Numbers]:
    """Free groups with the same labels equally often, together: the large and the rare first."""
    groups = counts.groups
    total = np.bincount(counts.labels, counts.amounts, counts.n_labels)
    size = np.bincount(groups, counts.amounts, len(free))
    rarest = np.full(len(free), np.inf)
    np.minimum.at(rarest, groups, total[counts.labels])
    profile = np.zeros(len(free), np.uint64)
    pairs = counts.labels.astype(np.uint64) * _SPREAD + counts.amounts.astype(np.uint64)
    np.add.at(profile, groups, mixed(pairs))  # sums of mixed numbers tell profiles apart
    members = np.flatnonzero(free)
    weight = -np.floor(np.log2(np.maximum(size, 1)))
    order = members[
        np.lexsort((ranks[members], profile[members], rarest[members], weight[members]))
    ]
    if not len(order):
        return []
    return np.split(order, np.flatnonzero(np.diff(profile[order])) + 1)
