"""Screening played through on labelled records: how much reading an order would have saved."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medloom.kit.ranking import work_saved
from medloom.search.screening.ranker import Ranker
from medloom.search.screening.stopping import chance_of_missing

_GROWTH = 10


@dataclass(frozen=True)
class Played:
    """One screening from its first record to its last."""

    read: tuple[int, ...]
    """The numbers of the records in the order of reading; those known beforehand are left out."""
    labels: tuple[bool, ...]
    """Their verdicts."""
    stopped_at: int | None = None
    """How many were read when the stopping rule first said enough."""
    n_known: int = 0
    """How many to include were known beforehand."""

    def wss(self, recall: float = 0.95) -> float:
        """Work saved over sampling at a recall (Cohen et al. 2006)."""
        return work_saved(self.labels, recall)

    def saved(self, recall: float = 0.95) -> float:
        """The part of the records that need not be read to reach a recall."""
        return self.wss(recall) + 1 - recall if any(self.labels) else 0.0

    def found_within(self, part: float = 0.1) -> float:
        """The part of the relevant records found in the first part of the reading: RRF@10."""
        n = int(np.ceil(part * len(self.labels)))
        return sum(self.labels[:n]) / max(sum(self.labels), 1)

    @property
    def time_to_discovery(self) -> float:
        """The mean place, as a part of all records, at which one to be included is found (ATD)."""
        places = np.flatnonzero(self.labels) + 1
        return float(places.mean() / len(self.labels)) if len(places) else 0.0

    @property
    def recall_at_stop(self) -> float:
        """The recall when the stopping rule said enough; 1 where it never did."""
        if self.stopped_at is None:
            return 1.0
        total = sum(self.labels) + self.n_known
        return (sum(self.labels[: self.stopped_at]) + self.n_known) / max(total, 1)


def play(
    ranker: Ranker,
    labels: Sequence[bool],
    known: Sequence[int] = (),
    most_at_once: int = 10,
    recall: float = 0.95,
    stop_below: float = 0.05,
) -> Played:
    """Read all records in the order that is learnt anew after each batch.

    `known` are numbers of records whose verdict is known before the reading. The first batches are
    of one record; a batch grows to a tenth of what was read, up to `most_at_once`.

    >>> texts = ["skin rash", "heart failure", "rash in children", "heart surgery", "a skin graft"]
    >>> play(Ranker(texts, "skin rash"), [True, False, True, False, False]).labels
    (True, True, False, False, False)
    """
    truth = np.asarray(labels, bool)
    decided = {one: bool(truth[one]) for one in known}
    read: list[int] = []
    stopped: int | None = None
    n_known = int(truth[list(known)].sum()) if len(known) else 0
    while len(decided) < len(truth):
        size = min(most_at_once, 1 + len(read) // _GROWTH)
        batch = _next(ranker, decided, truth, size)
        read += batch
        decided |= {one: bool(truth[one]) for one in batch}
        if stopped is None:
            seen = [True] * n_known + truth[read].tolist()
            left = len(truth) - len(known) + n_known
            chance = chance_of_missing(seen, left, recall, n_known=n_known)
            stopped = len(read) if chance < stop_below else None
    return Played(tuple(read), tuple(truth[read].tolist()), stopped, n_known)


def by_chance(labels: Sequence[bool], known: Sequence[int], seed: int) -> Played:
    """The same reading in random order, to compare with."""
    left = np.setdiff1d(np.arange(len(labels)), np.array(known, np.int64))
    read = np.random.default_rng(seed).permutation(left)
    return Played(tuple(read.tolist()), tuple(bool(labels[one]) for one in read))


def starts(labels: Sequence[bool], n: int, seed: int) -> list[tuple[int, int]]:
    """Random beginnings: one record to include and one to exclude.

    >>> starts([True, False], 2, seed=1)
    [(0, 1), (0, 1)]
    """
    draw = np.random.default_rng(seed)
    truth = np.asarray(labels, bool)
    inside, outside = np.flatnonzero(truth), np.flatnonzero(~truth)
    return [(int(draw.choice(inside)), int(draw.choice(outside))) for _ in range(n)]


def _next(
    ranker: Ranker, decided: dict[int, bool], truth: NDArray[np.bool_], size: int
) -> list[int]:
    """The next batch; where nothing to include is left the order is of no matter."""
    found = sum(decided.values())
    order = ranker.order(decided) if found < truth.sum() else ranker.by_chance(decided)
    return [int(one) for one in order[:size]]
