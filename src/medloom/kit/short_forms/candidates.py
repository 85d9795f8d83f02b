"""Where a text may say what a short form means: brackets, and what stands in and before them."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from medloom.kit.short_forms.parts import small

_INSIDE = r"[^()\[\]]{0,300}(?:[(\[][^()\[\]]{0,20}[)\]][^()\[\]]{0,300}){0,3}"
_NOTHING = r"\s?[\d.,;%\s–-]*[)\]]|[Ff]ig|[Tt]able|[Ss]ee\s|[Ss]uppl|[nN]\s?=|[pP]\s?[<=>]"
_BRACKETS = re.compile(rf"[(\[](?!{_NOTHING})(?=({_INSIDE})[)\]])")
_PLAIN = re.compile(r"[^\W_][\w./+-]{0,11}")
_LEAD = re.compile(
    r"(?:(?:i\.e\.|e\.g\.|or|also|hereafter|henceforth|here|abbreviated|abbreviation|abbr\.|termed"
    r"|named|called|designated|denoted|referred|known|to|as|by|the)\b[.,:]?\s+)*[\"'“‘”]?"
)
_SHORT = re.compile(r"[^\W_][^\s;,=:]*(?:\s[^\W_][^\s;,=:]*){0,2}")
_WITH_COMMA = re.compile(r"[^\W_][^\s;]*,[^\s;]*")
_STOP = re.compile(r"\s*[\"'”’]?\s*(?:[;,=:]|$)")
_CLAUSE = re.compile(r"[^;,]*")
_FIRST = re.compile(r"\s*(?:(?:the|an|a|for|meaning)\s+)?([^\W_])")
_LAST = re.compile(r"([,;:])\s+([^\W_][^\s;,=:]{0,11})$")
_BEFORE = re.compile(r"(?<!\S)[(\[]?([^\W_][^\s()\[\],;:]{0,11})\s?$")
_NEAR = 2000
_NEVER = re.compile(
    r"[^\W\d_]?[a-z]{6,}|[a-z]{5,}|[a-z]|[ivx]+|e\.g\.?|i\.e\.?|[Ii]nc\."
    r"|[A-Z]\d{2,4}[A-Z]|\d+[a-z]{0,2}|\d+(?:st|nd|rd|th)|\d[\d.]* .*|.* \d+\.[\d.]*"
    r"|(?:.*\s)?(?:and|of|see|vs?|versus|the|et|in|by)(?:\s.*)?"
    r"|(?:[Tt]ables?|[Ff]igs?|[Ff]igures?|[Rr]efs?|[Ee]qs?|[Bb]ox|[Pp]anels?|[Ss]ection)\b.*"
)
"""Labels, units, references, mutations, plain words."""
_WORD = re.compile(r"[^\W\d_]?[^\W\dA-Z_]{3,}")


class Candidate(NamedTuple):
    """A short form, and the stretch of text that may hold its long form."""

    start: int
    end: int
    rule: str
    window_start: int
    window_end: int
    is_value: bool = False
    """Whether a value follows: `(OR = 1.4)`."""


def candidates(text: str) -> Iterator[Iterator[Candidate]]:
    """For each pair of brackets, what it may define, the likeliest first.

    >>> [[one.rule for one in likely] for likely in candidates("magnetic resonance imaging (MRI)")]
    [['long (short)']]
    """
    for bracket in _BRACKETS.finditer(text):
        if len(bracket[1]) != 1 or not _is_label(text, bracket.end()):
            yield _of(text, bracket.start(), bracket.end(), bracket.end(1))


def _is_label(text: str, at: int) -> bool:
    """Whether a letter in brackets is one of a row, as the panels of a figure are."""
    letter, near = text[at], text[max(0, at - _NEAR) : at + _NEAR]
    return not letter.isalpha() or f"({chr(ord(letter) + (1 if letter in 'Aa' else -1))})" in near


def _of(text: str, opens: int, begin: int, end: int) -> Iterator[Candidate]:
    if end - begin < 13 and _PLAIN.fullmatch(text, begin, end):
        if is_short(text[begin:end]):
            yield Candidate(begin, end, "long (short)", 0, opens)
    else:
        yield from _at_the_head(text, opens, begin, end)
        last = _LAST.search(text, max(begin, end - 15), end)
        if last and is_short(last[2]):
            yield Candidate(*last.span(2), "(long, short)", begin, last.start())
            if last[1] != ",":  # a comma parts a company from its country: (SPSS, USA)
                yield Candidate(*last.span(2), "long (...; short)", 0, opens)
    yield from _before(text, opens, begin, end)


def _at_the_head(text: str, opens: int, begin: int, end: int) -> Iterator[Candidate]:
    if end - begin < 17 and _WITH_COMMA.fullmatch(text, begin, end) and is_short(text[begin:end]):
        yield Candidate(begin, end, "long (short)", 0, opens)
    at = lead.end() if (lead := _LEAD.match(text, begin, end)) else begin
    found = _SHORT.match(text, at, end)
    stop = found and _STOP.match(text, found.end(), end)
    if not found or not stop:
        return
    short, mark = found[0].rstrip("\"'”’"), stop[0].strip()[-1:]
    if is_short(short):
        yield Candidate(at, at + len(short), "long (short)", 0, opens, mark == "=")
        if mark and mark in "=,:":
            yield Candidate(at, at + len(short), "(short = long)", stop.end(), end)


def _before(text: str, opens: int, begin: int, end: int) -> Iterator[Candidate]:
    """The long form may stand in the brackets, the short form before them."""
    first = _FIRST.match(text, begin, end)
    before = first and _BEFORE.search(text, max(0, opens - 14), opens)
    if not before or small(before[1][0]) != small(first[1]):  # type: ignore[index]
        return
    if is_short(before[1]) and not _WORD.fullmatch(before[1]):
        stop = _CLAUSE.match(text, begin, end)
        if stop and stop.end() - begin > len(before[1]):
            yield Candidate(*before.span(1), "short (long)", begin, stop.end())


@lru_cache(maxsize=1 << 16)
def is_short(text: str) -> bool:
    """Whether a text looks like a short form.

    >>> [is_short(text) for text in ("mRNA", "12 mm", "Table 2", "p<0.05")]
    [True, False, False, False]
    """
    n_letters = sum(map(str.isalnum, text))
    if not 0 < n_letters < 11 or len(text) > 16 or any(c in text for c in "<>≤≥±~"):
        return False
    return any(map(str.isalpha, text)) and not _NEVER.fullmatch(text)
