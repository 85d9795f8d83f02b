"""Rows of another set: a file, a folder of files, or a table of a collection."""

import csv
import json
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import lance
import pyarrow.parquet as pq

from medloom.errors import InputError

_AT_ONCE = 1_000
_FILES = (".parquet", ".jsonl", ".csv", ".tsv")
_MANIFEST = "medloom.json"


def rows_of(place: str, columns: Sequence[str]) -> Iterator[dict[str, list[Any]]]:
    """Yield columns of another set, some rows at a time.

    `place` is a Parquet, JSONL, CSV or TSV file, a folder of such files, or `COLLECTION#table`.
    Raises InputError where there is no such set, or where it lacks a column.

    >>> next(rows_of("/no/such.csv", ["text"]))
    Traceback (most recent call last):
        ...
    medloom.errors.InputError: /no/such.csv: there is no such file or folder
    """
    folder, _, table = place.partition("#")
    if table:
        yield from _of_collection(folder, table, columns)
        return
    for file in _files(place):
        yield from _of_file(file, columns)


def checked(place: str) -> str:
    """The place of another set, if there is one: for a setting of a step.

    Raises ValueError with what is wrong.
    """
    folder, _, table = place.partition("#")
    try:
        if table:
            _tables(folder, table)
        else:
            _files(place)
    except InputError as error:
        raise ValueError(str(error)) from error
    return place


def digest_of_set(place: str) -> str:
    """A hash that changes when the content of another set does.

    >>> digest_of_set("/no/such.csv")
    'missing'
    """
    folder, _, table = place.partition("#")
    if table:
        manifest = Path(folder, _MANIFEST)
        if not manifest.is_file():
            return "missing"
        state = json.loads(manifest.read_text("utf-8"))["tables"].get(table, {})
        return sha256(f"{state.get('keys')} {state.get('version')}".encode()).hexdigest()[:16]
    made = sha256()
    try:
        for file in _files(place):
            made.update(file.name.encode())
            with file.open("rb") as opened:
                while block := opened.read(1 << 20):
                    made.update(block)
    except InputError:
        return "missing"
    return made.hexdigest()[:16]


def _files(place: str) -> list[Path]:
    path = Path(place)
    if path.is_file():
        if path.suffix not in _FILES:
            raise InputError(f"{place}: give a file that ends in {', '.join(_FILES)}")
        return [path]
    if not path.is_dir():
        raise InputError(f"{place}: there is no such file or folder")
    if (path / _MANIFEST).is_file():
        raise InputError(f"{place} is a collection: say which table, as {place}#table")
    found = sorted(one for one in path.rglob("*") if one.suffix in _FILES and one.is_file())
    if not found:
        raise InputError(f"{place}: the folder has no file that ends in {', '.join(_FILES)}")
    return found


def _tables(folder: str, table: str) -> dict[str, Any]:
    manifest = Path(folder, _MANIFEST)
    if not manifest.is_file():
        raise InputError(f"{folder} is not a collection")
    tables: dict[str, Any] = json.loads(manifest.read_text("utf-8"))["tables"]
    if table not in tables:
        raise InputError(f"{folder} has no table {table}; tables there: {', '.join(tables)}")
    return tables


def _of_collection(
    folder: str, table: str, columns: Sequence[str]
) -> Iterator[dict[str, list[Any]]]:
    tables = _tables(folder, table)
    uri = str(Path(folder, "tables", f"{table}.lance"))
    dataset = lance.dataset(uri, version=tables[table]["version"])
    _check(f"{folder}#{table}", columns, dataset.schema.names)
    for batch in dataset.to_batches(columns=list(columns), batch_size=_AT_ONCE):
        yield batch.to_pydict()


def _of_file(file: Path, columns: Sequence[str]) -> Iterator[dict[str, list[Any]]]:
    if file.suffix == ".parquet":
        opened = pq.ParquetFile(file)
        _check(str(file), columns, opened.schema_arrow.names)
        for batch in opened.iter_batches(_AT_ONCE, columns=list(columns)):
            yield batch.to_pydict()
        return
    with file.open(encoding="utf-8", newline="" if file.suffix != ".jsonl" else None) as lines:
        if file.suffix == ".jsonl":
            rows: Iterator[Any] = (json.loads(line) for line in lines if line.strip())
        else:
            rows = csv.DictReader(lines, delimiter="\t" if file.suffix == ".tsv" else ",")
        yield from _some(str(file), rows, columns)


def _some(
    place: str, rows: Iterator[Any], columns: Sequence[str]
) -> Iterator[dict[str, list[Any]]]:
    made: dict[str, list[Any]] = {name: [] for name in columns}
    for number, row in enumerate(rows):
        if not number:
            _check(place, columns, list(row))
        for name, values in made.items():
            values.append(row.get(name))
        if len(made[columns[0]]) >= _AT_ONCE:
            yield made
            made = {name: [] for name in columns}
    if made[columns[0]]:
        yield made


def _check(place: str, columns: Sequence[str], there: Sequence[str]) -> None:
    missing = [name for name in columns if name not in there]
    if missing:
        raise InputError(f"{place} has no column {missing[0]}; columns there: {', '.join(there)}")
