"""A large JSON file as a stream of the objects in its lists, one of them in memory at a time."""

import json
import re
from collections.abc import Collection, Iterator
from typing import Any

from medloom.errors import SourceError

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()
_MAX_LINES_TOLD = 5

Object = dict[str, Any]


def values(data: bytes, lists: Collection[str], *, is_lines: bool) -> Iterator[tuple[str, Object]]:
    """Yield every object that stands in one of `lists`, with the `source` of the object around it.

    An object that has none of `lists` is yielded itself; arrays around objects are passed through.

    >>> list(values(b'[{"source": "s", "documents": [{"id": 1}, {"id": 2}]}]', ["documents"],
    ...             is_lines=False))
    [('s', {'id': 1}), ('s', {'id': 2})]

    Raises SourceError where the JSON breaks off or is nested too deeply; with `is_lines`, when
    every other line has been read.
    """
    text = _decoded(data)
    if not is_lines:
        walk = _Walk(text, lists)
        yield from walk.told(walk.all())
        return
    bad = []
    for number, line in enumerate(text.split("\n"), start=1):
        try:
            yield from _Walk(line, lists).all()
        except (ValueError, RecursionError):
            bad.append(number)
    if bad:
        which = ", ".join(map(str, bad[:_MAX_LINES_TOLD])) + ", ..." * (len(bad) > _MAX_LINES_TOLD)
        raise SourceError(f"{len(bad)} lines are not JSON: {which}")


def _decoded(data: bytes) -> str:
    if not data.strip(b"\0 \t\r\n"):
        raise SourceError("the file is empty")
    try:
        return data.decode(json.detect_encoding(data)).lstrip("\ufeff")
    except UnicodeError as error:
        raise SourceError(f"not JSON: bad text encoding: {error}") from error


class _Walk:
    """Reads along a text, value by value."""

    def __init__(self, text: str, lists: Collection[str]) -> None:
        self.text, self.lists = text, lists
        self.at = 0

    def told(self, found: Iterator[tuple[str, Object]]) -> Iterator[tuple[str, Object]]:
        """The same, with every fault of the text told as a SourceError."""
        try:
            yield from found
        except ValueError as error:
            raise SourceError(f"not JSON: {error}") from error
        except RecursionError as error:
            raise SourceError("refused: JSON is nested too deeply") from error

    def all(self) -> Iterator[tuple[str, Object]]:
        """Every object of the text: one value, or several behind each other."""
        while self._peek():
            yield from self._value("")

    def _value(self, source: str) -> Iterator[tuple[str, Object]]:
        start = self._peek()
        if start == "[":
            for _ in self._items("]"):
                yield from self._value(source)
        elif start == "{":
            yield from self._object(source)
        else:
            self._decode()

    def _object(self, source: str) -> Iterator[tuple[str, Object]]:
        """Read an object key by key; the objects in its lists are never kept."""
        whole: Object = {}
        is_around = False
        for _ in self._items("}"):
            key = self._decode()
            if not isinstance(key, str) or self._peek() != ":":
                raise ValueError(f"no key and value at character {self.at}")
            self.at += 1
            if key in self.lists and self._peek() == "[":
                is_around = True
                yield from self._value(str(whole.get("source") or source))
            else:
                whole[key] = self._decode()
        if not is_around:
            yield source, whole

    def _items(self, end: str) -> Iterator[None]:
        """Stop in front of every item of the array or object that begins here."""
        self.at += 1
        if self._peek() == end:
            self.at += 1
            return
        while True:
            yield
            following = self._peek()
            self.at += 1
            if following == end:
                return
            if following != ",":
                raise ValueError(f"no comma or {end} at character {self.at - 1}")

    def _decode(self) -> Any:
        self._peek()
        value, self.at = _DECODER.raw_decode(self.text, self.at)
        return value

    def _peek(self) -> str:
        """The next character that is no white space."""
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return self.text[self.at : self.at + 1]
