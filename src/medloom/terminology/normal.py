"""The normal form of a word: one for its plural, its spellings and its Greek letter."""

import re
from functools import cache
from importlib.resources import files

_ROUNDS, _SHORTEST, _LONGEST = 5, 4, 60


def normal(word: str) -> str:
    """The normal form of a folded word; words with the same are equal to the matcher.

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
            for pattern, to in _rules():
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
def _rules() -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(pattern), to) for pattern, to in rows("spelling.tsv")]


@cache
def _changes() -> re.Pattern[str]:
    """Finds any rule in one pass: most words change by none."""
    return re.compile("|".join(f"(?:{pattern})" for pattern, _ in _plain_rows()))


def _plain_rows() -> list[list[str]]:
    return [[re.sub(r"\((?!\?)", "(?:", pattern), to] for pattern, to in rows("spelling.tsv")]
