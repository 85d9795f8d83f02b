"""The sentence around a place in a text, by a light rule."""

import re
from functools import lru_cache

_END = re.compile(r"[.!?][\"'”’)\]]*\s+(?=[\"'“‘(\[]*[A-Z0-9])")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[])(?:figs?|tabs?|et al|vs|e\.g|i\.e|cf|ca|approx|eqs?|refs?|nos?|suppl?|resp|dr|mr|mrs"
    r"|ms|prof|st|inc|ltd|vol|pp?|viz|etc|[A-Za-z]|(?:[A-Za-z]\.)+[A-Za-z])\.$",
    re.IGNORECASE,
)


@lru_cache(maxsize=8)
def sentence_ends(text: str) -> tuple[int, ...]:
    """Offsets where a new sentence begins.

    >>> sentence_ends("See Fig. 2 of Smith et al. 2010 (p < 0.05). It rose.")
    (45,)
    """
    ends = []
    for found in _END.finditer(text):
        point = found.start() + 1
        before = text[max(0, point - 12) : point]
        if not _ABBREVIATION.search(before) or _is_sentence_final(before, text[found.end() :]):
            ends.append(found.end())
    return tuple(ends)


def sentence_around(text: str, start: int, end: int) -> str:
    """The sentence, or the sentences, in which `text[start:end]` stands.

    >>> sentence_around("One. As in Fig. 2, e.g. here. Three.", 11, 17)
    'As in Fig. 2, e.g. here.'
    """
    ends = sentence_ends(text)
    first = max((at for at in ends if at <= start), default=0)
    last = min((at for at in ends if at >= end and at > start), default=len(text))
    return text[first:last].strip()


def _is_sentence_final(before: str, after: str) -> bool:
    """`etc.` before a capitalised word, and a lone capital after a digit, do end sentences."""
    return before.endswith("etc.") and after[:1].isupper()
