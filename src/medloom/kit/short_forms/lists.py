"""Lists of abbreviations: back matter, notes below tables, the end of a caption.

`BMI, body mass index; CI = confidence interval`, `CI: confidence interval`, or without a mark.
"""

import re
from collections.abc import Iterator

from medloom.kit.short_forms.alignment import align
from medloom.kit.short_forms.candidates import is_short
from medloom.kit.short_forms.definitions import Definition, chance

_SHORT = r"([^\W_](?:[^\s;,=:–—]{0,11}[^\s;,=:–—.])?)"
_MARKED = rf"{_SHORT}\s?(?:[,=:–—]|\s-\s|:=)\s?(?=[^\W_])"
_FIRST, _NEXT = re.compile(_MARKED), re.compile(rf"(?:[;.:]\s?|,\s){_MARKED}")
_IN_PROSE = re.compile(rf"[;.]\s(?=\S*[^\W\d_a-z]){_MARKED}")
_HEAD = re.compile(
    r"\s*(?:list of |non-?standard |the |used |key )*(?:abbreviations?|acronyms?)"
    r"(?: and (?:acronyms|definitions|symbols))?(?: used)?(?: in [\w ]{1,30})?\s*(?:[:.–—]\s*|$)",
    re.IGNORECASE,
)
_UNMARKED = re.compile(rf"{_SHORT}\s+(?=[^\W_])")
_END = re.compile(r"[;.,](?:\s|$)|$")
_LONGEST, _MOST_COMMAS = 150, 4
_ALIGNED, _TOLD = 0.9, 0.9


def is_heading(text: str) -> bool:
    """Whether a text is the heading of a list of abbreviations.

    >>> is_heading("List of abbreviations"), is_heading("Abbreviations: CI, confidence interval")
    (True, False)
    """
    match = _head(text) if len(text) < 80 else None
    return match is not None and match.end() == len(text)


def _head(text: str) -> re.Match[str] | None:
    start = text[:80].lower()
    return _HEAD.match(text) if "abbrev" in start or "acronym" in start else None


def listed(text: str, *, below_heading: bool = False) -> Iterator[Definition]:
    """Find the entries of a list; `below_heading` where the text stands below its heading.

    >>> [(d.short, d.long) for d in listed("Abbreviations: BID, twice daily; FU, follow-up.")]
    [('BID', 'twice daily'), ('FU', 'follow-up')]
    """
    head = _head(text)
    begin = head.end() if head else 0
    is_list = below_heading or bool(head and begin < len(text))
    if not is_list and ";" not in text and "=" not in text:
        return
    first = _FIRST.match(text, begin)
    following = _NEXT if is_list or first else _IN_PROSE
    entries = [first, *following.finditer(text, begin)]
    if is_list and not any(entries):
        entries = [_UNMARKED.match(text, begin)]
    for entry in filter(None, entries):
        short = entry[1]
        fits = len(short) > 1 and short[0].lower() == text[entry.end()].lower()
        if (is_list or (fits and short != short.lower())) and is_short(short):
            yield from _entry(text, entry, is_list)


def _entry(text: str, entry: re.Match[str], is_list: bool) -> Iterator[Definition]:
    """The long form ends at the comma, full stop or semicolon where it fits best."""
    short, begin = entry[1], entry.end()
    best: tuple[float, int] | None = None
    first_end = None
    for number, stop in enumerate(_END.finditer(text, begin, begin + _LONGEST)):
        end = stop.start()
        if end == begin + _LONGEST or number > _MOST_COMMAS:
            break
        first_end = end if first_end is None else first_end
        found = align(short, text[begin:end])
        if found and not found.start and (best is None or found.score > best[0]):
            best = (found.score, end)
        if stop[0] and stop[0][0] in ";.":
            break
    if best and chance(best[0]) >= _ALIGNED:
        yield _definition(text, entry, best[1], chance(best[0]))
    elif is_list and first_end and first_end > begin + len(short):
        yield _definition(text, entry, first_end, _TOLD)


def _definition(text: str, entry: re.Match[str], end: int, score: float) -> Definition:
    start, stop = entry.span(1)
    return Definition(
        entry[1], text[entry.end() : end], start, stop, entry.end(), end, score, "list"
    )
