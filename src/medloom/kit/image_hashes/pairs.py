"""All pairs of hashes that differ in a few bits, without a look at every pair.

Multi-index hashing (Norouzi, Punjani and Fleet 2012): cut in one part more than bits may differ,
two hashes have at least one part in common. So only those with a common part are compared.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from medloom.kit.image_hashes.perceptual import Hashes

Numbers = npt.NDArray[np.int64]
_BITS = 64
_AT_ONCE = 1 << 20


class Pairs(NamedTuple):
    """Some pairs: numbers of two hashes, the less first, and how many of their bits differ."""

    left: Numbers
    right: Numbers
    distance: Numbers


def near_pairs(hashes: Hashes, distance: int) -> Iterator[Pairs]:
    """Yield every pair of hashes that differ in at most `distance` bits, once, block by block.

    Memory grows with the number of hashes and not with that of pairs.

    >>> for block in near_pairs(np.array([0, 0b111, 1], np.uint64), 2):
    ...     print(block.left, block.right, block.distance)
    [1] [2] [2]
    [0] [2] [1]
    """
    if not 0 <= distance < _BITS:
        raise ValueError(f"a distance of {distance}: hashes have {_BITS} bits")
    masks = _masks(distance + 1)
    for number, mask in enumerate(masks):
        yield from _with_common(hashes, mask, masks[:number], distance)


def _masks(n_parts: int) -> Hashes:
    """The bits of each part; every part is as long as another, or one bit shorter."""
    ends = [_BITS * number // n_parts for number in range(n_parts + 1)]
    return np.array([(1 << end) - (1 << start) for start, end in pairwise(ends)], np.uint64)


def _with_common(hashes: Hashes, mask: np.uint64, done: Hashes, distance: int) -> Iterator[Pairs]:
    """Near pairs that have one part in common, and none of the parts that are done."""
    order = np.argsort(hashes & mask, kind="stable")
    ordered = hashes[order]
    # How many of those behind a hash have the same part: they stand next to each other.
    part = ordered & mask
    ends = np.searchsorted(part, part, side="right")
    places = np.arange(len(ordered))
    step = 1
    while len(places := places[places + step < ends[places]]):
        for start in range(0, len(places), _AT_ONCE):
            some = places[start : start + _AT_ONCE]
            changed = ordered[some] ^ ordered[some + step]
            near = np.flatnonzero(np.bitwise_count(changed) <= distance)
            for other in done:
                near = near[changed[near] & other != 0]
            if len(near):
                one, two = order[some[near]], order[some[near] + step]
                bits = np.bitwise_count(changed[near]).astype(np.int64)
                yield Pairs(np.minimum(one, two), np.maximum(one, two), bits)
        step += 1
