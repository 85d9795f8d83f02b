"""Words, word parts and short names that mean the same: files that users may replace."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from medloom.steps.annotate.link.normal import folded, stem

_SHORTEST_END = 5
"""Letters of a word that may follow a word part."""


@cache
def equal_words() -> dict[str, dict[str, float]]:
    """For each stem the stems that stand for it, with a likeness.

    >>> equal_words()["renal"]["kidn"]
    0.85
    """
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for line in _lines("equal_words.tsv"):
        weight, _, words = line.partition("\t")
        group = [stem(word) for word in words.split()]
        for word in group:
            for other in group:
                if other != word:
                    found[word][other] = max(found[word].get(other, 0), float(weight))
    return dict(found)


@cache
def short_names() -> dict[str, str]:
    """Long names by short ones that no text explains.

    >>> short_names()["NaCl"]
    'sodium chloride'
    """
    pairs = ((line.split("\t")[0], line.split("\t")[1]) for line in _lines("short_names.tsv"))
    return dict(pairs)


@cache
def _beginnings() -> dict[str, str]:
    return {line.split("\t")[0]: line.split("\t")[1] for line in _lines("combining_forms.tsv")}


@cache
def _ends() -> dict[str, str]:
    pairs = (line.split("\t") for line in _lines("combining_ends.tsv"))
    return {end: meaning for end, meaning in pairs if meaning}


@cache
def _phrases() -> list[tuple[re.Pattern[str], str]]:
    pairs = (line.split("\t") for line in _lines("phrases.tsv"))
    return [(re.compile(pattern), other) for pattern, other in pairs]


def rephrased(text: str) -> str:
    """A text as terminologies say it; empty where no phrase of `phrases.tsv` is in it.

    >>> rephrased("autosomal recessive disorder"), rephrased("skin rash")
    ('inborn genetic disease', '')
    """
    given = folded(text)
    for pattern, other in _phrases():
        if pattern.search(given):
            return pattern.sub(other, given)
    return ""


def taken_apart(text: str) -> str:
    """A text with its Greek and Latin words in plain ones; empty where there are none.

    >>> taken_apart("drug-induced nephrotoxicity"), taken_apart("skin rash")
    ('drug-induced kidney toxicity', '')
    """
    words = folded(text).split()
    plain = [_apart(word) for word in words]
    return " ".join(plain) if plain != words else ""


@cache
def _apart(word: str) -> str:
    for size in range(len(word) - _SHORTEST_END, 1, -1):
        beginning, end = word[:size], word[size:]
        for form in (beginning, beginning + "o"):
            if form in _beginnings() and end.removeprefix("o") in _ends():
                return f"{_beginnings()[form]} {_ends()[end.removeprefix('o')]}"
    return word


def _lines(name: str) -> Iterator[str]:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return (line for line in text.splitlines() if line and not line.startswith("#"))
