"""Lay terms and what clinicians write, from a list that comes with Medloom."""

from collections.abc import Iterator
from functools import cache

from medloom.search.understanding.meanings import Meaning, Way
from medloom.search.understanding.spelling import lines
from medloom.terminology.characters import fold
from medloom.terminology.normal import normal

_WEIGHT = 0.6


class LayTerms:
    """`heart attack` for `myocardial infarction`, and the other way round."""

    def meanings(self, words: list[str]) -> Iterator[Meaning]:
        """The stretches of words that the list has, whatever their plural and spelling.

        >>> [way.text for one in LayTerms().meanings(["heart", "attacks"]) for way in one.ways]
        ['myocardial infarction']
        """
        keys = [key(word) for word in words]
        for start in range(len(words)):
            for end in range(start + 1, min(start + 6, len(words)) + 1):
                ways = _ways().get(tuple(keys[start:end]), ())
                if ways:
                    found = tuple(Way(text, _WEIGHT, "lay term") for text in ways)
                    yield Meaning(start, end, found)


def key(word: str) -> str:
    """A word as lists are looked up: without case, plural and spelling."""
    return normal(fold(word))


@cache
def _ways() -> dict[tuple[str, ...], tuple[str, ...]]:
    ways: dict[tuple[str, ...], tuple[str, ...]] = {}
    for line in lines("lay_terms.tsv"):
        terms = line.split("\t")
        for term in terms:
            others = tuple(one for one in terms if one != term)
            at = tuple(key(word) for word in term.split())
            ways[at] = (*ways.get(at, ()), *others)
    return ways
