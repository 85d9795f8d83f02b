"""Tars of samples in the WebDataset way: one sample is one row."""

import json
import tarfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import pyarrow as pa

from medloom.errors import SourceError
from medloom.formats.webdataset import EXTENSIONS, IMAGE, LABEL, TEXT
from medloom.kit.archives import MAX_MEMBER_BYTES
from medloom.kit.columnar import columns_of_place, first_sources
from medloom.kit.fitted_rows import fitted_row, fitters_of
from medloom.kit.plain_values import type_of
from medloom.kit.reading import Opened
from medloom.step import Failure, reads

_DOCUMENTS = ("*.tar",)
_BATCH_BYTES, _BATCH_ROWS, _SAMPLE = 32 * 2**20, 500, 200
_TEXTS = ("txt", "text", "caption")


def webdataset_columns(
    place: str, *, columns: dict[str, str] | None = None
) -> dict[str, pa.DataType]:
    """The columns of an input: told, or what the first samples of its first tars ask for."""
    return columns_of_place(place, columns, lambda: _guess(first_sources(place, _DOCUMENTS)))


def _guess(sources: Iterable[Opened]) -> dict[str, pa.DataType]:
    rows = []
    for source in sources:
        try:
            rows += [_decoded(*one) for one in islice(_samples(source), _SAMPLE)]
        except (SourceError, OSError, ValueError):
            continue  # the ledger will have it
    blobs = {name for row in rows for name, value in row.items() if isinstance(value, bytes)}
    plain = [{name: v for name, v in row.items() if name not in blobs} for row in rows]
    if not rows:
        raise ValueError("no tar holds samples")
    found = {field.name: field.type for field in type_of(plain)} if any(plain) else {}
    order = dict.fromkeys(name for row in rows for name in row)
    return {name: pa.large_binary() if name in blobs else found[name] for name in order}


@reads(*_DOCUMENTS, settle=webdataset_columns)
def webdataset(
    source: Opened, *, columns: dict[str, str] | None = None
) -> Iterator[pa.RecordBatch | Failure]:
    r"""Read tars of samples; a sample that does not fit the columns is a failed row.

    `KEY.jpg` (.png, .dcm, ...) becomes the column `bytes`, `KEY.txt` `text`, `KEY.cls` `label`,
    `KEY.NAME.jpg` `NAME`, and the fields of `KEY.json` columns of their own. Where no field is
    called `id`, the key is the id.

    >>> from io import BytesIO
    >>> from medloom.formats.webdataset import write_shard
    >>> from medloom.kit.reading import in_memory
    >>> file = BytesIO()
    >>> _ = write_shard([{"id": "a", "bytes": b"\xff\xd8\xff", "year": 2020}], file)
    >>> (batch,) = webdataset(in_memory("a.tar", file.getvalue()))
    >>> batch.to_pylist()
    [{'bytes': b'\xff\xd8\xff', 'id': 'a', 'year': 2020}]
    """
    types = source.columns
    if types is None:  # read by itself: what its own samples say
        types = columns_of_place(source.key, columns, lambda: _guess([source]))
    schema = pa.schema(list(types.items()))
    fitters = {name: _or_bytes(fit) for name, fit in fitters_of(types).items()}
    rows: list[dict[str, Any]] = []
    held = 0
    for key, members in _samples(source):
        try:
            rows.append(fitted_row(_decoded(key, members).items(), fitters))
            held += sum(map(len, members.values()))
        except ValueError as error:
            yield Failure(f"{source.key}!{key}", str(error))
        if held > _BATCH_BYTES or len(rows) == _BATCH_ROWS:
            yield pa.RecordBatch.from_pylist(rows, schema)
            rows, held = [], 0
    if rows:
        yield pa.RecordBatch.from_pylist(rows, schema)


def _samples(source: Opened) -> Iterator[tuple[str, dict[str, bytes]]]:
    """The files of each sample by their extensions; those of one sample stand together."""
    key, members = "", dict[str, bytes]()
    try:
        with source.open() as file, tarfile.open(fileobj=file, mode="r|") as archive:
            for info in archive:
                archive.members = []  # type: ignore[attr-defined] # it keeps every header otherwise
                folder, _, name = info.name.rpartition("/")
                stem, dot, extension = name.partition(".")
                if not info.isfile() or not dot or not stem:
                    continue
                if info.size > MAX_MEMBER_BYTES:
                    raise SourceError(f"a file is over the limit of {MAX_MEMBER_BYTES} bytes")
                this = f"{folder}/{stem}".lstrip("/")
                if this != key and members:
                    yield key, members
                    members = {}
                data = archive.extractfile(info)
                key, members[extension] = this, data.read() if data else b""
    except (tarfile.TarError, EOFError) as error:
        if members:
            yield key, members
        raise SourceError(f"not a whole tar: {error}") from error
    if members:
        yield key, members


def _decoded(key: str, members: Mapping[str, bytes]) -> dict[str, Any]:
    """The columns of a sample."""
    row: dict[str, Any] = {}
    fields: dict[str, Any] = {}
    for extension, data in members.items():
        name, _, last = extension.rpartition(".")
        lower = extension.lower()
        if lower == "json":
            fields = _object(data)
        elif lower in _TEXTS:
            row[TEXT] = _text(data)
        elif lower == "cls":
            row[LABEL] = _whole(data)
        elif lower in EXTENSIONS:
            row[IMAGE] = data
        else:
            row[name if name and last.lower() in EXTENSIONS else extension] = data
    return {**row, **({} if "id" in fields else {"id": key}), **fields}


def _object(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        raise ValueError("its JSON cannot be read") from None
    if not isinstance(value, dict):
        raise ValueError("its JSON is no object")
    return value


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise ValueError("its text is not utf-8") from None


def _whole(data: bytes) -> int:
    try:
        return int(data)
    except ValueError:
        raise ValueError("its class is no whole number") from None


def _or_bytes(fit: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A file of a sample is bytes already."""
    return lambda value: value if isinstance(value, bytes) else fit(value)
