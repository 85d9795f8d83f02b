"""Even shares of groups of unequal size."""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from hashlib import blake2b


def even_shares(sizes: Sequence[int], total: int) -> list[int]:
    """How many of each group make `total`, as evenly as sizes allow: water filling.

    >>> even_shares([100, 3, 50], 40)
    [19, 3, 18]
    >>> even_shares([1, 2], 10)
    [1, 2]
    """
    shares = [0] * len(sizes)
    left = min(total, sum(sizes))
    smallest_first = sorted(range(len(sizes)), key=lambda group: (sizes[group], -group))
    for n_done, group in enumerate(smallest_first):
        shares[group] = min(sizes[group], left // (len(sizes) - n_done))
        left -= shares[group]
    return shares


def drawn(id: str, seed: int) -> int:
    """A number that orders ids as if by chance, the same on every machine."""
    return int.from_bytes(blake2b(f"{seed} {id}".encode(), digest_size=8).digest())


def choose(paths: Sequence[Sequence[Hashable]], order: Sequence[int], total: int) -> set[int]:
    """Rows that make `total`, evenly by the first of their path, then within by the next.

    `paths` has a row's groups from the largest to the smallest; within the last, rows are taken as
    they come in `order`, which has the numbers of all rows.

    >>> paths = [("a",)] * 5 + [("b",)] * 2
    >>> sorted(choose(paths, range(7), 4))
    [0, 1, 5, 6]
    """
    if total >= len(order):
        return set(order)
    depth = len(paths[order[0]]) if order else 0
    return _within(paths, order, total, 0, depth)


def _within(
    paths: Sequence[Sequence[Hashable]], rows: Sequence[int], total: int, level: int, depth: int
) -> set[int]:
    if level == depth:
        return set(rows[:total])
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for row in rows:
        groups[paths[row][level]].append(row)
    shares = even_shares([len(one) for one in groups.values()], total)
    chosen: set[int] = set()
    for some, share in zip(groups.values(), shares, strict=True):
        chosen |= _within(paths, some, share, level + 1, depth)
    return chosen
