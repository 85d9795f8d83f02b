"""Rows as samples of a WebDataset: a tar of files whose names share a key.

Convention: github.com/webdataset/webdataset. A sample's files are `KEY.EXTENSION` and stand
together; the key ends at the first dot. Here `bytes` becomes KEY.jpg (or .png, .dcm, ...: what its
first bytes say), `text` KEY.txt, a whole-number `label` KEY.cls, any other column of bytes
KEY.COLUMN.EXTENSION, and all else, the row's own id first, is in KEY.json.

The same rows give the same bytes: no time, no owner, no order but that of rows and columns.
"""

import base64
import datetime
import hashlib
import json
import re
import tarfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from medloom.formats import tar_index
from medloom.formats.tar_index import Member, Sample

IMAGE, TEXT, LABEL = "bytes", "text", "label"
_LONGEST_KEY = 64
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")
_MAGIC = (
    (b"\xff\xd8\xff", 0, "jpg"),
    (b"\x89PNG\r\n\x1a\n", 0, "png"),
    (b"II*\0", 0, "tif"),
    (b"MM\0*", 0, "tif"),
    (b"GIF8", 0, "gif"),
    (b"WEBP", 8, "webp"),
    (b"DICM", 128, "dcm"),
    (b"\x93NUMPY", 0, "npy"),
    (b"n+1\0", 344, "nii"),
    (b"PK\3\4", 0, "npz"),
    (b"\x1f\x8b", 0, "nii.gz"),
)
EXTENSIONS = frozenset({*(extension for _, _, extension in _MAGIC), "jpeg", "tiff", "bmp", "bin"})
"""Extensions that say what kind of file some bytes are."""


@dataclass(frozen=True)
class Shard:
    """What was written: rows, and bytes of the tar, its SHA-256, and the bytes of its index."""

    rows: int
    size: int
    sha256: str
    index: bytes


def write_shard(
    rows: Iterable[Mapping[str, Any]],
    target: str | Path | BinaryIO,
    *,
    index: str | Path | BinaryIO | None = None,
    start: int = 0,
) -> Shard:
    """Write rows as one tar and, where `index` is given, the index that finds any row in it.

    `target` and `index` are paths or open binary files. A row without an `id` is named by its
    number, from `start` on. Nothing but one row is held in memory, and 50 bytes of each.

    >>> from io import BytesIO
    >>> shard = write_shard([{"id": "a/1", "text": "A scan."}], BytesIO())
    >>> shard.rows, shard.size
    (1, 10240)
    """
    if isinstance(target, str | Path):
        with Path(target).open("wb") as file:
            return write_shard(rows, file, index=index, start=start)
    digest, samples, at = hashlib.sha256(), [], 0
    for name, members in _named(rows, start):
        data, sample = _packed(name, members, at)
        samples.append(sample)
        at = sample.stop
        digest.update(data)
        target.write(data)
    end = b"\0" * (-(at + 1024) % tarfile.RECORDSIZE + 1024)
    digest.update(end)
    target.write(end)
    made = tar_index.dump(samples, at + len(end))
    if isinstance(index, str | Path):
        Path(index).write_bytes(made)
    elif index is not None:
        index.write(made)
    return Shard(len(samples), at + len(end), digest.hexdigest(), made)


def _named(rows: Iterable[Mapping[str, Any]], start: int) -> Iterator[tuple[str, dict[str, bytes]]]:
    used: set[str] = set()
    for number, row in enumerate(rows, start):
        name = key_of(row.get("id"), number)
        while name in used:
            name = f"{name}-{number}"
        used.add(name)
        yield name, members_of(row)


def key_of(row_id: object, number: int = 0) -> str:
    """The key of a row: its id if that is a safe name, else what is safe of it and a hash.

    >>> key_of("PMC1-F2"), key_of("PMC1/fig/F2"), key_of(None, 7)
    ('PMC1-F2', 'PMC1_fig_F2-cb9cff0c', '00000007')
    """
    if row_id is None or row_id == "":
        return f"{number:08}"
    text = str(row_id)
    safe = _UNSAFE.sub("_", text)[:_LONGEST_KEY].strip("_-") or "row"
    if safe == text:
        return text
    return f"{safe}-{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def safe_column(column: str) -> str:
    """A column's name as it stands in file names.

    >>> safe_column("mask of lung")
    'mask_of_lung'
    """
    return _UNSAFE.sub("_", column)


def extension_of(data: bytes) -> str:
    r"""The extension that the first bytes of a file ask for.

    >>> extension_of(b"\xff\xd8\xff\xe0"), extension_of(b"?")
    ('jpg', 'bin')
    """
    for magic, at, extension in _MAGIC:
        if data[at : at + len(magic)] == magic:
            return extension
    return "bin"


def members_of(row: Mapping[str, Any]) -> dict[str, bytes]:
    """The files of a row by their extensions: those of bytes first, then text, label and JSON.

    >>> members_of({"id": "a", "text": "x", "label": 1, "year": 2020, "bytes": b"?"})
    {'bin': b'?', 'txt': b'x', 'cls': b'1', 'json': b'{"id":"a","year":2020}'}
    """
    files, small, rest = {}, {}, {}
    for column, value in row.items():
        if isinstance(value, bytes | bytearray | memoryview):
            data = bytes(value)
            kind = extension_of(data)
            files[kind if column == IMAGE else f"{safe_column(column)}.{kind}"] = data
        elif column == TEXT and isinstance(value, str):
            small["txt"] = value.encode("utf-8", "surrogatepass")
        elif column == LABEL and isinstance(value, int) and not isinstance(value, bool):
            small["cls"] = str(value).encode()
        else:
            rest[column] = value
    text = json.dumps(rest, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return {
        **files,
        **dict(sorted(small.items(), reverse=True)),
        "json": text.encode("utf-8", "surrogatepass"),
    }


def _plain(value: object) -> Any:
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(value).decode()
    if hasattr(value, "tolist"):  # numpy's scalars and arrays
        return value.tolist()
    return str(value)


def _packed(name: str, members: Mapping[str, bytes], at: int) -> tuple[bytes, Sample]:
    parts, places, size = [], [], 0
    for extension, data in members.items():
        header = _header(f"{name}.{extension}", len(data))
        padding = b"\0" * (-len(data) % tarfile.BLOCKSIZE)
        parts += [header, data, padding]
        places.append(Member(extension, at + size + len(header), len(data)))
        size += len(header) + len(data) + len(padding)
    whole = b"".join(parts)
    return whole, Sample(at, at + size, zlib.crc32(whole), tuple(places))


def _header(name: str, size: int) -> bytes:
    # POSIX ustar; longer names and files over 8 GiB get the pax header that tarfile makes.
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, 0o644, 0
    return info.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogatepass")
