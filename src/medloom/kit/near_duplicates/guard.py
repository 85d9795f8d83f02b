"""What differs between two texts that are alike, and whether one can be a copy of the other.

A copy may lack a part, have a heading, or bring its sentences in another order. But where a number,
a unit, a negation or another telling word stands in the place of another, or goes missing alone,
the texts say different things: they are variants.
"""

import re
from collections import deque
from collections.abc import Sequence
from functools import cache, cached_property
from operator import itemgetter
from typing import Any

from medloom.kit.near_duplicates.aligning import Aligned, Region, regions
from medloom.kit.near_duplicates.words import lists, stands_for

LEAST_BLOCK = 4
"""So many words that are not telling make a part that a copy may lack, with numbers and all."""
_MOST_SHOWN, _MOST_WORDS, _MOST_SWAPPED, _LEAST_LETTERS = 6, 8, 3, 3
Places = Sequence[Region] | None
_stands_for = cache(stands_for)


class Told(Aligned):
    """A text as the guard looks at it: normalised words.

    >>> Told(["give", "five", "mg"]).telling
    {1: '5', 2: 'mg'}
    """

    @cached_property
    def telling(self) -> dict[int, str]:
        """Its telling words: where each is, and what it stands for."""
        return {
            at: said
            for at, word in enumerate(self.words)
            if (said := _stands_for(word)) is not None
        }

    @cached_property
    def imprint(self) -> set[int]:
        """The places of words that say where it is printed."""
        return _imprint(self.words)

    @cached_property
    def contexts(self) -> list[tuple[int, str, tuple[str, ...], tuple[str, ...]]]:
        """Of each telling word: where, what it says, the two words in front and behind."""
        words = self.words
        return [
            (at, said, tuple(words[max(at - 2, 0) : at]), tuple(words[at + 1 : at + 3]))
            for at, said in self.telling.items()
        ]

    def is_elsewhere(self, at: int, other: "Told") -> bool:
        """Whether the other text has a run of three words in which this word is."""
        words, threes = self.words, other.threes
        for middle in range(max(at - 1, 0), min(at + 2, len(words))):
            before = words[middle - 1] if middle else ""
            after = words[middle + 1] if middle + 1 < len(words) else ""
            if (before, words[middle], after) in threes:
                return True
        return False


@cache
def _imprints() -> re.Pattern[str]:
    return re.compile(r"(?<!\S)(?:" + "|".join(lists().imprint) + r")(?!\S)")


def _imprint(words: Sequence[str]) -> set[int]:
    """The places of words that say where a text is printed."""
    joined = " ".join(words)
    made: set[int] = set()
    for found in _imprints().finditer(joined):
        first = joined.count(" ", 0, found.start())
        made.update(range(first, first + found.group().count(" ") + 1))
    return made


def is_variant(
    one: Told, other: Told, *, numbers: bool = True, words: bool = True, places: Places = None
) -> bool:
    """Whether two texts that are alike say different things.

    With `numbers`, where a telling word is changed or lost; with `words`, where a word stands in
    the place of another one: the texts are about something else.

    >>> def told(text): return Told(text.split())
    >>> base = "the children were given 5 mg of the drug and 2 of them fell ill"
    >>> is_variant(told(base), told(base.replace("5", "10")))
    True
    >>> is_variant(told(base), told(base.replace("drug", "placebo")))
    True
    >>> is_variant(told(base), told(base.replace("and 2 of them fell ill", "")))
    False
    """
    places = regions(one, other) if places is None else places
    return (numbers and _tells_otherwise(one, other, places)) or (
        words and any(_is_replaced(one, other, place) for place in places)
    )


