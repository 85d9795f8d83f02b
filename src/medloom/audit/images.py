"""Copies of images: the same file, or nearly the same picture."""

from collections.abc import Iterator
from hashlib import blake2b

import pyarrow as pa

from medloom.audit.view import View
from medloom.kit.clusters import ranks
from medloom.kit.image_hashes import as_hex, content_digest, is_blank, phash, thumbnail
from medloom.kit.image_hashes.copies import image_copies
from medloom.kit.image_hashes.finding import Settings
from medloom.kit.pictures import opened, orientation
from medloom.tables.rows import Rows

_MOST_DECODED = 10_000


def image_pairs(view: View, column: str) -> Iterator[tuple[str, str, str]]:
    """Pairs of rows whose images are copies; in tables of many images the same files alone."""
    if len(view) > _MOST_DECODED:
        yield from _same_files(view, column)
        return
    hashed = [
        (i, *found) for i, found in zip(view.ids, _hashed(view, column), strict=True) if found
    ]
    if not hashed:
        return
    names = ("id", "phash", "thumbnail", "content_sha256")
    columns = dict(zip(names, map(list, zip(*hashed, strict=True)), strict=True))
    rows = Rows.of({**columns, "thumbnail": pa.array(columns["thumbnail"], pa.large_binary())})
    found = image_copies(rows, ranks(rows, "first", {}, list), Settings())
    for number, kept in enumerate(found.kept):
        if kept is not None and kept != number:
            yield columns["id"][kept], columns["id"][number], "image"


def _hashed(view: View, column: str) -> Iterator[tuple[str, bytes, str] | None]:
    for file in view.stream(column):
        yield _hashes(file) if file else None


def _hashes(file: bytes) -> tuple[str, bytes, str] | None:
    """The hashes of an image; None where it is blank or does not decode."""
    try:
        with opened(file) as image:
            digest, small = content_digest(file, orientation(image)), thumbnail(image)
    except (OSError, ValueError):
        return None
    return None if is_blank(small) else (as_hex(phash(small[None]))[0], small.tobytes(), digest)


def _same_files(view: View, column: str) -> Iterator[tuple[str, str, str]]:
    first: dict[bytes, str] = {}
    for one, file in zip(view.ids, view.stream(column), strict=True):
        if file:
            before = first.setdefault(blake2b(file, digest_size=16).digest(), one)
            if before != one:
                yield before, one, "file"
