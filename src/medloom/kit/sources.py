"""Find the documents of an input: files, folders, archives, path lists, object-store prefixes.

A source is one document and the files that came with it. Nothing is ever unpacked to disk: an
archive member is read into memory, within limits, when a reader asks for it.
"""

import hashlib
import os
import posixpath
import re
import stat
import tarfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import translate
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import fsspec

from medloom.errors import InputError, SourceError
from medloom.kit.archives import check_member_name, tar_members

ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz")
UNREADABLE_FOLDER = "the folder cannot be listed"
LOCAL_ONLY = "an archive in an object store is not read: copy it to a folder first"
NO_DOCUMENT = "the archive holds no document"
_PATH_LISTS = (".txt", ".lst")
_METADATA_FOLDER = "metadata"


class Source(NamedTuple):
    """One document to read: where it is and how to tell that it changed."""

    key: str
    """Its name relative to the input: `PMC1/PMC1.nxml`, `bulk.tar.gz!PMC1/PMC1.nxml`."""
    container: str
    """The path or URI of the file, or of the archive that holds it."""
    member: str | None
    size: int
    fingerprint: str
    beside: list[str]
    """Names of the files that came with it, relative to its folder."""
    error: str | None = None
    """Why it cannot be read, where finding it already told."""


def find(place: str, documents: Sequence[str]) -> Iterator[Source]:
    """Yield the documents of an input, in a stable order.

    `place` is a file, a folder, an archive, a text file of paths or a URI that fsspec knows;
    `documents` are name patterns. Raises InputError when there is no such place.

    >>> list(find("/no/such/place", ["*.xml"]))
    Traceback (most recent call last):
        ...
    medloom.errors.InputError: no such file or folder: /no/such/place
    """
    wanted = _matcher(documents)
    if "://" in place and not place.startswith("file://"):
        yield from _in_object_store(place, wanted)
        return
    path = Path(place.removeprefix("file://")).expanduser()
    if wanted.match(path.name) and _is_document_folder(path):
        yield _of_document_folder(path, path.name)
    elif path.is_dir():
        yield from _in_folder(path, wanted)
    elif not path.exists():
        raise InputError(f"no such file or folder: {place}")
    elif path.name.endswith(_PATH_LISTS):
        yield from _in_list(path, wanted)
    elif path.name.endswith(ARCHIVES) and not wanted.match(path.name):
        yield from _in_archive(path, path.name, wanted)
    else:
        yield _of_file(path, path.name, [])


def open_object_store(uri: str) -> tuple[Any, str]:
    """Return the fsspec file system of a URI and the path in it; S3 is read without an account.

    Credentials are used where AWS_ACCESS_KEY_ID or AWS_PROFILE is set.
    """
    known = os.environ.get("AWS_ACCESS_KEY_ID") or os.environ.get("AWS_PROFILE")
    options = {"anon": True} if uri.startswith("s3://") and not known else {}
    try:
        system, path = fsspec.core.url_to_fs(uri, **options)
    except (ImportError, ValueError) as error:
        raise InputError(f"{uri}: {error}; pip install 'medloom[s3]'") from error
    return system, str(path)


def _matcher(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(translate, patterns)), re.IGNORECASE)


