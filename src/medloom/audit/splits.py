"""Prove that no chain of shared keys leads from one part of a dataset to another."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from medloom.audit.split_proof import WITHHELD, At, By, KeyUse, Leak, SplitProof
from medloom.kit.splitting import Links, links_of, shortest_path
from medloom.kit.splitting.components import Numbers

STANDARD_KEYS = (
    *("patient_id", "subject_id", "person_id", "article_id", "study_id", "series_id"),
    *("cluster", "image_cluster"),
)
"""Columns that join rows wherever a table has them; `cluster` is that of near-duplicates."""

_PAIR = "near-duplicate"


class _Table(NamedTuple):
    name: str
    data: pa.Table
    keys: dict[str, str]
    """From the name of a key to the column that holds it."""


def prove_splits(
    tables: Mapping[str, pa.Table | Iterable[pa.RecordBatch]],
    *,
    by: Sequence[str] | None = None,
    same: Mapping[str, str] | None = None,
    pairs: Iterable[tuple[str, str, str]] = (),
    split: str = "split",
    n_shown: int = 20,
) -> SplitProof:
    """Prove from tables that no path of shared keys leads from one part to another.

    `tables` are those of a collection or release by name, each with the columns `id` (or none),
    `split` and keys; other columns are not looked at, so give only what `columns_to_read` names.
    `by` are the key columns, by default those of `STANDARD_KEYS` that a table has; a column that
    holds lists joins by every value. The same value under the same name joins rows of all tables;
    `same={"articles.id": "article_id"}` says that a column of a table holds another key.
    `pairs` are further links that were computed, as near-duplicate texts: (table, id, id).
    Rows that are withheld or have no part are left out.

    >>> patients, parts = ["p", "q"], ["train", "test"]
    >>> images = pa.table({"id": ["i1", "i2"], "patient_id": patients, "split": parts})
    >>> reports = pa.table({"id": ["r1"], "patient_id": ["p"], "split": ["test"]})
    >>> proof = prove_splits({"images": images, "reports": reports})
    >>> proof.holds, str(proof.leaks[0])
    (False, 'images i1 (train) - patient_id p - reports r1 (test)')
    >>> prove_splits({"images": images}).holds
    True
    """
    found_pairs = list(pairs)
    paired = {table for table, _, _ in found_pairs}
    wanted, skipped = [], []
    for name, data in tables.items():
        found = _table(name, data, by, same or {})
        if split not in found.data.column_names or not (found.keys or name in paired):
            skipped.append(name)
        else:
            wanted.append(found)
    return _proof(wanted, skipped, found_pairs, split, n_shown)


def columns_to_read(
    names: Iterable[str],
    table: str = "",
    by: Sequence[str] | None = None,
    same: Mapping[str, str] | None = None,
    split: str = "split",
) -> list[str]:
    """The columns of a table that the proof looks at.

    >>> columns_to_read(["id", "bytes", "patient_id", "split"])
    ['id', 'patient_id', 'split']
    """
    wanted = {"id", split, *(STANDARD_KEYS if by is None else by)}
    wanted |= {at.partition(".")[2] for at in same or {} if at.partition(".")[0] == table}
    return [name for name in names if name in wanted]


def _table(
    name: str,
    data: pa.Table | Iterable[pa.RecordBatch],
    by: Sequence[str] | None,
    same: Mapping[str, str],
) -> _Table:
    table = data if isinstance(data, pa.Table) else pa.Table.from_batches(list(data))
    known = STANDARD_KEYS if by is None else by
    keys = {column: column for column in known if column in table.column_names}
    for at, key in same.items():
        of, _, column = at.partition(".")
        if of == name and column in table.column_names:
            keys[key] = column
    return _Table(name, table, keys)


def _proof(
    tables: Sequence[_Table],
    skipped: list[str],
    pairs: Sequence[tuple[str, str, str]],
    split: str,
    n_shown: int,
) -> SplitProof:
    names, sides = _sides(tables, split)
    links = links_of([(len(one.data), _key_columns(one, pairs)) for one in tables])
    links = links.only(sides >= 0)
    torn = _torn(links, sides)
    leaks = [_leak(tables, links, sides, names, one) for one in torn[:n_shown].tolist()]
    in_parts = np.flatnonzero(sides >= 0)
    sizes = np.bincount(links.groups[in_parts], minlength=1)
    joined = np.bincount(links.rows, minlength=links.n_rows)[in_parts]
    keys = [use for n, one in enumerate(tables) for use in _uses(one, links, tables, n)]
    return SplitProof(
        holds=not len(torn) and len(np.unique(sides[in_parts])) > 1 and bool(keys),
        parts={one.name: _counts(one.data[split]) for one in tables},
        keys=keys,
        groups=int(np.count_nonzero(sizes)),
        largest_group=int(sizes.max()),
        rows_without_keys=int(np.count_nonzero(joined == 0)),
        leaking_groups=len(torn),
        leaks=leaks,
        skipped=skipped,
    )


def _key_columns(
    table: _Table, pairs: Sequence[tuple[str, str, str]]
) -> dict[str, pa.ChunkedArray | pa.Array]:
    columns = {key: table.data[column] for key, column in table.keys.items()}
    mine = [(a, b) for name, a, b in pairs if name == table.name]
    if mine:
        of: dict[str, list[str]] = {}
        for a, b in mine:
            for one in (a, b):
                of.setdefault(one, []).append(f"{a} ~ {b}")
        columns[_PAIR] = pa.array([of.get(one, []) for one in _ids(table)], pa.list_(pa.string()))
    return columns


def _sides(tables: Sequence[_Table], split: str) -> tuple[list[str], Numbers]:
    """The parts, and the number of each row's part: -1 where it is in none."""
    none = pa.array([], pa.string())
    columns = [one.data[split].cast(pa.string()).combine_chunks() for one in tables]
    every = pa.chunked_array([none, *columns]).combine_chunks()
    names = [name for name in every.unique().to_pylist() if name not in (None, "", WITHHELD)]
    number = {name: at for at, name in enumerate(names)}
    coded = every.dictionary_encode()
    of_code = [number.get(name, -1) for name in coded.dictionary.to_pylist()] + [-1]
    at = coded.indices.fill_null(len(of_code) - 1).to_numpy(zero_copy_only=False)
    return names, np.array(of_code, np.int64)[at]


