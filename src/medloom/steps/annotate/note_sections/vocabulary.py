"""The vocabulary of headers: from a title as printed to a kind of section."""

import hashlib
import re
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import yaml

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_LONGEST = 7  # words of a title that is looked for inside another


class Kind(NamedTuple):
    """What a title means, and how it was found."""

    name: str
    code: str | None
    rule: str


class Vocabulary:
    """Titles of sections by their words."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.ignored = frozenset(content.get("ignored", ()))
        self.heads = frozenset(content.get("heads", ()))
        self.kinds: dict[tuple[str, ...], Kind] = {}
        self.parts: dict[tuple[str, ...], set[str]] = {}
        self.first: dict[tuple[str, ...], Kind] = {}
        self.codes = {name: kind.get("loinc") for name, kind in content["kinds"].items()}
        for name, kind in content["kinds"].items():
            for title in kind.get("titles", ()):
                self.kinds.setdefault(self.words(title), self.kind(name, "known"))
            for title in kind.get("first", ()):
                self.first[self.words(title)] = self.kind(name, "first")
            for part in kind.get("parts", ()):
                self.parts.setdefault(self.words(part), set()).add(name)

    def words(self, title: str) -> tuple[str, ...]:
        """The words by which titles are compared.

        >>> of_file().words("PAST MEDICAL & SURGICAL HISTORY")
        ('past', 'medical', 'surgical', 'history')
        """
        words = _WORD.findall(title.lower().replace("’s", "").replace("'s", ""))
        words = ["history" if word == "hx" else word for word in words]
        return tuple(word for word in words if word not in self.ignored) or tuple(words)

    def kind(self, name: str, rule: str) -> Kind:
        """A kind by its name."""
        return Kind(name, self.codes.get(name), rule)

    def find(self, words: tuple[str, ...], loosely: bool = False) -> Kind | None:
        """The kind with this title; loosely, also of a title of two words in it, or of its head."""
        if known := self.kinds.get(words):
            return known
        if loosely:
            for length in range(min(len(words) - 1, _LONGEST), 1, -1):
                for at in range(len(words) - length + 1):
                    if inside := self.kinds.get(words[at : at + length]):
                        return inside._replace(rule="contains")
            for word in (words[-1], words[0]):
                if word in self.heads and (head := self.kinds.get((word,))):
                    return head._replace(rule="contains")
        return None


def of_file(path: str | None = None) -> Vocabulary:
    """The vocabulary in a YAML file; without a path, the one that comes with Medloom.

    Raises ValueError where there is none.
    """
    return _of_content(_content(path), path)


def digest(path: str | None) -> str:
    """A hash of the vocabulary."""
    return hashlib.sha256(_content(path)).hexdigest()[:16]


def _content(path: str | None) -> bytes:
    if path is None:
        return (resources.files(__package__ or "") / "kinds.yaml").read_bytes()
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise ValueError(f"no vocabulary of sections at {path!r}: {error.strerror}") from error


@cache
def _of_content(content: bytes, path: str | None) -> Vocabulary:
    try:
        return Vocabulary(yaml.safe_load(content))
    except (yaml.YAMLError, TypeError, AttributeError, KeyError) as error:
        raise ValueError(f"{path!r} must have `kinds`, each with a list of `titles`") from error
