"""What a file shows, without what it says about itself: the same for copies with other metadata."""

import hashlib
from collections.abc import Iterator

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_NOTES = (b"tEXt", b"zTXt", b"iTXt", b"tIME", b"eXIf", b"pHYs")
_JPEG = b"\xff\xd8"
_JPEG_NOTES = frozenset((0xE0, 0xE1, *range(0xE3, 0xEE), 0xEF, 0xFE))
"""Segments that do not change a pixel: all but ICC profiles (E2) and Adobe's kind of colours."""
_START_OF_SCAN = 0xDA


def content_digest(data: bytes, orientation: int = 1) -> str:
    """SHA-256 of an image file without its metadata, and of how it is turned to be shown.

    Notes, dates, EXIF and XMP of JPEG and PNG files are left out; pixels are not decoded, so that
    the same pixels in another compression have another digest.

    >>> content_digest(b"anything") == content_digest(b"anything", orientation=6)
    False
    """
    digest = hashlib.sha256(str(orientation).encode())
    for part in _parts(data):
        digest.update(part)
    return digest.hexdigest()


def _parts(data: bytes) -> Iterator[memoryview]:
    whole = memoryview(data)
    if data.startswith(_PNG):
        return _png(whole)
    return _jpeg(whole) if data.startswith(_JPEG) else iter([whole])


def _png(data: memoryview) -> Iterator[memoryview]:
    at = len(_PNG)
    while at < len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4])
        if bytes(data[at + 4 : at + 8]) not in _PNG_NOTES:
            yield data[at:end]
        at = end


def _jpeg(data: memoryview) -> Iterator[memoryview]:
    at = len(_JPEG)
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != _START_OF_SCAN:
        end = at + 2 + max(2, int.from_bytes(data[at + 2 : at + 4]))
        if data[at + 1] not in _JPEG_NOTES:
            yield data[at:end]
        at = end
    yield data[at:]
