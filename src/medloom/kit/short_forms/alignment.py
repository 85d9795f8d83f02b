"""The best way to read a short form out of the words before it.

Every letter of the short form is matched, in order, in the words before it. What each match and
each word left out adds is a log-odds: that a writer, rather than chance, put it there. The weights
come from text without labels, by noise contrast: how much more often a pattern is seen with the
short form that stands in the brackets than with one from elsewhere. Sohn et al. (2008) estimate
the precision of their strategies by the same comparison.
"""

from typing import NamedTuple

from medloom.kit.short_forms.parts import Parts, Place, small
from medloom.kit.short_forms.rules import RULES

_W = RULES.weights
_NEW = {"form": "form_new", "inner": "inner_new", "inner_lower": "inner_new"}
"""What a letter is in a word whose beginning gave none."""
_BEGINS = ("space", "hyphen")


class Alignment(NamedTuple):
    """A long form that ends a window, by its start there, and how well it fits."""

    start: int
    score: float
    """Log-odds."""
    seen: dict[str, int]
    """What the score is made of, in the words of `rules.yaml`."""


class _State(NamedTuple):
    """The letters up to one of them, matched as well as they can be."""

    value: float
    at: int
    part: int
    how: str
    before: "_State | None"


def align(short: str, window: str) -> Alignment | None:
    """Find the long form of a short form in the words that stand before it.

    >>> align("MRI", "patients had magnetic resonance imaging").start
    13
    """
    letters = [c for c in short if c.isalnum() or c in RULES.names]
    if plain := _plain(short, letters, window):
        return plain
    if not letters or not _may_align(letters, lowered := small(window)):
        return None
    parts = Parts(lowered)
    last = _initials(letters, parts) or _best(_matched(letters, parts), parts)
    return _told(short, letters, window, parts, last) if last else None


def _plain(short: str, letters: list[str], window: str) -> Alignment | None:
    """The plainest way, found the quickest: the last words begin with the letters."""
    pieces = window.rsplit(None, len(letters))
    words = pieces[-len(letters) :]
    if len(words) < len(letters) or not letters:
        return None
    for word, letter in zip(words, letters, strict=True):
        if word[0].lower() != letter.lower() or not word.isalnum():
            return None
    head = len(pieces[0]) if len(pieces) > len(words) else 0
    start = len(window) - len(window[head:].lstrip())
    return _scored(short, letters, window, start, {"space": len(words)})


def _may_align(letters: list[str], window: str) -> bool:
    """Whether the letters stand there in order: a quick look before a long one."""
    at = len(window)
    for letter in reversed(letters):
        if letter not in RULES.names and not letter.isdigit():
            at = window.rfind(letter.lower(), 0, at)
            if at < 0:
                return False
    return True


def _initials(letters: list[str], parts: Parts) -> _State | None:
    """The plainest way: the last words begin with the letters, and no word is left out."""
    first = len(parts) - len(letters)
    if first < 0 or parts.kinds[first] == "part":
        return None
    state: _State | None = None
    for part, letter in enumerate(letters, start=first):
        if parts.runs[part][0] != letter.lower():
            return None
        how = parts.begins(part)
        value = _W[how] + (state.value if state else 0)
        state = _State(value, parts.starts[part], part, how, state)
    return state


def _matched(letters: list[str], parts: Parts) -> list[_State]:
    """The ways to match all letters, by the place of the last."""
    costs, states = _costs(parts), _first(parts.places(letters[0]), parts)
    for letter in letters[1:]:
        if not states:
            break
        following = _following(states, parts.places(letter), costs)
        if letter.isdigit():  # it may stand for nothing, as the last of `CYP2`
            following += [one._replace(value=one.value + _W["free_digit"]) for one in states]
            following.sort(key=lambda one: one.at)
        states = following
    return states


def _costs(parts: Parts) -> list[float]:
    """What it adds to leave out the parts before each part, summed from the left."""
    costs = [0.0]
    for kind in parts.kinds:
        costs.append(costs[-1] + _W[kind])
    return costs


def _first(places: list[Place], parts: Parts) -> list[_State]:
    """The first letter begins a word, or a part of one."""
    made = []
    for at, part, how in places:
        if how in _BEGINS:
            middle = _W["middle"] if parts.word_start(part) is None else 0
            made.append(_State(_W[how] + middle, at, part, how, None))
    return made


def _following(states: list[_State], places: list[Place], costs: list[float]) -> list[_State]:
    """Match one letter more at each of its places, after the best state before it."""
    made = []
    for at, part, how in places:
        value, best, best_how = -1e9, None, how
        for state in states:
            if state.at >= at:
                break
            if state.part != part:
                seen = _NEW.get(how, how)
                new = state.value + _W[seen] + costs[part] - costs[state.part + 1]
            else:
                seen = "next" if state.at + 1 == at else how
                new = state.value + _W[seen]
            if new >= value:
                value, best, best_how = new, state, seen
        if best:
            made.append(_State(value, at, part, best_how, best))
    return made


def _best(states: list[_State], parts: Parts) -> _State | None:
    tail = _W["tail"]
    return max(
        states, key=lambda one: (one.value + tail * _tail(parts, one.part), one.at), default=None
    )


def _tail(parts: Parts, part: int) -> int:
    """How many words begin after a part."""
    after = parts.kinds[part + 1 :]
    return len(after) - after.count("part")


def _told(short: str, letters: list[str], window: str, parts: Parts, last: _State) -> Alignment:
    """Say what a match is made of."""
    tail = _tail(parts, last.part)
    seen, state, n_matched = {"tail": tail, last.how: 1}, last, 1
    while state.before:
        for kind in parts.kinds[state.before.part + 1 : state.part]:
            seen[kind] = seen.get(kind, 0) + 1
        state = state.before
        seen[state.how] = seen.get(state.how, 0) + 1
        n_matched += 1
    begin = parts.word_start(state.part)
    seen["free_digit"], seen["middle"] = len(letters) - n_matched, begin is None
    return _scored(short, letters, window, state.at if begin is None else begin, seen)


def _scored(
    short: str, letters: list[str], window: str, start: int, seen: dict[str, int]
) -> Alignment:
    """Add what a pair looks like, whatever its letters, and sum up."""
    seen |= _shape(short, len(letters), window[start:])
    left_out = seen.get("word", 0) + seen.get("tail", 0)
    seen["sparse"] = left_out >= seen.get("space", 0) + seen.get("hyphen", 0)
    return Alignment(start, sum([_W[what] * n for what, n in seen.items() if n]), seen)


def _shape(short: str, size: int, long: str) -> dict[str, int]:
    one_word = " " not in long
    return {
        "bias": 1,
        "two_letters": size == 2,
        "lower_case": short.lower() == short,
        "one_word": one_word,
        "one_word_many_letters": one_word and size > 2,
    }
