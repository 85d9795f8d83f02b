"""Short forms and what a collection means by them, from its inventory of abbreviations."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from medloom.search.understanding.lay import key
from medloom.search.understanding.meanings import Meaning, Way

_WEIGHT = 0.7
_LEAST_SHARE = 0.2
_LONGEST_WORDS = 8
_MOST_SENSES = 3


class ShortForms:
    """`MI` for `myocardial infarction` and the other way round, as the collection's texts define.

    >>> known = ShortForms([{"short": "MI", "long": "myocardial infarction", "share": 0.9}])
    >>> [way.text for one in known.meanings(["acute", "MI"]) for way in one.ways]
    ['myocardial infarction']
    >>> [way.text for one in known.meanings(["myocardial", "infarctions"]) for way in one.ways]
    ['MI']
    """

    def __init__(self, inventory: Iterable[Mapping[str, Any]]) -> None:
        self._long: dict[str, list[Way]] = {}
        self._short: dict[tuple[str, ...], list[Way]] = {}
        for row in sorted(inventory, key=lambda row: -float(row["share"] or 0)):
            share = float(row["share"] or 0)
            short, long = str(row["short"]), str(row["long"])
            if share < _LEAST_SHARE:
                continue
            weight = round(_WEIGHT * share**0.5, 3)
            self._long.setdefault(short, []).append(Way(long, weight, "short form here"))
            at = tuple(map(key, long.split()))
            self._short.setdefault(at, []).append(Way(short, weight, "short form here"))

    def meanings(self, words: list[str]) -> Iterator[Meaning]:
        """The short forms among the words, and the long forms that have one."""
        for at, word in enumerate(words):
            ways = self._long.get(word) or (self._long.get(word.upper()) if len(word) > 2 else None)
            if ways:
                yield Meaning(at, at + 1, tuple(ways[:_MOST_SENSES]))
        keys = [*map(key, words)]
        for start in range(len(words)):
            for end in range(start + 1, min(start + _LONGEST_WORDS, len(words)) + 1):
                if ways := self._short.get(tuple(keys[start:end])):
                    yield Meaning(start, end, tuple(ways[:_MOST_SENSES]))
