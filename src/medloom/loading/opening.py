"""Find what an address holds: a release, a collection, or plain files."""

import fnmatch
import json
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from medloom.errors import InputError
from medloom.formats.tar_index import SUFFIX as INDEX
from medloom.loading.lines import SUFFIXES as LINES
from medloom.loading.lines import LinesShard
from medloom.loading.parquet import ParquetShard
from medloom.loading.ranges import Place
from medloom.loading.shard import Shard
from medloom.loading.source import Source
from medloom.loading.tar import TarShard

RELEASE, COLLECTION, EVERY = "medloom-release.json", "medloom.json", "all"
_SPLITS = {
    "train": "train",
    "training": "train",
    "test": "test",
    "testing": "test",
} | dict.fromkeys(("val", "valid", "validation", "dev"), "validation")
_THREADS = 16


class Wanted(NamedTuple):
    """Which rows of an address are asked for."""

    split: str | None
    table: str | None
    columns: tuple[str, ...] | None
    verify: bool = True


def open_source(place: Place, wanted: Wanted) -> Source:
    """The rows of a split, wherever they lie.

    Raises InputError where there is nothing to read, or where the choice is not clear.
    """
    if place.uri.endswith(".lance"):
        return _table(place.uri, None, wanted)
    files = place.uri.endswith((".parquet", ".tar", *LINES)) or _is_pattern(place.uri)
    if not files and (data := _record(place, RELEASE)):
        return _release(place, data, wanted)
    if not files and _record(place, COLLECTION):
        return _collection(place, wanted)
    return _plain(place, wanted)


def _record(place: Place, name: str) -> Any:
    try:
        return json.loads(place.whole(name))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except ValueError as error:
        raise InputError(f"{place.path(name)} is damaged: {error}") from error


def _release(place: Place, manifest: Mapping[str, Any], wanted: Wanted) -> Source:
    if manifest.get("format") != 1:
        raise InputError(f"{place.uri} is a release of format {manifest.get('format')}, not 1")
    tables = manifest["tables"]
    table = tables[_chosen("table", wanted.table, list(tables), place.uri)]
    shards = [
        shard
        for split in _parts(wanted.split, list(table["splits"]), place.uri)
        for shard in table["splits"][split]["shards"]
        if shard["rows"]
    ]
    columns: dict[str, str] = table["columns"]
    return _source([partial(_shard, place, one, columns, wanted.verify) for one in shards], wanted)


def _shard(
    place: Place, told: Mapping[str, Any], columns: Mapping[str, str], verify: bool
) -> Shard:
    name, stamp = told["path"], told.get("sha256", "")
    if name.endswith(".parquet"):
        return ParquetShard(place, name, stamp, verify)
    if name.endswith(".tar"):
        return TarShard(place, name, told.get("index"), columns, stamp, verify)
    if name.endswith(".lance"):
        return _lance(place.path(name))
    if name.endswith(LINES):
        return LinesShard(place, name, told["rows"], columns, stamp)
    raise InputError(f"{place.path(name)}: files of this kind cannot be streamed")


def _collection(place: Place, wanted: Wanted) -> Source:
    from medloom.collection.collection import Collection  # noqa: PLC0415 - import is slow

    collection = Collection(place.uri)
    table = _chosen("table", wanted.table, collection.tables, place.uri)
    version = collection.record["tables"][table]["version"]
    return _table(collection.store.table_uri(table), version, wanted)


def _table(uri: str, version: int | None, wanted: Wanted) -> Source:
    shard = _lance(uri, version)
    source = Source([shard], wanted.columns)
    if wanted.split in (None, EVERY):
        return source
    if "split" not in shard.columns:
        raise InputError(f"{uri} has no splits; take all of it: split=None")
    return source.where(f"split = '{str(wanted.split).replace(chr(39), chr(39) * 2)}'", None)


def _lance(uri: str, version: int | None = None) -> Shard:
    from medloom.loading.lance_table import LanceShard  # noqa: PLC0415 - import is slow

    return LanceShard(uri, version)


def _plain(place: Place, wanted: Wanted) -> Source:
    pattern = None
    if _is_pattern(place.uri):
        folder, _, pattern = place.uri.rpartition("/")
        place = Place(folder, place.cache)
    whole = pattern is None and not Path(place.uri).is_dir() and _kind(place.uri) is not None
    every = [""] if whole else place.names()
    names = [one for one in every if one.endswith((".parquet", ".tar", *LINES))]
    if whole:
        names = every
    if pattern:
        names = [one for one in names if fnmatch.fnmatch(one, pattern)]
    if wanted.table:
        names = [one for one in names if wanted.table in one.split("/")[:-1]]
    if not names:
        raise InputError(f"nothing to stream in {place.uri}: no .parquet, .tar, .jsonl or .csv")
    kinds = sorted({_kind(place.path(one)) or "" for one in names})
    if len(kinds) > 1:
        raise InputError(f"files of several kinds in {place.uri}: {', '.join(kinds)}")
    splits: dict[str, list[str]] = {}
    for one in names:
        splits.setdefault(split_of(one) or EVERY, []).append(one)
    parts = [
        name for split in _parts(wanted.split, list(splits), place.uri) for name in splits[split]
    ]
    there = set(every)
    return _source(
        [partial(_file, place, one, there, wanted.verify) for one in sorted(parts)], wanted
    )


def _file(place: Place, name: str, there: set[str], verify: bool) -> Shard:
    path = place.path(name)
    if path.endswith(".parquet"):
        return ParquetShard(place, name, verify=verify)
    if not path.endswith(".tar"):
        return LinesShard(place, name)
    index = path.removesuffix(".tar") + INDEX
    beside = name.removesuffix(".tar") + INDEX in there if name else place.exists(index)
    return TarShard(place, name, index if beside else None, verify=verify)


def _is_pattern(uri: str) -> bool:
    return any(sign in uri.rpartition("/")[2] for sign in "*?[") and not Path(uri).exists()


def _kind(path: str) -> str | None:
    return next((end for end in (".parquet", ".tar", *LINES) if path.endswith(end)), None)


def split_of(name: str) -> str | None:
    """The split that the name of a file or of its folder tells.

    >>> split_of("data/train-00000-of-00002.parquet"), split_of("val/a.tar"), split_of("a.tar")
    ('train', 'validation', None)
    """
    for part in reversed(name.lower().split("/")):
        if found := _SPLITS.get(re.split(r"[-_.\d]", part, maxsplit=1)[0]):
            return found
    return None


def _parts(split: str | None, there: Sequence[str], uri: str) -> Sequence[str]:
    if split in (None, EVERY):
        return there
    if split in there:
        return [str(split)]
    if list(there) == [EVERY]:
        raise InputError(f"{uri} has no splits; take all of it: split=None")
    raise InputError(f"no split '{split}' in {uri}; splits: {', '.join(there)}")


def _chosen(what: str, name: str | None, there: Sequence[str], uri: str) -> str:
    if name is None and len(there) == 1:
        return there[0]
    if name in there:
        return str(name)
    told = f"no {what} '{name}'" if name else f"say which {what}: {what}="
    raise InputError(f"{told} in {uri}; {what}s: {', '.join(there)}")


def _source(makers: Sequence[Callable[[], Shard]], wanted: Wanted) -> Source:
    with ThreadPoolExecutor(_THREADS) as pool:
        return Source(list(pool.map(lambda make: make(), makers)), wanted.columns)
