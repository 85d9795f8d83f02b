"""Rules compiled: one pattern finds all cues of a text, a table says what each of them means."""

import re
from collections import defaultdict
from functools import cache
from typing import NamedTuple

from medloom.kit.phrases import Finder, expand, grams, key, spellings
from medloom.steps.annotate.assertion.rules import (
    ATTRIBUTES,
    Domain,
    Rules,
    load,
    taken_apart,
)

NOWHERE, BEFORE, AFTER, ENDS, SECTION = 0, 1, 2, 4, 8
EVERY = "every"
_PLACES = (("before", BEFORE), ("after", AFTER), ("around", BEFORE | AFTER), ("ends", ENDS))
_CLOSES = re.compile(r"\s*(?:[.,;)\]\n]|$)")
_ITEM = r"\n\s*(?:\n|[-*•–]\s|\d+[.)]\s)|;|:(?=\s)"
"""A blank line, a list's next item, a semicolon, a colon: no scope goes on behind them."""
_REMEMBERED = 20_000


class Sense(NamedTuple):
    """What one cue means."""

    attribute: str
    """As `Assertion` calls it; `every` of words that end all scopes."""
    value: bool | str
    place: int
    """BEFORE, AFTER, both, ENDS or SECTION; NOWHERE of what only looks like a cue."""
    words: int
    """How far it reaches."""
    rule: str


Senses = tuple[Sense, ...]
Found = tuple[int, int, Senses]
"""Where a cue stands, and what it means."""
_STOP: Senses = (Sense(EVERY, True, ENDS, 0, "list item"),)


class Lexicon:
    """The rules of one language and one kind of text, ready to find cues."""

    def __init__(self, rules: Domain, words: int) -> None:
        senses = _inherited(_table(rules, words))
        self._finder = Finder({one.removesuffix("$") for one in senses}, _ITEM)
        self._senses = {key(phrase): meant for phrase, meant in senses.items()}
        self._known: dict[str, tuple[Senses, Senses, Senses]] = {}

    def cues(self, low: str) -> tuple[list[Found], list[Found]]:
        """The cues of a text in small letters, and what may be headers that say something."""
        known, found, headers = self._known, [], []
        for start, end, raw in self._finder.places(low):
            plain, at_close, header = known.get(raw) or self._look_up(raw)
            senses = at_close if at_close and _CLOSES.match(low, end) else plain
            if senses:
                found.append((start, end, senses))
            if header:
                headers.append((start, end, header))
        return found, headers

    def senses(self, raw: str) -> Senses:
        """What a piece of a text in small letters means; nothing where it is no cue."""
        return (self._known.get(raw) or self._look_up(raw))[0] if raw else ()

    def _look_up(self, raw: str) -> tuple[Senses, Senses, Senses]:
        if raw[0] in "\n;:":
            return _STOP, (), ()
        every = self._senses.get(key(raw), ())
        header = tuple(one for one in every if one.place == SECTION)
        plain = tuple(one for one in every if one.place != SECTION)
        here = plain, self._senses.get(f"{key(raw)}$", ()), header
        if len(self._known) < _REMEMBERED:
            self._known[raw] = here
        return here


def lexicon(language: str, path: str | None, domain: str) -> Lexicon:
    """The compiled rules of a language or of a user's file."""
    return _compiled(load("" if path else language, path), domain)


@cache
def _compiled(rules: Rules, domain: str) -> Lexicon:
    return Lexicon(rules.of(domain), rules.words)


def _table(rules: Domain, words: int) -> dict[str, Senses]:
    """Every spelling of every phrase, and what it means; empty where it means nothing."""
    table: dict[str, list[Sense]] = defaultdict(list)
    for name in ATTRIBUTES:
        cues = getattr(rules, name)
        attribute, value = _meaning(name)
        for pattern in cues.never:
            _each(table, pattern, Sense(attribute, value, NOWHERE, 0, f"{name}.never: {pattern}"))
        for section in cues.sections:
            sense = Sense(attribute, value, SECTION, 0, f"{name}.sections: {section}")
            _each(table, section, sense)
        for kind, place in _PLACES:
            for pattern in getattr(cues, kind):
                rule = f"{name}.{kind}: {pattern}"
                _each(table, pattern, Sense(attribute, value, place, cues.words or words, rule))
    for pattern in rules.ends:
        _each(table, pattern, Sense(EVERY, True, ENDS, 0, f"ends: {pattern}"))
    return {phrase: tuple(senses) for phrase, senses in table.items()}


def _meaning(name: str) -> tuple[str, bool | str]:
    return ("experiencer", name) if name in ("family", "other") else (name, True)


def _each(table: dict[str, list[Sense]], pattern: str, sense: Sense) -> None:
    phrases, closes, words = taken_apart(pattern)
    if words is not None:
        sense = sense._replace(words=words)
    for phrase in expand(phrases):
        for spelling in spellings(phrase):
            senses = table[spelling + "$" * closes]
            if all(one[:3] != sense[:3] for one in senses):
                senses.append(sense)


def _inherited(table: dict[str, Senses]) -> dict[str, Senses]:
    """`no history of` is historical, too: a longer cue means what the cues in it mean.

    But not of an attribute of which it says, or denies, something itself.
    """
    closing = {phrase.removesuffix("$"): () for phrase in table}  # without `$` only as its parts
    meant = {p: senses + _inner(p, senses, table) for p, senses in ({**closing, **table}).items()}
    return {p: tuple(one for one in senses if one.place) for p, senses in meant.items()}


def _inner(phrase: str, senses: Senses, table: dict[str, Senses]) -> Senses:
    taken = {one.attribute for one in senses}
    more: dict[str, Sense] = {}
    for gram in grams(phrase.removesuffix("$").split()):
        for one in table.get(gram, ()):
            if one.place & (BEFORE | AFTER) and one.attribute not in taken:
                more[one.attribute] = one
    return tuple(more.values())
