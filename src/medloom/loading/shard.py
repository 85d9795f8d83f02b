"""What every kind of shard can do, and how a condition picks rows of one."""

import re
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
import pyarrow as pa

from medloom.errors import MedloomError
from medloom.loading.held import Held

ID = "id"
ROWS = "_rows"


class Damaged(MedloomError):
    """A shard, or one row of it, cannot be read; the message names it."""


class DecodeError(MedloomError):
    """A value of a row cannot be decoded; the message names the row."""


class Part(NamedTuple):
    """Rows of one block, by their numbers in the shard, sorted, and where they are held."""

    rows: Any
    held: Held


class Shard(Protocol):
    """One file, or one Lance table, of a split."""

    name: str
    columns: tuple[str, ...]
    """The columns it has; empty where only reading will tell."""
    block_starts: list[int]
    """First row of each block that is read together, and the number of rows."""
    block_bytes: list[int]
    forks: bool
    """Whether a forked process may go on reading what its parent opened."""

    def read(self, rows: Any, columns: Sequence[str] | None) -> list[Part]:
        """Read rows, by their sorted numbers."""
        ...

    def remember_blocks(self, count: int) -> None:
        """Keep so many blocks in memory, for rows that are asked for one by one."""
        ...

    def matching(self, where: str | None, ids: Collection[str] | None) -> Any:
        """The numbers of the rows that a condition and a set of ids let through."""
        ...


def columns_in(condition: str, columns: Sequence[str]) -> list[str]:
    """Which columns an SQL condition names.

    >>> columns_in("year >= 2015 AND label = 'id'", ["id", "label", "text", "year"])
    ['label', 'year']
    """
    words = set(re.findall(r"\w+", re.sub(r"'(?:[^']|'')*'", "", condition)))
    return [column for column in columns if column in words]


def picked(table: pa.Table, where: str | None, ids: Collection[str] | None) -> Any:
    """The places of a table's rows that pass; a null passes no condition.

    >>> picked(pa.table({"year": [2014, 2016, None]}), "year >= 2015", None).tolist()
    [1]
    """
    passed = np.ones(table.num_rows, bool)
    if ids is not None:
        passed &= np.array([str(one) in ids for one in table[ID].to_pylist()], bool)
    places = np.flatnonzero(passed)
    if where is None or not len(places):
        return places
    return np.intersect1d(places, _where(table, where))


def _where(table: pa.Table, where: str) -> Any:
    import daft  # noqa: PLC0415 - slow, and only a condition needs it

    numbered = table.append_column(ROWS, pa.array(np.arange(table.num_rows)))
    try:
        kept = daft.from_arrow(numbered).where(daft.sql_expr(where)).select(ROWS).to_arrow()
    except Exception as error:  # Daft raises several of its own kinds
        first = (str(error).strip().splitlines() or [repr(error)])[0]
        known = ", ".join(table.column_names)
        raise MedloomError(f"cannot use where={where!r}: {first}; columns: {known}") from error
    return np.sort(kept[ROWS].to_numpy())
