"""Lines and bytes of terminology files: plain, gzipped or in a zip; broken encodings counted."""

import gzip
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from medloom.terminology.model import Notes, TerminologyError

_BROKEN = "lines that are not UTF-8, read as Windows-1252"


@contextmanager
def opened(path: Path, member: str | None = None) -> Iterator[IO[bytes]]:
    """Open a file, or a member of a zip, for reading bytes; `.gz` is unpacked."""
    try:
        if member is not None:
            with zipfile.ZipFile(path) as archive, archive.open(member) as inside:
                yield inside
        elif path.suffix == ".gz":
            with gzip.open(path) as unpacked:
                yield unpacked  # type: ignore[misc]
        else:
            with path.open("rb") as plain:
                yield plain
    except (OSError, EOFError, zipfile.BadZipFile) as error:
        raise TerminologyError(f"{path}: cannot be read ({error}); check the file") from error


def lines(stream: IO[bytes], notes: Notes) -> Iterator[str]:
    """The lines of a stream without their ends; each that is not UTF-8 is noted."""
    first = stream.readline()
    if first.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield from (first + stream.read()).decode("utf-16", "replace").splitlines()
        return
    yield _decoded(first.removeprefix(b"\xef\xbb\xbf"), 1, notes)
    for number, line in enumerate(stream, start=2):
        yield _decoded(line, number, notes)


def _decoded(line: bytes, number: int, notes: Notes) -> str:
    try:
        return line.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        notes.add(_BROKEN, f"line {number}")
        return line.decode("cp1252", "replace").rstrip("\r\n")


def members(path: Path) -> list[str]:
    """The names of the files in a folder or a zip."""
    if path.is_dir():
        return sorted(str(one.relative_to(path)) for one in path.rglob("*") if one.is_file())
    try:
        with zipfile.ZipFile(path) as archive:
            return [one for one in archive.namelist() if not one.endswith("/")]
    except (OSError, zipfile.BadZipFile) as error:
        raise TerminologyError(f"{path}: not a sound zip ({error}); fetch it again") from error