def _torn(links: Links, sides: Numbers) -> Numbers:
    """The groups that lie in several parts."""
    known = np.flatnonzero(sides >= 0)
    label = links.groups[known]
    least = np.full(len(links.groups), np.iinfo(np.int64).max)
    most = np.full(len(links.groups), -1)
    np.minimum.at(least, label, sides[known])
    np.maximum.at(most, label, sides[known])
    return np.flatnonzero(least < most)


def _leak(
    tables: Sequence[_Table], links: Links, sides: Numbers, names: Sequence[str], group: int
) -> Leak:
    rows = np.flatnonzero((links.groups[: links.n_rows] == group) & (sides >= 0))
    of_part = np.bincount(sides[rows], minlength=len(names))
    here = links.groups[links.rows] == group
    first, second = np.flatnonzero(of_part)[:2].tolist()
    path = shortest_path(
        links.rows[here],
        links.keys[here],
        rows[sides[rows] == first].tolist(),
        rows[sides[rows] == second].tolist(),
    )
    steps: list[At | By] = [
        By(*links.key(one)) if number % 2 else _at(tables, one, names[int(sides[one])])
        for number, one in enumerate(path)
    ]
    return Leak({names[n]: int(of_part[n]) for n in np.flatnonzero(of_part).tolist()}, steps)


def _at(tables: Sequence[_Table], row: int, part: str) -> At:
    for table in tables:
        if row < len(table.data):
            found = table.data["id"][row].as_py() if "id" in table.data.column_names else row
            return At(table.name, str(found), part)
        row -= len(table.data)
    raise IndexError(row)


def _uses(table: _Table, links: Links, tables: Sequence[_Table], number: int) -> list[KeyUse]:
    first = sum(len(one.data) for one in tables[:number])
    mine = (links.rows >= first) & (links.rows < first + len(table.data))
    found = []
    for key in links.columns:
        if key.name in table.keys or key.name == _PAIR:
            here = mine & (links.keys >= key.first) & (links.keys < key.first + len(key.values))
            counts = np.bincount(links.keys[here] - key.first, minlength=1)
            n_with = len(np.unique(links.rows[here]))
            without, values = len(table.data) - n_with, int(np.count_nonzero(counts))
            column = table.keys.get(key.name, "id")
            found.append(
                KeyUse(table.name, column, key.name, without, values, int(counts.max(initial=0)))
            )
    return found


def _counts(column: pa.ChunkedArray) -> dict[str, int]:
    counted = column.cast(pa.string()).value_counts().to_pylist()
    return {one["values"] or "": one["counts"] for one in counted}


def _ids(table: _Table) -> list[str]:
    if "id" not in table.data.column_names:
        return list(map(str, range(len(table.data))))
    return [str(one) for one in table.data["id"].to_pylist()]
