"""The normal form of a word: one for its plural, its spellings and its Greek letter."""

import re
from functools import cache
from importlib.resources import files

_ROUNDS, _SHORTEST, _LONGEST = 5, 4, 60


def normal(word: str, kind: str | None = None) -> str:
    """The normal form of a folded word; words with the same are equal to the matcher.

    With a kind (plural, spelling), only rules of that kind are applied.

    >>> [normal(one) for one in ("tumours", "tumor", "diagnoses", "diagnosis", "α")]
    ['tumor', 'tumor', 'diagnose', 'diagnose', 'alpha']
    """
    if word in greek():
        return greek()[word]
    if not word.isalpha() or not _SHORTEST <= len(word) <= _LONGEST:
        return word
    if _changes().search(word):
        for _ in range(_ROUNDS):
            before = word
            for pattern, to in _rules(kind):
                word = pattern.sub(to, word)
            if word == before or len(word) < _SHORTEST:
                break
    return word


def rows(name: str) -> list[list[str]]:
    """The rows of one of the matcher's TSV files, without comments."""
    text = files("medloom.terminology.data").joinpath(name).read_text("utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


@cache
def greek() -> dict[str, str]:
    """The names of Greek letters."""
    return dict(rows("greek.tsv"))


@cache
def _rules(kind: str | None) -> list[tuple[re.Pattern[str], str]]:
    given = rows("spelling.tsv")
    return [(re.compile(pattern), to) for pattern, to, of in given if kind in (None, of)]


@cache
def _changes() -> re.Pattern[str]:
    """Finds any rule in one pass: most words change by none."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in _ungrouped()))


def _ungrouped() -> list[str]:
    return [re.sub(r"\((?!\?)", "(?:", row[0]) for row in rows("spelling.tsv")]
