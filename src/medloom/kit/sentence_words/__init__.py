"""What sentence rules know of a language: its abbreviations and first words, YAML files here."""

import hashlib
import re
from enum import IntEnum
from functools import cache
from importlib import resources
from pathlib import Path

import yaml

OPENERS = "\"'“‘«([{¿¡"
_MARKER = r"(?:\d{1,2}|[A-Za-z]|[ivxIVX]{2,4})"
LABEL = re.compile(rf"[\[(]?{_MARKER}(?:\s*[-–,/&]\s*{_MARKER})*[\])]?")
_INITIALISM = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]")

LISTS = ("never", "number", "sometimes", "starters", "names")


class Word(IntEnum):
    """What stands in front of a full stop."""

    PLAIN = 0
    NEVER = 1
    NUMBER = 2
    SOMETIMES = 3
    INITIAL = 4
    MARKER = 5
    SHORT = 6


class Language:
    """What the rules know of one language, and the words that they have met."""

    def __init__(self, lists: dict[str, str]) -> None:
        self.never, self.number, self.sometimes, self.starters, self.names = (
            frozenset(lists.get(name, "").split()) for name in LISTS
        )
        self.met: dict[str, Word] = {}

    def kind(self, word: str) -> Word:
        """What a word is, remembered."""
        if (known := self.met.get(word)) is None:
            if len(self.met) > 100_000:
                self.met.clear()
            known = self.met[word] = self._kind(word.lstrip(OPENERS))
        return known

    def _kind(self, word: str) -> Word:
        lower = word.lower()
        if len(word) == 1 and word.isupper():
            return Word.INITIAL
        if lower in self.never:
            return Word.NEVER
        if lower in self.number:
            return Word.NUMBER
        if lower in self.sometimes or _INITIALISM.fullmatch(word):
            return Word.SOMETIMES
        if not word or LABEL.fullmatch(word):
            return Word.MARKER
        return (
            Word.SHORT
            if len(word) < 4 and word[:1].isupper() and word[1:].islower()
            else Word.PLAIN
        )


@cache
def language(name: str) -> Language:
    """What is known of a language: `en`, `es`, `de`, `fr`, or the path of a YAML file of your own.

    Raises ValueError where there is no such file, or it has no such lists.

    >>> language("en").kind("Fig").name
    'NUMBER'
    """
    try:
        lists = yaml.safe_load(_content(name))
    except yaml.YAMLError as error:
        raise ValueError(f"{name!r} is not YAML") from error
    if not isinstance(lists, dict) or not all(isinstance(one, str) for one in lists.values()):
        raise ValueError(f"{name!r} must have the lists {', '.join(LISTS)}, each one string")
    return Language(lists)


def language_digest(name: str) -> str:
    """A hash of the lists of a language: sentences are made again where they change."""
    return hashlib.sha256(_content(name)).hexdigest()[:16]


def _content(name: str) -> bytes:
    folder = resources.files(__name__)
    built_in = sorted(file.name[:-5] for file in folder.iterdir() if file.name.endswith(".yaml"))
    try:
        file = folder / f"{name}.yaml" if name in built_in else Path(name)
        return file.read_bytes()
    except OSError as error:
        raise ValueError(f"{name!r} is none of {', '.join(built_in)}, nor a YAML file") from error
