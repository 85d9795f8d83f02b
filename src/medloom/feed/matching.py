"""Whether an article answers to a query of the search language, how well, and in which words."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from medloom.feed.articles import Known
from medloom.search.matching import is_near
from medloom.search.query import (
    All,
    AnyOf,
    Fuzzy,
    Leaf,
    Not,
    Phrase,
    Prefix,
    Query,
    Ranked,
    Ways,
    Word,
)
from medloom.search.similar.lexical import folded, words

_FIELDS = {"title": 1.0, "keywords": 0.8, "abstract": 0.7}
_ENOUGH = 0.5
"""Of a ranked query, the part of its weight that has to be met."""
Weigh = Callable[[str], float]


@dataclass(frozen=True)
class Match:
    """How well a part of a query is met, 0 to 1, and where: `('sepsis', 'title')`."""

    score: float
    places: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Fields:
    """An article as queries look at it."""

    article: Known
    _memory: dict[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def texts(self) -> dict[str, str]:
        """The text of each field, in small letters, without accents."""
        one = self.article
        held = {"title": one.title, "keywords": "; ".join(one.keywords), "abstract": one.abstract}
        held |= {"author": "; ".join(one.authors), "journal": one.journal, "year": one.date[:4]}
        return {name: folded(text) for name, text in held.items()}

    def words(self, name: str) -> frozenset[str]:
        """The words of a field as they are compared."""
        if name not in self._memory:
            self._memory[name] = frozenset(words(self.texts[name]))
        return self._memory[name]

    def named(self, wanted: str | None) -> list[str]:
        """The fields that a part of a query looks into."""
        if wanted is None:
            return list(_FIELDS)
        name = {"authors": "author", "text": "abstract", "keyword": "keywords"}.get(wanted, wanted)
        return [name] if name in self.texts else []


def match(query: Query, fields: Fields, weigh: Weigh = lambda _: 1.0) -> Match | None:
    """How well an article answers to a query; None where it does not.

    Words side by side need half of their weight met; `weigh` tells what a word weighs, rare ones
    more. Phrases must be met, and what is to be left out must not.

    >>> from medloom.search.parsing import parse
    >>> fields = Fields(Known("articles", "a", "Sepsis in adults", "Vitamin A was given."))
    >>> match(parse('sepsis "vitamin A"'), fields).places
    (('sepsis', 'title'), ('vitamin A', 'abstract'))
    >>> match(parse("sepsis -adults"), fields), match(parse("sepsis AND children"), fields)
    (None, None)
    """
    if isinstance(query, Ranked):
        return _ranked(query, fields, weigh)
    if isinstance(query, All):
        found = [match(one, fields, weigh) for one in query.parts]
        return _mean([one for one in found if one is not None]) if all(found) else None
    if isinstance(query, AnyOf):
        return _best([match(one, fields, weigh) for one in query.parts])
    if isinstance(query, Ways):
        said = match(query.said, fields, weigh)
        others = ((match(one, fields, weigh), weight) for one, weight in query.others)
        return _best([said, *(Match(m.score * w, m.places) for m, w in others if m)])
    if isinstance(query, Not):
        return Match(1.0) if match(query.part, fields, weigh) is None else None
    return _leaf(query, fields)


def _ranked(query: Ranked, fields: Fields, weigh: Weigh) -> Match | None:
    met = total = 0.0
    places: list[tuple[str, str]] = []
    for part in query.parts:
        found = match(part, fields, weigh)
        if isinstance(part, Not | Phrase) and found is None:
            return None
        if isinstance(part, Not):
            continue
        weight = max(map(weigh, _texts(part)), default=1.0)
        total += weight
        if found is not None:
            met += weight * found.score
            places += found.places
    least = min(_FIELDS.values()) * _ENOUGH
    return Match(met / total, tuple(places)) if total and met / total >= least else None


def _texts(part: Query) -> Iterator[str]:
    if isinstance(part, Word | Phrase | Prefix | Fuzzy):
        yield from words(part.text)
    elif isinstance(part, Ways):
        yield from _texts(part.said)
    elif isinstance(part, Ranked | All | AnyOf):
        for one in part.parts:
            yield from _texts(one)


def _leaf(leaf: Leaf, fields: Fields) -> Match | None:
    for name in fields.named(leaf.field):
        if _is_in(leaf, fields, name):
            return Match(_FIELDS.get(name, 1.0), ((leaf.text, name),))
    return None


def _is_in(leaf: Leaf, fields: Fields, name: str) -> bool:
    text = fields.texts[name]
    if isinstance(leaf, Phrase):
        return _phrase(folded(leaf.text)).search(text) is not None
    if isinstance(leaf, Prefix):
        return re.search(rf"(?<!\w){re.escape(folded(leaf.text))}", text) is not None
    if isinstance(leaf, Fuzzy):
        wanted = folded(leaf.text)
        return any(is_near(wanted, one, leaf.edits) for one in fields.words(name))
    wanted_words = words(leaf.text)
    if not wanted_words:  # a stop word, or signs: as it stands
        return re.search(rf"(?<!\w){re.escape(folded(leaf.text))}(?!\w)", text) is not None
    if len(wanted_words) > 1:  # `IL-2`
        return _phrase(folded(leaf.text)).search(text) is not None
    return wanted_words[0] in fields.words(name)


@lru_cache(maxsize=2_000)
def _phrase(text: str) -> re.Pattern[str]:
    """Words in a row, whatever stands between them, the last one also in the plural."""
    between = r"\W{1,3}".join(re.findall(r"\w+", text))
    return re.compile(rf"(?<!\w){between}(?:e?s)?(?!\w)")


def _best(found: list[Match | None]) -> Match | None:
    return max((one for one in found if one is not None), key=lambda one: one.score, default=None)


def _mean(found: list[Match]) -> Match:
    told = [one for one in found if one.places] or found
    score = sum(one.score for one in told) / len(told)
    return Match(score, tuple(place for one in told for place in one.places))
