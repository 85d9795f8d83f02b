"""Lance datasets: tables as they are, with their own columns; also those of a collection."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lance as datasets
import pyarrow as pa

from medloom.errors import SourceError
from medloom.kit.columnar import first_sources, settled_batch, settled_columns, union
from medloom.kit.reading import Opened
from medloom.step import reads

_DOCUMENTS = ("*.lance",)
_BATCH_ROWS, _BATCH_ROWS_WITH_FILES = 1000, 100


def lance_columns(
    place: str, *, columns: list[str] | None = None, version: int | str | None = None
) -> dict[str, pa.DataType]:
    """The columns that the datasets of an input have."""
    found: dict[str, pa.DataType] = {}
    source = None
    for source in first_sources(place, _DOCUMENTS):
        fields = list(_opened(source, version).schema)
        chosen = [field for field in fields if columns is None or field.name in columns]
        found = union(found, settled_columns(pa.schema(chosen)))
    if not found and source:  # without files the build says that there are none
        raise ValueError(f"no Lance dataset in {place} has columns that are wanted")
    return found


@reads(*_DOCUMENTS, settle=lance_columns)
def lance(
    source: Opened, *, columns: list[str] | None = None, version: int | str | None = None
) -> Iterator[pa.RecordBatch]:
    """Read Lance datasets: folders whose names end in `.lance`.

    Of a table of a collection (`COLLECTION/tables/cases.lance`) these are the rows of its last
    finished build; with `version`, those of a build, by its number or tag. Of another dataset it
    is a version of Lance. A column `source` is called `source_before`.

    >>> import tempfile
    >>> from medloom.kit.reading import Opened
    >>> from medloom.kit.sources import find
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = datasets.write_dataset(pa.table({"id": ["a"]}), f"{folder}/t.lance")
    ...     (found,) = find(folder, ["*.lance"])
    ...     [batch.to_pylist() for batch in lance(Opened(found))]
    [[{'id': 'a'}]]
    """
    dataset = _opened(source, version)
    names = [one for one in columns or dataset.schema.names if one in dataset.schema.names]
    large = any(pa.types.is_large_binary(dataset.schema.field(name).type) for name in names)
    size = _BATCH_ROWS_WITH_FILES if large else _BATCH_ROWS
    try:
        for batch in dataset.to_batches(columns=names, batch_size=size):
            yield settled_batch(batch)
    except (ValueError, OSError) as error:
        raise SourceError(f"cannot be read: {str(error).splitlines()[0]}") from error


def _opened(source: Opened, version: int | str | None) -> Any:
    path = source.path
    if path is None:
        raise SourceError("a Lance dataset is read from a folder on this machine")
    collection = path.parent.parent
    if path.parent.name == "tables" and (collection / "medloom.json").is_file():
        version = _version_of(collection, path.stem, version)
    try:
        return datasets.dataset(str(path), version=version)
    except (ValueError, OSError) as error:
        raise SourceError(f"cannot be opened: {str(error).splitlines()[0]}") from error


def _version_of(collection: Path, table: str, version: int | str | None) -> int:
    """The version of Lance that a table has in a build."""
    last = _json(collection / "medloom.json").get("finished")
    build = str(last if version is None else version)
    tag = _json(collection / "tags.json").get(build)
    build = str(tag["build"]) if tag else build
    record = _json(collection / f"runs/{int(build):06d}.json") if build.isdecimal() else {}
    if table not in record.get("tables", {}):
        raise SourceError(f"no finished build {build} with a table {table} in {collection}")
    return int(record["tables"][table]["version"])


def _json(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise SourceError(f"{path.name} is damaged") from error
    return found
