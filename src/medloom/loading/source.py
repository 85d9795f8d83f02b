"""The rows of one split as the stream sees them: numbered from 0, whatever lies beneath."""

from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from medloom.errors import MedloomError
from medloom.loading.shard import Damaged, Part, Shard

Told = Callable[[Damaged, int], None]
"""Is told of a shard that cannot be read and how many rows it was asked for; may raise."""


class Found(NamedTuple):
    """Where the rows that were asked for are held."""

    parts: list[Part]
    part: Any
    """The number of the part of each row; -1 where its shard is damaged."""
    place: Any
    """The place of each row in its part."""


@dataclass
class Source:
    """The shards of a split, and which of their rows a condition lets through."""

    shards: Sequence[Shard]
    columns: tuple[str, ...] | None = None
    """The columns to read; None for all."""
    kept: Any = None
    """The numbers of the rows that are read, sorted; None for all."""
    _starts: Any = field(init=False)

    def __post_init__(self) -> None:
        self._starts = np.cumsum([0, *(shard.block_starts[-1] for shard in self.shards)])
        known = {name for shard in self.shards for name in shard.columns}
        unknown = [name for name in self.columns or () if name not in known]
        if known and unknown:
            told = f"no column {', '.join(unknown)} here; columns: {', '.join(sorted(known))}"
            raise MedloomError(told)

    @property
    def rows(self) -> int:
        """How many rows are read."""
        return int(self._starts[-1]) if self.kept is None else len(self.kept)

    @property
    def forks(self) -> bool:
        """Whether a forked process may go on reading."""
        return all(shard.forks for shard in self.shards)

    @cached_property
    def blocks(self) -> tuple[Any, Any]:
        """First row of each block, and the number of rows; about how many bytes each has."""
        edges = [np.zeros(1, np.int64)]
        for shard, start in zip(self.shards, self._starts.tolist(), strict=False):
            edges.append(np.asarray(shard.block_starts[1:], np.int64) + start)
        starts = np.concatenate(edges)
        sizes = np.asarray([one for shard in self.shards for one in shard.block_bytes], np.int64)
        if self.kept is not None:
            whole = np.maximum(np.diff(starts), 1)
            starts = np.searchsorted(self.kept, starts)
            sizes = sizes * np.diff(starts) // whole
        full = np.diff(starts) > 0
        return np.concatenate([starts[:1], starts[1:][full]]), sizes[full]

    def where(self, condition: str | None, ids: Collection[str] | None) -> "Source":
        """The same with only the rows that a condition and a set of ids let through."""
        if condition is None and ids is None:
            return self
        wanted = None if ids is None else frozenset(map(str, ids))
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda one: one.matching(condition, wanted), self.shards))
        kept = [places + start for places, start in zip(found, self._starts.tolist(), strict=False)]
        every = np.concatenate(kept) if kept else np.zeros(0, np.int64)
        return Source(self.shards, self.columns, every.astype(np.int64))

    def find(self, rows: Any, told: Told) -> Found:
        """Read rows, by their numbers in any order."""
        numbers = rows if self.kept is None else self.kept[rows]
        order = np.argsort(numbers, kind="stable")
        ordered = numbers[order]
        found = Found([], np.full(len(order), -1), np.zeros(len(order), np.int64))
        for at, first, last in self._runs(ordered):
            local = ordered[first:last] - self._starts[at]
            for part, offset in self._parts(self.shards[at], local, told):
                wanted = order[first + offset : first + offset + len(part.rows)]
                found.part[wanted] = len(found.parts)
                found.place[wanted] = np.arange(len(part.rows))
                found.parts.append(part)
        return found

    def _runs(self, ordered: Any) -> Iterator[tuple[int, int, int]]:
        """The shards that sorted rows lie in, and the stretch of rows of each."""
        cuts = np.searchsorted(ordered, self._starts)
        for at in np.flatnonzero(np.diff(cuts)).tolist():
            yield at, int(cuts[at]), int(cuts[at + 1])

    def _parts(self, shard: Shard, rows: Any, told: Told) -> Iterator[tuple[Part, int]]:
        try:
            parts = shard.read(rows, self.columns)
        except Damaged as error:
            if len(shard.block_bytes) == 1:
                told(error, len(rows))
                return
            parts = self._by_block(shard, rows, told)
        for part in parts:
            yield part, int(np.searchsorted(rows, part.rows[0]))

    def _by_block(self, shard: Shard, rows: Any, told: Told) -> list[Part]:
        """Read the blocks of a damaged shard one by one: what is sound is kept."""
        parts: list[Part] = []
        blocks = np.searchsorted(shard.block_starts, rows, side="right")
        for block in np.unique(blocks).tolist():
            inside = rows[blocks == block]
            try:
                parts += shard.read(inside, self.columns)
            except Damaged as error:
                told(error, len(inside))
        return parts


def taken(found: Found, start: int, stop: int) -> Iterator[Any]:
    """Some of the rows that were found; None for one of a damaged shard, an error for a bad row."""
    parts, places = found.part[start:stop], found.place[start:stop]
    rows = {
        number: found.parts[number].held.take(places[parts == number])
        for number in np.unique(parts).tolist()
        if number >= 0
    }
    for number in parts.tolist():
        yield next(rows[number]) if number >= 0 else None
