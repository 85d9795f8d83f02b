"""Texts as numbers: word shingles, MinHash signatures (Broder 1997) and their bands."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from medloom.kit.near_duplicates.words import Hashes, cut

U64 = npt.NDArray[np.uint64]
U32 = npt.NDArray[np.uint32]
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_SEED = 20261128
_AT_ONCE = 1 << 15
"""Shingles that are permuted at once: what a processor's cache holds."""


class Words(NamedTuple):
    """The hashed words of several texts, one after the other."""

    hashes: U64
    starts: npt.NDArray[np.int64]
    """Where each text begins, and at the end where the last one ends."""

    def of(self, number: int) -> U64:
        """Those of one text."""
        return self.hashes[self.starts[number] : self.starts[number + 1]]


def hashed(texts: Sequence[str], hashes: Hashes) -> Words:
    """The words of texts, hashed.

    >>> hashed(["Two words", "", "two WORDS!"], Hashes()).starts.tolist()
    [0, 2, 2, 4]
    """
    return hashed_words([cut(text) for text in texts], hashes)


def hashed_words(found: Sequence[Sequence[str]], hashes: Hashes) -> Words:
    """As `hashed`, of texts that are cut already."""
    starts = np.zeros(len(found) + 1, np.int64)
    np.cumsum([len(one) for one in found], out=starts[1:])
    flat = map(hashes.__getitem__, chain.from_iterable(found))
    return Words(np.fromiter(flat, np.uint64, int(starts[-1])), starts)


def shingles(of: Words, n_words: int) -> Words:
    """The hashes of all runs of `n_words` words; of a shorter text, that of all its words.

    >>> shingles(hashed(["a b c d", "a b", ""], Hashes()), 3).starts.tolist()
    [0, 2, 3, 3]
    """
    lengths = np.diff(of.starts)
    counts = np.where(lengths == 0, 0, np.maximum(lengths - n_words + 1, 1))
    starts = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=starts[1:])
    first = np.repeat(of.starts[:-1] - starts[:-1], counts) + np.arange(starts[-1])
    ends = np.repeat(of.starts[1:], counts)
    padded = np.concatenate([of.hashes, np.zeros(n_words, np.uint64)])
    made = np.zeros(len(first), np.uint64)
    short = bool((lengths < n_words).any())
    for offset in range(n_words):
        word = padded[first + offset]
        if short:
            word[first + offset >= ends] = 0
        made = (made ^ word) * _MULTIPLIER
        made ^= made >> np.uint64(29)
    return Words(made, starts)


@lru_cache
def _permutations(n: int) -> tuple[list[np.uint32], list[np.uint32]]:
    draw = np.random.default_rng(_SEED)
    return list(draw.integers(0, 1 << 32, n, np.uint32) | np.uint32(1)), list(
        draw.integers(0, 1 << 32, n, np.uint32)
    )


def signatures(of: Words, n: int) -> U32:
    """The MinHash signatures of texts, from their shingles: `n` numbers a text.

    The share of places where two signatures agree estimates the Jaccard index of the shingles.
    """
    made = np.full((n, len(of.starts) - 1), 0xFFFFFFFF, np.uint32)
    for first, last in _parts(of.starts):
        low, high = of.starts[first], of.starts[last]
        values = (of.hashes[low:high] >> np.uint64(32)).astype(np.uint32)
        some = np.flatnonzero(np.diff(of.starts[first : last + 1]))
        if not len(some):
            continue
        begins = of.starts[first:last][some] - low
        room = np.empty_like(values)
        for number, (factor, mask) in enumerate(zip(*_permutations(n), strict=True)):
            np.bitwise_xor(values, mask, out=room)
            np.multiply(room, factor, out=room)
            made[number, first + some] = np.minimum.reduceat(room, begins)
    return made


def _parts(starts: npt.NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Runs of texts with about `_AT_ONCE` shingles together."""
    first, last = 0, len(starts) - 1
    while first < last:
        stop = int(np.searchsorted(starts, starts[first] + _AT_ONCE, "right")) - 1
        stop = min(max(stop, first + 1), last)
        yield first, stop
        first = stop


def bands(of: U32, n_bands: int) -> U64:
    """The keys of the bands: texts that share one are worth comparing.

    >>> made = bands(signatures(shingles(hashed(["a b c d e f"] * 2, Hashes()), 5), 128), 32)
    >>> made.shape, bool((made[:, 0] == made[:, 1]).all())
    ((32, 2), True)
    """
    rows = of.reshape(n_bands, -1, of.shape[1])
    keys = np.zeros((n_bands, of.shape[1]), np.uint64)
    for row in range(rows.shape[1]):
        keys = (keys ^ rows[:, row]) * _MULTIPLIER
        keys ^= keys >> np.uint64(31)
    return keys


def fingerprints(of: Words, salts: Sequence[bytes] = ()) -> list[bytes]:
    """A hash of all words of each text, in order: equal where texts are the same.

    >>> one, two = fingerprints(hashed(["The dose: 5 mg", "the dose 5 MG."], Hashes()))
    >>> one == two
    True
    """
    raw = of.hashes.tobytes()
    ends = (of.starts * 8).tolist()
    salted = salts or [b""] * (len(ends) - 1)
    return [
        blake2b(raw[a:b], digest_size=16, key=salt).digest()
        for a, b, salt in zip(ends, ends[1:], salted, strict=False)
    ]


def telling_keys(of: Words) -> U64:
    """One hash of a text's telling words, whatever their order: copies mostly share it."""
    values = np.where(of.hashes & np.uint64(1), of.hashes, np.uint64(0))
    made = np.zeros(len(of.starts) - 1, np.uint64)
    some = np.flatnonzero(np.diff(of.starts))
    if len(some):
        made[some] = np.add.reduceat(values, of.starts[:-1][some])
    return made
