"""Names of vocabularies as sorted hashes, and a matcher that walks all tokens of a batch at once.

A name is the sequence of its tokens' normal forms, hashed; all beginnings of names are kept too,
so that the walk stops early. Short all-capital names count only as they are written.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from medloom.kit.tokens import TOKEN
from medloom.tagging.words import SKIPPED, key64, normal

MAX_TOKENS = 8
_DROPPED_BITS = 10
_STEP = np.uint64(0x9E3779B97F4A7C15)
OUTSIDE, BEGIN, INSIDE, END, SINGLE = range(5)


@dataclass(frozen=True)
class Gazetteer:
    """Hashes of names and of their beginnings, sorted; and a bit a vocabulary for each name."""

    names: np.ndarray
    """uint32[n_names]"""
    members: np.ndarray
    """uint16[n_names]: bit v is set where vocabulary v has the name."""
    beginnings: np.ndarray
    """uint32[n_beginnings]"""
    vocabularies: tuple[str, ...]

    def of_keys(self, keys: np.ndarray) -> np.ndarray:
        """The membership bits of hashed names; 0 where it is none. uint64[n] to uint16[n]."""
        found = np.zeros(len(keys), np.uint16)
        at, place = self._name_buckets.find(keys)
        found[at] = self.members[place]
        return found

    def begins(self, keys: np.ndarray) -> np.ndarray:
        """Whether a longer name begins so. uint64[n] to bool[n]."""
        found = np.zeros(len(keys), bool)
        found[self._beginning_buckets.find(keys)[0]] = True
        return found

    @cached_property
    def _name_buckets(self) -> "_Buckets":
        return _Buckets(self.names)

    @cached_property
    def _beginning_buckets(self) -> "_Buckets":
        return _Buckets(self.beginnings)

    def states(
        self, keys: np.ndarray, alone: np.ndarray, opens: np.ndarray, skipped: np.ndarray
    ) -> np.ndarray:
        """Where tokens stand in the longest names of each vocabulary: int8[n_vocabularies, n].

        `keys` are the tokens' hashes (a text ends in a token of a hash that no name has), `alone`
        the bits of one-token names, `opens` whether a longer name begins with the token.
        """
        kept = np.flatnonzero(~skipped)
        key, n = keys[kept], len(kept)
        reach = np.zeros((len(self.vocabularies), n), np.int32)
        bits = [np.uint16(1 << v) for v in range(len(self.vocabularies))]
        index = np.arange(n, dtype=np.int32)
        for v, bit in enumerate(bits):
            reach[v] = np.where(alone[kept] & bit, index + 1, 0)
        at = np.flatnonzero(opens[kept])
        rolled = key[at]
        for size in range(2, MAX_TOKENS + 1):
            inside = at + size <= n
            at, rolled = at[inside], rolled[inside]
            if not len(at):
                break
            rolled = rolled * _STEP + key[at + size - 1]
            found = self.of_keys(rolled)
            hit = np.flatnonzero(found)
            for v, bit in enumerate(bits):
                starts = at[hit[(found[hit] & bit) != 0]]
                reach[v, starts] = starts + size
            going = self.begins(rolled)
            at, rolled = at[going], rolled[going]
        return _bioes(reach, kept, len(keys))


class _Buckets:
    """Sorted hashes, and a table of their first bits, which answers most questions by itself."""

    def __init__(self, hashes: np.ndarray) -> None:
        self._hashes = hashes
        self._used = np.zeros(1 << 32 - _DROPPED_BITS, bool)
        self._used[hashes >> np.uint32(_DROPPED_BITS)] = True

    def find(self, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Which of some keys, uint64[n], are there, and where."""
        short = (keys >> np.uint64(32)).astype(np.uint32)
        at = np.flatnonzero(self._used[short >> np.uint32(_DROPPED_BITS)])
        if not len(at):
            return at, at
        place = np.minimum(np.searchsorted(self._hashes, short[at]), len(self._hashes) - 1)
        same = self._hashes[place] == short[at]
        return at[same], place[same]


def _bioes(reach: np.ndarray, kept: np.ndarray, n: int) -> np.ndarray:
    states = np.zeros((len(reach), n), np.int8)
    size = reach.shape[1]
    index = np.arange(size, dtype=np.int32)
    for v in range(len(reach)):
        far = np.maximum.accumulate(reach[v]) if size else reach[v]
        inside = far > index
        first = inside & (np.concatenate(([0], far[:-1])) <= index)
        last = inside & (far == index + 1)
        found = np.where(inside, INSIDE, OUTSIDE)
        found = np.where(first, BEGIN, np.where(last, END, found))
        states[v, kept] = np.where(first & last, SINGLE, found)
    return states


def name_keys(name: str) -> list[int] | None:
    """The hashes of a name and its beginnings, shortest first; None if it is too long.

    >>> len(name_keys("Crohn's disease")), name_keys("a b c d e f g h i") is None
    (2, True)
    """
    words = TOKEN.findall(name)
    if len(words) == 1 and is_symbol(words[0]):
        return [key64("=" + words[0])]
    kept = [normal(word) for word in words if word not in SKIPPED]
    if not 0 < len(kept) <= MAX_TOKENS:
        return None
    keys, rolled = [], 0
    for word in kept:
        rolled = (rolled * int(_STEP) + key64(word)) % 2**64
        keys.append(rolled)
    return keys


def is_symbol(word: str) -> bool:
    """Whether a word is so short and so much in capitals that its case must count."""
    return len(word) <= 5 and sum(c.isupper() for c in word) >= 2


def build(vocabularies: Mapping[str, Iterable[str]]) -> Gazetteer:
    """Hash the names of vocabularies; names with fewer than two letters are left out."""
    members: dict[int, int] = {}
    beginnings: set[int] = set()
    for v, names in enumerate(vocabularies.values()):
        for name in names:
            keys = name_keys(name)
            if keys is None or sum(c.isalpha() for c in name) < 2:
                continue
            members[keys[-1] >> 32] = members.get(keys[-1] >> 32, 0) | 1 << v
            beginnings.update(key >> 32 for key in keys[:-1])
    order = sorted(members)
    return Gazetteer(
        np.array(order, np.uint32),
        np.array([members[key] for key in order], np.uint16),
        np.array(sorted(beginnings), np.uint32),
        tuple(vocabularies),
    )
