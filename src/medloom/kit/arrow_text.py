"""Arrow types from the text that shows them, as a release's manifest and recipes have them."""

import re
from collections.abc import Iterator

import pyarrow as pa

_PLAIN: dict[str, pa.DataType] = {
    "str": pa.string(),
    "text": pa.string(),
    "int": pa.int64(),
    "float": pa.float64(),
    "double": pa.float64(),
    "bytes": pa.large_binary(),
    "bool": pa.bool_(),
    "date": pa.date32(),
    "time": pa.timestamp("us"),
    "date32[day]": pa.date32(),
    "date64[ms]": pa.date64(),
    "large_string": pa.string(),
    "large_binary": pa.large_binary(),
    "binary": pa.large_binary(),
    "halffloat": pa.float16(),
}
_TOKEN = re.compile(
    r"\s*(timestamp\[\w+(?:, tz=[^\]]+)?\]|(?:time|date|duration)\d*\[\w+\]"
    r"|decimal\d+\(\d+, \d+\)|[<>\[\],:]|not null|[^\s<>\[\],:]+)"
)
_STAMP = re.compile(r"timestamp\[(\w+)(?:, tz=([^\]]+))?\]")
_UNIT = re.compile(r"(time32|time64|duration)\[(\w+)\]")
_DECIMAL = re.compile(r"decimal(128|256)\((\d+), (\d+)\)")


def arrow_type_of(text: str) -> pa.DataType:
    """The type that a text says; raise ValueError where it says none.

    >>> arrow_type_of("list<item: struct<start: int64, label: string>>")
    ListType(list<item: struct<start: int64, label: string>>)
    >>> arrow_type_of("list[str]"), arrow_type_of("timestamp[us, tz=UTC]")
    (ListType(list<item: string>), TimestampType(timestamp[us, tz=UTC]))
    >>> arrow_type_of("strin")
    Traceback (most recent call last):
        ...
    ValueError: no type is called 'strin': str, int, float, bool, bytes, date, time, list[...]
    """
    tokens = iter([*(one[1] for one in _TOKEN.finditer(text)), ""])
    found, rest = _type(next(tokens), tokens)
    if rest:
        raise ValueError(f"'{text}' is not a type: what is '{rest}'?")
    return found


def _type(word: str, tokens: Iterator[str]) -> tuple[pa.DataType, str]:
    """The type that begins with a word, and the word after it."""
    if word in ("list", "large_list"):
        _expect(next(tokens), "<[")
        item, after = _item(tokens)
        _expect(after, ">]")
        return pa.list_(item), next(tokens)
    if word == "struct":
        _expect(next(tokens), "<")
        fields, after = [], ","
        while after == ",":
            name = next(tokens)
            if name == ">":
                after = name
                break
            _expect(next(tokens), ":")
            kind, after = _nullable(tokens)
            fields.append((name, kind))
        _expect(after, ">")
        return pa.struct(fields), next(tokens)
    return _plain(word), next(tokens)


def _item(tokens: Iterator[str]) -> tuple[pa.DataType, str]:
    """The type within a list; its text may begin with a name, as in `item: string`."""
    word = next(tokens)
    if word in ("item", "element"):
        _expect(next(tokens), ":")
        return _nullable(tokens)
    return _type(word, tokens)


def _nullable(tokens: Iterator[str]) -> tuple[pa.DataType, str]:
    kind, after = _type(next(tokens), tokens)
    return kind, next(tokens) if after == "not null" else after


def _plain(word: str) -> pa.DataType:
    if word in _PLAIN:
        return _PLAIN[word]
    if found := _STAMP.fullmatch(word):
        return pa.timestamp(found[1], found[2])
    if found := _UNIT.fullmatch(word):
        return getattr(pa, found[1])(found[2])
    if found := _DECIMAL.fullmatch(word):
        return getattr(pa, f"decimal{found[1]}")(int(found[2]), int(found[3]))
    try:
        return pa.type_for_alias(word)
    except ValueError:
        known = "str, int, float, bool, bytes, date, time, list[...]"
        raise ValueError(f"no type is called '{word}': {known}") from None


def _expect(word: str, wanted: str) -> None:
    if not word or word not in wanted:
        raise ValueError(f"'{word}' stands where '{wanted[0]}' should")
