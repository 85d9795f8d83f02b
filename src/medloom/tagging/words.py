"""What a tagger sees of a word form on its own: hashed features, and keys for dictionaries."""

import re
from hashlib import blake2b
from unicodedata import name
from zlib import crc32

_RUNS = re.compile(r"(.)\1+")
_GREEK = frozenset("αβγδεζηθικλμνξοπρστυφχψωΑΒΓΔΘΛΞΠΣΦΨΩ")
_GREEK_NAMES = {name(c).rpartition(" ")[2].lower() for c in _GREEK} | {"lambda"}
SKIPPED = frozenset("-‐‑‒–'’") | {"s"}
"""Tokens that do not count when names are compared: `beta-catenin`, `Crohn's`."""


def key64(text: str) -> int:
    """A 64-bit hash that is the same on every machine."""
    return int.from_bytes(
        blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "little"
    )


def normal(word: str) -> str:
    """A word without case and plural.

    >>> normal("Seizures"), normal("Biopsies"), normal("stenosis")
    ('seizure', 'biopsy', 'stenosis')
    """
    low = word.lower()
    if len(low) > 4 and low.endswith("ies"):
        return low[:-3] + "y"
    if len(low) > 3 and low.endswith("s") and not low.endswith(("ss", "us", "is")):
        return low[:-1]
    return low


def shape(word: str) -> str:
    """The pattern of a word's characters: X upper, x lower, 9 digit; runs are shortened.

    >>> shape("BRCA"), shape("mRNA"), shape("Crohn")
    ('XX', 'xXX', 'Xxx')
    """
    drawn = "".join(
        "X" if c.isupper() else "x" if c.islower() else "9" if c.isdigit() else c for c in word
    )
    return _RUNS.sub(r"\1\1", drawn)


def features(word: str) -> list[str]:
    """The features of a word form on its own.

    >>> features("Flu")[:4]
    ['w=flu', 'W=Flu', 's=Xxx', 'n=3']
    """
    if not word[0].isalpha():
        if word[0].isdigit():
            return ["w=9", f"d={word}", f"n={min(len(word), 6)}"]
        return [f"w={word}"]
    low = word.lower()
    size = len(low)
    found = [f"w={low}", f"W={word}", f"s={shape(word)[:6]}", f"n={min(size, 12)}"]
    if low in _GREEK_NAMES or low in _GREEK:
        found.append("greek")
    edged = f"<{low}>"
    found += [f"p{n}={low[:n]}" for n in (2, 3, 4, 5) if n < size]
    found += [f"e{n}={low[-n:]}" for n in (2, 3, 4, 5, 6) if n < size]
    found += [edged[at : at + 4] for at in range(min(size - 1, 24))]
    return found


def rows(word: str, n_rows: int) -> list[int]:
    """The rows of a hashed table of `n_rows` that belong to a word's features."""
    return [crc32(one.encode("utf-8", "replace")) % n_rows for one in features(word)]


def lowered(word: str) -> str:
    """How a word is called where texts and vocabularies are counted: all numbers are `9`.

    >>> lowered("Aspirin"), lowered("325")
    ('aspirin', '9')
    """
    return word.lower() if word[0].isalpha() else "9" if word[0].isdigit() else word
