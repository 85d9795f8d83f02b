"""Vectors that are kept between builds, by the hash of what they were made of.

Only hashes and vectors are written, never a text or an image.
"""

import hashlib
import os
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
_WAIT_SECONDS = 60.0


def folder() -> Path:
    """Where vectors are kept: in MEDLOOM_CACHE or the user's cache folder."""
    base = os.environ.get("MEDLOOM_CACHE")
    if base:
        return Path(base) / "vectors"
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "medloom" / "vectors"


class Kept:
    """The vectors of one encoder, in one file that several processes may use at once.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as home:
    ...     kept = Kept("model-1", Path(home))
    ...     first = kept.vectors([b"a", b"a"], lambda data: np.ones((len(data), 2), np.float32))
    ...     again = kept.vectors([b"a"], lambda data: np.zeros((len(data), 2), np.float32))
    ...     kept.close()
    >>> again.tolist()
    [[1.0, 1.0]]
    """

    def __init__(self, digest: str, place: Path | None = None) -> None:
        place = place or folder()
        place.mkdir(parents=True, exist_ok=True)
        path = place / f"{digest}.sqlite"
        self._file = sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None)
        self._file.execute("pragma journal_mode=wal")
        self._file.execute("create table if not exists vectors (key blob primary key, vector blob)")

    def vectors(self, contents: Sequence[bytes], make: Callable[[list[bytes]], Vectors]) -> Vectors:
        """The vector of each content; only those that are not known are made."""
        keys = [hashlib.sha256(one).digest() for one in contents]
        known = self._known(keys)
        missing = {key: one for key, one in zip(keys, contents, strict=True) if key not in known}
        if missing:
            made = dict(zip(missing, make(list(missing.values())), strict=True))
            rows = [(key, one.astype(np.float32).tobytes()) for key, one in made.items()]
            self._file.executemany("insert or ignore into vectors values (?, ?)", rows)
            known |= made
        return np.stack([known[key] for key in keys]) if keys else np.zeros((0, 0), np.float32)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _known(self, keys: list[bytes]) -> dict[bytes, Vectors]:
        find = "select vector from vectors where key = ?"
        rows = {key: self._file.execute(find, (key,)).fetchone() for key in dict.fromkeys(keys)}
        return {key: np.frombuffer(row[0], np.float32) for key, row in rows.items() if row}
