"""Find the image file that a source names, in the places where such files lie."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import PurePosixPath

from medloom.errors import SourceError
from medloom.kit.reading import Opened


def image_beside(source: Opened, file: str, folders: Sequence[str]) -> bytes:
    """The bytes of an image file beside a source; `folders` are relative to the source's own.

    `file` has no way out of the folders. Raises SourceError where no folder has it.

    >>> from medloom.kit.reading import in_memory
    >>> source = in_memory("Annotations/a.xml", b"", {"../JPEGImages/a.jpg": b"jpg"})
    >>> image_beside(source, "a.jpg", ["", "../JPEGImages"])
    b'jpg'
    """
    names = dict.fromkeys((file, PurePosixPath(file).name))
    for folder in folders:
        for name in names:
            with suppress(SourceError):
                return source.read_beside(f"{folder}/{name}" if folder else name)
    raise SourceError(f"missing file: {file}")
