"""The lexicon of report entities: a YAML file, read and checked, with plurals."""

import re
from functools import cache
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from medloom.kit.phrases import Finder, expand, key, spellings
from medloom.kit.rule_files import digest_of, parsed, text_of

_HERE, FILE = "medloom.steps.annotate.report_entities", "lexicon.yaml"
ANATOMY, OBSERVATION = "Anatomy", "Observation"
_ENDINGS = (
    (re.compile(r"(?<=[^aeiou])y$"), "ies"),
    (re.compile(r"is$"), "es"),
    (re.compile(r"(?<=[sxz])$|(?<=[cs]h)$"), "es"),
    (re.compile(r"$"), "s"),
)


_SUFFIXES = {
    "observation": r"\b[^\W\d_]{3,}"
    r"(?:itis|omas?|os[ei]s|opath(?:y|ies)|ectas[ei]s|malacia|megaly|celes?)\b",
    "anatomy": r"\b[^\W\d_]{2,}"
    r"(?:fibular|tibial|femoral|costal|vertebral|carpal|tarsal|navicular|humeral|calcaneal)\b",
}
"""Endings that tell what a word is that the lexicon does not have."""


class Sense(NamedTuple):
    """What a word is: an anatomy, an observation, or a modifier of one."""

    label: str
    """Anatomy, Observation, or "" where its neighbours say which."""
    role: str
    """head, state or modifier."""
    kind: str
    """The part of the lexicon: chest, findings, severity, ..."""


class Lexicon(BaseModel):
    """A lexicon file."""

    model_config = ConfigDict(extra="forbid")
    about: str = ""
    anatomy: dict[str, list[str]]
    observations: dict[str, list[str]]
    modifiers: dict[str, list[str]]


class Words(NamedTuple):
    """A lexicon ready to use."""

    finder: Finder
    senses: dict[str, Sense]

    def sense(self, raw: str) -> Sense:
        """What is meant by a word that was found."""
        known = self.senses.get(key(raw))
        if known:
            return known
        is_anatomy = re.fullmatch(_SUFFIXES["anatomy"], raw)
        return Sense(ANATOMY if is_anatomy else OBSERVATION, "head", "suffix")


def load(path: str | None = None) -> Words:
    """Read a lexicon; raise ValueError that says what is wrong, and where."""
    return _compiled(path or FILE, text_of(path, _HERE, FILE))


def check_path(path: str | None) -> str | None:
    """A lexicon that can be used, or ValueError."""
    load(path)
    return path


def digest(path: str | None) -> str:
    """A hash of a lexicon."""
    return digest_of(text_of(path, _HERE, FILE))


@cache
def _compiled(name: str, text: str) -> Words:
    read = parsed(name, text, Lexicon)
    phrases: dict[str, Sense] = {}
    for kind, patterns in read.modifiers.items():
        label = ANATOMY if kind in ("position", "aspect") else ""
        _each(phrases, patterns, Sense(label, "modifier", kind), plural=False)
    for kind, patterns in read.observations.items():
        role = "state" if kind == "states" else "head"
        _each(phrases, patterns, Sense(OBSERVATION, role, kind), plural=role == "head")
    for kind, patterns in read.anatomy.items():
        _each(phrases, patterns, Sense(ANATOMY, "head", kind), plural=True)
    more = "|".join(_SUFFIXES.values())
    return Words(Finder(phrases, more), {key(phrase): sense for phrase, sense in phrases.items()})


def _each(phrases: dict[str, Sense], patterns: list[str], sense: Sense, plural: bool) -> None:
    for pattern in patterns:
        for phrase in _expanded(pattern):
            for one in {phrase, plural_of(phrase)} if plural else {phrase}:
                for spelling in spellings(one):
                    phrases.setdefault(spelling, sense)


def _expanded(pattern: str) -> tuple[str, ...]:
    try:
        return expand(pattern)
    except ValueError as error:
        raise ValueError(f"in the lexicon: {error}") from error


def plural_of(phrase: str) -> str:
    """The plural of a word or of the last word of a phrase, as English makes it.

    >>> plural_of("opacity"), plural_of("mass"), plural_of("stenosis"), plural_of("rib")
    ('opacities', 'masses', 'stenoses', 'ribs')
    """
    ending, new = next((end, new) for end, new in _ENDINGS if end.search(phrase))
    return ending.sub(new, phrase, count=1)
