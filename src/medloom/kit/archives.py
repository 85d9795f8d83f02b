"""Read archives within limits: no unpacking to disk, no bombs, no names that climb out."""

import gzip
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from medloom.errors import SourceError

MAX_MEMBER_BYTES = 256 * 2**20
"""A larger document or media file is refused: the largest in PMC are a tenth of this."""
_MAX_RATIO = 300
"""A compressed file that grows more than this is a bomb; XML grows 5 to 20 times."""
_FREE_BYTES = 64 * 2**20
"""Files smaller than this may grow by any factor."""
_MAX_MEMBERS = 5_000_000


def check_member_name(name: str) -> str | None:
    """Return why a member name is refused, or None.

    >>> check_member_name("PMC1/PMC1.nxml")
    >>> check_member_name("../../etc/passwd.xml")
    'unsafe name in the archive: it climbs out of its folder'
    """
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or "\0" in name:
        return "unsafe name in the archive: it climbs out of its folder"
    return None


def tar_members(path: Path) -> Iterator[tuple[str, int]]:
    """Yield the name and size of each regular file of a tar archive, packed or not."""
    with _open_tar(path) as archive:
        for number, info in enumerate(archive):
            if number > _MAX_MEMBERS:
                raise SourceError(f"more than {_MAX_MEMBERS} members")
            archive.members = []  # type: ignore[attr-defined] # tarfile keeps every header otherwise
            if info.isfile():
                yield info.name, info.size


def gunzip(data: bytes) -> bytes:
    """Unpack gzip data within the limits."""
    try:
        with gzip.GzipFile(fileobj=cast(IO[bytes], _Bytes(data))) as packed:
            return _bounded(packed, len(data))
    except (OSError, EOFError) as error:
        raise SourceError(f"not a whole gzip file: {error}") from error


class Archive:
    """Reads members of one archive by name; a tar archive is read forward only, once."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)
        self._zip = zipfile.ZipFile(path) if path.endswith(".zip") else None
        self._expected: set[str] = set()
        self._held: dict[str, bytes] = {}
        self._tar: tarfile.TarFile | None = None
        self._members: Iterator[tarfile.TarInfo] = iter(())

    def expect(self, names: Iterable[str]) -> None:
        """Say which members will be asked for: a tar keeps them when it passes them."""
        self._expected, self._held = (
            set(names),
            {name: data for name, data in self._held.items() if name in set(names)},
        )

    def read(self, name: str) -> bytes:
        """Return one member; raise SourceError when it is missing, too large or broken."""
        try:
            return self._from_zip(name) if self._zip else self._from_tar(name)
        except (
            OSError,
            EOFError,
            KeyError,
            RuntimeError,
            NotImplementedError,
            zipfile.BadZipFile,
            tarfile.TarError,
            ValueError,
        ) as error:
            raise SourceError(f"{name} cannot be read from {self._path.name}: {error}") from error

    def close(self) -> None:
        """Close the file."""
        for archive in (self._zip, self._tar):
            if archive:
                archive.close()

    def _from_zip(self, name: str) -> bytes:
        assert self._zip
        info = self._zip.getinfo(name)
        with self._zip.open(info) as member:
            return _bounded(member, info.compress_size)

    def _from_tar(self, name: str) -> bytes:
        if name in self._held:
            return self._held.pop(name)
        for again in (False, True):  # not ahead of us: once more from the start
            if again or self._tar is None:
                self._rewind()
            for info in self._members:
                assert self._tar
                self._tar.members = []  # type: ignore[attr-defined]
                if info.name != name and info.name not in self._expected:
                    continue
                data = self._member(info)
                if info.name == name:
                    return data
                self._held[info.name] = data
        raise SourceError(f"no member {name}")

    def _rewind(self) -> None:
        if self._tar:
            self._tar.close()
        self._tar = _open_tar(self._path)
        self._members = iter(self._tar)

    def _member(self, info: tarfile.TarInfo) -> bytes:
        if info.size > MAX_MEMBER_BYTES:
            raise SourceError(f"{info.size} bytes is over the limit of {MAX_MEMBER_BYTES}")
        assert self._tar
        file = self._tar.extractfile(info)
        return file.read() if file else b""


def _open_tar(path: Path) -> tarfile.TarFile:
    file = path.open("rb") if path.name.endswith(".tar") else _BombGuard(path)
    return _Tar.open(fileobj=cast(IO[bytes], file), mode="r|", encoding="utf-8")


class _Tar(tarfile.TarFile):
    """A tar archive that closes the file it reads from, too."""

    def close(self) -> None:
        super().close()
        stream: Any = self.fileobj
        stream.close()
        stream.fileobj.close()


class _BombGuard:
    """A gzip file that stops when it grows beyond reason."""

    def __init__(self, path: Path) -> None:
        self._file = gzip.open(path)  # noqa: SIM115 - closed by close()
        self._allowed = max(_FREE_BYTES, path.stat().st_size * _MAX_RATIO)

    def read(self, size: int) -> bytes:
        data = self._file.read(size)
        self._allowed -= len(data)
        if self._allowed < 0:
            raise SourceError(f"grows more than {_MAX_RATIO} times when unpacked")
        return data

    def close(self) -> None:
        self._file.close()


def _bounded(file: Any, packed_bytes: int) -> bytes:
    limit = min(MAX_MEMBER_BYTES, max(_FREE_BYTES, packed_bytes * _MAX_RATIO))
    data: bytes = file.read(limit + 1)
    if len(data) > limit:
        raise SourceError(f"over the limit of {limit} bytes when unpacked")
    return data


class _Bytes:
    """The least that gzip needs of a file: reads from memory without a copy."""

    def __init__(self, data: bytes) -> None:
        self._view, self._at = memoryview(data), 0

    def read(self, size: int = -1) -> bytes:
        end = len(self._view) if size < 0 else self._at + size
        chunk = bytes(self._view[self._at : end])
        self._at += len(chunk)
        return chunk
