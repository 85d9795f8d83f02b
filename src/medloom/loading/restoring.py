"""Values that JSON and CSV cannot hold: back to what the manifest says that they are."""

import base64
import datetime
import json
from collections.abc import Callable, Mapping
from typing import Any

from medloom.loading.held import Row

Restorer = Callable[[str], Any]


def restorers(columns: Mapping[str, str], *, nested: bool = False) -> dict[str, Restorer]:
    """What to do to the text of a column, by the Arrow types of columns; `nested` texts are JSON.

    >>> sorted(restorers({"id": "string", "day": "date32[day]", "bytes": "large_binary"}))
    ['bytes', 'day']
    """
    found = {name: _restorer(kind, nested) for name, kind in columns.items()}
    return {name: one for name, one in found.items() if one}


def _restorer(kind: str, nested: bool) -> Restorer | None:
    if kind.endswith("binary") or kind.startswith("fixed_size_binary"):
        return base64.b64decode
    if kind.startswith("date32"):
        return datetime.date.fromisoformat
    if kind.startswith("timestamp"):
        return datetime.datetime.fromisoformat
    if kind.startswith("time"):
        return datetime.time.fromisoformat
    return json.loads if nested and is_nested(kind) else None


def is_nested(kind: str) -> bool:
    """Whether the name of an Arrow type is that of a list or of a struct."""
    return kind.startswith(("list", "large_list", "fixed_size_list", "struct", "map"))


def restored(row: Row, how: Mapping[str, Restorer]) -> Row:
    """The row with its texts restored; the row itself is changed. Raises ValueError.

    >>> restored({"day": "2020-01-02"}, restorers({"day": "date32[day]"}))
    {'day': datetime.date(2020, 1, 2)}
    """
    for column, restorer in how.items():
        value = row.get(column)
        if isinstance(value, str):
            row[column] = restorer(value)
    return row
