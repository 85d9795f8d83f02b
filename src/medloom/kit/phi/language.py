"""Which of the languages that the rules know a text is in."""

import re

_WORDS = re.compile(r"[^\W\d_]+")
_ENGLISH = (
    "the of and in to with was for is on at by from that this he she his her patient as has had"
    " are were or be an my your you it not have will"
)
_SPANISH = (
    "de la el en y que con del los las por se un una su al es no para paciente lo como más fue"
    " años sin nombre fecha médico mi"
)
_COMMON = {"en": frozenset(_ENGLISH.split()), "es": frozenset(_SPANISH.split())}
LANGUAGES = tuple(_COMMON)
_LOOKED_AT = 4_000
"""Characters from the beginning of a text."""


def languages_of(text: str) -> tuple[str, ...]:
    """The language of a text; both where its common words do not say.

    >>> languages_of("The patient was seen today."), languages_of("El paciente refiere dolor.")
    (('en',), ('es',))
    >>> languages_of("J. Smith 12/03/2010")
    ('en', 'es')
    """
    words = _WORDS.findall(text[:_LOOKED_AT].lower())
    counts = {name: sum(word in common for word in words) for name, common in _COMMON.items()}
    most = max(counts.values())
    return tuple(name for name, n in counts.items() if n and 3 * n >= most) or LANGUAGES
