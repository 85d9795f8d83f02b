"""Ranges of bytes of files, on a local disk or wherever fsspec reaches: no more than asked for."""

import os
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from io import SEEK_CUR, SEEK_END, RawIOBase
from pathlib import Path
from typing import Any, TypeVar

import fsspec

from medloom.errors import InputError, SourceError
from medloom.loading.cache import Cache

TRIES, PAUSE_SECONDS = 4, 0.25
_GONE = (FileNotFoundError, PermissionError, IsADirectoryError)
_T = TypeVar("_T")


class Place:
    """A folder or a prefix in which files are read by ranges; it travels to other processes."""

    def __init__(self, uri: str, cache: Cache | None = None) -> None:
        self.local = "://" not in uri or uri.startswith("file://")
        uri = uri.removeprefix("file://")
        self.uri = str(Path(uri).expanduser().absolute()) if self.local else uri.rstrip("/")
        self.cache = cache
        self.fetched_bytes = 0
        """Bytes that came from the disk or over the network, in this process."""

    def path(self, name: str) -> str:
        """The full address of a file that lies here."""
        if not name:
            return self.uri
        return name if "://" in name or os.path.isabs(name) else f"{self.uri}/{name}"

    def size(self, name: str) -> int:
        """How many bytes a file has; FileNotFoundError where there is none."""
        path = self.path(name)
        if self.local:
            return os.stat(path).st_size
        return int(_patient(lambda: _system(path).info(_inner(path))["size"]))

    def whole(self, name: str) -> bytes:
        """All bytes of a file."""
        path = self.path(name)
        if self.local:
            data = Path(path).read_bytes()
        else:
            data = bytes(_patient(lambda: _system(path).cat_file(_inner(path))))
        self.fetched_bytes += len(data)
        return data

    def exists(self, name: str) -> bool:
        """Whether a file is there."""
        path = self.path(name)
        if self.local:
            return os.path.exists(path)
        try:
            self.size(name)
        except FileNotFoundError:
            return False
        return True

    def names(self) -> list[str]:
        """All files below, by their names from here; sorted."""
        if self.local:
            root = Path(self.uri)
            if not root.is_dir():
                raise InputError(f"{self.uri} is not there")
            walked = (Path(folder, file) for folder, _, files in os.walk(root) for file in files)
            return sorted(str(path.relative_to(root)) for path in walked)
        system, inner = _system(self.uri), _inner(self.uri).rstrip("/")
        if self.uri.startswith(("http://", "https://")):
            raise InputError(
                f"{self.uri}: files cannot be listed over HTTP; name a release or a file"
            )
        found: list[str] = _patient(lambda: system.find(inner))
        return sorted(path.removeprefix(inner).lstrip("/") for path in found)

    def read(self, name: str, start: int, stop: int, stamp: str = "") -> bytes:
        """The bytes of a range; with a cache, `stamp` tells versions of the file apart.

        Raises SourceError where the file ends before.
        """
        if start >= stop:
            return b""
        path = self.path(name)
        if self.cache is None:
            return self._fetch(path, start, stop)
        key = f"{path}|{stamp}|{start}|{stop}"
        return self.cache.get(key, lambda: self._fetch(path, start, stop))

    def announce(self, name: str, start: int, stop: int) -> None:
        """Have a local file read ahead, where the system can."""
        if self.local and hasattr(os, "posix_fadvise"):
            file = opened(self.path(name))
            os.posix_fadvise(file.fileno(), start, stop - start, os.POSIX_FADV_WILLNEED)

    def _fetch(self, path: str, start: int, stop: int) -> bytes:
        if self.local:
            file = opened(path)
            data = _pread(file.fileno(), start, stop)
        else:
            data = bytes(_patient(lambda: _system(path).cat_file(_inner(path), start, stop)))
            self.fetched_bytes += len(data)
        if len(data) != stop - start:
            why = (
                "is shorter than it should be"
                if len(data) < stop - start
                else ("lies on a server that does not answer to ranges of bytes")
            )
            raise SourceError(f"{path} {why}")
        return data

    def file(self, name: str, size: int | None = None, stamp: str = "") -> "RangeFile":
        """A file to seek and read in; each read is one range."""
        return RangeFile(self, name, self.size(name) if size is None else size, stamp)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "fetched_bytes": 0}


class RangeFile(RawIOBase):
    """What a library that wants an open file reads from."""

    def __init__(self, place: Place, name: str, size: int, stamp: str = "") -> None:
        super().__init__()
        self._place, self._name, self._size, self._stamp, self._at = place, name, size, stamp, 0

    def readable(self) -> bool:
        """True: it can be read."""
        return True

    def seekable(self) -> bool:
        """True: it can be read anywhere."""
        return True

    def tell(self) -> int:
        """Where the next read begins."""
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place."""
        base = {SEEK_CUR: self._at, SEEK_END: self._size}.get(whence, 0)
        self._at = base + offset
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        """Read a range from here on."""
        stop = self._size if size is None or size < 0 else min(self._size, self._at + size)
        data = self._place.read(self._name, self._at, stop, self._stamp)
        self._at += len(data)
        return data

    def readinto(self, buffer: Any) -> int:
        """Read as many bytes as a buffer holds, or as are left."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def readall(self) -> bytes:
        """Read to the end."""
        return self.read()


def merged(ranges: Sequence[tuple[int, int]], gap_bytes: int) -> list[tuple[int, int]]:
    """Sorted ranges, those with a small gap between them joined: fewer, longer reads.

    >>> merged([(0, 10), (12, 20), (90, 99)], gap_bytes=5)
    [(0, 20), (90, 99)]
    """
    joined: list[tuple[int, int]] = []
    for start, stop in ranges:
        if joined and start - joined[-1][1] <= gap_bytes:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((start, stop))
    return joined


def _patient(work: Callable[[], _T]) -> _T:
    """Try again, with longer pauses, where the network fails; not where a file is missing."""
    for attempt in range(TRIES):
        try:
            return work()
        except _GONE:
            raise
        except Exception as error:  # each file system has its own kinds
            if attempt == TRIES - 1 or not _passing(error):
                raise SourceError(f"cannot read: {error or type(error).__name__}") from error
            time.sleep(PAUSE_SECONDS * 2**attempt)
    raise AssertionError


def _passing(error: Exception) -> bool:
    status = getattr(error, "status", None)
    if isinstance(status, int):
        return status >= 500 or status in (408, 429)
    return not isinstance(error, ImportError | ValueError | NotImplementedError)


def opened(path: str) -> Any:
    """A local file, kept open; who reads of it holds it, so that it is not closed meanwhile."""
    return _opened(path, os.getpid())


@lru_cache(maxsize=256)
def _opened(path: str, process: int) -> Any:
    return Path(path).open("rb", buffering=0)


def read_at(descriptor: int, start: int, stop: int) -> bytes:
    """The bytes of a range of an open file; SourceError where it ends before."""
    data = os.pread(descriptor, stop - start, start)
    if len(data) != stop - start:
        data = _pread(descriptor, start, stop)
        if len(data) != stop - start:
            raise SourceError("the file is shorter than it should be")
    return data


def _pread(descriptor: int, start: int, stop: int) -> bytes:
    data = b""
    while more := os.pread(descriptor, stop - start - len(data), start + len(data)):
        data += more
    return data


def _system(path: str) -> Any:
    return fsspec.core.url_to_fs(path)[0]  # one for each process; fsspec keeps them


def _inner(path: str) -> str:
    return str(fsspec.core.url_to_fs(path)[1])
