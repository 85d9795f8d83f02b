"""Read a release's manifest, and check its files against it."""

import hashlib
import json
from pathlib import Path
from typing import Any

from medloom.errors import CollectionError
from medloom.publish.release.target import Target
from medloom.publish.release.writers import fingerprint

MANIFEST = "medloom-release.json"
FORMAT = 1


def read_manifest(target: Target | str) -> dict[str, Any] | None:
    """The manifest of a release; None where there is no release."""
    target = Target(target) if isinstance(target, str) else target
    data = target.read(MANIFEST)
    if data is None:
        return None
    try:
        manifest: dict[str, Any] = json.loads(data)
    except ValueError as error:
        raise CollectionError(f"{target.uri}/{MANIFEST} is damaged: {error}") from error
    if manifest.get("format") != FORMAT:
        told = f"{target.uri} has format {manifest.get('format')}, this Medloom knows {FORMAT}"
        raise CollectionError(told)
    return manifest


def check(uri: str) -> list[str]:
    """The shards of a release that are missing or damaged; raise where there is no release."""
    target = Target(uri)
    manifest = read_manifest(target)
    if manifest is None:
        raise CollectionError(f"no release in {uri}: {MANIFEST} is not there")
    return [one["path"] for one in shards_of(manifest) if not _is_whole(target, one)]


def shards_of(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """All shards of a release, table by table and split by split."""
    splits = [one for table in manifest["tables"].values() for one in table["splits"].values()]
    return [shard for split in splits for shard in split["shards"]]


def _is_whole(target: Target, shard: dict[str, Any]) -> bool:
    if target.local:
        path = Path(target.uri, shard["path"])
        try:
            return path.exists() and fingerprint(path)[1] == shard["sha256"]
        except (OSError, ValueError):
            return False
    if target.files(shard["path"] + "/"):  # a folder in an object store: its files are there
        return True
    data = target.read(shard["path"])
    return data is not None and hashlib.sha256(data).hexdigest() == shard["sha256"]
