"""Clusters of rows that are copies of each other, and which of their rows is kept."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from medloom.tables.rows import Rows

Keep = Literal["first", "longest"]
Better = Literal["greatest", "least", "present"]


class Star(NamedTuple):
    """What holds a cluster together beside links: every row is a copy of the one in its centre."""

    weight: Callable[[int], Any]
    """The row of the greatest weight is the centre: the fullest one."""
    is_copy: Callable[[int, int], bool]
    """Whether the first row is a copy of the second, the centre."""


def clusters(
    n_rows: int,
    links: Iterable[tuple[int, int]],
    apart: Iterable[tuple[int, int]] = (),
    star: Star | None = None,
) -> list[int]:
    """The cluster of each row, as the number of one of its rows: the components of the links.

    Rows that must stay `apart` never come together, not even through others; with a `star`, nor do
    two that have only a third in common. Links count in their order: give the surest first.

    >>> clusters(4, [(0, 1), (1, 2)])
    [0, 0, 0, 3]
    >>> clusters(4, [(0, 1), (1, 2)], apart=[(0, 2)])
    [0, 0, 2, 3]
    >>> clusters(3, [(0, 1), (1, 2)], star=Star(weight=int, is_copy=lambda one, of: of - one == 1))
    [0, 0, 2]
    """
    made = _Clusters(n_rows, star)
    for pair in apart:
        made.keep_apart(*pair)
    for pair in links:
        made.link(*pair)
    return [made.find(number) for number in range(n_rows)]


class _Clusters:
    """Components that grow link by link."""

    def __init__(self, n_rows: int, star: Star | None) -> None:
        self.root = list(range(n_rows))
        self.foes: dict[int, set[int]] = {}
        self.members: dict[int, list[int]] = {}
        self.star = star

    def find(self, number: int) -> int:
        root = self.root
        while root[number] != number:
            root[number] = root[root[number]]
            number = root[number]
        return number

    def keep_apart(self, one: int, other: int) -> None:
        self.foes.setdefault(one, set()).add(other)
        self.foes.setdefault(other, set()).add(one)

    def link(self, one: int, other: int) -> None:
        one, other = sorted((self.find(one), self.find(other)))
        if one == other or other in self.foes.get(one, ()) or not self._hold(one, other):
            return
        self.root[other] = one
        if self.star:
            self.members[one] = self._of(one) + self.members.pop(other, [other])
        for foe in self.foes.pop(other, ()):
            self.foes[foe].discard(other)
            self.keep_apart(one, foe)

    def _of(self, root: int) -> list[int]:
        return self.members.get(root, [root])

    def _hold(self, one: int, other: int) -> bool:
        """Whether all rows of one cluster are copies of the centre of the two."""
        if not self.star:
            return True
        centres = [max(self._of(root), key=self.star.weight) for root in (one, other)]
        centre = max(centres, key=self.star.weight)
        light = other if centre == centres[0] else one
        return all(self.star.is_copy(row, centre) for row in self._of(light))


def kept(of: Sequence[int], rank: Callable[[int], Any]) -> dict[int, int]:
    """The row of each cluster with more than one row that ranks first.

    >>> kept([0, 0, 2], rank=lambda number: -number)
    {0: 1}
    """
    members: dict[int, list[int]] = {}
    for number, cluster in enumerate(of):
        members.setdefault(cluster, []).append(number)
    return {one: min(rows, key=rank) for one, rows in members.items() if len(rows) > 1}


def ranks(
    rows: Rows, keep: Keep, prefer: Mapping[str, Better], length: Callable[[], Sequence[int]]
) -> Callable[[int], Any]:
    """A rank for each row: the least is the row to keep.

    First comes what is preferred of the columns, then `keep`, then the order of the table.

    >>> rows = Rows.of({"year": [2001, 2020, None]})
    >>> rank = ranks(rows, "first", {"year": "greatest"}, list)
    >>> min(range(3), key=rank)
    1
    """
    keys = [_column_ranks(rows.column(name), better) for name, better in prefer.items()]
    if keep == "longest":
        keys.append([-one for one in length()])
    return lambda number: (*(key[number] for key in keys), number)


def _column_ranks(values: Sequence[Any], better: Better) -> list[int]:
    """A number for each value: the less, the better; values that are missing come last."""
    if better == "present":
        return [int(value is None or value in ("", [])) for value in values]
    known = sorted({value for value in values if value is not None}, reverse=better == "greatest")
    place = {value: number for number, value in enumerate(known)}
    return [len(known) if value is None else place[value] for value in values]
