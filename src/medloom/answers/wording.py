"""What a sentence says in words, numbers, names, negations and directions: for checking support."""

import re
from collections.abc import Container, Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from medloom.terminology.characters import fold
from medloom.terminology.normal import normal

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*(?![^\W\d_])|[^\W\d_]+-\d+[^\W_]*|[^\W_]+(?:'[^\W_]+)?")
_NOT_ONLY = re.compile(
    r"\bnot (?:only|just|restricted|limited|necessarily)\b|\bno doubt\b", re.IGNORECASE
)
_ASKS = re.compile(
    r"\s*(?:(?:objectives?|aims?|purpose|background|introduction)\b\W*)?"
    r"(?:(?:we|this study|the (?:aim|purpose|objective)\w*)\b.{0,40})?"
    r"\bto (?:determine|evaluate|assess|examine|investigate|test|compare|explore|study|estimate"
    r"|measure|quantify|describe|establish|identify|analy[sz]e)\b|.*\b(?:is|are|remains?) "
    r"(?:unknown|unclear|not (?:known|clear|well understood))\b|.*\?\s*$",
    re.IGNORECASE,
)
_UNICODE_MINUS = str.maketrans({"−": "-", "·": ".", "’": "'"})
_BEFORE, _AFTER = 4, 2


class Wording(NamedTuple):
    """What a sentence says.

    >>> said = wording("IL-6 did not fall by 20% in 54 patients.")
    >>> said.numbers, said.negations, said.directions
    (('20%', '54'), 1, {'fall': -1})
    """

    stems: dict[str, str]
    """The stem of each content word, with the word as written."""
    numbers: tuple[str, ...]
    names: frozenset[str]
    """Stems of words that are names: with a capital inside, or letters and digits."""
    negations: int
    asks: bool
    """Whether it only says what was to be found out."""
    directions: dict[str, int]
    """Stems that say where it goes: 1 where something rises or helps, -1 where it falls."""


def wording(sentence: str, near: Container[str] | None = None) -> Wording:
    """Read the words of a sentence; with `near`, deny and direct only near these stems."""
    text = _NOT_ONLY.sub(" ", sentence.translate(_UNICODE_MINUS))
    stems: dict[str, str] = {}
    numbers, names, negations = [], set(), 0
    directions: dict[str, int] = {}
    reach = _reach(text, near)
    for place, word in _tokens(text):
        within = place in reach
        if word[0].isdigit() and not any(one.isalpha() for one in word):
            numbers.append(number(word) + ("%" if _is_share(text, place + len(word)) else ""))
            continue
        low = fold(word).replace("-", "")
        if within and (low in _words("negation") or low.endswith("n't")):
            negations += 1
        if within:
            directions |= _direction(low)
        if low in _words("empty") or len(low) < 2:
            continue
        found = stem(low)
        stems.setdefault(found, word)
        if any(one.isupper() for one in word[1:]) or any(one.isdigit() for one in word):
            names.add(found)
    asks = _ASKS.match(text) is not None
    return Wording(stems, tuple(numbers), frozenset(names), negations, asks, directions)


def _reach(text: str, near: Container[str] | None) -> range:
    """The part of a sentence from a few words before some stems to a few after them."""
    if near is None:
        return range(len(text))
    places = [(place, stem(fold(word).replace("-", ""))) for place, word in _tokens(text)]
    met = [at for at, (_, found) in enumerate(places) if found in near]
    if not met:
        return range(0)
    first, last = max(0, met[0] - _BEFORE), min(len(places) - 1, met[-1] + _AFTER)
    return range(places[first][0], places[last][0] + 1)


def is_empty(word: str) -> bool:
    """Whether a word says nothing of its own: what, does, the.

    >>> is_empty("Does"), is_empty("not")
    (True, False)
    """
    return fold(word) in _words("empty")


def weight(found: str, names: frozenset[str]) -> float:
    """How much a stem counts: names most, words that every study uses least."""
    return 2.0 if found in names else 0.4 if found in _weak_stems() else 1.0


def number(text: str) -> str:
    """A number as written in one way.

    >>> [number(one) for one in ("1,000", "0.50", "3")]
    ['1000', '0.5', '3']
    """
    plain = re.sub(r",(?=\d{3}(?:\D|$))", "", text).replace(",", ".")
    whole, dot, rest = plain.partition(".")
    rest = rest.rstrip("0") if dot else ""
    return f"{whole.lstrip('0') or '0'}.{rest}" if rest else whole.lstrip("0") or "0"


@lru_cache(1 << 16)
def stem(word: str) -> str:
    """A key that is equal for the forms of a word: plural, spelling, and common endings.

    >>> stem("inhibits") == stem("inhibition") == stem("inhibited"), stem("tumours")
    (True, 'tumor')
    """
    word = normal(word)
    for ending in _words("ending"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            word = word[: -len(ending)]
            break
    return word[:-1] if word.endswith("ct") else word


@cache
def _words(kind: str) -> tuple[str, ...]:
    """The words of a kind, from the file beside this one."""
    text = files("medloom.answers").joinpath("words.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return {name: tuple(words.split()) for name, words in rows}[kind]


@lru_cache(1)
def _weak_stems() -> frozenset[str]:
    return frozenset(map(stem, _words("weak")))


def _tokens(text: str) -> Iterator[tuple[int, str]]:
    return ((one.start(), one.group()) for one in _TOKEN.finditer(text))


def _is_share(text: str, end: int) -> bool:
    after = text[end : end + 9].lstrip()
    return after.startswith(("%", "percent", "per cent"))


def _direction(low: str) -> dict[str, int]:
    if low.startswith(_words("up")):
        return {stem(low): 1}
    return {stem(low): -1} if low.startswith(_words("down")) else {}
