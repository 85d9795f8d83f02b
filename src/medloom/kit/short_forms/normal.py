"""The normal form of long forms: what is only spelled differently means the same."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from medloom.kit.short_forms.parts import small
from medloom.kit.short_forms.rules import RULES

_WORD = re.compile(r"[^\W_]+")
_LEADING = frozenset(["a", "an", "the", "of", "and", "with", "by", "in"])
_NAMES = "alpha beta gamma delta epsilon kappa lambda mu sigma omega"
_GREEK = dict(zip("αβγδεκλμσω", _NAMES.split(), strict=True))
_AMERICAN = (("isation", "ization"), ("ising", "izing"), ("ised", "ized"), ("our", "or"))
_SIMILAR, _STEM = 0.9, 6


@lru_cache(maxsize=1 << 16)
def long_key(long: str) -> str:
    """The normal form of a long form: small letters, singular, American, no marks.

    >>> long_key("the Oestrogen-Receptors"), long_key("estrogen receptor")
    ('estrogen receptor', 'estrogen receptor')
    """
    words = [_word(_GREEK.get(word, word)) for word in _WORD.findall(small(long))]
    while len(words) > 1 and words[0] in _LEADING:
        del words[0]
    return " ".join(words)


def singular(short: str, long: str) -> str:
    """The short form of one, where both forms are plural.

    >>> singular("RCTs", "randomized trials"), singular("AIDS", "immune deficiency syndrome")
    ('RCT', 'AIDS')
    """
    is_plural = short.endswith("s") and long.endswith("s") and short[-2:-1].isupper()
    return short[:-1] if is_plural and len(short) > 2 else short


def _word(word: str) -> str:
    word = word.replace("ae", "e").replace("oe", "e")
    for end, instead in _AMERICAN:
        if len(word) > len(end) + 2 and word.endswith(end):
            return word[: -len(end)] + instead
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def merged(counts: Mapping[str, int]) -> dict[str, str]:
    """Which normal forms of one short form are one: each points to the most frequent of its kind.

    One are two that nearly all letters agree in, or all words of the shorter (their beginnings).

    >>> merged({"proteolipid protein": 9, "proteolipid protein gene": 1, "plasma prolactin": 2})
    {'proteolipid protein': 'proteolipid protein', 'plasma prolactin': 'plasma prolactin', \
'proteolipid protein gene': 'proteolipid protein'}
    """
    heads: dict[str, list[_Head]] = {}
    points = {}
    for key in sorted(counts, key=lambda key: (-counts[key], key)):
        one, near = _Head.of(key), heads.setdefault(key[:2], [])
        like = next((head.key for head in near if head.is_like(one)), None)
        points[key] = like or key
        if like is None:
            near.append(one)
    return points


class _Head(NamedTuple):
    """A normal form, in pieces to compare."""

    key: str
    pairs: frozenset[str]
    """Of letters."""
    stems: frozenset[str]
    """The beginnings of words."""

    @classmethod
    def of(cls, key: str) -> "_Head":
        pairs = {key[at : at + 2] for at in range(len(key) - 1)} | {key[:1]}
        stems = {word[:_STEM] for word in key.split() if word not in RULES.stop_words}
        return cls(key, frozenset(pairs), frozenset(stems))

    def is_like(self, other: "_Head") -> bool:
        dice = 2 * len(self.pairs & other.pairs) / (len(self.pairs) + len(other.pairs) or 1)
        return dice >= _SIMILAR or self.stems <= other.stems or other.stems <= self.stems
