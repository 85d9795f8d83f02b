"""The shortest chain of rows and shared keys between two parts: the evidence of a leak."""

from collections import deque
from collections.abc import Iterable, Sequence

import numpy as np

from medloom.kit.splitting.components import Numbers


def shortest_path(
    rows: Numbers, keys: Numbers, starts: Iterable[int], ends: Iterable[int]
) -> Sequence[int]:
    """Row, key, row, ..., row: from one of `starts` to one of `ends`; empty where there is none.

    Edges are pairs of `rows` and `keys`, of one component mostly.

    >>> shortest_path(np.array([0, 1, 1, 2]), np.array([7, 7, 8, 8]), [0], [2])
    [0, 7, 1, 8, 2]
    """
    of_row, of_key = _neighbours(rows, keys), _neighbours(keys, rows)
    goal = set(ends)
    came: dict[tuple[bool, int], tuple[bool, int] | None] = {(True, one): None for one in starts}
    queue = deque(came)
    while queue:
        node = queue.popleft()
        is_row, number = node
        if is_row and number in goal:
            return _walk(came, node)
        for other in (of_row if is_row else of_key).get(number, ()):
            following = (not is_row, other)
            if following not in came:
                came[following] = node
                queue.append(following)
    return []


def _walk(
    came: dict[tuple[bool, int], tuple[bool, int] | None], node: tuple[bool, int] | None
) -> list[int]:
    path: list[int] = []
    while node is not None:
        path.append(node[1])
        node = came[node]
    return path[::-1]


def _neighbours(of: Numbers, others: Numbers) -> dict[int, list[int]]:
    order = np.lexsort((others, of))
    found: dict[int, list[int]] = {}
    for one, other in zip(of[order].tolist(), others[order].tolist(), strict=True):
        found.setdefault(one, []).append(other)
    return found