def _in_folder(root: Path, wanted: re.Pattern[str]) -> Iterator[Source]:
    denied: list[str] = []
    for folder, folders, names in os.walk(root, onerror=lambda e: denied.append(str(e.filename))):
        here = Path(folder)
        shown = sorted(name for name in folders if not name.startswith("."))
        whole = [name for name in shown if wanted.match(name) and _is_document_folder(here / name)]
        for name in whole:
            yield _of_document_folder(here / name, (here / name).relative_to(root).as_posix())
        folders[:] = [name for name in shown if name not in whole]
        files = sorted(name for name in names if not name.startswith("."))
        documents = [name for name in files if wanted.match(name)]
        others = [name for name in files if not wanted.match(name) and not _is_archive(name)]
        if len(documents) == 1:  # a package: what lies below belongs to its document, too
            others += _names_below(here, folders, wanted)
        others = [name for name in others if _printable(name) == name]
        for name in files:
            key = (here / name).relative_to(root).as_posix()
            if name in documents:
                metadata = _metadata_beside(root, here, name)
                beside = others + metadata if metadata else others  # else shared by all of them
                stamped = beside if len(documents) == 1 else metadata
                yield _of_file(here / name, key, beside, stamped)
            elif _is_archive(name):
                yield from _in_archive(here / name, key, wanted)
    for folder in sorted(denied):
        key = _printable(Path(folder).relative_to(root).as_posix())
        yield Source(key, folder, None, 0, "", [], UNREADABLE_FOLDER)


def _is_document_folder(path: Path) -> bool:
    """Whether a folder is one document: a Lance dataset."""
    return path.suffix == ".lance" and (path / "_versions").is_dir()


def _of_document_folder(path: Path, key: str) -> Source:
    """A folder as a source; it changes when it has another version."""
    try:
        marks = sorted(f"{one.name} {_stamp(one)}" for one in (path / "_versions").iterdir())
    except OSError as error:
        return Source(_printable(key), str(path), None, 0, "", [], error.strerror or str(error))
    mark = hashlib.sha256("\n".join(marks).encode()).hexdigest()[:32]
    return Source(_printable(key), str(path), None, 0, mark, [])


def _names_below(here: Path, folders: list[str], wanted: re.Pattern[str]) -> list[str]:
    found = []
    for folder in folders:
        for inner, inner_folders, names in os.walk(here / folder):
            inner_folders.sort()
            if any(wanted.match(name) for name in names):
                return []
            found += [(Path(inner) / name).relative_to(here).as_posix() for name in sorted(names)]
    return found


def _metadata_beside(root: Path, here: Path, name: str) -> list[str]:
    """The JSON file that PMC's bucket keeps for an article in a folder of its own."""
    file = root / _METADATA_FOLDER / f"{PurePosixPath(name).stem}.json"
    return [os.path.relpath(file, here)] if file.is_file() else []


def _of_file(path: Path, key: str, beside: list[str], stamped: Sequence[str] = ()) -> Source:
    """A file as a source; it changes when the file does, or one of those `stamped` beside it."""
    key = _printable(key)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return Source(key, str(path), None, 0, "", [], "is not a regular file")
        marks = [f"{status.st_size:x}-{status.st_mtime_ns:x}"]
        marks += [f"{_printable(name)} {_stamp(path.parent / name)}" for name in stamped]
    except OSError as error:
        return Source(key, str(path), None, 0, "", [], error.strerror or str(error))
    mark = marks[0] if len(marks) == 1 else hashlib.sha256("\n".join(marks).encode()).hexdigest()
    return Source(key, str(path), None, status.st_size, mark[:32], beside)


def _stamp(path: Path) -> str:
    status = path.stat()
    return f"{status.st_size:x}-{status.st_mtime_ns:x}"


def _in_list(path: Path, wanted: re.Pattern[str]) -> Iterator[Source]:
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = line.strip()
        if not entry or entry.startswith("#"):
            continue
        file = path.parent / Path(entry).expanduser()
        if file.is_dir():
            found = _in_folder(file, wanted)
            yield from (
                source._replace(key=f"{entry.rstrip('/')}/{source.key}") for source in found
            )
        elif _is_archive(entry):
            yield from _in_archive(file, entry, wanted)
        else:
            beside = [] if not file.parent.is_dir() else _others(file, wanted)
            yield _of_file(file, entry, beside)


def _others(file: Path, wanted: re.Pattern[str]) -> list[str]:
    names = (entry.name for entry in os.scandir(file.parent) if entry.is_file())
    return sorted(name for name in names if not wanted.match(name) and _printable(name) == name)


