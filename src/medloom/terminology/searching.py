"""Search a lexicon for what a person types: exactly, by normal form, by likeness."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from medloom.terminology.characters import fold
from medloom.terminology.lexicon import Lexicon
from medloom.terminology.matcher import Matcher

_GRAM = 3


class Found(NamedTuple):
    """A name that a search found."""

    id: str
    preferred: str
    name: str
    how: str
    """exact, normal form, or alike."""
    score: float


def search(lexicon: Lexicon, query: str, limit: int = 10) -> list[Found]:
    """Find concepts by a name: first those written so, then by normal form, then alike.

    >>> from medloom.terminology.examples import toy
    >>> [(one.id, one.how) for one in search(toy(), "heart atack", 1)]
    [('TOY:2', 'alike')]
    """
    found: dict[str, Found] = {}
    for one in (*_same(lexicon, query), *_alike(lexicon, query, limit)):
        known = found.get(one.id)
        if known is None or one.score > known.score:
            found[one.id] = one
    return sorted(found.values(), key=lambda one: -one.score)[:limit]


def _same(lexicon: Lexicon, query: str) -> Iterator[Found]:
    hits = Matcher(lexicon, everything=True).find([query])
    begin = lexicon.arrays["form_names"]
    for start, end, form in zip(hits.start, hits.end, hits.form, strict=True):
        if start == 0 and end == len(query):
            for name in range(begin[form], begin[form + 1]):
                exact = lexicon.names[name].casefold() == query.casefold()
                yield _found(lexicon, name, *(("exact", 1.0) if exact else ("normal form", 0.99)))


def _alike(lexicon: Lexicon, query: str, limit: int) -> Iterator[Found]:
    """Names by the Jaccard index of their character trigrams."""
    wanted = Counter(_grams(query))
    names = [lexicon.names[one] for one in _candidates(lexicon, query)]
    scored = []
    for number, name in zip(_candidates(lexicon, query), names, strict=True):
        grams = Counter(_grams(name))
        both = (wanted & grams).total()
        scored.append((both / (wanted | grams).total(), number))
    for score, number in sorted(scored, reverse=True)[: 3 * limit]:
        if score > 0.2:
            yield _found(lexicon, number, "alike", round(0.98 * score, 3))


def _candidates(lexicon: Lexicon, query: str) -> list[int]:
    """Numbers of the names that share most trigrams with a query, by one scan of all names."""
    data = lexicon.arrays["name_data"]
    lower = data | np.where((data >= 65) & (data <= 90), np.uint8(32), np.uint8(0))
    bounds = lexicon.arrays["name_bounds"]
    shared = np.zeros(len(bounds) - 1, np.int32)
    key = lower[:-2].astype(np.uint32) << 16 | lower[1:-1].astype(np.uint32) << 8 | lower[2:]
    for gram in set(_grams(query)):
        code = gram.encode()
        if len(code) == _GRAM:
            at = np.flatnonzero(key == int.from_bytes(code, "big"))
            rows = np.unique(np.searchsorted(bounds, at, "right") - 1)
            shared[rows] += 1
    lengths = np.diff(bounds)
    score = shared / (lengths + len(query))
    best = np.argsort(-score)[:200]
    return [int(one) for one in best if shared[one]]


def _grams(text: str) -> list[str]:
    text = fold(text)
    return [text[at : at + _GRAM] for at in range(max(1, len(text) - _GRAM + 1))]


def _found(lexicon: Lexicon, name: int, how: str, score: float) -> Found:
    entry = int(lexicon.arrays["name_entry"][name])
    return Found(lexicon.ids[entry], lexicon.preferred[entry], lexicon.names[name], how, score)
