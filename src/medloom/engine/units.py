"""A unit of work, and the receipt for it: what travels between the driver and the workers."""

import json
from collections import Counter
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
        rows = [
            Unit([], at, min(at + step, self.stop)) for at in range(self.start, self.stop, step)
        ]
        rows = rows or [Unit([], self.start, self.stop)]
        for place, row in self.revived:
            home = next((unit for unit in rows if place < unit.stop), rows[-1])
            home.revived.append((place, row))
        return rows

    def to_json(self) -> str:
        """The unit as text, to travel to a worker."""
        return json.dumps([self.sources, self.start, self.stop, self.revived, self.dead])

    @classmethod
    def from_json(cls, text: str) -> "Unit":
        """The unit that a text holds."""
        sources, start, stop, revived, dead = json.loads(text)
        return cls([Source(*one) for one in sources], start, stop, revived, dead)


@dataclass
class Receipt:
    """What a worker did with a unit: the fragments it wrote, for the driver to commit."""

    fragments: dict[str, list[str]] = field(default_factory=dict)
    rows: Counter[str] = field(default_factory=Counter)
    identities: list[tuple[str, str, int]] = field(default_factory=list)
    """Of each source that holds one thing: the source, the id and version of the thing."""
    error: str | None = None
    """A defect, or a full disk: the build stops."""
    is_ours: bool = False
    """Whether the error is a plain message for the user."""

    def to_json(self) -> str:
        """The receipt as text, to travel to the driver."""
        return json.dumps([self.fragments, self.rows, self.identities, self.error, self.is_ours])

    @classmethod
    def from_json(cls, text: str) -> "Receipt":
        """The receipt that a text holds."""
        fragments, rows, identities, error, is_ours = json.loads(text)
        return cls(fragments, Counter(rows), identities, error, is_ours)
