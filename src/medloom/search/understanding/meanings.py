"""Other ways to say a part of a query, each with its weight and its reason."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from medloom.terminology.characters import fold
from medloom.terminology.normal import normal

_WORD = re.compile(r"[^\W_]+")


class Way(NamedTuple):
    """Another way to say the same, or nearly the same."""

    text: str
    weight: float
    """How much a match counts against one with the user's own words, which count 1."""
    why: str
    """Short, as the user is told: `spelling`, `lay term`, `hpo synonym`."""


@dataclass(frozen=True)
class Meaning:
    """A part of a query with other ways to say it; `concepts` are the ids that it stands for."""

    start: int
    end: int
    """In the words that were asked about, half-open."""
    ways: tuple[Way, ...]
    concepts: tuple[str, ...] = ()


class Source(Protocol):
    """Something that knows other ways to say words."""

    def meanings(self, words: list[str]) -> Iterator[Meaning]:
        """The meanings of stretches of words; they may overlap."""
        ...


def settled(found: Iterable[Meaning], words: Sequence[str], most_ways: int = 12) -> list[Meaning]:
    """Meanings without overlaps, longer ones first; those of one stretch joined, best ways first.

    Left out are ways that are found by what is there: plurals, and what holds a better way whole.

    >>> one, two = Way("a bad fit", 0.9, "x"), Way("spell", 0.5, "y")
    >>> [m.ways for m in settled([Meaning(0, 1, (two,)), Meaning(0, 1, (one,))], ["fits"])]
    [(Way(text='spell', weight=0.5, why='y'),)]
    """
    joined: dict[tuple[int, int], list[Meaning]] = {}
    for meaning in found:
        joined.setdefault((meaning.start, meaning.end), []).append(meaning)
    kept: list[Meaning] = []
    for start, end in sorted(joined, key=lambda place: (place[0] - place[1], place[0])):
        if all(end <= one.start or one.end <= start for one in kept):
            meanings = joined[start, end]
            concepts = tuple(dict.fromkeys(id for one in meanings for id in one.concepts))
            said = _keys(" ".join(words[start:end]))
            ways = _distinct(said, meanings)[:most_ways]
            if ways or concepts:
                kept.append(Meaning(start, end, ways, concepts))
    return sorted(kept, key=lambda one: one.start)


def _distinct(said: str, meanings: Iterable[Meaning]) -> tuple[Way, ...]:
    seen, kept = [said], []
    ways = [way for one in meanings for way in one.ways]
    for way in sorted(ways, key=lambda way: (-way.weight, len(way.text))):
        keys = _keys(way.text)
        if keys.strip() and not any(one in keys for one in seen):
            seen.append(keys)
            kept.append(way)
    return tuple(kept)


def _keys(text: str) -> str:
    """The words of a text in the singular, each between spaces."""
    return f" {' '.join(normal(fold(one), 'plural') for one in _WORD.findall(text))} "
