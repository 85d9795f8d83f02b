"""Open the sources that `medloom.kit.sources` finds: what a reader is given."""

import posixpath
from collections.abc import Collection, Mapping, Sequence
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, Any

from medloom.errors import NotThisFormat, SourceError
from medloom.kit.archives import MAX_MEMBER_BYTES, Archive, gunzip
from medloom.kit.sources import NO_DOCUMENT, Source, open_object_store

_OPEN_ARCHIVES = 4


class Opened:
    """One source, ready to be read."""

    def __init__(
        self,
        source: Source,
        shelf: "Shelf | None" = None,
        wanted: Collection[str] = (),
        columns: Mapping[str, Any] | None = None,
    ) -> None:
        self._source, self._shelf, self._wanted = source, shelf or Shelf(), wanted
        self.columns = columns
        """The Arrow types of the table's columns, where the reader's `settle` has said them."""

    def wants(self, column: str) -> bool:
        """Whether any step looks at a column of the reader, so that it is worth making."""
        return column in self._wanted

    @property
    def key(self) -> str:
        """The source's name relative to the input."""
        return self._source.key

    @property
    def name(self) -> str:
        """The name of the document's file, without folders and without `.gz`."""
        return PurePosixPath(self._source.member or self._source.container).name.removesuffix(".gz")

    @property
    def beside(self) -> Sequence[str]:
        """Names of the files that came with the document."""
        return self._source.beside

    def read(self) -> bytes:
        """Return the document, unpacked; raise SourceError when it cannot be read."""
        if self._source.error == NO_DOCUMENT:
            raise NotThisFormat(NO_DOCUMENT)
        if self._source.error:
            raise SourceError(self._source.error)
        data = self._shelf.read(self._source, None)
        packed = (self._source.member or self._source.container).endswith(".gz")
        return gunzip(data) if packed else data

    @property
    def path(self) -> Path | None:
        """The document itself where it is a file, or a folder, on this machine; else None."""
        outside = "://" in self._source.container or self._source.member is not None
        path = Path(self._source.container)
        return path if not outside and path.exists() else None

    def open(self) -> IO[bytes]:
        """The document as a file that is read in parts, so that it may be large; see `read`."""
        if self._source.error:
            raise SourceError(self._source.error)
        if self.path is None or self._source.container.endswith(".gz"):
            return BytesIO(self.read())
        try:
            return self.path.open("rb")
        except OSError as error:
            raise SourceError(f"{self.name} cannot be read: {error.strerror}") from error

    def read_beside(self, name: str) -> bytes:
        """Return one of the files that came with the document."""
        return self._shelf.read(self._source, name)


def in_memory(key: str, data: bytes, beside: Mapping[str, bytes] | None = None) -> Opened:
    """A source that is already in memory: for tests, examples and conformance checks.

    >>> in_memory("a.xml", b"<article/>").read()
    b'<article/>'
    """
    files: dict[str | None, bytes] = {None: data}
    files.update(beside or {})
    source = Source(key, key, None, len(data), "", [name for name in files if name])
    return Opened(source, _Memory(files), wanted=("media",))


class Shelf:
    """Keeps the archives open that a worker reads from."""

    def __init__(self) -> None:
        self._archives: dict[str, Archive] = {}

    def expect(self, sources: Sequence[Source], media: bool) -> None:
        """Say what will be read next, so that a tar archive is passed only once."""
        wanted: dict[str, list[str]] = {}
        for source in sources:
            if source.member and not source.error:
                names = wanted.setdefault(source.container, [])
                names.append(source.member)
                names += [_beside(source.member, name) for name in source.beside if media]
        for container, names in wanted.items():
            if not container.endswith(".zip"):
                self._archive(container).expect(names)

    def read(self, source: Source, beside: str | None) -> bytes:
        """Read a source's document, or a file beside it."""
        if source.member is not None:
            name = _beside(source.member, beside) if beside else source.member
            return self._archive(source.container).read(name)
        if "://" in source.container:
            return _read_object(source.container, beside)
        path = Path(source.container)
        return _read_file(path.parent / beside if beside else path)

    def _archive(self, path: str) -> Archive:
        if path not in self._archives:
            while len(self._archives) >= _OPEN_ARCHIVES:
                self._archives.pop(next(iter(self._archives))).close()
            try:
                self._archives[path] = Archive(path)
            except (OSError, ValueError) as error:
                raise SourceError(f"archive cannot be opened: {error}") from error
        return self._archives[path]


class _Memory(Shelf):
    def __init__(self, files: Mapping[str | None, bytes]) -> None:
        super().__init__()
        self._files = files

    def read(self, source: Source, beside: str | None) -> bytes:
        if beside not in self._files:
            raise SourceError(f"no file {beside}")
        return self._files[beside]


def _beside(member: str, name: str) -> str:
    return posixpath.normpath(PurePosixPath(member).parent / name)


def _read_file(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_MEMBER_BYTES:
            raise SourceError(f"{path.name} is over the limit of {MAX_MEMBER_BYTES} bytes")
        return path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path.name} cannot be read: {error.strerror}") from error


def _read_object(uri: str, beside: str | None) -> bytes:
    system, path = open_object_store(uri)
    if beside:
        folder = PurePosixPath(path).parent
        while beside.startswith("../"):
            folder, beside = folder.parent, beside[3:]
        path = str(folder / beside)
    try:
        if system.size(path) > MAX_MEMBER_BYTES:
            raise SourceError(f"{path} is over the limit of {MAX_MEMBER_BYTES} bytes")
        data: bytes = system.cat_file(path)
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error}") from error
    return data
