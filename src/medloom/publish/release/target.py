"""Where a release is written: a folder, or a prefix in an object store.

Every file appears whole or not at all: it is written beside its place under a hidden name, or
in a temporary folder, and put into its place in one go.
"""

import errno
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import fsspec

from medloom.errors import CollectionError

DRAFT = ".new"
_TRIES, _FIRST_WAIT_SECONDS = 4, 0.5
_FULL = ("No space left", "StorageFull", "os error 28")
_DENIED = ("AccessDenied", "Forbidden", "InvalidAccessKeyId", "SignatureDoesNotMatch", "403", "401")
_AGAIN = "the last release there is whole; {fix} and run the same command again"


class Target:
    """A place for files, named by their paths relative to it."""

    def __init__(self, uri: str) -> None:
        self.local = "://" not in uri or uri.startswith("file://")
        if self.local:
            self.uri = str(Path(uri.removeprefix("file://")).expanduser().absolute())
        else:
            self.uri = uri.rstrip("/")
        self._drafts = Path(self.uri)
        """Where drafts lie; for an object store a folder on this machine, while it is locked."""

    def draft(self, path: str) -> Path:
        """A file on this machine to write to, before `commit` puts it at `path`."""
        folder, _, name = path.rpartition("/")
        made = self._drafts / folder / f".{name}{DRAFT}"
        with self.errors():
            made.parent.mkdir(parents=True, exist_ok=True)
        discard(made)
        return made

    def commit(self, draft: Path, path: str) -> None:
        """Put a file or folder that `draft` gave into its place, for good."""
        if not self.local:
            self._sent(lambda system, place: _upload(system, draft, place), path)
            discard(draft)
            return
        place = Path(self.uri, path)
        with self.errors():
            _sync(draft)
            if place.is_dir():
                discard(place)
            draft.replace(place)
            _sync_folder(place.parent)

    def write(self, path: str, data: bytes) -> None:
        """Write a small file, whole or not at all."""
        if not self.local:
            self._sent(lambda system, place: system.pipe_file(place, data), path)
            return
        draft = self.draft(path)
        try:
            with self.errors():
                draft.write_bytes(data)
            self.commit(draft, path)
        finally:
            discard(draft)

    def read(self, path: str) -> bytes | None:
        """The bytes of a small file; None where there is none."""
        with self.errors():
            try:
                if self.local:
                    return Path(self.uri, path).read_bytes()
                system, place = self._system(path)
                return bytes(system.cat_file(place))
            except (FileNotFoundError, NotADirectoryError):
                return None

    def files(self, under: str = "") -> dict[str, int]:
        """The size of each file below a folder, by its path."""
        with self.errors():
            if self.local:
                root = Path(self.uri)
                found = (one for one in (root / under).rglob("*") if one.is_file())
                return {one.relative_to(root).as_posix(): one.stat().st_size for one in found}
            system, place = self._system(under)
            prefix = self._system("")[1].rstrip("/") + "/"
            try:
                listed = system.find(place, detail=True)
            except FileNotFoundError:
                return {}
            return {name.removeprefix(prefix): int(one["size"]) for name, one in listed.items()}

    def top(self) -> list[str]:
        """The names of the files and folders at the top."""
        with self.errors():
            if self.local:
                root = Path(self.uri)
                return sorted(one.name for one in root.iterdir()) if root.is_dir() else []
            system, place = self._system("")
            try:
                return sorted(str(name).rpartition("/")[2] for name in system.ls(place, False))
            except FileNotFoundError:
                return []

    def remove(self, path: str) -> None:
        """Delete a file or a folder, if it is there."""
        with self.errors():
            if self.local:
                discard(Path(self.uri, path))
                return
            system, place = self._system(path)
            with suppress(FileNotFoundError):
                system.rm(place, recursive=True)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep others from writing to the same folder; in an object store nothing does."""
        if not self.local:
            with tempfile.TemporaryDirectory(prefix="medloom-publish-") as name:
                self._drafts = Path(name)
                yield
            return
        with self.errors():
            Path(self.uri).mkdir(parents=True, exist_ok=True)
            file = Path(self.uri, ".medloom-lock").open("a", encoding="utf-8")  # noqa: SIM115
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise CollectionError(f"another process publishes to {self.uri}") from error
            yield

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Say plainly what went wrong with the storage, and what to do."""
        try:
            yield
        except Exception as error:
            if told := self._told(error):
                raise CollectionError(told) from error
            raise

    def _told(self, error: Exception) -> str | None:
        text, number = f"{type(error).__name__}: {error}", getattr(error, "errno", None)
        if number in (errno.ENOSPC, errno.EDQUOT) or any(one in text for one in _FULL):
            return f"the disk is full at {self.uri}: " + _AGAIN.format(fix="free some space")
        if self.local:
            if isinstance(error, PermissionError) or number == errno.EROFS:
                return f"cannot write {self.uri}: {error}"
            return None
        if isinstance(error, PermissionError) or "Credentials" in text or _is_denied(text):
            return f"cannot write {self.uri}: the credentials are wrong or missing"
        if isinstance(error, FileNotFoundError):
            return f"cannot write {self.uri}: there is no such bucket"
        if _is_connection(error):
            fix = "see to the connection"
            return f"the connection to {self.uri} was lost: " + _AGAIN.format(fix=fix)
        return None

    def _sent(self, send: Callable[[Any, str], None], path: str) -> None:
        """Send something, and again a few times where the connection is lost."""
        with self.errors():
            for number in range(_TRIES):
                try:
                    send(*self._system(path))
                    return
                except Exception as error:
                    if number == _TRIES - 1 or not _is_connection(error):
                        raise
                    time.sleep(_FIRST_WAIT_SECONDS * 2**number)

    def _system(self, path: str) -> tuple[Any, str]:
        try:
            system, place = fsspec.core.url_to_fs(f"{self.uri}/{path}".rstrip("/"))
        except (ImportError, ValueError) as error:
            raise CollectionError(f"{self.uri}: {error}; pip install 'medloom[s3]'") from error
        system.invalidate_cache()
        return system, str(place)


def discard(path: Path) -> None:
    """Delete a file or a folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _is_denied(text: str) -> bool:
    return any(one in text for one in _DENIED)


def _is_connection(error: Exception) -> bool:
    """Whether an error is about the way to the store, and not about what was asked of it."""
    named = type(error).__name__
    lost = "Connection" in named or "Timeout" in named or "ServerDisconnected" in named
    wrong = isinstance(error, FileNotFoundError | PermissionError | FileExistsError)
    return lost or (isinstance(error, OSError) and not wrong and not _is_denied(str(error)))


def _upload(system: Any, draft: Path, place: str) -> None:
    system.put(f"{draft}/" if draft.is_dir() else str(draft), place, recursive=draft.is_dir())


def _sync(path: Path) -> None:
    """Have a file, or all files of a folder, on the disk before it gets its name."""
    for file in path.rglob("*") if path.is_dir() else (path,):
        if file.is_file():
            with file.open("rb") as opened:
                os.fsync(opened.fileno())


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
