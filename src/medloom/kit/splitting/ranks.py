"""Numbers that look random but depend on a value and a seed alone."""

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from medloom.kit.splitting.components import Numbers
from medloom.kit.splitting.keys import Links

Hashes = npt.NDArray[np.uint64]

LARGEST = np.iinfo(np.uint64).max

ID = "id"
"""The key of a row itself."""


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
    links: Links, group_of: Numbers, n_groups: int, ids: pa.ChunkedArray, seed: int
) -> Hashes:
    """One number for each group: the smallest hash of its keys of the first column that it has.

    So it depends neither on the order of rows nor on rows of other groups, and two tables that
    share their first key agree. A group without any key takes the smallest hash of its ids.
    `group_of` numbers the groups of the first rows, whose `ids` are given.
    """
    found = np.full(n_groups, LARGEST, np.uint64)
    missing = np.ones(n_groups, bool)
    ours = links.rows < len(group_of)
    for column in links.columns:
        if column.name == ID and not missing.any():
            break
        of_values = hashes(column.values.to_pylist(), column.name, seed)
        here = ours & (links.keys >= column.first)
        here &= links.keys < column.first + len(column.values)
        groups, keys = group_of[links.rows[here]], links.keys[here] - column.first
        mine = missing[groups]
        np.minimum.at(found, groups[mine], of_values[keys[mine]])
        missing[groups] = False
    left = np.flatnonzero(missing[group_of])
    if len(left):
        np.minimum.at(found, group_of[left], hashes(ids.take(left).to_pylist(), ID, seed))
    return mixed(found)  # the least of many is small


def mixed(numbers: Hashes) -> Hashes:
    """Each number as another that looks random (the finaliser of SplitMix64)."""
    x = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    done: Hashes = x ^ (x >> np.uint64(31))
    return done
