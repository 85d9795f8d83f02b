"""Texts in which long forms give way to short forms: examples whose meaning is known.

Reverse substitution, as in MeDAL (Wen et al. 2020); where a text defines the short form itself,
the definition gives way to the short form, and its other uses are examples, too.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from medloom.kit.short_forms.inventory import Spelling
from medloom.kit.short_forms.normal import long_key, singular
from medloom.kit.short_forms.parts import small
from medloom.tables.spans import Abbreviation

_WORD = re.compile(r"[^\W_]+")
SUBSTITUTED, DEFINED = "substituted", "defined"


class _Place(NamedTuple):
    """A stretch of a text that a short form takes, and what it means there."""

    start: int
    end: int
    short: str
    long: str
    rule: str


class Substitution:
    """Replaces the long forms of ambiguous short forms.

    >>> spelled = {"PT": {"prothrombin time": [Spelling("PT", "prothrombin time", 2, 2)]}}
    >>> text, uses = Substitution(spelled)("The prothrombin time rose.", [])
    >>> text, uses[0].start, uses[0].long
    ('The PT rose.', 4, 'prothrombin time')
    """

    def __init__(self, ambiguous: Mapping[str, Mapping[str, list[Spelling]]]) -> None:
        self._known = {
            (short, long_key(one.long)): same[0].long
            for short, keys in ambiguous.items()
            for same in keys.values()
            for one in same
        }
        best: dict[str, tuple[int, str, str]] = {}
        for short, keys in ambiguous.items():
            for same in keys.values():
                for one in same:
                    entry = (one.n_documents, short, same[0].long)
                    best[small(one.long)] = max(entry, best.get(small(one.long), entry))
        self._by_word: dict[str, list[tuple[str, str, str]]] = {}
        for spelled in sorted(best, key=len, reverse=True):
            if first := _WORD.match(spelled):
                _, short, long = best[spelled]
                self._by_word.setdefault(first[0], []).append((spelled, short, long))

    def __call__(
        self, text: str, abbreviations: Iterable[Abbreviation]
    ) -> tuple[str, list[Abbreviation]]:
        """The text with short forms, and their places in it."""
        own = list(self._defined(abbreviations))
        taken = sorted(own + list(self._standing(text)), key=lambda one: (one.start, -one.end))
        pieces, uses, end, shift = [], [], 0, 0
        for place in taken:
            if place.start < end:
                continue
            pieces += [text[end : place.start], place.short]
            at = place.start + shift
            stop = at + len(place.short)
            uses.append(Abbreviation(at, stop, place.short, place.long, rule=place.rule))
            shift = stop - place.end
            end = place.end
        return "".join([*pieces, text[end:]]), uses

    def _defined(self, abbreviations: Iterable[Abbreviation]) -> Iterator[_Place]:
        """A definition with its brackets becomes one short form; other uses stay as they are."""
        for use in abbreviations:
            short = singular(use.short, use.long)
            long = self._known.get((short, long_key(use.long)))
            if long is None:
                continue
            start, end = use.start, use.end
            if use.long_start is not None and use.long_end is not None:
                start, end = min(start, use.long_start), max(end, use.long_end) + 1
            yield _Place(start, end, short, long, DEFINED)

    def _standing(self, text: str) -> Iterator[_Place]:
        """Long forms that stand in a text, the longest at each place."""
        lowered = small(text)
        for word in _WORD.finditer(lowered):
            for spelled, short, long in self._by_word.get(word[0], ()):
                end = word.start() + len(spelled)
                if lowered.startswith(spelled, word.start()) and not _goes_on(lowered, end):
                    yield _Place(word.start(), end, short, long, SUBSTITUTED)
                    break


def _goes_on(text: str, end: int) -> bool:
    return text[end : end + 1].isalnum()
