"""The outcome of a proof that parts do not share keys: counts, and the path of each leak."""

from typing import Any, NamedTuple

WITHHELD = "withheld"
"""The part of rows that are in no part."""


class At(NamedTuple):
    """A row on a path."""

    table: str
    id: str
    part: str

    def __str__(self) -> str:
        return f"{self.table} {self.id} ({self.part})"


class By(NamedTuple):
    """A key that two rows of a path share."""

    key: str
    value: str

    def __str__(self) -> str:
        return f"{self.key} {self.value}"


class Leak(NamedTuple):
    """A group of rows that lies in several parts, and the shortest path between two of them."""

    rows: dict[str, int]
    """How many rows of the group are in each part."""
    path: list[At | By]
    """Row, key, row, ..., row."""

    def __str__(self) -> str:
        return " - ".join(map(str, self.path))


class KeyUse(NamedTuple):
    """How a key column joins rows: what the proof rests on."""

    table: str
    column: str
    key: str
    rows_without: int
    """Rows that it joins to nothing: null or empty."""
    values: int
    """Different values."""
    widest: int
    """Rows that share its most frequent value."""


class SplitProof(NamedTuple):
    """What was looked at and what was found."""

    holds: bool
    """There are at least two parts, at least one key, and no leak."""
    parts: dict[str, dict[str, int]]
    """Rows of each part in each table; `withheld` and rows without a part among them."""
    keys: list[KeyUse]
    groups: int
    """Groups of rows that no key joins with each other."""
    largest_group: int
    """Rows of the largest group: if it is most of them, a value such as `unknown` joins them."""
    rows_without_keys: int
    """Rows that no key could join with another: nothing is proved of them."""
    leaking_groups: int
    leaks: list[Leak]
    """The first of them."""
    skipped: list[str]
    """Tables without a column of parts, or without a key."""

    def as_json(self) -> dict[str, Any]:
        """The proof as plain values."""
        leaks = [{"rows": one.rows, "path": list(map(str, one.path))} for one in self.leaks]
        return {**self._asdict(), "keys": [one._asdict() for one in self.keys], "leaks": leaks}

    def __str__(self) -> str:
        keys = ", ".join(dict.fromkeys(one.key for one in self.keys)) or "no key"
        if self.holds:
            return f"no path between parts over {keys}: {self.groups} groups"
        if not self.leaking_groups:
            return f"nothing to prove: {keys}, parts {', '.join(self._named()) or 'none'}"
        return f"{self.leaking_groups} groups lie in several parts (over {keys})"

    def _named(self) -> list[str]:
        return sorted({part for table in self.parts.values() for part in table} - {WITHHELD, ""})
