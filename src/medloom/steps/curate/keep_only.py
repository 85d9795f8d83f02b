"""Keep the rows whose value in one column is wanted."""

import re
from typing import Any

from medloom.step import drops


@drops
def keep_only(
    value: Any,
    *,
    one_of: list[str | int | float | bool] | None = None,
    least: float | None = None,
    most: float | None = None,
    matches: str | None = None,
    may_lack: bool = False,
) -> str | None:
    """Drop rows by the value of one column: `keep_only: {reads: {value: year}, least: 2015}`.

    Kept is what is `one_of` some values, at least `least` and at most `most`, and in which the
    regular expression `matches` is found. A list is kept where one of its items is. Rows without
    a value are dropped, unless they `may_lack` it.

    >>> keep_only(2014, least=2015)
    '2014 is less than 2015'
    >>> keep_only(["MRI", "CT"], one_of=["CT"]), keep_only(None)
    (None, 'no value')
    """
    if value is None or value == []:
        return None if may_lack else "no value"
    reasons = [_reason(one, one_of, least, most, matches) for one in _items(value)]
    return None if None in reasons else reasons[0]


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _reason(
    value: Any,
    one_of: list[str | int | float | bool] | None,
    least: float | None,
    most: float | None,
    matches: str | None,
) -> str | None:
    if one_of is not None and value not in one_of:
        return f"not one of {', '.join(map(str, one_of))}: {value!s:.60}"
    if least is not None and value < least:
        return f"{value} is less than {least:g}"
    if most is not None and value > most:
        return f"{value} is more than {most:g}"
    if matches is not None and not re.search(matches, str(value)):
        return f"does not match {matches}"
    return None
