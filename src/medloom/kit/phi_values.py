"""What tells who somebody is in a value of a column: prose, or the header of a DICOM file."""

import json
import re
from typing import Any

from medloom.kit.phi import find

HEADER = "DICOM_HEADER"
"""The label of a header that no step has de-identified."""
_TAG = re.compile(r"[0-9A-F]{8}")
_IDENTITY_REMOVED = "00120062"


def labels_in(value: str) -> list[str]:
    """The labels of what is found in a value; of JSON, in the strings that it holds.

    A DICOM header in JSON (PS3.18) is not prose: it counts once, unless it says that the identity
    of the patient was removed.

    >>> labels_in("Seen by Dr. John Smith.")
    ['NAME']
    >>> labels_in('{"00100010": {"vr": "PN"}}'), labels_in('{"00120062": {"Value": ["YES"]}}')
    (['DICOM_HEADER'], [])
    """
    held = _parsed(value) if value.startswith("{") else None
    if held is None:
        return [span.label for span in find(value)]
    if held and all(_TAG.fullmatch(name) for name in held):
        removed = held.get(_IDENTITY_REMOVED) or {}
        return [] if removed.get("Value") == ["YES"] else [HEADER]
    return [span.label for text in _strings(held) for span in find(text)]


def _parsed(value: str) -> dict[str, Any] | None:
    try:
        held = json.loads(value)
    except (ValueError, RecursionError):
        return None
    return held if isinstance(held, dict) else None


def _strings(held: Any) -> list[str]:
    if isinstance(held, str):
        return [held]
    inner = held.values() if isinstance(held, dict) else held if isinstance(held, list) else ()
    return [text for one in inner for text in _strings(one)]
