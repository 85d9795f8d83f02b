"""Cut a table into shards: which rows each holds, and whether they are those of last time.

The rows of a split keep the order of the table, and a shard has a fixed number of them. What a
shard holds is known without reading it: a file of a Lance table never changes, so the names of
the files and the places of the rows in them say which rows they are.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from medloom.errors import CollectionError

SPLIT = "split"
ALL, NONE = "all", "unsplit"
WITHHELD = "withheld"
"""Rows that would join two splits: they are not published."""
_ORDER = ("train", "validation", "valid", "val", "dev", "test")
_UNFIT = re.compile(r"[^\w.]+")

Addresses = NDArray[np.uint64]
"""Places of rows: the number of the fragment in the upper half, the row in it in the lower."""


class Cut(NamedTuple):
    """One shard to be: the split and the rows that it holds."""

    split: str
    number: int
    addresses: Addresses
    key: str
    """A hash of what the shard holds and of how it is written."""


def cut(dataset: Any, where: str | None, shard_rows: int, how: str) -> Iterator[Cut]:
    """Yield the shards of a table; `how` says how they are written."""
    files = _files_of(dataset)
    for split, addresses in split_rows(dataset, where).items():
        starts = range(0, max(len(addresses), 1), shard_rows)
        for number, at in enumerate(starts):
            part = addresses[at : at + shard_rows]
            yield Cut(split, number, part, _key(part, files, f"{how}\n{split}\n{number}"))


def cut_subjects(dataset: Any, where: str | None, shard_rows: int, how: str) -> Iterator[Cut]:
    """Yield shards that hold all rows of each of their subjects, in the order of `subject_id`.

    A shard ends with the subject that fills it. Raises CollectionError for a subject that is in
    two splits.
    """
    files = _files_of(dataset)
    parts = split_rows(dataset, where)
    subjects = {split: _subjects(dataset, one) for split, one in parts.items()}
    _check_apart(subjects)
    for split, addresses in parts.items():
        order = np.argsort(subjects[split], kind="stable")
        ordered, whose = addresses[order], subjects[split][order]
        ends = np.flatnonzero(np.diff(whose)) + 1
        start = number = 0
        for end in [*ends.tolist(), len(ordered)]:
            if end - start >= shard_rows or end == len(ordered):
                part = ordered[start:end]
                yield Cut(split, number, part, _key(part, files, f"{how}\n{split}\n{number}"))
                start, number = end, number + 1


def _subjects(dataset: Any, addresses: Addresses) -> NDArray[np.int64]:
    """The subject of each row."""
    rows = dataset._take_rows(addresses.tolist(), columns=["subject_id"])["subject_id"]
    if rows.null_count:
        raise CollectionError(f"{rows.null_count} rows have no subject_id: MEDS needs one")
    return np.asarray(rows.cast(pa.int64()).to_numpy(), np.int64)


def _check_apart(subjects: dict[str, NDArray[np.int64]]) -> None:
    whose: dict[int, str] = {}
    for split, ids in subjects.items():
        for subject in np.unique(ids).tolist():
            if whose.setdefault(subject, split) != split:
                raise CollectionError(f"subject {subject} is in {whose[subject]} and in {split}")


def split_rows(dataset: Any, where: str | None) -> dict[str, Addresses]:
    """The places of the rows of each split, in order; one split `all` where a table has none."""
    has_split = SPLIT in dataset.schema.names
    columns = [SPLIT] if has_split else []
    try:
        scanner = dataset.scanner(columns=columns, filter=where, with_row_address=True)
        table = scanner.to_table()
    except (ValueError, OSError) as error:
        what = str(error).splitlines()[0]
        raise CollectionError(f"cannot publish rows where {where}: {what}") from error
    addresses = np.asarray(table["_rowaddr"].to_numpy(), np.uint64)
    if not has_split or table.num_rows == 0:
        return {ALL: addresses}
    named = pc.fill_null(table[SPLIT].cast(pa.string()), NONE)
    encoded = named.combine_chunks().dictionary_encode()
    numbers = np.asarray(encoded.indices)
    values = encoded.dictionary.to_pylist()
    names = {value: _name(value) for value in values}
    if len(set(names.values())) < len(names):
        raise CollectionError(f"two splits would have the same file name: {', '.join(values)}")
    kept = [one for one, value in enumerate(values) if value != WITHHELD]
    order = sorted(kept, key=lambda one: _rank(values[one]))
    return {names[values[one]]: addresses[numbers == one] for one in order}


def _rank(split: str) -> tuple[int, str]:
    return (_ORDER.index(split) if split in _ORDER else len(_ORDER), split)


def _name(split: str) -> str:
    """A split as it stands in file names.

    >>> _name("site A/b")
    'site_A_b'
    """
    return _UNFIT.sub("_", split) or "_"


def _files_of(dataset: Any) -> dict[int, str]:
    """What the rows of each fragment are stored in, with the columns of each file."""
    return {
        one.fragment_id: json.dumps([[file.path, list(file.fields)] for file in one.data_files()])
        for one in dataset.get_fragments()
    }


def _key(addresses: Addresses, files: dict[int, str], how: str) -> str:
    """A hash that is the same only where the rows, their order and `how` are."""
    found = hashlib.sha256(how.encode())
    fragments = (addresses >> np.uint64(32)).astype(np.int64)
    starts = np.flatnonzero(np.diff(fragments, prepend=-1)).tolist()
    for start, end in zip(starts, [*starts[1:], len(fragments)][: len(starts)], strict=True):
        found.update(files[int(fragments[start])].encode())
        found.update((addresses[start:end] & np.uint64(0xFFFFFFFF)).tobytes())
    return found.hexdigest()[:32]
