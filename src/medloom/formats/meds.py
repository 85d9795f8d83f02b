"""MEDS 0.4: events of subjects in Parquet, with the splits and the codes beside them.

Standard: github.com/Medical-Event-Data-Standard/meds. A dataset is `data/**/*.parquet` with
subject_id (int64), time (timestamp[us]), code (string) and numeric_value (float32), and
`metadata/` with dataset.json, codes.parquet and subject_splits.parquet. The rows of a subject
stand in one file, sorted by time; a null time is a static fact and comes first.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from medloom.errors import CollectionError

VERSION = "0.4.1"
REQUIRED = pa.schema(
    [
        ("subject_id", pa.int64()),
        ("time", pa.timestamp("us")),
        ("code", pa.string()),
        ("numeric_value", pa.float32()),
        ("text_value", pa.large_string()),
    ]
)
CODES = pa.schema(
    [("code", pa.string()), ("description", pa.string()), ("parent_codes", pa.list_(pa.string()))]
)
SPLITS = pa.schema([("subject_id", pa.int64()), ("split", pa.string())])
_SPLIT_NAMES = {"validation": "tuning", "valid": "tuning", "val": "tuning", "test": "held_out"}
_MUST = ("subject_id", "time", "code")


def split_name(split: str) -> str:
    """The name that MEDS has for a split.

    >>> split_name("validation"), split_name("test"), split_name("train")
    ('tuning', 'held_out', 'train')
    """
    return _SPLIT_NAMES.get(split, split)


def check_columns(names: list[str]) -> None:
    """Raise CollectionError where a table is no table of events.

    >>> check_columns(["id", "text"])
    Traceback (most recent call last):
        ...
    medloom.errors.CollectionError: MEDS needs the columns subject_id, time, code: here id, text
    """
    if not set(_MUST) <= set(names):
        known = ", ".join(names)
        raise CollectionError(f"MEDS needs the columns {', '.join(_MUST)}: here {known}")


def events(table: pa.Table) -> pa.Table:
    """The rows of a table as MEDS has them: typed, and sorted by subject and time.

    >>> import datetime
    >>> rows = {"subject_id": [2, 1], "time": [None, datetime.datetime(2020, 1, 1)],
    ...         "code": ["SEX//F", "LAB//K"], "numeric_value": [None, 4.2]}
    >>> [row["subject_id"] for row in events(pa.table(rows)).to_pylist()]
    [1, 2]
    """
    check_columns(table.column_names)
    columns: dict[str, Any] = {}
    for field in REQUIRED:
        if field.name in table.column_names:
            columns[field.name] = _cast(table[field.name], field)
        elif field.name == "numeric_value":
            columns[field.name] = pa.nulls(table.num_rows, field.type)
    more = [n for n in table.column_names if n not in columns and n != "split"]
    made = pa.table({**columns, **{name: table[name] for name in more}})
    keys = pa.table({"subject": made["subject_id"], "time": made["time"]})
    order = pc.sort_indices(
        keys,
        sort_keys=[("subject", "ascending", "at_start"), ("time", "ascending", "at_start")],
    )
    return made.take(order)


def _cast(column: pa.ChunkedArray, field: pa.Field) -> pa.ChunkedArray:
    if field.name == "time" and pa.types.is_timestamp(column.type) and column.type.tz:
        column = pc.local_timestamp(column)
    try:
        return column.cast(field.type, safe=field.name != "numeric_value")
    except pa.ArrowException as error:
        what = str(error).splitlines()[0]
        raise CollectionError(f"{field.name} does not fit MEDS ({field.type}): {what}") from error


def write_events(path: Path, table: pa.Table) -> None:
    """Write one file of events."""
    pq.write_table(table, path, compression="zstd")


def write_metadata(
    folder: Path,
    splits: Mapping[str, pa.Array],
    codes: pa.Array,
    about: Mapping[str, Any],
) -> None:
    """Write what stands beside the events: the subjects of each split, the codes, the dataset."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = [
        pa.table(
            {"subject_id": subjects, "split": [split_name(split)] * len(subjects)}, schema=SPLITS
        )
        for split, subjects in splits.items()
    ]
    whole = pa.concat_tables(parts) if parts else SPLITS.empty_table()
    pq.write_table(whole.sort_by("subject_id"), folder / "subject_splits.parquet")
    named = pa.array(sorted(codes.to_pylist()), pa.string())
    nothing = [pa.nulls(len(named), field.type) for field in list(CODES)[1:]]
    pq.write_table(pa.table([named, *nothing], schema=CODES), folder / "codes.parquet")
    told = json.dumps({"meds_version": VERSION, **about}, indent=1, ensure_ascii=False)
    (folder / "dataset.json").write_text(told + "\n", encoding="utf-8")
