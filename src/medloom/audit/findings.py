"""What an audit says: findings with their evidence, listings, and charts, in sections."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, NamedTuple


class Level(StrEnum):
    """How much a finding matters."""

    PROBLEM = "problem"
    WARNING = "warning"
    NOTE = "note"


class Finding(NamedTuple):
    """One thing that was found, with what shows it and the rows where it is seen."""

    level: Level
    what: str
    evidence: str
    table: str | None = None
    rows: tuple[str, ...] = ()
    """The ids of rows, the first hundred."""
    n_rows: int = 0
    """How many rows there are in all."""


class Mark(NamedTuple):
    """A value in a chart, with its interval where it has one."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    note: str = ""
    """What stands behind it: n, a part of a whole."""
    level: Level | None = None


class Chart(NamedTuple):
    """Bars from nought, or points with intervals beside a line of reference."""

    kind: str
    """bars or points."""
    title: str
    marks: tuple[Mark, ...]
    percent: bool = False
    reference: float | None = None
    """Where nothing would be: an AUC of 0.5."""
    least: float = 0.0
    most: float | None = None


class Listing(NamedTuple):
    """A small table."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


class Section(NamedTuple):
    """One question that the audit asks of the collection, or of a table of it."""

    key: str
    title: str
    about: str
    """What was done, in a sentence."""
    table: str | None = None
    findings: tuple[Finding, ...] = ()
    charts: tuple[Chart, ...] = ()
    listings: tuple[Listing, ...] = ()
    not_asked: str | None = None
    """Why it could not be asked: the column or file that it needs."""


_SHOWN = 100


def finding(
    level: Level, what: str, evidence: str, table: str | None = None, rows: Sequence[str] = ()
) -> Finding:
    """A finding that names its rows, the first hundred of them.

    >>> finding(Level.NOTE, "two rows", "n = 2", rows=["a", "b"]).n_rows
    2
    """
    return Finding(level, what, evidence, table, tuple(rows[:_SHOWN]), len(rows))
