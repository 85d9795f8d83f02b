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
GRAPHIC, TISSUE = "graphic", "histology"


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
        found += _of_sentence(text, start, end, known)
    return found


def _of_sentence(text: str, start: int, end: int, known: Taxonomy) -> list[Evidence]:
    spots = [match.span() for match in WORD.finditer(text, start, end)]
    words = [text[a:b] for a, b in spots]
    small = [word.lower() for word in words]
    found = _glossary(text, list(_named(text, spots, words, small, known)))
    for pattern, hint in known.patterns:
        if match := pattern.search(text, start, end):
            found.append(Evidence(hint.label, *match.span(), hint.rule, hint.points, match[0]))
    shown = any(known.depicting.find(words, small, at, 1) for at in range(len(words)))
    return [_weighed(one, shown, drawn) for drawn in [_is_drawn(found)] for one in found]


def _named(
    text: str, spots: list[tuple[int, int]], words: list[str], small: list[str], known: Taxonomy
) -> Iterator[Evidence]:
    """The phrases of the taxonomy; those of what is only measured with have no points."""
    for first, last, hints in _matches(text, spots, words, small, known.phrases):
        before = small[max(0, first - _NEAR_BEFORE) : first]
        after = small[last : last + _NEAR_AFTER]
        measured = not (
            known.measuring.isdisjoint(before) and known.not_shown_before.isdisjoint(after)
        )
        phrase = " ".join(small[first:last])
        for label, rule, points in hints:
            if measured and _is_image(label):
                rule, points = "measured", 0
            yield Evidence(label, spots[first][0], spots[last - 1][1], rule, points, phrase)


def _is_image(label: Label) -> bool:
    return label.kind == "modality" and label.group != GRAPHIC


def _is_drawn(found: list[Evidence]) -> bool:
    """Whether a sentence is about a chart or a drawing."""
    drawn = (one for one in found if one.label.group == GRAPHIC and one.label.kind == "modality")
    return sum(one.points for one in drawn) >= _DRAWN


def _weighed(one: Evidence, shown: bool, drawn: bool) -> Evidence:
    """With a point more where the sentence says that it shows something, less where it plots."""
    if drawn and one.label.kind != "modality" and not shown:
        return one._replace(rule="charted", points=0)
    if one.points < 2 or not _is_image(one.label) or shown == drawn:
        return one
    return one._replace(points=one.points + (1 if shown else -1))


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
