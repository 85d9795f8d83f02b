"""MEDS datasets: one event of a subject is one row."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pyarrow as pa
import pyarrow.parquet as pq

from medloom.errors import NotThisFormat, SourceError
from medloom.formats.meds import SPLITS
from medloom.kit.columnar import first_sources, settled_batch, settled_columns, union
from medloom.kit.reading import Opened
from medloom.step import reads

_DOCUMENTS = ("*.parquet",)
_BATCH_ROWS = 5000
_EVENTS = ("subject_id", "time", "code")
_OLD_ID = "patient_id"
"""What `subject_id` was called before MEDS 0.3."""
_SPLITS = "metadata/subject_splits.parquet"
_LEVELS = 4


def meds_columns(place: str) -> dict[str, pa.DataType]:
    """The columns of the events of an input, an id and the split before them."""
    found: dict[str, pa.DataType] = {}
    source = None
    for source in first_sources(place, _DOCUMENTS):
        try:
            with source.open() as file:
                schema = pq.read_schema(file)
        except (pa.ArrowException, OSError, SourceError):
            continue  # the ledger will have it
        if _is_events(schema.names):
            names = ["subject_id" if name == _OLD_ID else name for name in schema.names]
            columns = zip(names, schema.types, strict=True)
            found = union(found, settled_columns(pa.schema(list(columns))))
    if not found and source:  # without files the build says that there are none
        raise ValueError(f"no file in {place} has the columns {', '.join(_EVENTS)}")
    return {"id": pa.string(), "split": pa.string(), **found} if found else {}


@reads(*_DOCUMENTS, settle=meds_columns)
def meds(source: Opened) -> Iterator[pa.RecordBatch]:
    """Read the events of a MEDS dataset, versions 0.3 and 0.4.

    The id of an event is that of its subject and its number there. The split is what
    `metadata/subject_splits.parquet` says of the subject, else the folder of the file. Files that
    are no events, as those in `metadata`, are dropped. All columns of the events are kept.

    >>> from medloom.kit.reading import in_memory
    >>> sink = pa.BufferOutputStream()
    >>> events = {"subject_id": [7, 7], "time": pa.nulls(2, pa.timestamp("us")), "code": ["A", "B"]}
    >>> pq.write_table(pa.table(events), sink)
    >>> (batch,) = meds(in_memory("data/train/0.parquet", sink.getvalue().to_pybytes()))
    >>> [(row["id"], row["split"], row["code"]) for row in batch.to_pylist()]
    [('7/1', 'train', 'A'), ('7/2', 'train', 'B')]
    """
    splits = _subject_splits(source.path)
    folder = _folder_split(source.key)
    seen: Counter[int] = Counter()
    try:
        with source.open() as opened:
            file = pq.ParquetFile(opened)
            if not _is_events(file.schema_arrow.names):
                raise NotThisFormat("no table of events")
            for batch in file.iter_batches(_BATCH_ROWS):
                yield _row_ids(settled_batch(batch), seen, splits, folder)
    except (pa.ArrowException, OSError) as error:
        raise SourceError(f"not a sound Parquet file: {str(error).splitlines()[0]}") from error


def _row_ids(
    batch: pa.RecordBatch, seen: Counter[int], splits: dict[int, str], folder: str | None
) -> pa.RecordBatch:
    names = ["subject_id" if name == _OLD_ID else name for name in batch.schema.names]
    columns = dict(zip(names, batch.columns, strict=True))
    subjects, ids = columns["subject_id"].to_pylist(), []
    for subject in subjects:
        seen[subject] += 1
        ids.append(f"{subject}/{seen[subject]}")
    parts = [splits.get(subject, folder) for subject in subjects]
    first = {"id": pa.array(ids, pa.string()), "split": pa.array(parts, pa.string())}
    made = {**first, **columns}
    return pa.RecordBatch.from_arrays(list(made.values()), names=list(made))


def _is_events(names: list[str]) -> bool:
    renamed = {"subject_id" if name == _OLD_ID else name for name in names}
    return set(_EVENTS) <= renamed


def _folder_split(key: str) -> str | None:
    folders = [one for one in PurePosixPath(key).parts[:-1] if one not in ("data", ".")]
    return folders[-1] if folders else None


def _subject_splits(path: Path | None) -> dict[int, str]:
    """The split of each subject, where the dataset of a file says so."""
    for folder in list(path.parents)[:_LEVELS] if path else []:
        file = folder / _SPLITS
        if file.is_file():
            try:
                rows = pq.read_table(file, columns=SPLITS.names)
            except (pa.ArrowException, OSError) as error:
                raise SourceError(f"{_SPLITS} cannot be read") from error
            columns = (rows[name].to_pylist() for name in SPLITS.names)
            return dict(zip(*columns, strict=True))
    return {}
