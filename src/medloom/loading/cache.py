"""Ranges of bytes kept on the local disk, up to a number of bytes, shared by all processes."""

import hashlib
import os
import tempfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_SWEEP_EVERY = 64


@dataclass
class Cache:
    """A folder of ranges; those that were not used for longest go first.

    A file is written under another name and then put in place, and ends with its CRC-32: what a
    killed process left behind is never read as content.
    """

    folder: Path
    most_bytes: int
    _written: int = 0

    def get(self, key: str, fetch: Callable[[], bytes]) -> bytes:
        """The bytes of a key: kept here, or fetched now and then kept."""
        name = hashlib.sha256(key.encode()).hexdigest()
        path = self.folder / name[:2] / name[2:]
        data = _read(path)
        if data is None:
            data = fetch()
            self._keep(path, data)
        return data

    def _keep(self, path: Path, data: bytes) -> None:
        if len(data) > self.most_bytes:
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
                file.write(data)
                file.write(zlib.crc32(data).to_bytes(4, "little"))
            Path(file.name).replace(path)
        except OSError:  # a full disk stops the cache, not the training
            return
        self._written += len(data)
        if self._written * _SWEEP_EVERY > self.most_bytes:
            self._written = 0
            self.sweep()

    def sweep(self) -> None:
        """Delete what was not used for longest until the rest fits."""
        kept = sorted(_listed(self.folder), reverse=True)
        total = 0
        for _, size, path in kept:
            total += size
            if total > self.most_bytes:
                path.unlink(missing_ok=True)


def _read(path: Path) -> bytes | None:
    try:
        data = path.read_bytes()
        os.utime(path)
    except OSError:
        return None
    content, crc = data[:-4], int.from_bytes(data[-4:], "little")
    return content if len(data) >= 4 and zlib.crc32(content) == crc else None


def _listed(folder: Path) -> list[tuple[float, int, Path]]:
    found = []
    for path in folder.glob("*/*"):
        try:
            state = path.stat()
        except OSError:
            continue
        found.append((state.st_mtime, state.st_size, path))
    return found
