"""The sentence around a place in a text, by a light rule."""

import re
from functools import lru_cache

from medloom.steps.ingest.jats.names import tags

_END = re.compile(r"[.!?][\"'”’)\]]*\s+(?=[\"'“‘(\[]*[A-Z0-9])")
_ABBREVIATIONS = tags(
    "fig figs tab tabs al vs cf ca approx eq eqs ref refs no nos suppl supp resp dr mr mrs ms "
    "prof st inc ltd vol p pp viz ed eds dept univ"
)


@lru_cache(maxsize=4)
def _candidates(text: str) -> list[tuple[int, int]]:
    """Where a sentence may end, and where the next one would begin."""
    return [found.span() for found in _END.finditer(text)]


def sentence_around(text: str, start: int, end: int) -> str:
    """The sentence, or the sentences, in which `text[start:end]` stands.

    >>> sentence_around("One. As in Fig. 2 of Smith et al. 2010, e.g. H. pylori. Two.", 11, 17)
    'As in Fig. 2 of Smith et al. 2010, e.g. H. pylori.'
    """
    first, last = 0, len(text)
    candidates = _candidates(text)
    for point, following in reversed(candidates):
        if following <= start and not _is_abbreviation(text, point):
            first = following
            break
    for point, following in candidates:
        if point + 1 >= end and following > start and not _is_abbreviation(text, point):
            last = following
            break
    return text[first:last].strip()


def _is_abbreviation(text: str, point: int) -> bool:
    """Whether the full stop at `point` belongs to the word in front of it."""
    word = text[text.rfind(" ", 0, point) + 1 : point].lstrip('(["“')
    return (
        text[point] == "."
        and (
            word.lower() in _ABBREVIATIONS
            or (len(word) == 1 and word.isalpha())
            or "." in word[:-1]
        )
        and not word[-1:].isdigit()
    )
