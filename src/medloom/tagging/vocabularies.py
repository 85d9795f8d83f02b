"""Vocabularies for training: names from tab-separated tables and from JSON lists of terms."""

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from medloom.tagging.corpora import CorpusError


class Rows(BaseModel):
    """Which rows of a table: those with a value in a column that begins so, or that is an id."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    column: int
    begins: tuple[str, ...] = ()
    """Of the values, split at `|`, one begins with one of these."""
    ids_of: "Source | None" = None
    """Of the values, split at `,`, one is in the first column of another source's rows."""
    others: bool = False
    """The other rows instead."""


class Source(BaseModel):
    """One file of names, and which of its rows, columns and names are wanted."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    file: str
    columns: tuple[int, ...] = (1, 2)
    """Of a table: the columns with names, counted from 0."""
    separators: str = "|"
    """What stands between the names of one cell."""
    rows: Rows | None = None
    without: str | None = None
    """Leave out names in which this stands."""
    inverted: bool = False
    """Names are as in an index: `Neoplasms, Breast`."""


def names_of(source: Source, folders: Sequence[Path]) -> Iterator[str]:
    """The names in a file: `name` and `synonyms` of JSON terms, or the columns of a table.

    Raises CorpusError where the file is missing.
    """
    for name in _names(source, folders):
        if source.without is None or source.without not in name:
            yield from uninverted(name) if source.inverted else (name,)


def located(file: str, folders: Sequence[Path]) -> Path:
    """A file in the first folder that has it; raises CorpusError where none has."""
    for folder in folders:
        if (folder / file).is_file():
            return folder / file
    raise CorpusError(f"{file}: not in {', '.join(map(str, folders))}; see the training plan")


def uninverted(name: str) -> list[str]:
    """A name, and the same without the inversion of indexes.

    >>> uninverted("Neoplasms, Breast")
    ['Neoplasms, Breast', 'Breast Neoplasms']
    """
    head, comma, tail = name.partition(", ")
    if comma and ", " not in tail and " of " not in name:
        return [name, f"{tail} {head}"]
    return [name]


def _names(source: Source, folders: Sequence[Path]) -> Iterator[str]:
    path = located(source.file, folders)
    if path.suffix == ".json":
        for term in json.loads(path.read_text(encoding="utf-8")):
            yield from filter(None, [term.get("name"), *term.get("synonyms", [])])
        return
    for row in _rows(source, folders):
        for column in source.columns:
            cell = row[column] if column < len(row) else ""
            for separator in source.separators:
                cell = cell.replace(separator, "\0")
            yield from (one.strip() for one in cell.split("\0") if one.strip())


def _rows(source: Source, folders: Sequence[Path]) -> Iterator[list[str]]:
    wanted = source.rows
    ids: frozenset[str] = frozenset()
    if wanted and wanted.ids_of:
        ids = frozenset(row[0] for row in _rows(wanted.ids_of, folders))
    with located(source.file, folders).open(encoding="utf-8", newline="") as lines:
        for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            if wanted is None or _is_wanted(row, wanted, ids) is not wanted.others:
                yield row


def _is_wanted(row: Sequence[str], wanted: Rows, ids: frozenset[str]) -> bool:
    cell = row[wanted.column] if wanted.column < len(row) else ""
    if wanted.ids_of:
        return any(one.strip("* ") in ids for one in cell.split(","))
    return any(one.startswith(wanted.begins) for one in cell.split("|"))
