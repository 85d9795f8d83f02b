"""What every character is to the matcher: its class, its folded form, its share of a hash.

One table for each, indexed by code point, so that numpy cuts, folds and hashes a whole batch of
texts at once. Classes agree with `medloom.kit.tokens`; Greek letters are runs of their own, and
combining marks belong to the letter before them.
"""

import re
import unicodedata
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

SPACE, LETTER, DIGIT, GREEK, MARK, HYPHEN, APOSTROPHE = range(7)
_HYPHENS, _APOSTROPHES = "-\u2010\u2011\u2012\u2013\u2212", "'\u2019\u02bc\u00b4`"
_LAST = 0x110000
_EXPANDED = {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "µ": "μ"}

Codes = npt.NDArray[np.uint32]


class Tables(NamedTuple):
    """The tables, each indexed by code point."""

    kind: npt.NDArray[np.uint8]
    folded: Codes
    """The lower-case letter without its accents."""
    size: npt.NDArray[np.uint8]
    """How many characters it folds to: 0 for a combining mark, 2 for a ligature, else 1."""
    upper: npt.NDArray[np.bool_]
    random: npt.NDArray[np.uint64]
    """A random number for each folded character: the letters of the hash."""
    long: dict[int, list[int]]
    """What characters of size 2 and more fold to."""


@cache
def tables() -> Tables:
    """Make the tables: once a process, in about 0.1 s."""
    kind = np.full(_LAST, MARK, np.uint8)
    everything = "".join(map(chr, range(_LAST)))
    for pattern, one in ((r"\s+", SPACE), (r"[^\W\d_]+", LETTER), (r"\d+", DIGIT)):
        for found in re.finditer(pattern, everything):
            kind[found.start() : found.end()] = one
    greek = [*range(0x391, 0x3AA), *range(0x3B1, 0x3CA), 0xB5]
    kind[greek] = GREEK
    kind[[ord(one) for one in _HYPHENS]] = HYPHEN
    kind[[ord(one) for one in _APOSTROPHES]] = APOSTROPHE
    folded, size = np.arange(_LAST, dtype=np.uint32), np.ones(_LAST, np.uint8)
    upper = np.zeros(_LAST, bool)
    long: dict[int, list[int]] = {}
    for code in _cased_or_marked(kind):
        char = chr(code)
        upper[code] = char.isupper()
        new = [ord(one) for one in _fold(char)]
        size[code] = len(new)
        if len(new) == 1:
            folded[code] = new[0]
        elif new:
            long[code] = new
    return Tables(kind, folded, size, upper, mixed(folded.astype(np.uint64)), long)


def fold(text: str) -> str:
    """The lower-case text without accents.

    >>> fold("Sjögren STRASSE Straße")
    'sjogren strasse strasse'
    """
    return "".join(map(_fold, text)) if not text.isascii() else text.lower()


def _fold(char: str) -> str:
    bare = "".join(
        _EXPANDED.get(one, one)
        for one in unicodedata.normalize("NFKD", char.casefold())
        if not unicodedata.combining(one)
    )
    # A fraction or a sign that comes apart into several kinds of characters stays whole.
    return bare if bare.isalnum() or unicodedata.combining(char) else char


def _cased_or_marked(kind: npt.NDArray[np.uint8]) -> list[int]:
    """The code points up to U+2FFFF that may change when folded."""
    letters = np.flatnonzero((kind[:0x30000] == LETTER) | (kind[:0x30000] == GREEK))
    cjk = (letters >= 0x3400) & (letters < 0xF900)
    plain = letters[~cjk & (letters < 0x20000)]
    marks = [one for one in range(0x20000) if unicodedata.combining(chr(one))]
    return [*plain.tolist(), *marks]


def mixed(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Random numbers from numbers: the finaliser of SplitMix64 (Steele et al., OOPSLA 2014)."""
    mixed = (values + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))
