"""Where a text says what a short form means."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from medloom.kit.short_forms.alignment import align

_BRACKETS = re.compile(r"[(\[]\s*([^\W_][^()\[\];,=]{0,24}?)\s*(?=[)\];,=])")
_SENTENCE_END = re.compile(r"[.?!;:]\s+(?=[A-Z])|\n")
_WORD = re.compile(r"\S+")
_THRESHOLD = 0.4
_LONGEST = 250


class Definition(NamedTuple):
    """A short form with its long form, where both stand in one text."""

    short: str
    long: str
    start: int
    end: int
    long_start: int
    long_end: int
    score: float
    rule: str


def definitions(text: str) -> list[Definition]:
    """Find the short forms that a text defines, in the order in which they stand.

    >>> [(d.short, d.long) for d in definitions("Magnetic resonance imaging (MRI) was done.")]
    [('MRI', 'Magnetic resonance imaging')]
    """
    return list(_bracketed(text))


def _bracketed(text: str) -> Iterator[Definition]:
    for match in _BRACKETS.finditer(text):
        short = match[1]
        if not _may_be_short(short):
            continue
        begin = _window_start(text, match.start(), short)
        window = text[begin : match.start()].rstrip()
        found = align(short, window)
        if found and found.score >= _THRESHOLD:
            long = window[found.start :]
            start, end = match.span(1)
            long_start = begin + found.start
            score = round(found.score, 3)
            yield Definition(
                short, long, start, end, long_start, long_start + len(long), score, "long (short)"
            )


def _may_be_short(text: str) -> bool:
    if len(text) > 14 or text.count(" ") > 2:
        return False
    return any(c.isalpha() for c in text) and not (text.islower() and len(text) > 6)


def _window_start(text: str, end: int, short: str) -> int:
    """Where the words begin that may be the long form: as many as the short form allows."""
    begin = max(0, end - _LONGEST)
    part = text[begin:end]
    for stop in _SENTENCE_END.finditer(part):
        begin = max(0, end - _LONGEST) + stop.end()
    letters = sum(c.isalnum() for c in short)
    words = [m.start() for m in _WORD.finditer(text, begin, end)]
    most = min(letters + 5, 2 * letters + 2)
    return words[-most] if len(words) > most else begin
