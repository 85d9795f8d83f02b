"""Parquet files: rows as they are, with their own columns."""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from medloom.errors import SourceError
from medloom.kit.columnar import first_sources, settled_batch, settled_columns, union
from medloom.kit.reading import Opened
from medloom.step import reads

_BATCH_ROWS, _BATCH_BYTES = 2000, 32 * 2**20
_DOCUMENTS = ("*.parquet",)


def parquet_columns(place: str, *, columns: list[str] | None = None) -> dict[str, pa.DataType]:
    """The columns that the files of an input have."""
    found: dict[str, pa.DataType] = {}
    source = None
    for source in first_sources(place, _DOCUMENTS):
        try:
            with source.open() as file:
                schema = pq.read_schema(file)
        except (pa.ArrowException, OSError, SourceError):
            continue  # the ledger will have it
        chosen = [field for field in schema if columns is None or field.name in columns]
        found = union(found, settled_columns(pa.schema(chosen)))
    if not found and source:  # without files the build says that there are none
        raise ValueError(f"no Parquet file in {place} has columns that are wanted")
    return found


@reads(*_DOCUMENTS, settle=parquet_columns)
def parquet(source: Opened, *, columns: list[str] | None = None) -> Iterator[pa.RecordBatch]:
    """Read Parquet files: all columns, or those that `columns` names.

    Whole numbers become 64 bits wide, dictionaries plain values. A column `source` is called
    `source_before`: the engine has one of its own.

    >>> from medloom.kit.reading import in_memory
    >>> sink = pa.BufferOutputStream()
    >>> pq.write_table(pa.table({"id": ["a"], "n": pa.array([1], pa.int8())}), sink)
    >>> (batch,) = parquet(in_memory("a.parquet", sink.getvalue().to_pybytes()))
    >>> batch.to_pylist(), str(batch.schema.field("n").type)
    ([{'id': 'a', 'n': 1}], 'int64')
    """
    try:
        with source.open() as opened:
            file = pq.ParquetFile(opened)
            wanted = [n for n in columns or () if n in file.schema_arrow.names] or None
            for batch in file.iter_batches(_batch_rows(file.metadata), columns=wanted):
                yield settled_batch(batch)
    except (pa.ArrowException, OSError) as error:
        raise SourceError(f"not a sound Parquet file: {str(error).splitlines()[0]}") from error


def _batch_rows(metadata: pq.FileMetaData) -> int:
    """Rows that are read at once: few where they are large."""
    groups = range(metadata.num_row_groups)
    size = sum(metadata.row_group(number).total_byte_size for number in groups)
    row_bytes = size / max(metadata.num_rows, 1)
    return max(1, min(_BATCH_ROWS, int(_BATCH_BYTES / max(row_bytes, 1))))
