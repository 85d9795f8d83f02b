"""Write the rows of one shard to a file: the same rows give the same bytes.

A writer is given rows in pieces of a fixed number of rows, so that how they lie in the
collection leaves no trace in the file.
"""

import csv
import hashlib
import json
import math
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import lance
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from medloom.errors import CollectionError
from medloom.formats import coco, meds, voc
from medloom.formats.meds import split_name
from medloom.formats.tar_index import SUFFIX
from medloom.formats.webdataset import write_shard
from medloom.publish.export import flat, in_base64
from medloom.publish.release.cutting import Cut, cut, cut_subjects, split_rows
from medloom.tables.arrow import from_arrow, schema_of
from medloom.tables.boxes import LabelledImage

Pieces = Iterator[pa.Table]


def usual_place(table: str, one: Cut) -> str:
    """Where a shard lies, without the hash of its content and its ending."""
    return f"data/{table}/{one.split}-{one.number:05}"


class Writer(NamedTuple):
    """How shards of a kind are written."""

    ending: str
    write: Callable[[Path, Pieces, pa.Schema], bytes | None]
    """Writes a file; where the kind has an index of its files, returns it."""
    index_ending: str = ""
    is_folder: bool = False
    """Whether a shard is a folder, and so not in SHA256SUMS."""
    cut: Callable[[Any, str | None, int, str], Iterator[Cut]] = cut
    place: Callable[[str, Cut], str] = usual_place
    """Says where a shard of a table lies, without its ending."""
    beside: Callable[[Any, str | None, Mapping[str, Any]], dict[str, bytes]] | None = None
    """Makes the files that stand beside the shards of a table, by their paths in its folder."""


def write_parquet(path: Path, pieces: Pieces, schema: pa.Schema) -> None:
    """Write Parquet with one row group a piece, and a checksum of each page."""
    how = {"compression": "zstd", "write_page_index": True, "write_page_checksum": True}
    with pq.ParquetWriter(path, schema, use_dictionary=_repeating(schema), **how) as writer:
        for piece in pieces:
            writer.write_table(piece, row_group_size=max(piece.num_rows, 1))


def _repeating(schema: pa.Schema) -> bool | list[str]:
    """The columns for which a dictionary of values is worth its time: not those of files."""
    plain = [one.name for one in schema if not pa.types.is_nested(one.type)]
    files = [name for name in plain if is_bytes(schema.field(name).type)]
    return [name for name in plain if name not in files] if files else True


def is_bytes(kind: pa.DataType) -> bool:
    """Whether a column holds files."""
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def write_jsonl(path: Path, pieces: Pieces, _: pa.Schema) -> None:
    """Write JSON lines: bytes as base64, times as text, numbers that are none as null."""
    with path.open("w", encoding="utf-8", newline="") as file:
        for piece in pieces:
            for row in piece.to_pylist():
                file.write(_json_line(row) + "\n")


