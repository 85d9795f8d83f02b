"""Leave out the rows that would bridge two parts."""

from collections.abc import Sequence

import numpy as np

from medloom.kit.splitting.components import Marks, Numbers
from medloom.kit.splitting.keys import Links

_TORN = -2
"""The side of keys that rows of other tables have in several parts."""


def torn_rows(links: Links, sides: Numbers) -> Marks:
    """Whether the group of a row holds rows of more than one side; -1 is no side."""
    known = np.flatnonzero(sides >= 0)
    label = links.groups
    least = np.full(len(label), np.iinfo(np.int64).max)
    most = np.full(len(label), -1)
    np.minimum.at(least, label[known], sides[known])
    np.maximum.at(most, label[known], sides[known])
    torn: Marks = (least < most)[label[: links.n_rows]]
    return torn


def bridges(
    links: Links,
    sides: Numbers,
    order: Numbers,
    parts: Sequence[str],
    n_ours: int | None = None,
) -> dict[int, str]:
    """Rows to withhold so that no path leads from one side to another, each with the reason.

    `sides` has the part of rows whose part is known, and -1. The rows of `order`, whole groups of
    them, are taken one by one; one whose keys, or whose own side, already belong to two sides is
    left out. Rows from number `n_ours` on are of other tables and cannot be left out: where they
    lie in two parts, whatever shares a key with them is.

    >>> import pyarrow as pa
    >>> from medloom.kit.splitting.keys import links_of
    >>> links = links_of([(3, {"patient": pa.array([["a"], ["b"], ["a", "b"]])})])
    >>> bridges(links, np.array([0, 1, -1]), np.array([0, 1, 2]), ["train", "test"])
    {2: 'patient links it to train and test'}
    """
    wanted = np.zeros(links.n_rows, bool)
    wanted[order] = True
    inside = links.only(wanted)
    by_row = np.argsort(inside.rows, kind="stable")
    keys = inside.keys[by_row]
    ends = np.searchsorted(inside.rows[by_row], np.arange(links.n_rows + 1))
    walk = _Walk(links, parts, links.n_rows if n_ours is None else n_ours)
    for row in order.tolist():
        walk.take(row, keys[ends[row] : ends[row + 1]].tolist(), int(sides[row]))
    return walk.left_out


class _Walk:
    """Groups that grow row by row, each with the side of its rows."""

    def __init__(self, links: Links, parts: Sequence[str], n_ours: int) -> None:
        self._links, self._parts, self._n_ours = links, parts, n_ours
        self._above: dict[int, int] = {}
        self._side: dict[int, int] = {}
        self.left_out: dict[int, str] = {}

    def take(self, row: int, keys: Sequence[int], side: int) -> None:
        roots = [self._root(key) for key in keys]
        found = {self._side[root] for root in roots if root in self._side}
        if side >= 0:
            found.add(side)
        if len(found) > 1 or _TORN in found:
            self.left_out[row] = self._reason(keys, roots, found)
            if row < self._n_ours:
                return
            found = {_TORN}
        for root in roots[1:]:
            self._above[self._root(root)] = self._root(roots[0])
        if roots and found:
            self._side[self._root(roots[0])] = found.pop()

    def _root(self, key: int) -> int:
        above = self._above
        while (up := above.get(key, key)) != key:
            above[key] = above.get(up, up)
            key = up
        return key

    def _reason(self, keys: Sequence[int], roots: Sequence[int], sides: set[int]) -> str:
        guilty = [key for key, root in zip(keys, roots, strict=True) if root in self._side]
        names = dict.fromkeys(self._links.key(key)[0] for key in guilty)
        parts = [self._parts[side] for side in sorted(sides - {_TORN})]
        parts += ["several parts of another table"] * (_TORN in sides)
        verb = "links" if len(names) == 1 else "link"
        return f"{', '.join(names)} {verb} it to {' and '.join(parts)}"
