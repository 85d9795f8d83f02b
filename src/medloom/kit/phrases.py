"""Patterns of phrases that people can read, and one regular expression that finds them all.

A pattern is plain words with marks that mean what they mean in regular expressions: `(a|b)`,
`[sz]`, `?` after a letter or a group, and a backslash before a mark that stands for itself. A space
stands for any white space, and `#` for any digit.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

MOST_PHRASES = 5000
"""That one pattern may stand for."""
_END = ""
_ENDED = r"(?:(?!\w)|(?<!\w))"
"""No letter follows, but after an apostrophe one may: `pas d'argument`."""
_DIGIT = re.compile(r"\d")
_REMEMBERED = 10_000


@cache
def expand(pattern: str) -> tuple[str, ...]:
    """All phrases that a pattern stands for, in its order.

    >>> expand("(no|without) (any )?signs? of")[:3]
    ('no any signs of', 'no any sign of', 'no signs of')

    Raises ValueError where brackets do not match or the phrases are too many.
    """
    phrases, at = _choices(pattern, 0)
    if at < len(pattern):
        raise ValueError(f"{pattern!r}: a bracket closes that was not opened")
    return tuple(dict.fromkeys(filter(None, (" ".join(one.split()) for one in phrases))))


def spellings(phrase: str) -> set[str]:
    """A phrase in small letters, with its accents composed, decomposed and left out.

    >>> len(spellings("Não há")), "nao ha" in spellings("Não há")
    (3, True)
    """
    if phrase.isascii():
        return {phrase.lower()}
    apart = unicodedata.normalize("NFD", phrase.lower())
    bare = "".join(one for one in apart if not unicodedata.combining(one))
    return {unicodedata.normalize("NFC", apart), apart, bare}


_Rest = Callable[..., re.Match[str] | None]


class Finder:
    """Finds the longest phrase at each place of a text in small letters.

    Phrases stand between word boundaries. `more` is a regular expression to find, too.

    >>> Finder(["no", "no sign of"]).places("no sign  of nodes, no")
    [(0, 11, 'no sign  of'), (19, 21, 'no')]
    """

    def __init__(self, phrases: Iterable[str], more: str = "") -> None:
        every = frozenset(phrases)
        rests: dict[str, list[str]] = defaultdict(list)
        for phrase in every:
            words = phrase.split(" ")
            rests[" ".join(words[:2])].append(" ".join(words[2:]))
        letters = _trie(one for one in rests if _is_word(one[0]))
        marks = _trie(one for one in rests if not _is_word(one[0]))
        parts = [rf"\b(?:{_regex(letters)}){_ENDED}"] if letters else []
        parts += [_regex(marks)] if marks else []
        self._start = re.compile("|".join([*parts, more] if more else parts) or r"(?!)")
        self._short = frozenset(key(one) for one in every if one.count(" ") < 2)
        self._rests = {key(first): _following(some) for first, some in rests.items()}
        self._known: dict[str, tuple[_Rest | None, int]] = {}

    def places(self, low: str) -> list[tuple[int, int, str]]:
        """Where phrases stand, from left to right, without overlaps, and what stands there."""
        search, known, found = self._start.search, self._known, []
        match = search(low)
        while match:
            start, at = match.span()
            first = match.group()
            rest, least = known[first] if first in known else self._look_up(first)
            if rest is None:
                found.append((start, at, first))
            elif longer := rest(low, at):
                at = longer.end()
                found.append((start, at, low[start:at]))
            else:
                at = start + abs(least)
                if least > 0:
                    found.append((start, at, low[start:at]))
            match = search(low, at)
        return found

    def _look_up(self, first: str) -> tuple[_Rest | None, int]:
        """What may follow the first two words of a phrase, and how long it is without that.

        Below 0 where no phrase is so short: then that many letters are passed over.
        """
        rest, whole = self._rests.get(key(first)), len(first)
        if rest and key(first) not in self._short:
            word = first.split()[0]
            whole = len(word) if key(word) in self._short else -len(word)
        if len(self._known) < _REMEMBERED:
            self._known[first] = rest, whole
        return rest, whole


def _following(rests: Iterable[str]) -> _Rest | None:
    longer = [one for one in rests if one]
    return re.compile(rf"\s+{_regex(_trie(longer))}{_ENDED}").match if longer else None


def key(found: str) -> str:
    """What stands in a text as tables call it: one space for white space, `#` for digits.

    >>> key("in  1998")
    'in ####'
    """
    return _DIGIT.sub("#", " ".join(found.split()))


def lowered(text: str) -> str:
    """A text in small letters with straight apostrophes, each character at its old place.

    >>> lowered("PATIENT’S İ")
    "patient's İ"
    """
    low = text.lower()
    if len(low) != len(text):
        low = "".join(one if len(one.lower()) != 1 else one.lower() for one in text)
    return low.replace("’", "'")


def _choices(pattern: str, at: int) -> tuple[list[str], int]:
    """The phrases of alternatives up to a closing bracket or the end."""
    every: list[str] = []
    here = [""]
    while at < len(pattern) and pattern[at] != ")":
        if pattern[at] == "|":
            every, here, at = every + here, [""], at + 1
            continue
        parts, at = _part(pattern, at)
        if at < len(pattern) and pattern[at] == "?":
            parts, at = [*parts, ""], at + 1
        here = [before + part for before in here for part in parts]
        if len(here) > MOST_PHRASES:
            raise ValueError(f"{pattern!r} stands for more than {MOST_PHRASES} phrases")
    return every + here, at


def _part(pattern: str, at: int) -> tuple[list[str], int]:
    """One letter or one group."""
    if pattern[at] == "(":
        parts, close = _choices(pattern, at + 1)
        if close >= len(pattern):
            raise ValueError(f"{pattern!r}: a bracket is not closed")
        return parts, close + 1
    if pattern[at] == "[":
        close = pattern.find("]", at)
        if close < 0:
            raise ValueError(f"{pattern!r}: a bracket is not closed")
        return list(pattern[at + 1 : close]), close + 1
    at += pattern[at] == "\\" and at + 1 < len(pattern)
    return [pattern[at]], at + 1


def _trie(phrases: Iterable[str]) -> dict[str, Any]:
    root: dict[str, Any] = {}
    for phrase in phrases:
        node = root
        for letter in phrase:
            node = node.setdefault(letter, {})
        node[_END] = {}
    return root


def _regex(node: dict[str, Any]) -> str:
    """The longest way through a trie first."""
    letters = sorted(letter for letter in node if letter != _END)
    ways = [_run(letter, node[letter]) for letter in letters]
    if not ways:
        return ""
    choice = ways[0] if len(ways) == 1 and _END not in node else f"(?:{'|'.join(ways)})"
    return choice + ("?" if _END in node else "")


def _run(letter: str, node: dict[str, Any]) -> str:
    return {" ": r"\s+", "#": r"\d"}.get(letter, re.escape(letter)) + _regex(node)


def _is_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"


def grams(words: list[str]) -> Iterator[str]:
    """Every run of words that is shorter than all of them.

    >>> list(grams(["no", "sign", "of"]))
    ['no', 'sign', 'of', 'no sign', 'sign of']
    """
    for length in range(1, len(words)):
        for start in range(len(words) - length + 1):
            yield " ".join(words[start : start + length])
