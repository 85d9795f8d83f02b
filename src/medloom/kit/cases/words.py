"""The words that tell cases: a file, compiled once."""

import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import yaml


class Words(NamedTuple):
    """The compiled patterns of `words.yaml`, or of a file like it."""

    types: re.Pattern[str]
    subjects: re.Pattern[str]
    titles: re.Pattern[str]
    brief_types: re.Pattern[str]
    not_types: re.Pattern[str]
    review_types: re.Pattern[str]
    not_titles: re.Pattern[str]
    sections: re.Pattern[str]
    not_sections: re.Pattern[str]
    continues: re.Pattern[str]
    asides: re.Pattern[str]
    label: re.Pattern[str]
    ordinal: re.Pattern[str]
    several: re.Pattern[str]
    relatives: re.Pattern[str]
    of_relative: re.Pattern[str]
    introduction: re.Pattern[str]
    person: re.Pattern[str]
    aged: re.Pattern[str]
    cohort: re.Pattern[str]
    ends: re.Pattern[str]


WHOLE = ("types", "brief_types", "not_types", "review_types", "sections", "continues", "asides")
"""Patterns that must fit a whole value, not a part of it."""
_NUMBER = re.compile(r"^(?:\d+(?:\.\d+)*[.)]?|[IVX]+\.)\s+")


@cache
def words_of(file: str | None = None) -> Words:
    """Load a file of patterns; the built-in one where none is named.

    Raises ValueError where the file lacks a pattern, or one does not compile.
    """
    source = Path(file) if file else files(__package__) / "words.yaml"
    try:
        data: dict[str, Any] = yaml.safe_load(source.read_text("utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ValueError(f"cannot read the words of cases: {error}") from error
    missing = [name for name in Words._fields if name not in data]
    if missing:
        raise ValueError(f"{file} has no {', '.join(missing)}")
    try:
        return Words(*(_compiled(name, data[name]) for name in Words._fields))
    except re.error as error:
        raise ValueError(f"{file}: {error}") from error


def _compiled(name: str, pattern: str) -> re.Pattern[str]:
    if name in WHOLE:
        pattern = rf"(?:{pattern})[\s.:]*$"
    elif name == "relatives":
        pattern = rf"\b(?:{pattern})\b"
    return re.compile(pattern, re.I)


def plain(title: str) -> str:
    """A title of a section without its number.

    >>> plain("3.1. Case 2")
    'Case 2'
    """
    return _NUMBER.sub("", title.strip())
