"""Where the sentences of a text are, by rules: for prose and for telegraphic notes.

A regular expression finds where a sentence may end; a short function decides. What belongs to one
language (abbreviations, first words) is a data file beside this module.
"""

import re
from functools import cache
from importlib import resources
from typing import NamedTuple

import yaml

from medloom.tables.spans import Range

_PROSE = re.compile(r"[.!?…。！？]+[\"'”’»)\]}]*(?:\s+|(?<=[。！？])|$)|\s*\n\s*")
_OPENERS = "\"'“‘«([{¿¡-–—•*"


class Language(NamedTuple):
    """What the rules know of one language; all in lower case."""

    never: frozenset[str]
    number: frozenset[str]
    sometimes: frozenset[str]
    starters: frozenset[str]


@cache
def language(code: str) -> Language:
    """The abbreviations and first words of a language.

    >>> "fig" in language("en").number
    True
    """
    file = resources.files("medloom.kit") / "abbreviations" / f"{code}.yaml"
    lists = yaml.safe_load(file.read_text("utf-8"))
    return Language(*(frozenset(lists[name].split()) for name in Language._fields))


def split(text: str, language_code: str = "en") -> list[Range]:
    """The sentences of a text, without the white space around them.

    >>> text = "No rash (Fig. 2A). E. coli grew."
    >>> [text[s.start : s.end] for s in split(text)]
    ['No rash (Fig. 2A).', 'E. coli grew.']
    """
    known = language(language_code)
    start = len(text) - len(text.lstrip())
    found: list[Range] = []
    for candidate in _PROSE.finditer(text, start):
        place, following = candidate.span()
        end = place + len(candidate[0].rstrip())
        if end > start and (following == len(text) or _ends(text, place, following, known)):
            found.append(Range(start, end))
            start = following
    end = len(text.rstrip())
    if end > start:
        found.append(Range(start, end))
    return found


def _ends(text: str, place: int, following: int, known: Language) -> bool:
    """Whether the mark at `place` ends a sentence, and the next one begins at `following`."""
    if text[place] != ".":
        return True
    word = text[text.rfind(" ", 0, place) + 1 : place].lstrip(_OPENERS)
    lower = word.lower()
    after = text[following : following + 24].lstrip(_OPENERS)
    if after[:1].islower():
        return False
    if lower in known.never:
        return False
    if lower in known.number:
        return not (after[:1].isdigit() or (len(after) > 1 and not after[1].isalpha()))
    if lower in known.sometimes or (len(word) == 1 and word.isalpha()) or "." in word[:-1]:
        return after.partition(" ")[0].rstrip(",").lower() in known.starters
    return True