def _tells_otherwise(one: Told, other: Told, places: Sequence[Region]) -> bool:
    """Whether a telling word is changed or lost."""
    if list(one.telling.values()) == list(other.telling.values()):
        return False
    left, right = _unmatched(one, other, places)
    if not left and not right:
        return False
    mine = [one for one in places if not left.isdisjoint(range(one.start, one.end))]
    theirs = [one for one in places if not right.isdisjoint(range(one.its_start, one.its_end))]
    if any(_is_change(one, other, place, left, right) for place in {*mine, *theirs}):
        return True
    return any(
        _changed_on_the_way(one, place, other, its)
        for place in mine
        for its in theirs
        if place != its
    )


def _changed_on_the_way(one: Told, place: Region, other: Told, its: Region) -> bool:
    """Whether a part that has moved is the same in half of its words, and not in what it tells."""
    left = _plain(one, range(place.start, place.end))
    right = _plain(other, range(its.its_start, its.its_end))
    least = min(len(left), len(right))
    return least >= LEAST_BLOCK - 1 and 2 * len(left & right) >= least


def _plain(one: Told, places: range) -> set[str]:
    """The words of a place that are neither telling nor empty: what it is about."""
    return {one.words[at] for at in places if at not in one.telling} - _empty()


def _is_replaced(one: Told, other: Told, place: Region) -> bool:
    """Whether words stand in the place of others that are not the same, written otherwise."""
    mine, theirs = one.words[place.start : place.end], other.words[place.its_start : place.its_end]
    if _breaks_off(mine, theirs, place.its_end == len(other.words)):
        return False
    if _breaks_off(theirs, mine, place.end == len(one.words)):
        return False
    new, its = _others(mine, theirs), _others(theirs, mine)
    if not new or not its:
        return False
    return not (
        _has_moved(one, range(place.start, place.end), other)
        or _has_moved(other, range(place.its_start, place.its_end), one)
    )


