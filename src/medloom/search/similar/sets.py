"""How like rows are in a set of things that they hold: concepts, cited works, findings.

A thing that few rows hold weighs more: its inverse document frequency.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

import numpy as np

from medloom.search.similar.lexical import Scores


class SetIndex:
    """Which rows hold which things.

    >>> index = SetIndex([{"HP:1", "HP:2"}, {"HP:1"}, set()])
    >>> [round(score, 2) for score in index.cosines({"HP:1", "HP:2"}).tolist()]
    [1.0, 0.43, 0.0]
    >>> index.covers({"HP:1"}).tolist()
    [1.0, 1.0, 0.0]
    """

    def __init__(self, held: Sequence[Collection[str]]) -> None:
        rows: defaultdict[str, list[int]] = defaultdict(list)
        for number, things in enumerate(held):
            for one in set(things):
                rows[one].append(number)
        self._n = len(held)
        self._rows = {one: np.array(some, np.int64) for one, some in rows.items()}
        self._sizes = np.zeros(self._n, np.float64)
        for one, some in self._rows.items():
            self._sizes[some] += self.weight(one) ** 2

    def weight(self, thing: str) -> float:
        """What a thing counts: more where fewer rows hold it."""
        n = len(self._rows.get(thing, ()))
        return float(np.log1p((self._n - n + 0.5) / (n + 0.5)))

    def cosines(self, wanted: Iterable[str]) -> Scores:
        """The cosine between sets: 1 where a row holds the same and nothing else."""
        things = set(wanted)
        shared = self._shared(things)
        size = np.sqrt(self._sizes * sum(self.weight(one) ** 2 for one in things))
        return np.divide(shared, size, out=np.zeros(self._n), where=size > 0).astype(np.float32)

    def covers(self, wanted: Iterable[str]) -> Scores:
        """The part of the wanted things that a row holds, whatever else it holds.

        Wanted things that no row holds are left out.
        """
        things = {one for one in wanted if one in self._rows}
        total = sum(self.weight(one) ** 2 for one in things)
        return (self._shared(things) / (total or 1)).astype(np.float32)

    def _shared(self, things: Iterable[str]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        shared = np.zeros(self._n)
        for one in sorted(things):
            if one in self._rows:
                shared[self._rows[one]] += self.weight(one) ** 2
        return shared
