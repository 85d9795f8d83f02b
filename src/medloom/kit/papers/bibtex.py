"""BibTeX and BibLaTeX: the entries of a bibliography file.

The grammar is that of BibTeX 0.99d: `@type{key, field = value}`, values in braces, quotes or bare,
joined by `#`, with `@string` macros; text between entries is a comment. An entry that does not end
is told as an error, and reading goes on at the next `@` that begins a line.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

_ENTRY = re.compile(r"@\s*([A-Za-z]+)\s*([{(])")
_KEY = re.compile(r"\s*([^\s,{}()=\"#]*)\s*,")
_NAME = re.compile(r"[\s,]*([^\s,{}()=\"#]+)\s*=\s*")
_BARE = re.compile(r"[^\s,{}()\"#]+")
_JOIN = re.compile(r"\s*#\s*")
_RESUME = re.compile(r"^[ \t]*@", re.MULTILINE)
_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS = {one: one.title() for one in _NAMES.split()}
_MOST_DEPTH = 200
LONGEST_FIELD = 200_000
"""Characters of a field; a longer one is an error of its entry."""


class Entry(NamedTuple):
    """One entry: its type and fields in small letters, values as they stand in the file."""

    type: str
    key: str
    fields: Mapping[str, str]
    line: int


class Unreadable(NamedTuple):
    """An entry that cannot be read."""

    key: str
    error: str


class _Broken(ValueError):
    pass


def entries(text: str) -> Iterator[Entry | Unreadable]:
    """Yield the entries of a file, `@string` macros put in.

    >>> text = '@string{j = "J Loom"} @article{ng20, title = {On {DNA}}, journal = j # " A"}'
    >>> [(one.key, dict(one.fields)) for one in entries(text)]
    [('ng20', {'title': 'On {DNA}', 'journal': 'J Loom A'})]
    >>> list(entries("@article{a, title = {On"))
    [Unreadable(key='a', error='line 1: a brace is never closed')]
    """
    macros, at, line, counted = dict(_MONTHS), 0, 1, 0
    while found := _ENTRY.search(text, at):
        line, counted = line + text.count("\n", counted, found.start()), found.start()
        kind = found[1].lower()
        key = _KEY.match(text, found.end())
        try:
            if kind in ("comment", "preamble"):
                at = _skipped(text, found.end() - 1)
                continue
            start = found.end() if kind == "string" or not key else key.end()
            fields, at = _fields(text, start, macros)
        except _Broken as error:
            yield Unreadable(key[1] if key else "", f"line {line}: {error}")
            resumed = _RESUME.search(text, found.end())
            at = resumed.end() - 1 if resumed else len(text)
            continue
        if kind == "string":
            macros |= fields
        else:
            yield Entry(kind, key[1] if key else "", fields, line)


def _fields(text: str, at: int, macros: Mapping[str, str]) -> tuple[dict[str, str], int]:
    fields: dict[str, str] = {}
    while name := _NAME.match(text, at):
        value, at = _value(text, name.end(), macros)
        fields.setdefault(name[1].lower(), value)
    while at < len(text) and text[at] in " \t\r\n,":
        at += 1
    if at >= len(text):
        raise _Broken("the entry is never closed")
    if text[at] not in "})":
        raise _Broken("a field has no name, or its value no end")
    return fields, at + 1


def _value(text: str, at: int, macros: Mapping[str, str]) -> tuple[str, int]:
    parts: list[str] = []
    while True:
        part, at = _piece(text, at, macros)
        parts.append(part)
        joined = _JOIN.match(text, at)
        if not joined:
            whole = "".join(parts)
            if len(whole) > LONGEST_FIELD:
                raise _Broken(f"a field has more than {LONGEST_FIELD:,} characters")
            return whole, at
        at = joined.end()


def _piece(text: str, at: int, macros: Mapping[str, str]) -> tuple[str, int]:
    opening = text[at : at + 1]
    if opening == "{":
        end = _closing(text, at + 1, "}")
    elif opening == '"':
        end = _closing(text, at + 1, '"')
    elif bare := _BARE.match(text, at):
        return macros.get(bare[0].lower(), bare[0]), bare.end()
    else:
        raise _Broken("a field has no value")
    return text[at + 1 : end], end + 1


_MARK = re.compile(r"\\[\\{}\"]|[{}\"]")


def _closing(text: str, at: int, mark: str) -> int:
    """Where a value ends that is closed by a brace or a quotation mark."""
    depth = 0
    for found in _MARK.finditer(text, at, at + LONGEST_FIELD):
        one = found[0]
        if one == mark and depth == 0:
            return found.start()
        if one == "{":
            depth += 1
            if depth > _MOST_DEPTH:
                raise _Broken(f"more than {_MOST_DEPTH} braces in each other")
        elif one == "}":
            depth -= 1
            if depth < 0:
                raise _Broken("a brace closes nothing")
    long = len(text) > at + LONGEST_FIELD
    raise _Broken("a value is too long, or never closed" if long else "a brace is never closed")


def _skipped(text: str, at: int) -> int:
    return _closing(text, at + 1, "}") + 1 if text[at] == "{" else at + 1
