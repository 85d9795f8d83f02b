"""Where a text says what a short form means."""

import math
import re
from typing import NamedTuple

from medloom.kit.short_forms.alignment import Alignment, align
from medloom.kit.short_forms.candidates import Candidate, candidates
from medloom.kit.short_forms.parts import small
from medloom.kit.short_forms.rules import RULES

_SENTENCE_END = re.compile(r"[.?!;:]\s+(?=[A-Z])|\n")
_BRACKET = re.compile(r"[()\[\]]")
_LETTERS = re.compile(r"[^\W\d_]{4}")
_ARTICLE = re.compile(r"\s*(?:(?:the|an|a|for|meaning)\s+)?")
_ENDS = frozenset(".;:?!")
_LONGEST = 250
_SURE = 0.95


class Definition(NamedTuple):
    """A short form with its long form, where both stand in one text."""

    short: str
    long: str
    start: int
    end: int
    long_start: int
    long_end: int
    score: float
    """From 0 to 1: the share of such pairs that is not there by chance."""
    rule: str
    """Where the long form stands: `long (short)`, `short (long)`, `(long, short)`, ..."""


def definitions(text: str, least_score: float = 0.5) -> list[Definition]:
    """Find the short forms that a text defines, in the order of their brackets.

    >>> [(d.short, d.long) for d in definitions("Magnetic resonance imaging (MRI) was done.")]
    [('MRI', 'Magnetic resonance imaging')]
    """
    found = []
    for likely in candidates(text):
        best: Definition | None = None
        for one in likely:
            made = _definition(text, one)
            if made and (best is None or made.score > best.score):
                best = made
            if best and best.score > _SURE:
                break
        if best and best.score >= least_score:
            found.append(best)
    return found


def _definition(text: str, one: Candidate) -> Definition | None:
    short = text[one.start : one.end]
    aligned = aligned_in(text, one, short)
    if not aligned:
        return None
    how, start, end = aligned
    score = chance(how.score)
    return Definition(short, text[start:end], one.start, one.end, start, end, score, one.rule)


def chance(log_odds: float) -> float:
    """The share of pairs with such log-odds that is meant, if both kinds are as many.

    >>> chance(3.0)
    0.95
    """
    return round(max(0.0, 1 - math.exp(-log_odds)), 3)


def aligned_in(text: str, one: Candidate, short: str) -> tuple[Alignment, int, int] | None:
    """The best long form of a short form in the window of a candidate, and where it stands."""
    begin, end = window(text, one, short)
    if text[end - 1 : end] in _ENDS:  # the brackets begin a sentence
        return None
    aligned = align(short, text[begin:end])
    if aligned and (inside := _unopened(text[begin + aligned.start : end])) >= 0:
        begin += aligned.start + inside + 1
        aligned = align(short, text[begin:end])
    if not aligned or _is_no_term(short, text[begin + aligned.start : end]):
        return None
    start = begin + aligned.start
    if (
        one.window_start
        and (
            start
            > _after_article(text, begin)  # in brackets, the long form is all that stands there
            or small(text[start:end]).startswith(small(short)[:3])  # (IL-6, IL-10)
        )
    ):
        return None
    if one.is_value:
        aligned = aligned._replace(score=aligned.score + RULES.weights["value"])
        aligned.seen["value"] = 1
    return aligned, start, end


def window(text: str, one: Candidate, short: str) -> tuple[int, int]:
    """Where the words stand that may be the long form: as many as the short form allows."""
    end = one.window_end
    while end > one.window_start and text[end - 1] in " \t\n,\"'“”‘’":
        end -= 1
    if one.window_start:
        return one.window_start, end
    n_letters = sum(map(str.isalnum, short))
    n_words = min(n_letters + 5, 2 * n_letters + 2)
    part = text[max(0, end - _LONGEST) : end]
    words = part.rsplit(None, n_words)
    if len(words) > n_words:
        part = part[len(words[0]) :].lstrip()
    stop = 0
    for sentence_end in _SENTENCE_END.finditer(part):
        stop = sentence_end.end()
    if "(" in part or "[" in part:
        stop = max(stop, _unclosed(part) + 1)
    return end - len(part) + stop, end


def _unclosed(part: str) -> int:
    """The place of the last bracket that opens and never closes; -1 if there is none."""
    depth = 0
    for bracket in reversed(list(_BRACKET.finditer(part))):
        depth += 1 if bracket[0] in ")]" else -1
        if depth < 0:
            return bracket.start()
    return -1


def _unopened(part: str) -> int:
    """The place of the last bracket that closes and never opened; -1 if there is none."""
    depth, place = 0, -1
    for bracket in _BRACKET.finditer(part):
        depth += 1 if bracket[0] in "([" else -1
        if depth < 0:
            depth, place = 0, bracket.start()
    return place


def _is_no_term(short: str, long: str) -> bool:
    """Whether a text is no words, as `C-HC-20`, a clause, or holds the short form itself."""
    if not _LETTERS.search(long):
        return True
    words = long.replace(",", " ").split()
    if not RULES.clause_words.isdisjoint(words):
        return True
    return small(short) in small(long).replace(",", " ").split()


def _after_article(text: str, begin: int) -> int:
    match = _ARTICLE.match(text, begin)
    return match.end() if match else begin
