"""How much a text says that the others of its table do not."""

import re
from collections import Counter
from math import log2
from typing import NamedTuple

from medloom.step import adds
from medloom.tables.rows import Rows

_WORD = re.compile(r"[^\W_]+")
_NEW = 1.0
"""The count that a word gets beside those it has elsewhere."""


class Informativeness(NamedTuple):
    """The surprise of a text's words, given the other texts."""

    bits_per_word: float
    bits: float
    """Of its different words together: long and various texts have many."""
    n_words: int


@adds("informativeness", across={"id": str, "text": str})
def informativeness(rows: Rows) -> list[Informativeness]:
    """Measure how informative each text is, by a model of the words of all the others.

    Each word costs the bits by which the other texts do not foretell it (a unigram model that is
    smoothed and leaves the text itself out): standing phrases such as `see text` cost little in
    each text, findings and names much.

    >>> texts = ["see text", "see text", "see text", "mitral stenosis with a thrombus"]
    >>> found = informativeness(Rows.of({"id": list("abcd"), "text": texts}))
    >>> found[3].bits_per_word > found[0].bits_per_word, found[0].n_words
    (True, 2)
    """
    counts = [Counter(_WORD.findall(one.lower())) for one in rows.column("text")]
    everywhere: Counter[str] = Counter()
    for one in counts:
        everywhere.update(one)
    total = everywhere.total() + _NEW * (len(everywhere) + 1)
    return [_measured(one, everywhere, total) for one in counts]


def _measured(words: Counter[str], everywhere: Counter[str], total: float) -> Informativeness:
    n_words = words.total()
    elsewhere = total - n_words
    bits = {word: log2(elsewhere / (everywhere[word] - n + _NEW)) for word, n in words.items()}
    mean = sum(bits[word] * n for word, n in words.items()) / (n_words or 1)
    return Informativeness(mean, sum(bits.values()), n_words)
