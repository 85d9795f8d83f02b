"""Numbers that look random but depend on a value and a seed alone."""

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from medloom.kit.splitting.components import Numbers
from medloom.kit.splitting.keys import Links

Hashes = npt.NDArray[np.uint64]

LARGEST = np.iinfo(np.uint64).max


def hashes(values: Iterable[str], name: str, seed: int) -> Hashes:
    """64 bits for each value under a name: the same on every machine, in every run.

    >>> hashes(["a", "b"], "patient", 0).tolist() == hashes(["b", "a"], "patient", 0).tolist()[::-1]
    True
    """
    start = blake2b(f"{seed}\0{name}\0".encode(), digest_size=8)
    parts = []
    for value in values:
        one = start.copy()
        one.update(value.encode("utf-8", "surrogatepass"))
        parts.append(one.digest())
    return np.frombuffer(b"".join(parts), dtype=">u8").astype(np.uint64)


def group_hashes(
    links: Links, group_of: Numbers, n_groups: int, row_hashes: Hashes, seed: int
) -> Hashes:
    """One number for each group: the smallest hash of its keys of the first column that it has.

    So it depends neither on the order of rows nor on rows of other groups, and two tables that
    share their first key agree. A group without any key takes the smallest hash of its rows.
    `group_of` numbers the groups of rows, `row_hashes` are of their ids.
    """
    found = np.full(n_groups, LARGEST, np.uint64)
    open_ = np.ones(n_groups, bool)
    for column in links.columns:
        of_values = hashes(column.values.to_pylist(), column.name, seed)
        here = (links.keys >= column.first) & (links.keys < column.first + len(column.values))
        groups = group_of[links.rows[here]]
        mine = open_[groups]
        np.minimum.at(found, groups[mine], of_values[links.keys[here][mine] - column.first])
        open_[groups] = False
    left = open_[group_of]
    np.minimum.at(found, group_of[left], row_hashes[left])
    return found