def write_csv(path: Path, pieces: Pieces, schema: pa.Schema) -> None:
    """Write CSV: nested values as JSON, bytes as base64, null as nothing."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(schema.names)
        for piece in pieces:
            writer.writerows([flat(value) for value in row.values()] for row in piece.to_pylist())


def write_webdataset(path: Path, pieces: Pieces, _: pa.Schema) -> bytes:
    """Write a tar of samples, and return the index that finds any of them."""
    rows = (row for piece in pieces for row in piece.to_pylist())
    return write_shard(rows, path).index


def write_lance(path: Path, pieces: Pieces, schema: pa.Schema) -> None:
    """Write a Lance dataset; its files have names of their own, so compare its rows."""
    batches = (batch for piece in pieces for batch in piece.to_batches())
    lance.write_dataset(pa.RecordBatchReader.from_batches(schema, batches), str(path))


def write_meds(path: Path, pieces: Pieces, schema: pa.Schema) -> None:
    """Write events of some subjects, sorted."""
    rows = pa.concat_tables([schema.empty_table(), *pieces])
    meds.write_events(path, meds.events(rows))


def write_coco(path: Path, pieces: Pieces, schema: pa.Schema) -> None:
    """Write images and one JSON file with all boxes, in a folder; other columns are left out."""
    _check_boxes(schema, "COCO")
    coco.write_coco(_labelled(pieces), path)


def write_voc(path: Path, pieces: Pieces, schema: pa.Schema) -> None:
    """Write images and an XML file an image, in a folder; other columns are left out."""
    _check_boxes(schema, "Pascal VOC")
    voc.write_voc(_labelled(pieces), path)


def _check_boxes(schema: pa.Schema, name: str) -> None:
    missing = [one for one in ("id", "file", "boxes") if one not in schema.names]
    if missing:
        known = ", ".join(schema.names)
        raise CollectionError(f"{name} needs the columns id, file, boxes: here {known}")


def _labelled(pieces: Pieces) -> Iterator[LabelledImage]:
    """Rows as images with boxes; what a table lacks is null, and lists are empty."""
    wanted = schema_of(LabelledImage)
    for piece in pieces:
        columns = [
            piece[field.name].combine_chunks().cast(field.type)
            if field.name in piece.column_names
            else pa.nulls(piece.num_rows, field.type)
            for field in wanted
        ]
        rows = from_arrow(pa.StructArray.from_arrays(columns, fields=list(wanted)), LabelledImage)
        for row in rows:
            yield row._replace(boxes=row.boxes or [], attributes=row.attributes or [])


def meds_metadata(dataset: Any, where: str | None, about: Mapping[str, Any]) -> dict[str, bytes]:
    """The files of the folder `metadata` of a table of events."""
    meds.check_columns(dataset.schema.names)
    splits = split_rows(dataset, where)
    named = {
        split: pc.unique(dataset._take_rows(one.tolist(), columns=["subject_id"])["subject_id"])
        for split, one in splits.items()
        if len(one)
    }
    codes = pc.unique(dataset.to_table(columns=["code"], filter=where)["code"])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        meds.write_metadata(folder, named, codes, about)
        return {f"metadata/{one.name}": one.read_bytes() for one in sorted(folder.iterdir())}


def fingerprint(path: Path) -> tuple[int, str]:
    """The size and the SHA-256 of a shard; of a folder one over all files.

    Of a Lance dataset, whose files have names of their own, it is one over the rows.

    >>> fingerprint(Path("/dev/null"))[1][:8]
    'e3b0c442'
    """
    if path.suffix == ".lance" or (path / "_versions").is_dir():
        return sum(one.stat().st_size for one in path.glob("data/*")), _of_rows(path)
    if path.is_dir():
        return _of_folder(path)
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    return path.stat().st_size, found


def _of_folder(folder: Path) -> tuple[int, str]:
    """The bytes of all files, and the SHA-256 of a listing of them as `sha256sum` prints it."""
    files = sorted(one for one in folder.rglob("*") if one.is_file())
    size, found = 0, hashlib.sha256()
    for file in files:
        inner, digest = fingerprint(file)
        size += inner
        found.update(f"{digest}  {file.relative_to(folder).as_posix()}\n".encode())
    return size, found.hexdigest()


def _of_rows(path: Path) -> str:
    """The SHA-256 of the rows of a Lance dataset, as an Arrow stream of 1,024 rows a batch."""
    dataset = lance.dataset(str(path))
    found = hashlib.sha256()
    for at in range(0, dataset.count_rows(), 1024):
        rows = dataset.to_table(offset=at, limit=1024).combine_chunks()
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, rows.schema) as stream:
            stream.write_table(rows)
        found.update(sink.getvalue())
    return found.hexdigest()


def _json_line(row: dict[str, Any]) -> str:
    try:
        return json.dumps(row, ensure_ascii=False, default=in_base64, allow_nan=False)
    except ValueError:
        return json.dumps(_finite(row), ensure_ascii=False, default=in_base64)


def _finite(value: Any) -> Any:
    """A value in which numbers that JSON does not have are null.

    >>> _finite({"a": [float("nan"), 1.0]})
    {'a': [None, 1.0]}
    """
    if isinstance(value, dict):
        return {name: _finite(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


WRITERS: dict[str, Writer] = {
    "parquet": Writer(".parquet", write_parquet),
    "jsonl": Writer(".jsonl", write_jsonl),
    "csv": Writer(".csv", write_csv),
    "webdataset": Writer(".tar", write_webdataset, index_ending=SUFFIX),
    "meds": Writer(
        ".parquet",
        write_meds,
        cut=cut_subjects,
        place=lambda table, one: f"data/{table}/data/{split_name(one.split)}/{one.number}",
        beside=meds_metadata,
    ),
    "coco": Writer("", write_coco, is_folder=True),
    "voc": Writer("", write_voc, is_folder=True),
    "lance": Writer(".lance", write_lance, is_folder=True),
}
