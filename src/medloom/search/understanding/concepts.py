"""Concepts of a terminology in a query: by a name, or by their ids, as `HP:0001250`."""

import re
from collections.abc import Iterator

from medloom.search.annotated import concept_word
from medloom.search.understanding.meanings import Meaning, Way
from medloom.terminology.lexicon import Lexicon
from medloom.terminology.matcher import Matcher
from medloom.terminology.model import Synonym

CONCEPT_ID = re.compile(r"[A-Za-z][A-Za-z0-9.]*:[A-Za-z0-9][A-Za-z0-9_.-]*")
_BY_SCOPE = {"exact": 0.7, "narrow": 0.5, "related": 0.4, "broad": 0.3}
_OF_AN_ID = 1.0
_NARROWER = 0.4
_MOST_NARROWER = 20
_LONGEST_WORDS = 6


class AnnotatedIds:
    """An id as the index writes that of annotated rows, whatever terminology it is of."""

    def meanings(self, words: list[str]) -> Iterator[Meaning]:
        """The words that are ids.

        >>> [one.ways[0].text for one in AnnotatedIds().meanings(["HP:0001250", "a:b"])]
        ['HP0001250']
        """
        for at, word in enumerate(words):
            if CONCEPT_ID.fullmatch(word) and any(one.isdigit() for one in word):
                yield Meaning(at, at + 1, (Way(concept_word(word), _OF_AN_ID, "annotated"),))


class Concepts:
    """The synonyms of the concepts that a query names.

    An id stands for its names, the preferred one first, and for those of the concepts just below.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._matcher = Matcher(lexicon)
        self._name = str(lexicon.about["name"])

    def meanings(self, words: list[str]) -> Iterator[Meaning]:
        """The concepts that stretches of words name.

        >>> from medloom.terminology.examples import toy
        >>> for one in Concepts(toy()).meanings(["after", "heart", "attacks"]):
        ...     print(one.start, one.end, one.concepts, [way.text for way in one.ways])
        1 3 ('TOY:2',) ['TOY2', 'Myocardial infarction', 'Heart attack', 'MI']
        """
        yield from self._by_id(words)
        text, starts, ends = joined(words)
        hits = self._matcher.find([text], longest=True)
        for start, end, form in zip(
            hits.start.tolist(), hits.end.tolist(), hits.form.tolist(), strict=True
        ):
            if start in starts and end in ends:
                first, last = starts.index(start), ends.index(end) + 1
                yield from self._of_form(first, last, text[start:end], form)

    def _by_id(self, words: list[str]) -> Iterator[Meaning]:
        for at, word in enumerate(words):
            number = self._number(word) if CONCEPT_ID.fullmatch(word) else None
            if number is not None:
                ways = (*self._ways(number, "", _OF_AN_ID), *self._below(number))
                id = self._lexicon.ids[number]
                yield Meaning(at, at + 1, (_annotated(id, _OF_AN_ID), *ways), (id,))

    def _number(self, id: str) -> int | None:
        prefix, _, rest = id.partition(":")
        spellings = (id, id.upper(), f"{prefix.upper()}:{rest}", rest)
        known = (self._lexicon.number(one) for one in spellings)
        return next((one for one in known if one is not None), None)

    def _of_form(self, first: int, last: int, said: str, form: int) -> Iterator[Meaning]:
        arrays = self._lexicon.arrays
        names = range(arrays["form_names"][form], arrays["form_names"][form + 1])
        entries = dict.fromkeys(int(arrays["name_entry"][one]) for one in names)
        share = 1 / len(entries) ** 0.5  # of an ambiguous name, each meaning counts less
        for entry in entries:
            id = self._lexicon.ids[entry]
            ways = (_annotated(id, _BY_SCOPE["exact"] * share), *self._ways(entry, said, share))
            yield Meaning(first, last, ways, (id,))

    def _ways(self, number: int, said: str, share: float) -> Iterator[Way]:
        for name in self._lexicon.entry(number).names():
            if _is_worth(name, said):
                kind = "lay term" if name.kind == "layperson" else "synonym"
                weight = share if not said and name.kind == "preferred" else self._of(name, share)
                yield Way(name.text, round(weight, 3), f"{self._name} {kind}")

    def _of(self, name: Synonym, share: float) -> float:
        return _BY_SCOPE[name.scope] * share

    def _below(self, number: int) -> Iterator[Way]:
        for child in self._lexicon.children(number)[:_MOST_NARROWER]:
            if len((name := self._lexicon.preferred[child]).split()) <= _LONGEST_WORDS:
                yield Way(name, _NARROWER, f"{self._name} narrower")


def _annotated(id: str, weight: float) -> Way:
    return Way(concept_word(id), round(weight, 3), "annotated")


def joined(words: list[str]) -> tuple[str, list[int], list[int]]:
    """The words as one text, and where each of them begins and ends in it.

    >>> joined(["a", "bc"])
    ('a bc', [0, 2], [1, 4])
    """
    starts, ends, at = [], [], 0
    for word in words:
        starts.append(at)
        ends.append(at + len(word))
        at += len(word) + 1
    return " ".join(words), starts, ends


def _is_worth(name: Synonym, said: str) -> bool:
    same = name.text.casefold() == said.casefold()
    return not same and name.language == "en" and len(name.text.split()) <= _LONGEST_WORDS
