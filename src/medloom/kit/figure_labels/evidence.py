"""The words of a caption that say, or hint at, what the figure shows."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from medloom.kit.figure_labels.taxonomy import WORD, Hint, Label, Phrases, Taxonomy
from medloom.kit.sentences import split

_APART = re.compile(r"[.;:!?)(]\s|\n")
_GLOSSED = re.compile(r"\)?\s?(?:[=:,–-]|indicates?|denotes?)\s?")
_NEAR_BEFORE, _NEAR_AFTER = 4, 2
_DRAWN = 2
GRAPHIC = "graphic"


class Evidence(NamedTuple):
    """Some words of a text, and the label that they speak for."""

    label: Label
    start: int
    end: int
    rule: str
    """strong, plain, weak, pattern; `measured`, `glossary`, `charted`: words that do not count."""
    points: int
    phrase: str


def evidence(text: str, known: Taxonomy) -> list[Evidence]:
    """All evidence in a text, in order."""
    found: list[Evidence] = []
    for start, end in split(text, "prose"):
        found += _charted(_glossary(text, list(_of_sentence(text, start, end, known))))
    for pattern, hint in known.patterns:
        if match := pattern.search(text):
            found.append(Evidence(hint.label, *match.span(), hint.rule, hint.points, match[0]))
    return found


def _of_sentence(text: str, start: int, end: int, known: Taxonomy) -> Iterator[Evidence]:
    spots = [match.span() for match in WORD.finditer(text, start, end)]
    words = [text[a:b] for a, b in spots]
    small = [word.lower() for word in words]
    shown = int(any(known.depicting.find(words, small, at, 1) for at in range(len(words))))
    for first, last, hints in _matches(text, spots, words, small, known.phrases):
        a, b = spots[first][0], spots[last - 1][1]
        before = small[max(0, first - _NEAR_BEFORE) : first]
        measured = not known.measuring.isdisjoint(before) or not known.not_shown_before.isdisjoint(
            small[last : last + _NEAR_AFTER]
        )
        phrase = " ".join(small[first:last])
        for hint in hints:
            rule, points = hint.rule, hint.points
            if hint.label.kind == "modality" and hint.label.group != GRAPHIC:
                rule, points = ("measured", 0) if measured else (rule, points + shown)
            yield Evidence(hint.label, a, b, rule, points, phrase)


def _matches(
    text: str, spots: list[tuple[int, int]], words: list[str], small: list[str], known: Phrases
) -> Iterator[tuple[int, int, list[Hint]]]:
    """The longest phrases of each kind at each place, none inside another of its kind."""
    taken: dict[str, int] = {}
    blocked = 0
    for at, first in enumerate(small):
        if at < blocked:
            continue
        for length in range(min(known.longest(first, words[at]), len(words) - at), 0, -1):
            hints = known.find(words, small, at, length)
            if not hints or (length > 1 and _apart(text, spots, at, length)):
                continue
            if None in hints:
                blocked = at + length
                break
            free = [one for one in hints if one and taken.get(one.label.kind, 0) <= at]
            yield at, at + length, free
            taken |= dict.fromkeys((one.label.kind for one in free), at + length)


def _apart(text: str, spots: list[tuple[int, int]], at: int, length: int) -> bool:
    """Whether a full stop or a bracket stands between the words."""
    return _APART.search(text, spots[at][1], spots[at + length - 1][0]) is not None


def _charted(found: list[Evidence]) -> list[Evidence]:
    """Body parts in a sentence about a chart or drawing alone are not seen."""
    modalities = [one for one in found if one.label.kind == "modality" and one.points]
    drawn = sum(one.points for one in modalities if one.label.group == GRAPHIC)
    if drawn < _DRAWN or any(one.label.group != GRAPHIC for one in modalities):
        return found
    return [
        one if one.label.kind == "modality" else one._replace(rule="charted", points=0)
        for one in found
    ]


def _glossary(text: str, found: list[Evidence]) -> list[Evidence]:
    """Abbreviations that are only explained (`CT, computed tomography`) do not count."""
    out = list(found)
    for at, (one, other) in enumerate(pairwise(found)):
        between = text[one.end : other.start]
        capitals = text[one.start : one.end].isupper()
        if capitals and one.label == other.label and _GLOSSED.fullmatch(between):
            out[at] = one._replace(rule="glossary", points=0)
            out[at + 1] = other._replace(rule="glossary", points=0)
    return out
