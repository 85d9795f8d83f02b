"""Sections of a text whose header says something of all that stands below it: FAMILY HISTORY."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from medloom.steps.annotate.assertion.cues import Found, Senses

_HEADER = re.compile(
    r"^[ \t]*[^\W\d_][\w/&(),' -]{2,50}:|^[ \t]*[A-ZÀ-Þ][A-ZÀ-Þ /&-]{3,50}$"
    r"|(?<![^\W\d_])[A-ZÀ-Þ][A-ZÀ-Þ /&-]{3,50}:|(?<=[.,;]\s)[A-ZÀ-Þ][^\W\d_]+(?: [^\W\d_]+){0,3}:",
    re.MULTILINE,
)
"""Where the next section may begin."""
_OPENS = re.compile(r"(?:^|[\n.,:;]|\s\s)[\s\d.)*#•-]*$")
_AFTER = re.compile(r"[ \t]*(?:[:\n]|$|-\s)")


class Section(NamedTuple):
    """A stretch of text below a header."""

    start: int
    """Where the header begins."""
    header_end: int
    end: int
    senses: Senses


def sections(text: str, headers: Sequence[Found]) -> list[Section]:
    """The sections of those header words that stand where headers do."""
    made = []
    for start, end, senses in headers:
        before = text[max(start - 20, 0) : start]
        if _AFTER.match(text, end) and (_OPENS.search(before) or not before.strip()):
            following = _HEADER.search(text, end + 1)
            until = following.start() if following else len(text)
            made.append(Section(start, end, until, senses))
    return made
