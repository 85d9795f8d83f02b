"""Which sentences of passages say most of what was asked."""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import log

from medloom.answers.model import KeySentence
from medloom.answers.wording import weight, wording
from medloom.kit.sentences import split

_ASKING = 0.6
_LEAST = 0.25
"""The least score of a sentence that is shown, as a share of the best one's."""


def key_sentences(
    question: str,
    texts: Sequence[str],
    *,
    others: Mapping[str, float] | None = None,
    most: int = 2,
) -> list[tuple[KeySentence, ...]]:
    """Of each text, its sentences that say most of a question, best first.

    Words count more the fewer sentences of all texts have them. `others` are other words for what
    is asked, with weights.

    >>> text = "Nothing here. Aspirin prevents strokes."
    >>> [text[one.start : one.end] for one in key_sentences("Does aspirin prevent?", [text])[0]]
    ['Aspirin prevents strokes.']
    """
    places = [split(text, "prose") for text in texts]
    read = [
        [wording(text[one.start : one.end]) for one in row]
        for text, row in zip(texts, places, strict=True)
    ]
    met = Counter(stem for row in read for one in row for stem in one.stems)
    n = sum(map(len, read))
    asked = wording(question)
    worth = {
        stem: weight(stem, asked.names) * log(1 + n / (0.5 + met[stem])) for stem in asked.stems
    }
    for phrase, share in (others or {}).items():
        for stem in wording(phrase).stems:
            worth.setdefault(stem, share * log(1 + n / (0.5 + met[stem])))
    found = []
    for row, said in zip(places, read, strict=True):
        scored = []
        for place, one in zip(row, said, strict=True):
            score = sum(worth.get(stem, 0.0) for stem in one.stems) * (_ASKING if one.asks else 1)
            scored.append(KeySentence(place.start, place.end, round(score, 3)))
        best = sorted(scored, key=lambda one: (-one.score, one.start))[:most]
        least = _LEAST * best[0].score if best else 0
        found.append(tuple(one for one in best if one.score > 0 and one.score >= least))
    return found
