"""Rules as data: patterns of a language with what they find, how surely, and what is checked."""

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from medloom.kit.phi.categories import categories
from medloom.kit.phi.checks import CHECKS
from medloom.kit.rule_files import digest_of, parsed, text_of

_PACKAGE = "medloom.kit.phi.rules"
_PART = re.compile(r"\{\{(\w+)\}\}")


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    kind: str
    score: float
    pattern: str
    check: str | None = None
    holds: str | None = None
    words: list[str] = []
    before: str | None = None


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    parts: dict[str, str] = {}
    rules: list[_Written]


class Rule(NamedTuple):
    """One rule, compiled."""

    id: str
    kind: str
    score: float
    pattern: re.Pattern[str]
    check: Callable[[str], bool] | None
    holds: str | None
    """What must be in a text for the pattern to be tried."""
    words: tuple[str, ...]
    """One of these must be in a text in small letters for the pattern to be tried."""
    before: re.Pattern[str] | None
    """What must stand before the match."""

    def may_match(self, text: str, low: str) -> bool:
        """Whether what the pattern needs is in a text."""
        if self.holds is not None and self.holds not in text:
            return False
        return not self.words or any(word in low for word in self.words)


class Rules(NamedTuple):
    """The rules of a language."""

    name: str
    digest: str
    rules: tuple[Rule, ...]


@cache
def rules_of(language: str) -> Rules:
    """The rules of a language, or the `common` ones, compiled once.

    >>> [one.id for one in rules_of("common").rules][:2]
    ['email', 'email-spaced']
    """
    text = text_of(None, _PACKAGE, f"{language}.yaml")
    file = parsed(f"{language}.yaml", text, _File)
    return Rules(language, digest_of(text), tuple(_compiled(one, file.parts) for one in file.rules))


def _compiled(one: _Written, parts: dict[str, str]) -> Rule:
    if one.kind not in categories():
        raise ValueError(f"rule {one.id}: there is no kind {one.kind}")
    check = CHECKS[one.check] if one.check else None
    before = re.compile(f"(?:{_whole(one.before, parts)})\\Z") if one.before else None
    pattern = re.compile(_whole(one.pattern, parts))
    return Rule(one.id, one.kind, one.score, pattern, check, one.holds, tuple(one.words), before)


def _whole(pattern: str, parts: dict[str, str]) -> str:
    while _PART.search(pattern):
        pattern = _PART.sub(lambda part: parts[part[1]], pattern)
    return pattern