def _in_archive(path: Path, key: str, wanted: re.Pattern[str]) -> Iterator[Source]:
    try:
        stamp = _stamp(path)
        members = list(_zip_members(path) if path.name.endswith(".zip") else tar_members(path))
    except (OSError, EOFError, zipfile.BadZipFile, tarfile.TarError, SourceError) as error:
        yield Source(key, str(path), None, 0, "", [], f"archive cannot be read: {error}")
        return
    documents = [(name, size) for name, size in members if wanted.match(PurePosixPath(name).name)]
    if not documents:
        yield Source(key, str(path), None, 0, stamp, [], NO_DOCUMENT)
    names = [
        name
        for name, _ in members
        if not wanted.match(PurePosixPath(name).name) and _printable(name) == name
    ]
    folders = _by_folder(names, {str(PurePosixPath(name).parent) for name, _ in documents})
    for name, size in documents:
        unsafe = check_member_name(name)
        beside = folders.get(str(PurePosixPath(name).parent), [])
        yield Source(
            _printable(f"{key}!{name}"), str(path), name, size, f"{stamp}-{size:x}", beside, unsafe
        )


def _by_folder(names: Iterable[str], homes: set[str]) -> dict[str, list[str]]:
    """Group names under the nearest folder above them that holds a document."""
    found: dict[str, list[str]] = {}
    for name in names:
        parents = PurePosixPath(name).parents
        if home := next((str(folder) for folder in parents if str(folder) in homes), None):
            found.setdefault(home, []).append(str(PurePosixPath(name).relative_to(home)))
    return found


def _zip_members(path: Path) -> Iterator[tuple[str, int]]:
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if not info.is_dir():
                yield info.filename, info.file_size


def _in_object_store(uri: str, wanted: re.Pattern[str]) -> Iterator[Source]:
    system, root = open_object_store(uri)
    try:
        found: dict[str, Any] = system.find(root, detail=True)
    except (OSError, PermissionError) as error:
        raise InputError(f"cannot list {uri}: {error}") from error
    if not found:
        raise InputError(f"nothing under {uri}")
    names = {name.removeprefix(root).lstrip("/"): info for name, info in sorted(found.items())}
    for name in names:
        if _is_archive(name):
            yield Source(name, f"{uri}/{name}", None, 0, _etag(names[name]), [], LOCAL_ONLY)
    documents = [name for name in names if wanted.match(PurePosixPath(name).name)]
    homes = {str(PurePosixPath(name).parent) for name in documents}
    folders = _by_folder((name for name in names if name not in set(documents)), homes)
    for name in documents:
        home = PurePosixPath(name).parent
        beside = list(folders.get(str(home), []))
        metadata = f"{_METADATA_FOLDER}/{PurePosixPath(name).stem}.json"
        if metadata in names:
            beside.append("../" * len(home.parts) + metadata)
        info = names[name]
        paths = [posixpath.normpath(str(home / other)) for other in beside]
        marks = [_etag(names[path]) for path in paths]
        mark = hashlib.sha256(" ".join([_etag(info), *marks]).encode()).hexdigest()[:32]
        whole = system.unstrip_protocol(f"{root.rstrip('/')}/{name}" if name else root)
        yield Source(name or PurePosixPath(root).name, whole, None, int(info["size"]), mark, beside)


def _etag(info: dict[str, Any]) -> str:
    """What tells that an object changed: its ETag, or what the store has in its place."""
    for name in ("ETag", "etag", "md5", "LastModified", "mtime", "created"):
        if info.get(name):
            return str(info[name])
    return str(info.get("size"))


def _printable(name: str) -> str:
    """A name that can be stored, whatever bytes the file system has in it."""
    return name.encode("utf-8", "backslashreplace").decode()


def _is_archive(name: str) -> bool:
    return name.endswith(ARCHIVES)
