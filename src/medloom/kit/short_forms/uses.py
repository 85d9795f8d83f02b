"""Every use of the short forms that a document defines."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from medloom.kit.short_forms.definitions import Definition, definitions
from medloom.kit.short_forms.lists import is_heading, listed
from medloom.kit.short_forms.normal import singular
from medloom.tables.spans import Abbreviation

_OTHER = re.compile(r"\s*[<=>≤≥]|\.\s?[a-z]")
"""After a letter that means something else: `P < 0.05`, `P. falciparum`."""


class _Defined(NamedTuple):
    """A definition and the number of its text in the document."""

    text: int
    start: int
    use: Abbreviation


def uses(
    ids: Sequence[str], texts: Sequence[str], least_score: float = 0.5
) -> list[list[Abbreviation]]:
    """Find in each text of a document the uses of all short forms that the document defines.

    A use means what was last defined before it, else what is defined first after it. A single
    letter means many things: it counts only in the text that defines it.

    >>> texts = ["BMI in youth", "Body mass index (BMI) rose."]
    >>> [[(use.start, use.long) for use in found] for found in uses(["t", "a"], texts)]
    [[(0, 'Body mass index')], [(17, 'Body mass index')]]
    """
    known: dict[str, list[_Defined]] = {}
    for number, one in defined(texts, least_score):
        use = Abbreviation(
            one.start, one.end, one.short, one.long, ids[number],
            one.long_start, one.long_end, one.score, one.rule,
        )  # fmt: skip
        for short in {one.short, singular(one.short, one.long)}:
            known.setdefault(short, []).append(_Defined(number, one.start, use))
    if not known:
        return [[] for _ in texts]
    found: list[list[Abbreviation]] = [[] for _ in texts]
    for number, at, short in _places(texts, known):
        if len(short) > 1 or _is_meant(texts[number], number, at, known[short]):
            found[number].append(_use(at, short, number, known[short]))
    return found


def defined(texts: Sequence[str], least_score: float = 0.5) -> Iterator[tuple[int, Definition]]:
    """The definitions in the texts of a document, with the number of the text.

    >>> [(n, one.long) for n, one in defined(["Abbreviations", "CI confidence interval"])]
    [(1, 'confidence interval')]
    """
    below_heading = False
    for number, text in enumerate(texts):
        in_list = list(listed(text, below_heading=below_heading))
        below_heading = bool(below_heading and in_list) or is_heading(text)
        taken = {one.start for one in in_list}
        found = [one for one in definitions(text, least_score) if one.start not in taken]
        for one in sorted(found + in_list, key=lambda one: one.start) if in_list else found:
            yield number, one


def _places(texts: Sequence[str], shorts: Iterable[str]) -> Iterator[tuple[int, int, str]]:
    """Where short forms stand as words, in the singular or plural; the longest where some overlap.

    The texts are searched as one: a call for each short form, not for each in each text.
    """
    starts = [0, *accumulate(len(text) + 1 for text in texts)]
    document, end = "\n".join(texts), 0
    found = [(at, -len(short), short) for short in shorts for at in _finds(document, short)]
    for at, size, short in sorted(found):
        number = bisect_right(starts, at) - 1
        if at >= end and at - size < starts[number + 1]:
            end = at - size
            yield number, at - starts[number], short


def _finds(text: str, short: str) -> Iterator[int]:
    at = text.find(short)
    while at >= 0:
        end = at + len(short)
        after = end + 1 if text[end : end + 1] == "s" else end
        if not (_in_word(text, at - 1) or _in_word(text, after)):
            yield at
        at = text.find(short, end)


def _in_word(text: str, at: int) -> bool:
    return 0 <= at < len(text) and (text[at].isalnum() or text[at] == "_")


def _is_meant(text: str, number: int, at: int, known: list[_Defined]) -> bool:
    """Whether a single letter is a use, and not an article, a pronoun, or the P of `P < 0.05`."""
    there = [one.start for one in known if one.text == number]
    if at in there:
        return True
    return bool(there) and text[at] not in "AI" and not _OTHER.match(text, at + 1)


def _use(start: int, short: str, number: int, known: list[_Defined]) -> Abbreviation:
    """What a use means: `known` are the definitions of its short form, in their order."""
    before = bisect_right(known, (number, start), key=lambda one: (one.text, one.start))
    text, at, use = known[max(before - 1, 0)]
    if (text, at) == (number, start):
        return use
    return use._replace(
        start=start, end=start + len(short), short=short, long_start=None, long_end=None
    )
