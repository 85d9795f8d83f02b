"""The best way to read a short form out of the words before it."""

import re
from typing import NamedTuple

_STOP_WORDS = """
a an and as at by de der des du et for from in into la le of on or per the to und von with
after against among between during is via within without
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
_WORD = re.compile(r"[^\s/]+")
_PIECE = re.compile(r"[^\W_]+")
_SPACE, _HYPHEN, _INNER, _NEXT = 3.0, 2.4, 0.4, 1.4
_STOP, _SKIPPED, _TAIL = 0.3, 1.6, 1.2


class Alignment(NamedTuple):
    """A long form that ends a window, by its start there, and how well it fits."""

    start: int
    score: float
    """At most 1: every letter begins a word, and no word is left out."""


def align(short: str, window: str) -> Alignment | None:
    """Find the long form of a short form in the words that stand before it.

    >>> align("MRI", "patients had magnetic resonance imaging").start
    13
    """
    letters = [c for c in short.lower() if c.isalnum()]
    places = _places(set(letters), window)
    if any(letter not in places for letter in letters):
        return None
    costs = _costs(window)
    states = [
        (value, place, word, place) for place, word, value in places[letters[0]] if value >= _HYPHEN
    ]
    if not states:
        return None
    for letter in letters[1:]:
        states = _step(states, places[letter], costs)
        if not states:
            return None
    total = costs[-1]
    best, start = max(
        (value - (total - costs[word + 1]) * _TAIL, start) for value, _, word, start in states
    )
    return Alignment(start, best / (_SPACE * len(letters)))


def _places(letters: set[str], window: str) -> dict[str, list[tuple[int, int, float]]]:
    """Where each letter stands: its place, its word, and what a match there is worth."""
    found: dict[str, list[tuple[int, int, float]]] = {}
    for number, word in enumerate(_WORD.finditer(window)):
        first = True
        for piece in _PIECE.finditer(window, *word.span()):
            value = _SPACE if first else _HYPHEN
            for place, letter in enumerate(piece[0].lower(), start=piece.start()):
                if letter in letters:
                    found.setdefault(letter, []).append((place, number, value))
                value = _INNER
            first = False
    return found


def _costs(window: str) -> list[float]:
    """What it costs to leave out the words before each word, summed from the left."""
    costs = [0.0]
    for word in _WORD.findall(window):
        costs.append(costs[-1] + (_STOP if word.lower() in STOP_WORDS else _SKIPPED))
    return costs


def _step(
    states: list[tuple[float, int, int, int]],
    places: list[tuple[int, int, float]],
    costs: list[float],
) -> list[tuple[float, int, int, int]]:
    """Match one letter more; each state is its value, last place, last word, and start."""
    made = []
    for place, word, value in places:
        best: tuple[float, int] | None = None
        for before, last, last_word, start in states:
            if last >= place:
                break
            if last_word == word:
                new = before + (max(value, _NEXT) if last + 1 == place else value)
            else:
                new = before + value - (costs[word] - costs[last_word + 1])
            if best is None or (new, start) > best:
                best = (new, start)
        if best:
            made.append((best[0], place, word, best[1]))
    return made
