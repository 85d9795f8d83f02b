"""From the label probabilities of sub-word tokens to mentions.

Tags are read in any of the usual schemes (Ramshaw and Marcus 1995; Ratinov and Roth 2009): BIO,
BIOES, BILOU, IO with or without prefix. A tag that cannot follow the one before begins a mention.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Aggregation = Literal["first", "max", "mean"]
Probabilities = NDArray[np.float32]
_OPENS, _CLOSES = frozenset("BSU"), frozenset("ESLU")
_PREFIXES = frozenset("BIOESLU")


class Tag(NamedTuple):
    """What a label of a model says of a word."""

    kind: str
    """The label of the mention; empty outside of mentions."""
    opens: bool = False
    closes: bool = False


class Mention(NamedTuple):
    """A mention by the places of its characters."""

    start: int
    end: int
    label: str
    score: float
    """The mean probability of its words' tags."""


def tags(id2label: Mapping[int, str]) -> list[Tag]:
    """Read the labels of a model, in the order of their numbers.

    >>> tags({0: "O", 1: "B-Disease", 2: "I-Disease"})[1]
    Tag(kind='Disease', opens=True, closes=False)
    >>> tags({0: "O", 1: "Disease"})[1]
    Tag(kind='Disease', opens=False, closes=False)

    Raises ValueError where the numbers have gaps.
    """
    if sorted(id2label) != list(range(len(id2label))) or not id2label:
        raise ValueError("the numbers of the labels do not run from 0 without gaps")
    return [_tag(id2label[number]) for number in range(len(id2label))]


def _tag(label: str) -> Tag:
    prefix, mark, kind = label[:1], label[1:2], label[2:]
    if label in ("O", "OUT", "NONE"):
        return Tag("")
    if mark in ("-", "_") and mark and kind and prefix in _PREFIXES:
        return Tag(kind, prefix in _OPENS, prefix in _CLOSES)
    return Tag(label)


def word_starts(places: Sequence[tuple[int, int]], words: Sequence[int | None]) -> list[bool]:
    """Of each token, whether it begins a word: another word, or a gap before it.

    >>> word_starts([(0, 2), (2, 4), (5, 6)], [0, 0, 1])
    [True, False, True]
    """
    opens = []
    for at, (place, word) in enumerate(zip(places, words, strict=True)):
        same = at > 0 and word == words[at - 1] and place[0] <= places[at - 1][1]
        opens.append(not same)
    return opens


def mentions(
    probabilities: Probabilities,
    places: Sequence[tuple[int, int]],
    opens: Sequence[bool],
    known: Sequence[Tag],
    aggregation: Aggregation = "first",
) -> list[Mention]:
    """The mentions of a text, from the probabilities of each token's labels.

    The tokens of a word decide together: by the `first` of them, by the surest (`max`), or by
    their `mean`.
    """
    starts = np.flatnonzero(np.asarray(opens, bool))
    if not len(starts):
        return []
    of_words = _of_words(probabilities, starts, aggregation)
    best = of_words.argmax(axis=1)
    chosen = of_words[np.arange(len(best)), best].tolist()
    ends = [*starts[1:].tolist(), len(places)]
    found: list[Mention] = []
    scores: list[float] = []
    current = Tag("")
    for word, (first, last) in enumerate(zip(starts.tolist(), ends, strict=True)):
        tag = known[best[word]]
        if not tag.kind:
            current = tag
            continue
        start, end = places[first][0], places[last - 1][1]
        if tag.kind == current.kind and not tag.opens and not current.closes:
            scores.append(chosen[word])
            mean = sum(scores) / len(scores)
            found[-1] = found[-1]._replace(end=end, score=mean)
        else:
            scores = [chosen[word]]
            found.append(Mention(start, end, tag.kind, chosen[word]))
        current = tag
    return found


def _of_words(
    probabilities: Probabilities, starts: NDArray[np.intp], aggregation: Aggregation
) -> Probabilities:
    if aggregation == "first":
        return probabilities[starts]
    if aggregation == "mean":
        sizes = np.diff(np.append(starts, len(probabilities)))
        sums = np.add.reduceat(probabilities, starts, axis=0)
        return (sums / sizes[:, None]).astype(np.float32)
    surest = probabilities.max(axis=1)
    ends = np.append(starts[1:], len(probabilities))
    rows = [s + int(surest[s:e].argmax()) for s, e in zip(starts, ends, strict=True)]
    return probabilities[rows]
