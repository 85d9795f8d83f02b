"""JSON lines: one object a line is one row."""

import io
import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import IO, Any

import pyarrow as pa

from medloom.errors import SourceError
from medloom.kit.columnar import columns_of_place, first_sources
from medloom.kit.fitted_rows import fitted_row, fitters_of
from medloom.kit.plain_values import type_of
from medloom.kit.reading import Opened
from medloom.step import Failure, reads

_BATCH_ROWS, _SAMPLE_LINES = 1000, 2000
_DOCUMENTS = ("*.jsonl", "*.ndjson", "*.jsonl.gz", "*.ndjson.gz", "*.jsonl.zst")


def jsonl_columns(place: str, *, columns: dict[str, str] | None = None) -> dict[str, pa.DataType]:
    """The columns of an input: told, or what the first lines of its first files ask for."""
    return columns_of_place(place, columns, lambda: _guess(first_sources(place, _DOCUMENTS)))


def _guess(sources: Iterable[Opened]) -> dict[str, pa.DataType]:
    objects: list[Any] = []
    for source in sources:
        try:
            lines = islice(_lines(source), _SAMPLE_LINES)
            objects += [one for _, one in lines if isinstance(one, dict)]
        except (SourceError, OSError):
            continue  # the ledger will have it
    found = type_of(objects) if objects else None
    if found is None or not found.num_fields:
        raise ValueError("no line is an object with fields")
    return {field.name: field.type for field in found}


@reads(*_DOCUMENTS, settle=jsonl_columns)
def jsonl(
    source: Opened, *, columns: dict[str, str] | None = None
) -> Iterator[pa.RecordBatch | Failure]:
    """Read JSON lines; a line that does not fit the columns is a failed row of the ledger.

    Types are those that a release tells, or else those of the first 2,000 lines of each of the
    first files. `columns` tells them, `{id: str, n: int, tags: "list[str]"}`, and leaves out all
    others.

    >>> from medloom.kit.reading import in_memory
    >>> lines = b'{"id": "a", "n": 1}\\n{"id": 7, "n": "x"}\\n'
    >>> [str(one) for one in jsonl(in_memory("a.jsonl", lines), columns={"id": "str", "n": "int"})]
    ... # doctest: +ELLIPSIS
    ["Failure(row_id='a.jsonl:2', error='n: a whole number was expected, not a text')", 'pyarrow...]
    """
    types = source.columns
    if types is None:  # read by itself: what its own lines say
        types = columns_of_place(source.key, columns, lambda: _guess([source]))
    yield from _batches(source, types, told=columns is not None)


def _batches(
    source: Opened, types: Mapping[str, pa.DataType], told: bool
) -> Iterator[pa.RecordBatch | Failure]:
    schema = pa.schema(list(types.items()))
    fitters = fitters_of(types)
    rows: list[dict[str, Any]] = []
    for number, value in _lines(source):
        try:
            rows.append(fitted_row(_pairs(value), fitters, told=told))
        except ValueError as error:
            yield Failure(f"{source.key}:{number}", str(error))
        if len(rows) == _BATCH_ROWS:
            yield pa.RecordBatch.from_pylist(rows, schema)
            rows = []
    if rows:
        yield pa.RecordBatch.from_pylist(rows, schema)


def _pairs(value: Any) -> Iterable[tuple[str, Any]]:
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    return value.items()


def _lines(source: Opened) -> Iterator[tuple[int, Any]]:
    """The value of each line with its number; of one that is no JSON the text `None` stands in."""
    with source.open() as file:
        stream: IO[bytes] = file
        if source.name.endswith(".zst"):
            stream = io.BufferedReader(pa.CompressedInputStream(pa.PythonFile(file), "zstd"))
        for number, line in enumerate(stream, start=1):
            if line.strip():
                yield number, _value(line)


def _value(line: bytes) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None
