"""English stems: what a word has in common with its other forms.

Porter's second stemmer (Snowball English), which the full-text index uses, too; highlights and
checks of fields need to know which words of a text an indexed word stands for.
"""

import re
import unicodedata
from functools import lru_cache

_VOWELS = "aeiouy"
_DOUBLES = ("bb", "dd", "ff", "gg", "mm", "nn", "pp", "rr", "tt")
_SPECIAL = {
    "skis": "ski", "skies": "sky", "dying": "die", "lying": "lie", "tying": "tie",
    "idly": "idl", "gently": "gentl", "ugly": "ugli", "early": "earli", "only": "onli",
    "singly": "singl", "sky": "sky", "news": "news", "howe": "howe", "atlas": "atlas",
    "cosmos": "cosmos", "bias": "bias", "andes": "andes",
}  # fmt: skip
_AFTER_1A = {
    "inning", "outing", "canning", "herring", "earring", "evening", "proceed", "exceed", "succeed",
}  # fmt: skip
_STEP_2 = [
    ("ization", "ize"), ("ational", "ate"), ("fulness", "ful"), ("ousness", "ous"),
    ("iveness", "ive"), ("tional", "tion"), ("biliti", "ble"), ("lessli", "less"),
    ("entli", "ent"), ("ation", "ate"), ("alism", "al"), ("aliti", "al"), ("ousli", "ous"),
    ("iviti", "ive"), ("fulli", "ful"), ("enci", "ence"), ("anci", "ance"), ("abli", "able"),
    ("izer", "ize"), ("ator", "ate"), ("alli", "al"), ("bli", "ble"),
    ("ogist", "og"), ("ogi", "og"), ("li", ""),
]  # fmt: skip
_STEP_3 = [
    ("ational", "ate"), ("tional", "tion"), ("alize", "al"), ("icate", "ic"), ("iciti", "ic"),
    ("ative", ""), ("ical", "ic"), ("ness", ""), ("ful", ""),
]  # fmt: skip
_STEP_4 = (
    "ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ism", "ate", "iti", "ous",
    "ive", "ize", "ion", "al", "er", "ic",
)  # fmt: skip
_REGION = re.compile(r"[^aeiouy]*[aeiouy]+[^aeiouy]")
_HAS_VOWEL = re.compile(r"[aeiouy]")


def folded(word: str) -> str:
    """A word in small letters and without accents.

    >>> folded("Sjögren")
    'sjogren'
    """
    if word.isascii():
        return word.lower()
    parts = unicodedata.normalize("NFKD", word.lower())
    return "".join(one for one in parts if not unicodedata.combining(one))


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The stem of a word.

    >>> [stem(one) for one in ("infections", "Infected", "studies", "running", "generalization")]
    ['infect', 'infect', 'studi', 'run', 'general']
    """
    word = folded(word)
    if len(word) <= 2 or not word.isascii():
        return word
    if word in _SPECIAL:
        return _SPECIAL[word]
    word = re.sub(r"(^|[aeiouy])y", r"\1Y", word)
    first, second = _regions(word)
    word = _step_1a(word)
    if word in _AFTER_1A:
        return word
    word = _step_1c(_step_1b(word, first))
    word = _step_3(_step_2(word, first), first, second)
    return _step_5(_step_4(word, second), first, second).lower()


def _regions(word: str) -> tuple[int, int]:
    start = re.match("arsen|commun|emerg|gener|inter|later|organ|past|univers", word)
    found = start or _REGION.match(word)
    first = found.end() if found else len(word)
    found = _REGION.match(word[first:])
    return first, first + found.end() if found else len(word)


def _step_1a(word: str) -> str:
    if word.endswith("sses"):
        return word[:-2]
    if word.endswith(("ied", "ies")):
        return word[:-2] if len(word) > 4 else word[:-1]
    if word.endswith("s") and not word.endswith(("us", "ss")) and _HAS_VOWEL.search(word[:-2]):
        return word[:-1]
    return word


def _step_1b(word: str, first: int) -> str:
    for end in ("eedly", "eed"):
        if word.endswith(end):
            return word[: -len(end)] + "ee" if len(word) - len(end) >= first else word
    for end in ("ingly", "edly", "ing", "ed"):
        if word.endswith(end):
            base = word[: -len(end)]
            if not _HAS_VOWEL.search(base):
                return word
            if base.endswith(("at", "bl", "iz")):
                return base + "e"
            if base.endswith(_DOUBLES):
                return base if base in ("add", "ebb", "egg", "odd", "off", "err") else base[:-1]
            return base + "e" if len(base) <= first and _ends_short(base) else base
    return word


def _step_1c(word: str) -> str:
    if len(word) > 2 and word[-1] in "yY" and word[-2] not in _VOWELS:
        return word[:-1] + "i"
    return word


def _step_2(word: str, first: int) -> str:
    for end, other in _STEP_2:
        if word.endswith(end):
            base = word[: -len(end)]
            if len(base) < first:
                return word
            if (end == "ogi" and not base.endswith("l")) or (
                end == "li" and base[-1:] not in tuple("cdeghkmnrt")
            ):
                return word
            return base + other
    return word


def _step_3(word: str, first: int, second: int) -> str:
    for end, other in _STEP_3:
        if word.endswith(end):
            base = word[: -len(end)]
            needed = second if end == "ative" else first
            return base + other if len(base) >= needed else word
    return word


def _step_4(word: str, second: int) -> str:
    for end in _STEP_4:
        if word.endswith(end):
            base = word[: -len(end)]
            if len(base) < second or (end == "ion" and base[-1:] not in ("s", "t")):
                return word
            return base
    return word


def _step_5(word: str, first: int, second: int) -> str:
    last = len(word) - 1
    if word.endswith("e"):
        base = word[:-1]
        gone = last >= second or (last >= first and not _ends_short(base))
        return base if gone else word
    if word.endswith("ll") and last >= second:
        return word[:-1]
    return word


def _ends_short(word: str) -> bool:
    if len(word) == 2:
        return word[0] in _VOWELS and word[1] not in _VOWELS
    if len(word) < 3:
        return False
    before, vowel, after = word[-3], word[-2], word[-1]
    return before not in _VOWELS and vowel in _VOWELS and after not in (*_VOWELS, "w", "x", "Y")
