"""The normal form of long forms: what is only spelled differently means the same."""

import re
from collections.abc import Mapping
from functools import lru_cache

from medloom.kit.short_forms.parts import small

_WORD = re.compile(r"[^\W_]+")
_LEADING = frozenset(["a", "an", "the", "of", "and", "with", "by", "in"])
_NAMES = "alpha beta gamma delta epsilon kappa lambda mu sigma omega"
_GREEK = dict(zip("αβγδεκλμσω", _NAMES.split(), strict=True))
_AMERICAN = (("isation", "ization"), ("ising", "izing"), ("ised", "ized"), ("our", "or"))
_SIMILAR = 0.9


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

    >>> merged({"tumor necrosis factor": 9, "tumour necrosis factors": 1, "total nitrogen": 2})
    {'tumor necrosis factor': 'tumor necrosis factor', 'total nitrogen': 'total nitrogen', \
'tumour necrosis factors': 'tumor necrosis factor'}
    """
    heads: dict[str, list[tuple[str, set[str]]]] = {}
    points = {}
    for key in sorted(counts, key=lambda key: (-counts[key], key)):
        pairs, near = _pairs(key), heads.setdefault(key[:2], [])
        like = next((head for head, same in near if _dice(pairs, same) >= _SIMILAR), None)
        points[key] = like or key
        if like is None:
            near.append((key, pairs))
    return points


def _pairs(key: str) -> set[str]:
    return {key[at : at + 2] for at in range(len(key) - 1)} | {key[:1]}


def _dice(one: set[str], other: set[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other) or 1)
