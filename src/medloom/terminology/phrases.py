"""Whether a stretch of text is a whole phrase."""

import re

_MODIFIER = re.compile(r"(?:al|ar|ic|ous|ive|ary|ed|ent|ant)$", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_COPULA = re.compile(r"\b(?:is|are|was|were|been|being|became|remained|appeared|seemed)\b")


def breaks_off(text: str, name: str) -> bool:
    """Whether a text ends in an adjective that the name does not end in, and none is predicated.

    >>> breaks_off("retinal degenerative", "Retinal degeneration")
    True
    >>> breaks_off("optic discs were enlarged", "Enlarged optic disc")
    False
    """
    words = _WORD.findall(text)
    if not words or not _MODIFIER.search(words[-1]) or _COPULA.search(text):
        return False
    last: str = (_WORD.findall(name) or [""])[-1]
    return str(words[-1]).casefold() != last.casefold()