def _others(mine: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """Words of a place that say something and are not those in the other text's same place."""
    joined, empty = "".join(theirs), _empty()
    return [
        word
        for word in mine
        if len(word) >= _LEAST_LETTERS
        and _stands_for(word) is None
        and word not in empty
        and word not in joined
        and not any((len(one) > 3 and one in word) or _is_slip(word, one) for one in theirs)
    ]


def _has_moved(one: Told, places: range, other: Told) -> bool:
    """Whether the words of a place stand together elsewhere in the other text."""
    return len(places) > LEAST_BLOCK and all(one.is_elsewhere(at, other) for at in places)


@cache
def _empty() -> frozenset[str]:
    return frozenset(lists().empty)


def _unmatched(one: Told, other: Told, places: Sequence[Region]) -> tuple[set[int], set[int]]:
    """Telling words where the texts differ that do not stand beside the same words in the other.

    What stands in the same place in both is matched: a word that was changed must not be matched
    with its like elsewhere.
    """
    mine = {at for place in places for at in range(place.start, place.end)}
    its = {at for place in places for at in range(place.its_start, place.its_end)}
    left = [context for context in one.contexts if context[0] in mine]
    right = [context for context in other.contexts if context[0] in its]
    for key in (itemgetter(1, 2, 3), itemgetter(1, 2), itemgetter(1, 3)):
        free: dict[Any, deque[Any]] = {}
        for context in right:
            free.setdefault(key(context), deque()).append(context)
        left = [c for c in left if not (same := free.get(key(c))) or same.popleft() is None]
        right = [context for rest in free.values() for context in rest]
    return {at for at, *_ in left}, {at for at, *_ in right}


def _is_change(one: Told, other: Told, place: Region, left: set[int], right: set[int]) -> bool:
    """Whether telling words are changed in a region, and not slipped or part of a whole block."""
    mine, theirs = one.words[place.start : place.end], other.words[place.its_start : place.its_end]
    if _says_the_same(mine, theirs) or _breaks_off(mine, theirs, place.its_end == len(other.words)):
        return False
    if _breaks_off(theirs, mine, place.end == len(one.words)):
        return False
    places, its_places = range(place.start, place.end), range(place.its_start, place.its_end)
    ours = [at for at in places if at in left]
    its = [at for at in its_places if at in right]
    if ours and its:
        return True
    if ours:
        return not (one.imprint.issuperset(ours) or _is_block(one, other, places, its_places))
    return not (other.imprint.issuperset(its) or _is_block(other, one, its_places, places))


def _is_block(one: Told, other: Told, places: range, its_places: range) -> bool:
    """Whether words are a part that the other text just lacks, with nothing in its place."""
    plain = [at for at in places if at not in one.telling]
    if its_places:
        plain = [at for at in plain if not one.is_elsewhere(at, other)]
    in_place = not its_places or _has_moved(other, its_places, one)
    return in_place and len(plain) >= LEAST_BLOCK


def _breaks_off(whole: Sequence[str], part: Sequence[str], at_end: bool) -> bool:
    """Whether a text ends in the middle of a word where the other goes on.

    >>> _breaks_off(["key", "part", "of", "12", "more"], ["ke"], at_end=True)
    True
    """
    return at_end and len(part) == 1 and len(whole) > LEAST_BLOCK and whole[0].startswith(part[0])


def _says_the_same(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether words are the same but for spaces, their order, or a slip of the pen in each.

    >>> _says_the_same(["qt", "c"], ["qtc"]), _says_the_same(["1", "5"], ["15"])
    (True, False)
    >>> _says_the_same(["higher", "was"], ["was", "higher"]), _says_the_same(["5"], ["five"])
    (True, True)
    """
    said = [[one for word in words if (one := _stands_for(word))] for words in (mine, theirs)]
    if said[0] == said[1]:
        return True
    numbers = [[one for one in words if not one.isalpha()] for words in (mine, theirs)]
    if numbers[0] != numbers[1]:
        return False
    if "".join(mine) == "".join(theirs):
        return True
    is_swap = len(mine) <= _MOST_SWAPPED and sorted(mine) == sorted(theirs)
    return is_swap or _are_slips(mine, theirs)


def _are_slips(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether telling words that are on one side alone are misspelt on the other.

    >>> _are_slips(["greatr", "at", "first"], ["greater", "at", "first"])
    True
    """
    both = [[one for one in mine if one in theirs], [one for one in theirs if one in mine]]
    kept = [[one for one in words if _stands_for(one)] for words in both]
    if kept[0] != kept[1]:
        return False
    sides = ((mine, theirs), (theirs, mine))
    lost = [(one, others) for words, others in sides for one in words if one not in others]
    return all(
        any(_is_slip(one, other) for other in others) for one, others in lost if _stands_for(one)
    )


def _is_slip(one: str, other: str) -> bool:
    """Whether two words differ by one slip of the pen, and only one of them is telling.

    >>> _is_slip("without", "wihtout"), _is_slip("12", "13"), _is_slip("left", "lift")
    (True, False, True)
    """
    if one[0] != other[0] or abs(len(one) - len(other)) > 1:
        return False
    if one == other:
        return True
    both = _stands_for(one) is not None and _stands_for(other) is not None
    if both or min(len(one), len(other)) < 4 or not (one.isalpha() and other.isalpha()):
        return False
    start = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if start is None:
        return abs(len(one) - len(other)) == 1
    rest, its = one[start:], other[start:]
    swapped = rest[:2] == its[1::-1] and rest[2:] == its[2:]
    return swapped or rest[1:] in (its[1:], its) or rest == its[1:]


def differs(one: Told, other: Told, places: Places = None) -> list[str]:
    """What differs, briefly: in this text, and in the other one.

    >>> differs(Told("give him 5 mg a day now".split()), Told("give him 10 mg a day now".split()))
    ['5 | 10']
    """
    places = regions(one, other) if places is None else places
    return [
        f"{_shown(one.words[a:b])} | {_shown(other.words[c:d])}".strip()
        for a, b, c, d in places[:_MOST_SHOWN]
    ]


def _shown(words: Sequence[str]) -> str:
    more = " ..." if len(words) > _MOST_WORDS else ""
    return " ".join(words[:_MOST_WORDS]) + more
