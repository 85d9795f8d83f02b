"""Write a table of a collection to one file, a batch at a time."""

import base64
import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from medloom.collection.collection import Collection

FORMATS = ("parquet", "jsonl", "csv")


def write(
    collection: Collection,
    table: str,
    out: Path,
    kind: str,
    columns: Sequence[str] | None = None,
    where: str | None = None,
) -> int:
    """Write rows of a table to `out` and return how many; the file appears whole or not at all.

    Parquet keeps every type. JSON lines have bytes in base64. CSV has nested values as JSON.
    """
    collection.check_columns(table, columns)
    schema = collection.dataset(table).schema
    wanted = pa.schema([schema.field(name) for name in columns]) if columns else schema
    batches = collection.scan(table, columns, where)
    draft = out.with_name(f".{out.name}.new")
    out.parent.mkdir(parents=True, exist_ok=True)
    try:
        n_rows = _WRITERS[kind](batches, wanted, draft)
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)
    return n_rows


def _parquet(batches: Iterator[pa.RecordBatch], schema: pa.Schema, out: Path) -> int:
    n_rows = 0
    with pq.ParquetWriter(out, schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch)
            n_rows += batch.num_rows
    return n_rows


def _jsonl(batches: Iterator[pa.RecordBatch], _: pa.Schema, out: Path) -> int:
    n_rows = 0
    with out.open("w", encoding="utf-8") as file:
        for row in _rows(batches):
            file.write(json.dumps(row, ensure_ascii=False, default=in_base64) + "\n")
            n_rows += 1
    return n_rows


def _csv(batches: Iterator[pa.RecordBatch], schema: pa.Schema, out: Path) -> int:
    n_rows = 0
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(schema.names)
        for row in _rows(batches):
            writer.writerow([flat(value) for value in row.values()])
            n_rows += 1
    return n_rows


def _rows(batches: Iterator[pa.RecordBatch]) -> Iterator[dict[str, Any]]:
    for batch in batches:
        yield from batch.to_pylist()


def flat(value: Any) -> Any:
    """A value as a cell of CSV: nested ones as JSON, bytes in base64.

    >>> flat([1, b"a"]), flat(None)
    ('[1, "YQ=="]', None)
    """
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=in_base64)
    return in_base64(value) if isinstance(value, bytes) else value


def in_base64(value: Any) -> str:
    """Bytes as base64; whatever else JSON has no form for as its text."""
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


_WRITERS = {"parquet": _parquet, "jsonl": _jsonl, "csv": _csv}
