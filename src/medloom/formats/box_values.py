"""What the formats of boxes share: values as text, safe names of files, boxes that do not fit."""

import json
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any

from medloom.formats.rows import ISSUE, as_json, issue, storable
from medloom.tables.boxes import Box
from medloom.tables.spans import Attribute


def as_text(value: Any) -> str:
    """A JSON value as text from which it comes back: text as it is, unless it looks like JSON.

    >>> as_text("Frontal"), as_text(1), as_text("1")
    ('Frontal', '1', '"1"')
    """
    if not isinstance(value, str):
        return as_json(value)
    return as_json(value) if _is_json(value) else storable(value)


def from_text(text: str) -> Any:
    """The JSON value that `as_text` made a text of.

    >>> from_text("Frontal"), from_text("1"), from_text('"1"')
    ('Frontal', 1, '1')
    """
    return _json(text) if _is_json(text) else text


def _is_json(text: str) -> bool:
    """Whether a text is what `as_text` makes of something else: then it must be quoted.

    >>> _is_json("1"), _is_json("01"), _is_json('"1"'), _is_json('"a"')
    (True, False, True, False)
    """
    value = _json(text)
    if value is _NOTHING or as_json(value) != text:
        return False
    return not isinstance(value, str) or _is_json(value)


_NOTHING = object()


def _json(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return _NOTHING


def _refuse(name: str) -> None:
    raise ValueError(name)  # NaN and Infinity are no JSON


def safe_file(name: str) -> str:
    """The name of a file below a folder, whatever a source says: no way out of the folder.

    >>> safe_file("train/a.jpg"), safe_file("../../etc/passwd"), safe_file("C:\\\\x\\\\a.jpg")
    ('train/a.jpg', 'passwd', 'a.jpg')
    """
    path = PurePosixPath(name.replace("\\", "/").replace("\0", ""))
    parts = [part for part in path.parts if part not in (".", "/")]
    if ".." in parts or path.is_absolute() or ":" in name:
        parts = [part for part in parts[-1:] if part != ".."]
    return "/".join(parts) or "image"


def misfits(boxes: Sequence[Box], width: int | None, height: int | None) -> Iterator[Attribute]:
    """Say which boxes have no area, or do not lie in their image; they are kept as they are.

    >>> [one.value for one in misfits([Box(90, 0, 20, 5, "WBC")], 100, 100)]
    ['box 1: not within the image']
    """
    for number, box in enumerate(boxes, start=1):
        if box.width <= 0 or box.height <= 0:
            yield issue(f"box {number}: it has no area")
        elif width and height and not _within(box, width, height):
            yield issue(f"box {number}: not within the image")


def _within(box: Box, width: int, height: int) -> bool:
    right, bottom = box.x + box.width, box.y + box.height
    slack = 1e-6  # sums of decimals
    return (
        box.x >= -slack and box.y >= -slack and right <= width + slack and bottom <= height + slack
    )


def told(attributes: Sequence[Attribute]) -> Iterator[Attribute]:
    """The attributes that a source gave: all but issues."""
    return (one for one in attributes if one.name != ISSUE)
