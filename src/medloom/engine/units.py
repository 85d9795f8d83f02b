"""A unit of work, and the receipt for it: what travels between the driver and the workers."""

import json
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from medloom.kit.sources import Source

_UNITS_PER_WORKER = 4
"""Small inputs are cut into at least so many units a worker, to keep all of them busy."""


def unit_size(total: int, workers: int, largest: int) -> int:
    """How many sources or rows make a unit, of so many for so many workers.

    >>> unit_size(100, 2, 128), unit_size(1_000_000, 2, 128)
    (13, 128)
    """
    return max(1, min(largest, -(-total // (max(workers, 1) * _UNITS_PER_WORKER))))


@dataclass
class Unit:
    """A piece of work small enough to lose: some sources, or a range of rows."""

    sources: list[Source] = field(default_factory=list)
    start: int = 0
    stop: int = 0
    revived: list[tuple[int, str]] = field(default_factory=list)
    """Rows that a step lost earlier and that run again: (row they stand before, JSON)."""
    dead: bool = False
    """A worker died on this one item alone: record it, do not touch it again."""
    suspect: bool = False
    """A worker died while it, or a neighbour, was worked on: run it alone."""

    @property
    def size(self) -> int:
        """How many sources or rows it holds."""
        return len(self.sources) or self.stop - self.start + len(self.revived)

    def split(self, parts: int) -> list["Unit"]:
        """Cut the unit into at most so many smaller ones."""
        step = max(1, -(-self.size // parts))
        if self.sources:
            return [Unit(self.sources[i : i + step]) for i in range(0, self.size, step)]
        return list(self._split_rows(step))

    def _split_rows(self, size: int) -> Iterator["Unit"]:
        """Cut stored and revived rows together, each part smaller than the whole."""
        at, queue = self.start, deque(self.revived)
        while at < self.stop or queue:
            part = Unit(start=at, stop=at)
            while part.size < size and (at < self.stop or queue):
                if queue and (queue[0][0] <= at or at >= self.stop):
                    part.revived.append(queue.popleft())
                else:
                    at += 1
                    part.stop = at
            yield part

    def to_json(self) -> str:
        """The unit as text, to travel to a worker; a list that sources share travels once."""
        shared = {id(source.beside): source.beside for source in self.sources}
        number = {key: n for n, key in enumerate(shared)}
        sources = [source._replace(beside=number[id(source.beside)]) for source in self.sources]  # type: ignore[arg-type]
        lists = list(shared.values())
        return json.dumps([sources, lists, self.start, self.stop, self.revived, self.dead])

    @classmethod
    def from_json(cls, text: str) -> "Unit":
        """The unit that a text holds."""
        sources, lists, start, stop, revived, dead = json.loads(text)
        found = [Source(*one) for one in sources]
        found = [one._replace(beside=lists[one.beside]) for one in found]
        return cls(found, start, stop, revived, dead)


@dataclass
class Receipt:
    """What a worker did with a unit: the fragments it wrote, for the driver to commit."""

    fragments: dict[str, list[str]] = field(default_factory=dict)
    rows: Counter[str] = field(default_factory=Counter)
    identities: list[tuple[str, str, int]] = field(default_factory=list)
    """Of each source that holds one thing: the source, the id and version of the thing."""
    unread: list[str] = field(default_factory=list)
    """Sources that had been read once and could not be read again."""
    error: str | None = None
    """A defect, or a full disk: the build stops."""
    is_ours: bool = False
    """Whether the error is a plain message for the user."""

    def to_json(self) -> str:
        """The receipt as text, to travel to the driver."""
        return json.dumps(
            [self.fragments, self.rows, self.identities, self.unread, self.error, self.is_ours]
        )

    @classmethod
    def from_json(cls, text: str) -> "Receipt":
        """The receipt that a text holds."""
        fragments, rows, *rest = json.loads(text)
        return cls(fragments, Counter(rows), *rest)
