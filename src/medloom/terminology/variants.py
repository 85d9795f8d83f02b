"""How what stands in a text differs from the name that it was found by."""

import re

from medloom.terminology.characters import fold
from medloom.terminology.normal import greek, normal

_WORD = re.compile(r"[^\W\d_]+|\d+")
_POSSESSIVE = re.compile(r"(?<=[^\W\d_]{2})['\u2019](?:s\b)?")


def variant(text: str, name: str) -> str:
    """Which kind of variant a text is of a name, the least that explains it.

    exact, case, accents, hyphen, possessive, greek, plural, spelling, word-order.

    >>> [variant(one, "Tumor of Crohn") for one in ("tumor of Crohn", "Tumours of Crohn")]
    ['case', 'spelling']
    """
    if text == name:
        return "exact"
    if text.casefold() == name.casefold():
        return "case"
    text, name = fold(text), fold(name)
    if text == name:
        return "accents"
    words, others = _WORD.findall(text), _WORD.findall(name)
    if words == others:
        return "hyphen"
    if _WORD.findall(_POSSESSIVE.sub("", text)) == _WORD.findall(_POSSESSIVE.sub("", name)):
        return "possessive"
    if [greek().get(one, one) for one in words] == [greek().get(one, one) for one in others]:
        return "greek"
    if sorted(map(normal, words)) != sorted(map(normal, others)):
        return "words"
    if [*map(normal, words)] != [*map(normal, others)]:
        return "word-order"
    same = [normal(a, "plural") == normal(b, "plural") for a, b in zip(words, others, strict=True)]
    return "plural" if all(same) else "spelling"
