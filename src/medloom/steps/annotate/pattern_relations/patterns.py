"""Patterns over mentions as people write them, compiled to regular expressions.

A sentence is masked first: each mention becomes one character that stands for its label, so that a
pattern sees labels and words only.
"""

import re
from functools import cache
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from medloom.kit.rule_files import digest_of, parsed, text_of

_HERE, FILE = "medloom.steps.annotate.pattern_relations", "patterns.yaml"
_FIRST = 0xE000
"""Private characters stand for labels."""
_PLACE = re.compile(r"\{([^{}]+)\}|(\.\.\.)|(\s+)|([()|?])|([^{}\s()|?.]+|.)", re.DOTALL)
_GAP = r"(?:(?![\ue000-\uf8ff]-%s)[^\s.;:?!]+\s+){0,%d}?"
"""Words that are not crossed; nor are mentions in `X-induced`, which speak of what follows them."""
_JOIN = r"(?:\s*[,/]\s*(?:and\s+|or\s+)?|\s+(?:and|or|and/or|as\s+well\s+as)\s+|\s*\(\s*)"


class Pattern(BaseModel):
    """One pattern of a file."""

    model_config = ConfigDict(extra="forbid")
    id: str
    kind: str
    pattern: str
    head: str
    """The label of the mention that the relation goes out from; the other one is its tail."""


class Patterns(BaseModel):
    """A pattern file."""

    model_config = ConfigDict(extra="forbid")
    about: str = ""
    gap_words: int = 5
    """The most words that `...` stands for."""
    not_crossed: list[str] = Field(default_factory=list)
    """Words that `...` never stands for, or their beginnings: `not`, `reduc*`."""
    labels: dict[str, list[str]] = Field(default_factory=dict)
    """What a label of a pattern is called in spans, in small letters."""
    patterns: list[Pattern]


class Compiled(NamedTuple):
    """A pattern ready to use."""

    id: str
    kind: str
    regex: re.Pattern[str]
    head: int
    """The group that holds the heads: 1 or 2."""


class Book(NamedTuple):
    """All patterns of a file, and the character that stands for each label of a span."""

    patterns: tuple[Compiled, ...]
    characters: dict[str, str]


def load(path: str | None = None) -> Book:
    """Read and compile a pattern file; raise ValueError that says what is wrong, and where."""
    return _compiled(path or FILE, text_of(path, _HERE, FILE))


def check_path(path: str | None) -> str | None:
    """A pattern file that can be used, or ValueError."""
    load(path)
    return path


def digest(path: str | None) -> str:
    """A hash of a pattern file."""
    return digest_of(text_of(path, _HERE, FILE))


@cache
def _compiled(name: str, text: str) -> Book:
    read = parsed(name, text, Patterns)
    labels = dict.fromkeys(label for one in read.patterns for label in _labels(one.pattern))
    characters = {label: chr(_FIRST + at) for at, label in enumerate(labels)}
    known = {
        spelling.lower(): characters[label]
        for label in labels
        for spelling in [label, *read.labels.get(label, ())]
    }
    crossed = "".join(map(_not_crossed, read.not_crossed))
    gap = _GAP % (crossed, read.gap_words)
    made = tuple(_compile(name, one, characters, gap) for one in read.patterns)
    return Book(made, known)


def _not_crossed(word: str) -> str:
    return "|" + re.escape(word.removesuffix("*")) + ("" if word.endswith("*") else r"\b")


def _labels(pattern: str) -> list[str]:
    return [match[1] for match in _PLACE.finditer(pattern) if match[1]]


def _compile(name: str, one: Pattern, characters: dict[str, str], between: str) -> Compiled:
    labels = _labels(one.pattern)
    if len(labels) != 2 or one.head not in labels:
        raise ValueError(f"{name}: {one.id}: two mentions as {{label}} are needed, one its head")
    try:
        regex = re.compile("".join(_pieces(one.pattern, characters, between)), re.IGNORECASE)
    except re.error as error:
        raise ValueError(f"{name}: {one.id}: {error}") from error
    return Compiled(one.id, one.kind, regex, labels.index(one.head) + 1)


def _pieces(pattern: str, characters: dict[str, str], between: str) -> list[str]:
    pieces: list[str] = []
    for label, gap, space, mark, word in (match.groups() for match in _PLACE.finditer(pattern)):
        if label:
            one = characters[label]
            pieces.append(f"({one}(?:{_JOIN}{one}(?:\\s*\\))?){{0,30}})")
        elif gap:
            pieces.append(between)
        elif space:
            pieces.append("" if pieces and pieces[-1] == between else r"\s+")
        elif mark:
            pieces.append("(?:" if mark == "(" else mark)
        else:
            pieces.append(re.escape(word))
    return pieces
