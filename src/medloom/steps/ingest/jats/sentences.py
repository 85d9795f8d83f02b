"""The sentence around a place in a text."""

from functools import lru_cache

from medloom.kit.sentences import split
from medloom.tables import Range


@lru_cache(maxsize=4)
def _sentences(text: str) -> list[Range]:
    return split(text, "prose")


def sentence_around(text: str, start: int, end: int) -> str:
    """The sentence, or the sentences, in which `text[start:end]` stands.

    >>> sentence_around("One. As in Fig. 2 of Smith et al. 2010, e.g. H. pylori. Two.", 11, 17)
    'As in Fig. 2 of Smith et al. 2010, e.g. H. pylori.'
    """
    inside = [
        one for one in _sentences(text) if one.end > start and one.start < max(end, start + 1)
    ]
    return text[inside[0].start : inside[-1].end] if inside else ""
