"""The order of an epoch: a pure function of seed and epoch, the same on every machine.

Rows are cut in blocks that lie together on disk. An epoch puts the blocks in a random order, joins
neighbours to windows and shuffles the rows of each window: a random order, read in large pieces.
The keys are SplitMix64 (Steele et al. 2014, doi:10.1145/2660193.2660195) of numbers, never a hash
of Python nor a generator of NumPy, whose streams may change between versions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

_GOLDEN = 0x9E3779B97F4A7C15
_MASK = (1 << 64) - 1


def mixed(*numbers: int) -> int:
    """One number of 64 bits out of several, each of which counts.

    >>> mixed(1, 2) != mixed(2, 1)
    True
    """
    state = 0
    for number in numbers:
        state = int(_splitmix(np.array([(state + number + 1) & _MASK], np.uint64))[0])
    return state


def _splitmix(values: Any) -> Any:
    with np.errstate(over="ignore"):
        z = values * np.uint64(_GOLDEN)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def draws(count: int, key: int, start: int = 0) -> Any:
    """Random numbers of 64 bits: those of a key from place `start` on."""
    with np.errstate(over="ignore"):
        places = np.arange(start + 1, start + count + 1, dtype=np.uint64)
        return _splitmix(places + np.uint64(key))


def permutation(count: int, key: int) -> Any:
    """A random order of the numbers below `count`, fixed by the key.

    >>> permutation(10, 42).tolist()
    [0, 1, 7, 4, 5, 6, 2, 9, 8, 3]
    """
    return np.argsort(draws(count, key), kind="stable")


@dataclass(frozen=True)
class Plan:
    """How the rows of a source become windows of an epoch."""

    block_starts: Any
    """First row of each block, and the number of rows: int64."""
    block_bytes: Any
    """About how many bytes a block has; it bounds a window."""
    shuffle: bool
    seed: int
    window_rows: int
    window_bytes: int

    @property
    def rows(self) -> int:
        """Rows of an epoch."""
        return int(self.block_starts[-1])

    def epoch(self, number: int) -> "Epoch":
        """The order of one epoch."""
        blocks = len(self.block_bytes)
        key = mixed(self.seed, number)
        order = permutation(blocks, key) if self.shuffle else np.arange(blocks)
        rows = np.diff(self.block_starts)[order]
        return Epoch(self, key, order, _cuts(rows, self.block_bytes[order], self))


def _cuts(rows: Any, sizes: Any, plan: Plan) -> list[int]:
    """Where windows begin among the blocks of an order, and where the last one ends."""
    if not plan.shuffle:
        return list(range(len(rows) + 1))
    cuts, held, weight = [0], 0, 0
    for at, (count, size) in enumerate(zip(rows.tolist(), sizes.tolist(), strict=True)):
        if held and (held + count > plan.window_rows or weight + size > plan.window_bytes):
            cuts.append(at)
            held = weight = 0
        held, weight = held + count, weight + size
    return [*cuts, len(rows)] if held else cuts


@dataclass(frozen=True)
class Epoch:
    """One epoch: blocks in their order, cut in windows."""

    plan: Plan
    key: int
    blocks: Any
    cuts: Sequence[int]

    @cached_property
    def window_rows(self) -> list[int]:
        """Rows of each window."""
        rows = np.concatenate([[0], np.cumsum(np.diff(self.plan.block_starts)[self.blocks])])
        return [int(rows[b] - rows[a]) for a, b in zip(self.cuts, self.cuts[1:], strict=False)]

    def window(self, number: int) -> Any:
        """The rows of a window, by their numbers in the source, in the order of the epoch."""
        blocks = self.blocks[self.cuts[number] : self.cuts[number + 1]]
        starts = self.plan.block_starts
        rows = np.concatenate([np.arange(starts[b], starts[b + 1]) for b in blocks])
        return rows[permutation(len(rows), mixed(self.key, number))] if self.plan.shuffle else rows
