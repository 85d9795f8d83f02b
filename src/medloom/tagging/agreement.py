"""Short forms are labelled as the long forms that their text gives them.

A network sees little of `DA` in the middle of an abstract; that it was introduced as
`dopamine (DA)` decides (as tmChem and TaggerOne do; Leaman et al. 2015).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from medloom.kit.short_forms import uses


class Found(NamedTuple):
    """A mention that a model found, half-open in code points, with its probability."""

    start: int
    end: int
    head: str
    label: str
    score: float


class _Use(NamedTuple):
    start: int
    end: int
    long_start: int
    long_end: int


def agreed(text: str, mentions: Sequence[Found]) -> list[Found]:
    """The mentions of a text, of any heads, with those of its short forms made to agree.

    Where a mention ends with the long form and covers it, but for one word, each use of the short
    form gets its label and score. Where no mention touches the long form, mentions that are the
    short form are left out.

    >>> long, wrong = Found(0, 8, "h", "Chemical", 0.9), Found(10, 12, "h", "Disease", 0.6)
    >>> [(one.start, one.label) for one in agreed("Dopamine (DA). DA!", [long, wrong])]
    [(0, 'Chemical'), (10, 'Chemical'), (15, 'Chemical')]
    """
    places = _uses(text) if "(" in text or "\n" in text else []
    if not places:
        return sorted(mentions)
    found: list[Found] = []
    for head in dict.fromkeys(one.head for one in mentions):
        own = sorted(one for one in mentions if one.head == head)
        found += _agreed(text, own, places)
    return sorted(found)


def _uses(text: str) -> list[_Use]:
    (found,) = uses([""], [text])
    long = {(o.short, o.long): (o.long_start, o.long_end) for o in found if o.long_end is not None}
    return [
        _Use(one.start, one.end, *place)  # type: ignore[arg-type]
        for one in found
        if (place := long.get((one.short, one.long)))
    ]


def _agreed(text: str, own: list[Found], places: list[_Use]) -> list[Found]:
    starts, ends = [one.start for one in own], [one.end for one in own]
    dropped, added = set(), []
    for use in places:
        here = range(bisect_right(ends, use.start), bisect_left(starts, use.end))
        long = own[bisect_right(ends, use.long_start) : bisect_left(starts, use.long_end)]
        exact = [at for at in here if (starts[at], ends[at]) == (use.start, use.end)]
        if len(here) > 1 or len(exact) != len(here):
            continue  # part of something longer
        whole = next((one for one in long if _is_whole(text, one, use)), None)
        if whole:
            dropped.update(exact)
            added.append(whole._replace(start=use.start, end=use.end))
        elif not long:
            dropped.update(exact)
    return [one for at, one in enumerate(own) if at not in dropped] + added


def _is_whole(text: str, one: Found, use: _Use) -> bool:
    missing = text[use.long_start : one.start] if one.start > use.long_start else ""
    return one.end == use.long_end and " " not in missing.strip()
