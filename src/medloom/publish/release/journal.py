"""What has been written to a release folder so far, so that nothing is written twice.

Each shard is entered, before it gets its place, under a key that says which rows it holds and how
they were written. The journal is no part of the release: without it a release is only written anew.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any

from medloom.publish.release.target import Target

NAME = ".medloom-journal.json"


@dataclass(frozen=True)
class Shard:
    """One file of a release."""

    path: str
    rows: int
    bytes: int
    sha256: str
    index: str | None = None
    """The path of the file that says where each row of it lies."""

    def told(self) -> dict[str, Any]:
        """The shard as the manifest has it."""
        return {name: value for name, value in asdict(self).items() if value is not None}


class Journal:
    """The finished shards of a folder by their keys."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._held = _entries(target.read(NAME))
        self._sizes = target.files("data") if self._held else {}
        self.is_there = bool(self._held)

    def __contains__(self, key: str) -> bool:
        return key in self._held

    def find(self, key: str) -> Shard | None:
        """The finished shard of a key, if its file is still there as it was written."""
        shard = self._held.get(key)
        if shard is None or (shard.index and shard.index not in self._sizes):
            return None
        size = self._sizes.get(shard.path)
        if size is None:  # a folder
            data = f"{shard.path}/data/" if shard.path.endswith(".lance") else f"{shard.path}/"
            size = sum(n for name, n in self._sizes.items() if name.startswith(data))
        return shard if size == shard.bytes else None

    def enter(self, key: str, shard: Shard) -> None:
        """Note a shard that is about to get its place; `find` sees whether it did."""
        self._held[key] = shard
        self._save()

    def keep(self, keys: set[str]) -> list[Shard]:
        """Forget all shards but some; return those whose files nobody needs any more."""
        gone = [shard for key, shard in self._held.items() if key not in keys]
        self._held = {key: shard for key, shard in self._held.items() if key in keys}
        self._save()
        return gone

    def _save(self) -> None:
        shards = {key: shard.told() for key, shard in self._held.items()}
        self._target.write(NAME, json.dumps(shards, indent=0).encode())


def _entries(data: bytes | None) -> dict[str, Shard]:
    try:
        return {key: Shard(**one) for key, one in json.loads(data or b"{}").items()}
    except (ValueError, TypeError, AttributeError):
        return {}  # damaged: everything is written anew
