"""Normal forms of names: what stays of a name when how it is written no longer counts.

Each form forgives more than the one before: case, accents and Greek; British spelling, plural and
possessive; small words and word order; and where one word ends and the next begins.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b
from importlib.resources import files

from medloom.kit.tokens import TOKEN

_GREEK = {
    chr(code): unicodedata.name(chr(code)).split()[3].lower()
    for code in range(0x3B1, 0x3CA)
    if "SMALL LETTER" in unicodedata.name(chr(code))
} | {"ς": "sigma", "µ": "mu", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d"}
_FOLD = str.maketrans(_GREEK | {"’": "'", "′": "'", "–": "-", "—": "-", "‐": "-", "−": "-"})
_ROMAN = dict(
    zip(
        ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"),
        map(str, range(1, 13)),
        strict=True,
    )
)
_SPELLING = (
    (re.compile(r"(?<=.)(?:ae|oe)"), "e"),
    (re.compile(r"^oe(?=[dst])"), "e"),
    (re.compile(r"our(?=s?$|ed$|ing$)"), "or"),
    (re.compile(r"ll(?=ed$|ing$)"), "l"),
    (re.compile(r"is(?=e[ds]?$|ation|ing$)"), "iz"),
    (re.compile(r"ys(?=e[ds]?$)"), "yz"),
    (re.compile(r"sulph"), "sulf"),
    (re.compile(r"(?<=[bt])re$"), "er"),
)
"""British to American, for both sides of a comparison: it need not be right, only the same."""
_ENDING = re.compile(r"(?<=...)(?:[eisy]+|us|um|as?|ae|ata)$")
"""Plural and singular endings, English, Latin and Greek."""
STOP = frozenset(files(__package__).joinpath("stop_words.txt").read_text(encoding="utf-8").split())


def folded(text: str) -> str:
    """Small letters without accents, Greek letters by name, one space for any white space.

    >>> folded("TNF-α  Müller’s")
    "tnf-alpha muller's"
    """
    text = text.lower()
    if not text.isascii():
        apart = unicodedata.normalize("NFKD", text.translate(_FOLD))
        text = "".join(one for one in apart if not unicodedata.combining(one)).translate(_FOLD)
    return " ".join(text.split())


@lru_cache(maxsize=500_000)
def stem(word: str) -> str:
    """A folded word without its ending, in American spelling; Roman numerals as digits.

    >>> [stem(one) for one in ("tumours", "tumor", "metastases", "metastasis", "haemorrhage", "ii")]
    ['tumor', 'tumor', 'metasta', 'metasta', 'hemorrhag', '2']
    """
    if word in _ROMAN and len(word) > 1:
        return _ROMAN[word]
    if len(word) < 4 or not word.isalpha():
        return word
    for pattern, american in _SPELLING:
        word = pattern.sub(american, word)
    return _ENDING.sub("", word)


def stems(text: str) -> list[str]:
    """The stems of the words and numbers of a folded text, without marks and possessives.

    >>> stems(folded("Alzheimer's disease, type II"))
    ['alzheimer', 'disea', 'typ', '2']
    """
    found = TOKEN.findall(text.replace("'s ", " ").removesuffix("'s"))
    words = [one for one in found if one[0].isalnum()]
    if "acid" in words or "acids" in words:
        words = list(_salts(words))
    return [stem(one) for one in words]


def _salts(words: list[str]) -> Iterator[str]:
    """Acids under the names of their salts: glutamic acid is glutamate."""
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if following in ("acid", "acids") and word.endswith("ic") and len(word) > 4:
            yield word[:-2] + "ate"
        elif word not in ("acid", "acids") or len(words) == 1:
            yield word


def content(words: list[str]) -> list[str]:
    """The stems that carry meaning; all where none does.

    >>> content(["cancer", "of", "the", "lung"])
    ['cancer', 'lung']
    """
    return [one for one in words if one not in STOP] or words


def keys(text: str) -> tuple[str, str, str, str]:
    """The forms under which a name is looked up, from strict to forgiving.

    >>> keys("Cancer of the lungs")[2]
    'cancer lung'
    """
    fold = folded(text)
    words = stems(fold)
    bag = " ".join(sorted(set(content(words))))
    return fold, " ".join(words), bag, "".join(words)


def hashed(level: int, key: str) -> int:
    """A number of 64 bits for a key of a level.

    >>> hashed(0, "a") != hashed(1, "a")
    True
    """
    return int.from_bytes(
        blake2b(f"{level}{key}".encode("utf-8", "replace"), digest_size=8).digest()
    )
