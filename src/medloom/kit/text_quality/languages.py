"""The language of a text, by the frequencies of its three-letter pieces; no model to download.

Cavnar and Trenkle (1994) with probabilities in place of ranks, which is a naive Bayes classifier.
`languages.tsv` holds, for each language, the costs of its commonest pieces in tenths of a bit,
learned by `benchmarks/learn_text_quality.py`. Scripts that one language alone uses decide by
themselves.
"""

import re
from functools import cache, lru_cache
from importlib import resources
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

UNKNOWN = "und"
"""As BCP 47 has it: undetermined."""
_SEEN_CHARACTERS = 800
"""A longer text is looked at in its first and its last half of this."""
_FLOOR = 150
"""The cost of a piece that a language does not list, in tenths of a bit."""
_LEAST_PIECES = 8
_LIKELY = {"en": 0.0, **dict.fromkeys(("de", "es", "fr", "it", "pt", "ru"), 3.0)}
_UNLIKELY = 6.0
"""Bits that speak against a language before a text is seen: most of the literature is English."""
_USUAL_BITS, _USUAL_PIECES = 10.3, 60
_WORD = re.compile(r"[^\W\d_]+")
_HAN, _KANA = re.compile(r"[\u3400-\u9fff]"), re.compile(r"[\u3040-\u30ff]")
_SCRIPTS = {
    "ko": re.compile(r"[\uac00-\ud7a3]"),
    "ar": re.compile(r"[\u0600-\u06ff]"),
    "he": re.compile(r"[\u0590-\u05ff]"),
    "el": re.compile(r"[\u0370-\u03ff]"),
    "hi": re.compile(r"[\u0900-\u097f]"),
    "th": re.compile(r"[\u0e00-\u0e7f]"),
}


class Language(NamedTuple):
    """The likeliest language of a text."""

    code: str
    """ISO 639-1: `en`, `es`; `und` where the text has too few letters to say."""
    score: float
    """0 to 1: how far it is ahead of the next language."""
    strangeness: float
    """Mean bits of a three-letter piece in that language: garbled text is strange in all."""


class _Pieces(NamedTuple):
    codes: list[str]
    places: dict[str, int]
    costs: NDArray[np.int32]
    """A row a piece, a column a language; the last row is for pieces that none lists."""
    against: NDArray[np.float64]


@cache
def _pieces() -> _Pieces:
    file = resources.files(__package__) / "languages.tsv"
    lines = [line.split("\t") for line in file.read_text("utf-8").splitlines() if line]
    places: dict[str, int] = {}
    for _, _, pieces in lines:
        for piece in pieces.split("|")[::2]:
            places.setdefault(piece, len(places))
    costs = np.full((len(places) + 1, len(lines)), _FLOOR, np.int32)
    for column, (_, _, pieces) in enumerate(lines):
        names, numbers = pieces.split("|")[::2], pieces.split("|")[1::2]
        costs[[places[one] for one in names], column] = [int(one) for one in numbers]
    codes = [code for code, _, _ in lines]
    against = np.array([_LIKELY.get(code, _UNLIKELY) for code in codes])
    return _Pieces(codes, places, costs, against)


@cache
def stop_words(code: str) -> frozenset[str]:
    """The commonest words of a language; empty where there is no list.

    >>> sorted(stop_words("en"))[:2], stop_words("zh")
    (['a', 'about'], frozenset())
    """
    file = resources.files(__package__) / "languages.tsv"
    for line in file.read_text("utf-8").splitlines():
        named, words, _ = line.split("\t")
        if named == code:
            return frozenset(words.split())
    return frozenset()


def language_of(text: str) -> Language:
    """The language that a text is in.

    >>> language_of("The patient had no fever and was sent home.").code
    'en'
    >>> language_of("Der Patient hatte kein Fieber und wurde entlassen.").code
    'de'
    >>> language_of("患者は発熱なし").code, language_of("12/80").code
    ('ja', 'und')
    """
    if len(text) > _SEEN_CHARACTERS:
        text = text[: _SEEN_CHARACTERS // 2] + " " + text[-_SEEN_CHARACTERS // 2 :]
    if not text.isascii() and (code := _by_script(text)):
        return Language(code, 1.0, 0.0)
    known = _pieces()
    numbers: list[int] = []
    for word in _WORD.findall(text.lower()):
        numbers += _pieces_of(word)
    return _best(known, numbers)


@lru_cache(1 << 16)
def _pieces_of(word: str) -> tuple[int, ...]:
    known, padded = _pieces(), f" {word} "
    find, none = known.places.get, len(known.places)
    return tuple(find(padded[at : at + 3], none) for at in range(len(word)))


def _best(known: _Pieces, numbers: list[int]) -> Language:
    if len(numbers) < _LEAST_PIECES:
        return Language(UNKNOWN, 0.0, 0.0)
    costs = known.costs.take(numbers, axis=0).sum(axis=0) / 10
    # Pieces overlap, so that a third of them speak for themselves.
    against = costs / 3 + known.against
    first, second = against.argsort(kind="stable")[:2]
    ahead = min(60.0, float(against[second] - against[first]))
    # A few pieces say little: some of usual strangeness are added.
    total = float(costs[first]) + _USUAL_BITS * _USUAL_PIECES
    return Language(known.codes[first], 1 - 2.0**-ahead, total / (len(numbers) + _USUAL_PIECES))


def _by_script(text: str) -> str | None:
    letters = sum(map(len, _WORD.findall(text))) or 1
    kana, han = len(_KANA.findall(text)), len(_HAN.findall(text))
    if kana + han > 0.3 * letters:
        return "ja" if kana > 0.1 * (kana + han) else "zh"
    counts = {code: len(one.findall(text)) for code, one in _SCRIPTS.items()}
    code = max(counts, key=lambda one: counts[one])
    return code if counts[code] > 0.5 * letters else None
