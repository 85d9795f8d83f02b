"""British and American spellings of words."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from medloom.search.understanding.meanings import Meaning, Way

_WEIGHT = 0.9
_ISE = re.compile(r"(?<=.{4})([iy])([sz])(e|es|ed|ing|ation|ations|er|ers)$")
_KEPT = re.compile(
    r"(?:wise|cise|vise|prise|mise|rtise|dise|chise|oise|aise|uise|tise|size|prize|seize|arise"
    r"|sunrise)\b|(?:exerc|surpr|compr|superv|adv|rev|prom|comprom|dev|inc|exc|expert)is"
)


class Spellings:
    """The other spelling of a word: tumour and tumor, haematuria and hematuria."""

    def meanings(self, words: list[str]) -> Iterator[Meaning]:
        """The words that have another spelling."""
        for at, word in enumerate(words):
            ways = tuple(Way(other, _WEIGHT, "spelling") for other in other_spellings(word))
            if ways:
                yield Meaning(at, at + 1, ways)


def other_spellings(word: str) -> list[str]:
    """The British and American spellings of a word that differ from it.

    >>> [other_spellings(one) for one in ("tumour", "anemia", "hospitalised", "exercise", "lung")]
    [['tumor'], ['anaemia'], ['hospitalized'], [], []]
    """
    low = word.casefold()
    if not low.isalpha() or len(low) < 4:
        return []
    american, british = low, low
    for pattern, to, back, fro in _pairs():
        american = pattern.sub(to, american)
        if not pattern.search(british):
            british = back.sub(fro, british)
    found = [_with_ending(american, "z"), _with_ending(british, "s")]
    return [one for one in dict.fromkeys(found) if one != low]


def _with_ending(word: str, letter: str) -> str:
    return word if _KEPT.search(word) else _ISE.sub(rf"\1{letter}\3", word)


@cache
def _pairs() -> tuple[tuple[re.Pattern[str], str, re.Pattern[str], str], ...]:
    rows = [line.split("\t") for line in lines("spellings.tsv")]
    return tuple(
        (_pattern(british), american, _pattern(_like(british, american)), british.strip("^$"))
        for british, american in rows
    )


def _like(british: str, american: str) -> str:
    begin, end = "^" * british.startswith("^"), "$" * british.endswith("$")
    return begin + american + end


def _pattern(part: str) -> re.Pattern[str]:
    return re.compile(part)


def lines(name: str) -> list[str]:
    """The lines of a file beside this one, without comments."""
    text = files("medloom.search.understanding").joinpath(name).read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
