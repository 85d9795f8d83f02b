"""Subsets of a table that a reader chose: lists of ids in the folder of the collection."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import fsspec

from medloom.collection.collection import Collection
from medloom.errors import InputError

MOST_IDS = 1_000_000
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def save(
    collection: Collection, name: str, table: str, ids: Sequence[str], about: dict[str, Any]
) -> dict[str, Any]:
    """Write a subset; raise InputError for a name that does not fit or is taken.

    The file is `subsets/NAME.json` in the collection's folder. Builds do not read or change it.
    """
    if not _NAME.fullmatch(name):
        raise InputError(
            "a name has letters, digits, - and _, at most 64, and starts with a letter"
        )
    if not ids:
        raise InputError("the subset is empty")
    if len(ids) > MOST_IDS:
        raise InputError(f"a subset has at most {MOST_IDS:,} rows")
    if collection.store.read_json(_file(name)) is not None:
        raise InputError(f"there is a subset '{name}' already; choose another name")
    made = datetime.now(UTC).isoformat(timespec="seconds")
    record = collection.record
    body = {
        "name": name,
        "table": table,
        "build": record["run"],
        "version": record["tables"][table]["version"],
        "made": made,
        **about,
        "ids": list(ids),
    }
    collection.store.write_json(_file(name), body)
    return body


def load(collection: Collection, name: str) -> dict[str, Any] | None:
    """A subset by its name; None where there is none."""
    if not _NAME.fullmatch(name):
        return None
    body = collection.store.read_json(_file(name))
    if not isinstance(body, dict) or not isinstance(body.get("ids"), list):
        return None
    return body


def names(collection: Collection) -> list[str]:
    """The names of all subsets, in order."""
    system, path = fsspec.core.url_to_fs(f"{collection.uri}/subsets")
    try:
        found = system.ls(path, detail=False)
    except (FileNotFoundError, NotADirectoryError):
        return []
    stems = (str(one).rsplit("/", 1)[-1].removesuffix(".json") for one in found)
    return sorted(one for one in stems if _NAME.fullmatch(one))


def _file(name: str) -> str:
    return f"subsets/{name}.json"
