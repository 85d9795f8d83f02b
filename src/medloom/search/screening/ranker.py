"""The order in which to read what nobody has decided on yet."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from medloom.search.screening.features import Rows, features
from medloom.search.screening.models import linear

_PRESUMED = 100
"""Undecided records that are taken to be off topic while learning."""


class Ranker:
    """Learns from decisions which records to read next.

    As continuous active learning does (Cormack and Grossman 2015, AutoTAR): the question and the
    examples are records to be included, and 100 undecided records, drawn anew each time, are taken
    to be off topic. So a question alone, or one example, is enough to begin. The same decisions
    and the same seed give the same order.

    >>> texts = ["skin rash", "heart failure", "rash in children", "heart surgery", "a skin graft"]
    >>> ranker = Ranker(texts, question="skin rash")
    >>> ranker.order({})[0]
    np.int64(0)
    >>> ranker.order({0: True, 1: False}).tolist()
    [2, 4, 3]
    """

    def __init__(
        self,
        texts: Sequence[str],
        question: str = "",
        examples: Sequence[str] = (),
        seed: int = 0,
        rows: Rows | None = None,
    ) -> None:
        self.n_records, self.seed = len(texts), seed
        extra = [one for one in (question, *examples) if one.strip()]
        self.n_extra = len(extra)
        self.rows = rows or features([*texts, *extra])

    def order(self, decided: Mapping[int, bool]) -> NDArray[np.int64]:
        """The numbers of the undecided records, the likeliest to be included first."""
        scores = self.scores(decided)
        undecided = self._undecided(decided)
        return undecided[np.argsort(-scores[undecided], kind="stable")]

    def scores(self, decided: Mapping[int, bool]) -> NDArray[np.float64]:
        """A score a record; by chance as long as there is nothing to include."""
        draw = np.random.default_rng([self.seed, len(decided)])
        if not self.n_extra and not any(decided.values()):
            return np.random.default_rng(self.seed).random(self.n_records)
        numbers, labels = self._lessons(decided, draw)
        weights = linear(self.rows.some(numbers), labels)
        return self.rows.times(weights)[: self.n_records]

    def by_chance(self, decided: Mapping[int, bool]) -> NDArray[np.int64]:
        """The numbers of the undecided records in random order."""
        undecided = self._undecided(decided)
        draw = np.random.default_rng([self.seed, 1])
        return undecided[np.argsort(draw.random(self.n_records)[undecided], kind="stable")]

    def _lessons(
        self, decided: Mapping[int, bool], draw: np.random.Generator
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        undecided = self._undecided(decided)
        n_presumed = min(_PRESUMED, len(undecided) // 2)
        presumed = draw.choice(undecided, n_presumed, replace=False)
        extra = range(self.n_records, self.n_records + self.n_extra)
        numbers = [*sorted(decided), *extra, *presumed.tolist()]
        labels = [decided[one] for one in sorted(decided)]
        labels += [True] * self.n_extra + [False] * len(presumed)
        return np.array(numbers, np.int64), np.array(labels, bool)

    def _undecided(self, decided: Mapping[int, bool]) -> NDArray[np.int64]:
        left = np.ones(self.n_records, bool)
        left[list(decided)] = False
        return np.flatnonzero(left)
