"""The paragraphs of a text: its lines, wrapped ones joined; and whether it is a note."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from medloom.tables.spans import Range

_END_OF_LINE = "\n\r\v\f\x85\u2028\u2029"
_BREAK = re.compile(rf"[{_END_OF_LINE}]\s*")
# Notes whose line breaks became commas: `ALLERGIES:,None.,PLAN:,1.  Rest.` (as MTSamples has them).
_GLUE = re.compile(
    rf"[,{_END_OF_LINE}](?:(?<=[{_END_OF_LINE}])\s*"
    r"|(?<=[.:?!;],)(?<!\w\.\w\.,)\s*(?=[^\W_]|[(+*•-])(?![a-z])"
    r"|(?<=:,)\s*(?=\S)|(?<=:\s,)\s*(?=\S)|(?=[A-Z]|\d{1,2}\.\s))"
)
_GLUED = re.compile(r":\s?,|[.?!],[A-Z\d]")
_ITEM = re.compile(r"[-•*+#>]|\(?\d{1,2}[.)]\s|[A-Za-z][.)]\s")
_LOWER_AFTER_STOP = re.compile(r"\.(?<=[a-z]{3}\.) +[a-z]{3}")
_UPPER_AFTER_STOP = re.compile(r"\.(?<=[a-z]{2}\.) +[A-Z]")
_LONG, _SAMPLE = 40, 20_000


def paragraphs(text: str, notes: bool = False) -> Iterable[Range]:
    """The stretches of a text that no sentence leaves, without white space at their ends.

    A line that goes on in the next, as in text wrapped at a width, is joined with it.

    >>> [text[a:b] for text in ["CC:,Cough.,HPI\\n\\nOld"] for a, b in paragraphs(text, notes=True)]
    ['CC:', 'Cough.', 'HPI', 'Old']
    """
    start, stop = len(text) - len(text.lstrip()), len(text.rstrip())
    if not notes and len(text.splitlines()) < 2:
        return [Range(start, stop)] if stop > start else []
    return _paragraphs(text, start, stop, _GLUE if notes and is_glued(text) else _BREAK)


def _paragraphs(text: str, start: int, stop: int, breaks: re.Pattern[str]) -> Iterator[Range]:
    wrapped = _is_wrapped(text)
    for found in breaks.finditer(text, start, stop):
        at, following = found.span()
        while at > start and text[at - 1].isspace():
            at -= 1
        if wrapped and _goes_on(text, start, at, following):
            continue
        if at > start:
            yield Range(start, at)
        start = following
    if stop > start:
        yield Range(start, stop)


def is_glued(text: str) -> bool:
    """Whether the line breaks of a text became commas.

    >>> is_glued("ALLERGIES:,None.,PLAN:,Rest."), is_glued("Cold, flu, etc., were seen.")
    (True, False)
    """
    if ".," not in text and ":," not in text and ": ," not in text:
        return False  # nearly every text: cheaper than the pattern
    return len(_GLUED.findall(text, 0, _SAMPLE)) > 1


def looks_like_notes(text: str) -> bool:
    """Whether a text is a telegraphic note: short lines without a full stop, or no capitals.

    >>> looks_like_notes("Vitals\\nBP 120/80\\nHR 70\\nAfebrile"), looks_like_notes("One. Two.")
    (True, False)
    """
    sample = text[:_SAMPLE] if len(text) > _SAMPLE else text
    if "\n" in sample and not _is_wrapped(sample):
        lines = [line.rstrip() for line in sample.split("\n") if line.strip()]
        if len(lines) > 3 and sum(line[-1] not in ".!?" for line in lines) * 3 > len(lines):
            return True
    if is_glued(sample):
        return True
    if not _LOWER_AFTER_STOP.search(sample):
        return False
    lower = len(_LOWER_AFTER_STOP.findall(sample))
    return lower > 1 and lower > len(_UPPER_AFTER_STOP.findall(sample))


def _is_wrapped(text: str) -> bool:
    """Whether many long lines go on with a small letter in the next line."""
    lines = text[:_SAMPLE].split("\n")
    if len(lines) == 1:
        return False
    if len(lines) < 3:
        return len(lines) == 2 and len(lines[0]) > _LONG and lines[1][:1].islower()
    pairs = [(a, b) for a, b in pairwise(lines) if len(a) > _LONG and b.strip()]
    on = sum(b[0].islower() and a.rstrip()[-1:] not in ".!?:;" for a, b in pairs)
    return on * 4 > len(pairs) > 0


def _goes_on(text: str, start: int, at: int, following: int) -> bool:
    """Whether a line of a wrapped text goes on behind its break."""
    if text.count("\n", at, following) != 1 or _ITEM.match(text, following):
        return False
    width = at - max(text.rfind("\n", start, at), start - 1)
    return width > _LONG and (text[at - 1] != ":" or text[following].islower())
