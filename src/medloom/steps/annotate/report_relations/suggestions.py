"""suggestive_of: which observation makes which likely."""

import re
from collections.abc import Sequence
from itertools import pairwise

from medloom.steps.annotate.report_relations.words import FAR, LIST, Relations, is_finding
from medloom.tables.spans import Span

_SUGGESTS = re.compile(
    r"\b(?:(?:consistent|compatible|in keeping) with|suggestive of|suggest(?:s|ing|ed)?|"
    r"(?:concerning|suspicious|worrisome) for|indicative of|indicat(?:es|ing)|represent(?:s|ing)?|"
    r"reflect(?:s|ing)?|likely|probably|possibly)\b",
    re.IGNORECASE,
)


def suggested(text: str, end: int, spans: Sequence[Span]) -> Relations:
    """What is said to suggest what, by the words between them."""
    if len(spans) < 2:
        return
    for cue in _SUGGESTS.finditer(text, spans[0].end, end):
        before = [s for s in spans if s.end <= cue.start() and is_finding(s)]
        after = [s for s in spans if s.start >= cue.end() and is_finding(s)]
        if not before or not after or after[0].start - cue.end() > FAR:
            continue
        yield "suggestive_of", before[-1], after[0], "cue"
        for one, other in pairwise(after):
            if not LIST.fullmatch(text[one.end : other.start]):
                break
            yield "suggestive_of", before[-1], other, "cue"
