"""Texts as normalised words: what is left when case, punctuation and spacing are taken away.

Numbers keep their point and their sign, signs of comparison stay, and `10³` does not become 103.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from hashlib import blake2b

from pydantic import BaseModel

from medloom.kit import rule_files

_NO_SPACES = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""Scripts without spaces between words: each letter counts as a word."""
_NUMBER = r"\d+(?:,\d\d\d(?!\d))*(?:\.\d+)*"
_SIGNED = rf"(?<![^\s(\[<>=])(?<![a-z]\()-(?:\.\d+|{_NUMBER})|(?<!\d)\.\d+"
_SIGN = r"<=|>=|\+/-|[<>+%‰]"
_ASCII_WORD = re.compile(rf"[^a-z0-9<>+%.-]{{0,8}}+([a-z]+|{_NUMBER}|{_SIGNED}|{_SIGN})")
"""What stands between words is part of the pattern, which makes it twice as fast; the limit keeps
the time of long rows of signs in line."""
_ANY_WORD = re.compile(rf"[^\W\d_{_NO_SPACES}]+|{_NUMBER}|{_SIGNED}|{_SIGN}|[{_NO_SPACES}]")
_OTHER_SIGNS = re.compile(r".?[^\x00-\x7f]+")
"""Signs beyond ASCII, and what is before them: an accent may belong to it."""
_RAISED = re.compile("(?<=\\d)(?=[\u00b2\u00b3\u00b9\u2070-\u209f\u00bc-\u00be])")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_AS_ASCII = str.maketrans(
    dict.fromkeys("‐‑‒–−", "-")
    | dict.fromkeys("‘’“”ʼ´„«»", "'")
    | {"\u2014": " - ", "≤": "<=", "≥": ">=", "±": "+/-", "·": ".", "⋅": ".", "×": " x ", "•": " "}
)


class Lists(BaseModel):
    """The file of words whose change makes a text say something else."""

    negation: list[str]
    direction: list[str]
    side: list[str]
    person: list[str]
    numbers: dict[str, str]
    roman: list[str]
    unit: dict[str, list[str]]
    date: list[str]
    greek: dict[str, str]
    empty: list[str]
    imprint: list[str]


@cache
def lists() -> Lists:
    """The word lists, read once."""
    return rule_files.parsed(
        "words.yaml", rule_files.text_of(None, "medloom.kit.near_duplicates", "words.yaml"), Lists
    )


@cache
def telling() -> dict[str, str]:
    """The words that matter by themselves, and what each stands for."""
    of = lists()
    plain = (of.negation, of.direction, of.side, of.person, of.roman, of.date)
    made = {word: word for words in plain for word in words} | of.numbers | of.greek
    for unit, others in of.unit.items():
        made |= dict.fromkeys([unit, *others], unit)
    return made


def cut(text: str) -> list[str]:
    """The words, numbers and signs of a text in lower case, numbers as they are written.

    >>> cut("The patient's 1,200 mg")
    ['the', 'patients', '1,200', 'mg']
    """
    if not text.isascii():
        text = _OTHER_SIGNS.sub(_folded, text)
        if not text.isascii():
            return _ANY_WORD.findall(text.lower().replace("'", ""))
    return _ASCII_WORD.findall(text.lower().replace("'", ""))


def _folded(found: re.Match[str]) -> str:
    return _fold(found.group())


@lru_cache(1 << 16)
def _fold(signs: str) -> str:
    """Signs in their plain form: `ﬁ` as fi, `10³` as 10 3, a dash as a hyphen."""
    signs = _RAISED.sub(" ", _INVISIBLE.sub("", signs))
    return unicodedata.normalize("NFKC", signs.translate(_AS_ASCII)).casefold().translate(_AS_ASCII)


def places(text: str) -> list[tuple[int, int]]:
    """Where the words of `cut` stand in a text, in code points.

    >>> text = "The ﬁrst 5\u00a0mg"
    >>> [text[start:end] for start, end in places(text)]
    ['The', 'ﬁrst', '5', 'mg']
    """
    folded, starts, ends = _with_places(text)
    word, group = (_ASCII_WORD, 1) if folded.isascii() else (_ANY_WORD, 0)
    found = (match.span(group) for match in word.finditer(folded))
    return [(starts[start], ends[end - 1]) for start, end in found]


def _with_places(text: str) -> tuple[str, list[int], list[int]]:
    """The text as `cut` reads it; where each of its characters begins and ends in the text."""
    made: list[tuple[str, int, int]] = []
    at = 0
    for found in _OTHER_SIGNS.finditer(text):
        made += _plain_places(text, at, found.start())
        folded, signs = _fold(found.group()).lower(), found.group()
        alone = [_fold(sign).lower() for sign in signs]
        if "".join(alone) == folded:
            for number, some in enumerate(alone, found.start()):
                made += [(one, number, number + 1) for one in some]
        else:  # an accent that stands behind its letter
            made += [(one, found.start(), found.end()) for one in folded]
        at = found.end()
    made += _plain_places(text, at, len(text))
    kept = [one for one in made if one[0] != "'"]
    return "".join(one for one, *_ in kept), [one[1] for one in kept], [one[2] for one in kept]


def _plain_places(text: str, start: int, end: int) -> list[tuple[str, int, int]]:
    return [(text[at].lower(), at, at + 1) for at in range(start, end)]


def words(text: str) -> list[str]:
    """The normalised words, numbers and signs of a text.

    >>> words("The dose (5.0 mg/day) fell -- by 1,200 µg; p<.05, IL‑6 at 10³")
    ['the', 'dose', '5.0', 'mg', 'day', 'fell', 'by', '1200', 'μg', 'p', '<', '0.05', 'il', '6', 'at', '10', '3']
    """  # noqa: E501 - one list
    return plain(cut(text))


def plain(found: Sequence[str]) -> list[str]:
    """Words of `cut` with their numbers written in one way."""
    return [word if word.isalpha() else _number(word) for word in found]


def _number(word: str) -> str:
    if word.isdecimal():
        return word if word.isascii() else "".join(str(unicodedata.decimal(one)) for one in word)
    word = word.replace(",", "")
    return word.replace(".", "0.", 1) if word.startswith((".", "-.")) else word


def stands_for(word: str) -> str | None:
    """What a word says that no copy may change: a number, a unit, a negation; None of others.

    >>> stands_for("five"), stands_for("mg"), stands_for("b"), stands_for("trial")
    ('5', 'mg', 'b', None)
    """
    if (known := telling().get(word)) is not None:
        return known
    if len(word) == 1:
        return None if word == "a" or (word > "z" and word.isalpha() and not _greek(word)) else word
    return None if word.isalpha() else word


def _greek(letter: str) -> bool:
    return "α" <= letter <= "ω"


class Hashes(dict[str, int]):
    """The hash of each word of `cut`, worked out once; its lowest bit says whether it is telling.

    >>> hashes = Hashes()
    >>> hashes["mg"] & 1, hashes["trial"] & 1, hashes["trial"] == Hashes()["trial"]
    (1, 0, True)
    """

    most = 300_000
    """So many words are remembered: memory stays flat however many texts come."""

    def __missing__(self, word: str) -> int:
        """Work a new word's hash out."""
        if len(self) >= self.most:
            self.clear()
        read = word if word.isalpha() else _number(word)
        raw = int.from_bytes(blake2b(read.encode("utf-8", "surrogatepass"), digest_size=8).digest())
        self[word] = found = (raw & ~1) | (stands_for(read) is not None)
        return found
