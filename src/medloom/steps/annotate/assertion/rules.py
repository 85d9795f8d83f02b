"""Assertion rules as people write them: a YAML file for each language, read and checked."""

from functools import cache
from importlib import resources
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, field_validator

from medloom.kit.phrases import expand
from medloom.kit.rule_files import digest_of, parsed, text_of

_HERE = "medloom.steps.annotate.assertion"
_STRICT = ConfigDict(extra="forbid", frozen=True)


class Cues(BaseModel):
    """The cues of one attribute, by where they stand; a cue is a pattern of phrases."""

    model_config = _STRICT
    before: tuple[str, ...] = ()
    """Stand before the mention."""
    after: tuple[str, ...] = ()
    """Stand after the mention."""
    around: tuple[str, ...] = ()
    """Stand before or after it."""
    never: tuple[str, ...] = ()
    """Look like a cue and are none."""
    ends: tuple[str, ...] = ()
    """Words at which the scopes of this attribute end."""
    sections: tuple[str, ...] = ()
    """Headers under which all is so."""
    words: int | None = None
    """How far a cue reaches, in words; the file's where none is given."""

    @field_validator("before", "after", "around", "never", "ends", "sections")
    @classmethod
    def _expandable(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            if not expand(taken_apart(pattern)[0]):
                raise ValueError("a cue is empty")
        return patterns

    def with_more(self, other: "Cues") -> "Cues":
        """These cues, then those of another."""
        lists = {n: getattr(self, n) + getattr(other, n) for n in _LISTS}
        return Cues(**lists, words=other.words or self.words)


class Domain(BaseModel):
    """What is asserted in one kind of text."""

    model_config = _STRICT
    negated: Cues = Cues()
    uncertain: Cues = Cues()
    historical: Cues = Cues()
    hypothetical: Cues = Cues()
    conditional: Cues = Cues()
    family: Cues = Cues()
    other: Cues = Cues()
    ends: tuple[str, ...] = ()
    """Words at which all scopes end."""

    def with_more(self, other: "Domain") -> "Domain":
        """These rules, then those of another."""
        merged = {n: getattr(self, n).with_more(getattr(other, n)) for n in ATTRIBUTES}
        return Domain(**merged, ends=self.ends + other.ends)

    def without(self, patterns: frozenset[str]) -> "Domain":
        """These rules, but not the patterns that are named."""
        kept = {n: _without(getattr(self, n), patterns) for n in ATTRIBUTES}
        return Domain(**kept, ends=tuple(one for one in self.ends if one not in patterns))


class Rules(Domain):
    """A rule file: what holds in all texts, and what holds in notes or in literature only."""

    language: str
    about: str = ""
    extends: str | None = None
    """A language whose built-in rules come first."""
    drop: tuple[str, ...] = ()
    """Patterns of those that are left out."""
    words: int = 12
    """How far a cue reaches, in words."""
    notes: Domain = Domain()
    literature: Domain = Domain()

    def of(self, domain: str) -> Domain:
        """The rules of one kind of text."""
        return Domain(**{n: getattr(self, n) for n in Domain.model_fields}).with_more(
            getattr(self, domain)
        )


def taken_apart(pattern: str) -> tuple[str, bool, int | None]:
    """The phrases of a cue, whether a clause must end behind it, and how far it reaches.

    >>> taken_apart("potential ~3"), taken_apart("denied$")
    (('potential', False, 3), ('denied', True, None))
    """
    phrases, reach, words = pattern.partition(" ~")
    if reach and not words.isdecimal():
        raise ValueError(f"{pattern!r}: a number of words follows ~")
    closes = phrases.endswith("$")
    return phrases.removesuffix("$"), closes, int(words) if reach else None


ATTRIBUTES = tuple(n for n, one in Domain.model_fields.items() if one.annotation is Cues)
_LISTS = tuple(n for n, one in Cues.model_fields.items() if get_args(one.annotation)[1:] == (...,))


def languages() -> list[str]:
    """The languages that have built-in rules.

    >>> languages()
    ['de', 'en', 'es', 'fr']
    """
    folder = resources.files(_HERE) / "languages"
    return sorted(one.name[:-5] for one in folder.iterdir() if one.name.endswith(".yaml"))


def load(language: str, path: str | None = None) -> Rules:
    """Read a rule file: the user's, or a language's own.

    Raises ValueError that says what is wrong, and where.
    """
    return _rules(path or f"{language}.yaml", _text(language, path))


@cache
def _rules(name: str, text: str) -> Rules:
    rules = parsed(name, text, Rules)
    return _extended(rules, name) if rules.extends else rules


def _text(language: str, path: str | None = None) -> str:
    return text_of(path, _HERE, f"languages/{language}.yaml")


def check_language(language: str) -> str:
    """A language that has rules, or ValueError that lists those there are."""
    if language not in languages():
        raise ValueError(
            f"no rules for {language!r}: {', '.join(languages())}; or give `rules: PATH`"
        )
    return language


def check_path(path: str | None) -> str | None:
    """A rule file that can be read, or ValueError."""
    if path is not None:
        load("", path)
    return path


def digest(language: str) -> str:
    """A hash of a language's own rule file."""
    return digest_of(_text(language))


def digest_of_rules(path: str) -> str:
    """A hash of a user's rule file and of what it extends."""
    base = load("", path).extends
    return digest_of(_text("", path), _text(base) if base else "")


def _extended(rules: Rules, name: str) -> Rules:
    base = str(rules.extends)
    if base not in languages():
        raise ValueError(f"{name}: extends {base!r}, which is none of {', '.join(languages())}")
    dropped = frozenset(rules.drop)
    old = load(base)
    merged: dict[str, Any] = {}
    for domain in ("notes", "literature"):
        merged[domain] = getattr(old, domain).without(dropped).with_more(getattr(rules, domain))
    whole = Domain(**{n: getattr(old, n) for n in Domain.model_fields}).without(dropped)
    merged |= dict(whole.with_more(rules))
    return rules.model_copy(update=merged)


def _without(cues: Cues, patterns: frozenset[str]) -> Cues:
    kept = {n: tuple(one for one in getattr(cues, n) if one not in patterns) for n in _LISTS}
    return cues.model_copy(update=kept)
