"""How pages write numbers, times, long values and links."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, urlencode


def number(value: float | None) -> str:
    """A number with thin groups of three.

    >>> number(1234567), number(0.51234), number(None)
    ('1,234,567', '0.512', '–')
    """
    if value is None:
        return "–"
    if isinstance(value, int) or float(value).is_integer():
        return f"{int(value):,}"
    return f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def plural(count: int, word: str) -> str:
    """A count and its noun.

    >>> plural(1, "row"), plural(2, "row")
    ('1 row', '2 rows')
    """
    return f"{count:,} {word}" + ("" if count == 1 else "s")


def short(value: Any, most_characters: int = 140) -> str:
    """A value as text that fits into a cell.

    >>> short("abcdef", 4), short([1, 2]), short(None)
    ('abc…', '1, 2', '')
    """
    if value is None:
        return ""
    if isinstance(value, bytes):
        return f"{len(value):,} bytes"
    if isinstance(value, list):
        value = ", ".join(short(one, most_characters) for one in value[:20])
    elif isinstance(value, dict):
        value = " · ".join(short(one, most_characters) for one in value.values() if one is not None)
    text = " ".join(str(value).split())
    return text if len(text) <= most_characters else text[: most_characters - 1] + "…"


def when(text: str | None) -> str:
    """A time of a record, to the minute.

    >>> when("2026-01-02T03:04:05+00:00")
    '2026-01-02 03:04 UTC'
    """
    return f"{text[:10]} {text[11:16]} UTC" if text else "not finished"


def link(path: str, **values: Any) -> str:
    """A link inside the application; empty values are left out, lists are repeated.

    >>> link("/t/cases", sort="age", page=None, show=["a", "b"])
    '/t/cases?sort=age&show=a&show=b'
    """
    pairs: list[tuple[str, str]] = []
    for name, value in values.items():
        if isinstance(value, Iterable) and not isinstance(value, str):
            pairs += [(name, str(one)) for one in value]
        elif value not in (None, ""):
            pairs.append((name, str(value)))
    return quote(path) + (f"?{urlencode(pairs)}" if pairs else "")
