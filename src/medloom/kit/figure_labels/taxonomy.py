"""The taxonomy of what figures show: a YAML file, and a table of its words for matching."""

import hashlib
import re
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import yaml

WORD = re.compile(r"[^\W_]+(?:&[^\W_]+)*")
POINTS = {"strong": 3, "plain": 2, "weak": 1}
_MOST_REMEMBERED = 100_000
KINDS = ("modality", "body_part", "plane", "contrast", "stain")


class Label(NamedTuple):
    """One label of the taxonomy."""

    kind: str
    name: str
    title: str
    group: str | None
    code: str | None
    unless: frozenset[str] = frozenset()
    implies: tuple[str, ...] = ()


class Hint(NamedTuple):
    """What one phrase says: for which label, and how sure it is."""

    label: Label
    rule: str
    points: int


class Phrases:
    """Phrases by their words; the last word may be a beginning (`radiograph*`)."""

    def __init__(self) -> None:
        self.exact: dict[tuple[str, ...], list[Hint | None]] = {}
        self.begun: dict[tuple[str, ...], list[Hint | None]] = {}
        self.lengths: dict[str, int] = {}
        """Of the longest phrase with this first word."""
        self.beginnings: set[int] = set()
        self.single: dict[str, list[Hint | None]] = {}
        """What words say alone, remembered."""

    def add(self, phrase: str, hint: Hint | None) -> None:
        """Add a phrase; capitals are kept as they are, everything else is in small letters."""
        words = tuple(one if one.isupper() else one.lower() for one in WORD.findall(phrase))
        table = self.begun if phrase.endswith("*") else self.exact
        table.setdefault(words, []).append(hint)
        self.lengths[words[0]] = max(len(words), self.lengths.get(words[0], 1))
        if phrase.endswith("*"):
            self.beginnings.add(len(words[-1]))

    def longest(self, first: str, as_printed: str) -> int:
        """How many words a phrase that begins so may have; 1 where only beginnings may match."""
        return max(self.lengths.get(first, 1), self.lengths.get(as_printed, 1))

    def find(self, words: list[str], small: list[str], at: int, length: int) -> list[Hint | None]:
        """What the phrase of these words says, if there is one; `small` are the words in lower."""
        if length > 1:
            return self._find(words[at : at + length], small[at : at + length])
        word = words[at]
        if (known := self.single.get(word)) is None:
            if len(self.single) > _MOST_REMEMBERED:
                self.single.clear()
            known = self.single[word] = self._find([word], [small[at]])
        return known

    def _find(self, words: list[str], small: list[str]) -> list[Hint | None]:
        front, last = tuple(small[:-1]), small[-1]
        keys = {(*front, last), (*front, last.removesuffix("s")), tuple(words)}
        if words[-1][-1:] == "s" and words[-1][:-1].isupper():  # `CTs`
            keys.add((*words[:-1], words[-1][:-1]))
        found = [hint for key in keys for hint in self.exact.get(key, ())]
        for size in self.beginnings:
            if size <= len(last):
                found += self.begun.get((*front, last[:size]), ())
        return found


class Taxonomy(NamedTuple):
    """Everything of a taxonomy, ready for matching."""

    phrases: Phrases
    depicting: Phrases
    patterns: list[tuple[re.Pattern[str], Hint]]
    measuring: frozenset[str]
    not_shown_before: frozenset[str]
    without_body: frozenset[str]
    body_parts: dict[str, Label]
    version: str


def of_file(path: str | None = None) -> Taxonomy:
    """The taxonomy in a YAML file; without a path, the one that comes with Medloom.

    Raises ValueError where there is none.

    >>> of_file().version
    '1'
    """
    return _of_content(_content(path), path)


def checked(path: str | None) -> str | None:
    """The path again, if there is a taxonomy; raises ValueError if not: for settings."""
    of_file(path)
    return path


def digest(path: str | None) -> str:
    """A hash of the taxonomy."""
    return hashlib.sha256(_content(path)).hexdigest()[:16]


def _content(path: str | None) -> bytes:
    if path is None:
        return (resources.files(__package__ or "") / "taxonomy.yaml").read_bytes()
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise ValueError(f"no taxonomy of figures at {path!r}: {error.strerror}") from error


@cache
def _of_content(content: bytes, path: str | None) -> Taxonomy:
    try:
        return _made(yaml.safe_load(content))
    except (yaml.YAMLError, re.error, TypeError, AttributeError, KeyError) as error:
        what = "`modality` and `body_part`, each label with a `name` and a list of words"
        raise ValueError(f"the taxonomy {path!r} must have {what}") from error


def _made(content: dict[str, Any]) -> Taxonomy:
    phrases, depicting, patterns = Phrases(), Phrases(), []
    labels = {kind: _labels(kind, content.get(kind, {})) for kind in KINDS}
    for kind, own in labels.items():
        for name, label in own.items():
            entry = content[kind][name]
            for rule, points in POINTS.items():
                for phrase in entry.get(rule, ()):
                    phrases.add(phrase, Hint(label, rule, points))
            for rule, points in (("patterns", 2), ("weak_patterns", 1)):
                hint = Hint(label, "pattern", points)
                patterns += [(re.compile(one), hint) for one in entry.get(rule, ())]
    for phrase in content.get("ignore", ()):
        phrases.add(phrase, None)
    for phrase in content.get("depicting", ()):
        depicting.add(phrase, None)
    content["modality"], content["body_part"]
    return Taxonomy(
        phrases,
        depicting,
        patterns,
        frozenset(content.get("measuring", ())),
        frozenset(content.get("not_shown_before", ())),
        frozenset(content.get("without_body", ())),
        labels["body_part"],
        str(content.get("version", "")),
    )


def _labels(kind: str, entries: dict[str, dict[str, Any]]) -> dict[str, Label]:
    return {
        name: Label(
            kind,
            name,
            entry["name"],
            entry.get("group"),
            entry.get("code"),
            frozenset(entry.get("unless", ())),
            tuple(entry.get("implies", ())),
        )
        for name, entry in entries.items()
    }
