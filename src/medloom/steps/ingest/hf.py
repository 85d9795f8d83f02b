"""Datasets in the layout of Hugging Face: Parquet files whose names say the split."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

import pyarrow as pa
import pyarrow.parquet as pq

from medloom.errors import SourceError
from medloom.kit.columnar import first_sources, settled_batch, settled_columns, union
from medloom.kit.reading import Opened
from medloom.step import reads

_DOCUMENTS = ("*.parquet",)
_BATCH_ROWS = 500
SPLIT = "split"
_SPLITS = ("train", "test", "validation", "valid", "val", "dev")
_NAME = re.compile(r"(?P<split>[A-Za-z][\w.]*?)(?:-\d{5}.*)?\.parquet")


def hf_columns(place: str) -> dict[str, pa.DataType]:
    """The columns that the files of an input have, and the split."""
    found: dict[str, pa.DataType] = {}
    source = None
    for source in first_sources(place, _DOCUMENTS):
        try:
            with source.open() as file:
                found = union(found, settled_columns(pq.read_schema(file)))
        except (pa.ArrowException, OSError, SourceError):
            continue  # the ledger will have it
    if not found and source:  # without files the build says that there are none
        raise ValueError(f"no Parquet file in {place} can be read")
    return {**found, SPLIT: pa.string()} if found else {}


@reads(*_DOCUMENTS, settle=hf_columns)
def hf(source: Opened) -> Iterator[pa.RecordBatch]:
    """Read Parquet files that are named after their split: `train-00000-of-00002.parquet`.

    A file `test/0.parquet` is of the split `test`, too. Where the files have a column `split`, it
    stays as it is. All else is as the reader `parquet` does it.

    >>> from medloom.kit.reading import in_memory
    >>> sink = pa.BufferOutputStream()
    >>> pq.write_table(pa.table({"id": ["a"]}), sink)
    >>> data = sink.getvalue().to_pybytes()
    >>> (batch,) = hf(in_memory("data/test-00000-of-00001.parquet", data))
    >>> batch.to_pylist()
    [{'id': 'a', 'split': 'test'}]
    """
    split = split_of(source.key)
    try:
        with source.open() as opened:
            for batch in pq.ParquetFile(opened).iter_batches(_BATCH_ROWS):
                made = settled_batch(batch)
                if SPLIT not in made.schema.names:
                    values = pa.array([split] * made.num_rows, pa.string())
                    made = made.append_column(SPLIT, values)
                yield made
    except (pa.ArrowException, OSError) as error:
        raise SourceError(f"not a sound Parquet file: {str(error).splitlines()[0]}") from error


def split_of(key: str) -> str | None:
    """The split that the path of a file names.

    >>> split_of("data/train-00000-of-00002.parquet"), split_of("validation/0.parquet")
    ('train', 'validation')
    >>> split_of("notes.parquet")
    """
    path = PurePosixPath(key)
    folders = [part for part in path.parts[:-1] if part in _SPLITS]
    if folders:
        return folders[-1]
    found = _NAME.fullmatch(path.name)
    named = bool(found) and ("-" in path.name or path.stem in _SPLITS)
    return found["split"] if found and named else None
