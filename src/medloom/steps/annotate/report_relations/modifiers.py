"""modify: which word says more of which."""

import re
from collections.abc import Sequence

from medloom.steps.annotate.report_relations.words import (
    FAR,
    IS,
    JOINED,
    UNKNOWN,
    Relations,
    is_anatomy,
    kind_of,
    role_of,
)
from medloom.tables.spans import Span

_OF = re.compile(r"\s+of\s+(?:the\s+|a\s+)?")


def modifiers(text: str, spans: Sequence[Span]) -> Relations:
    """What modifies what: in front of it, behind it, or as the first part of a compound."""
    for at, span in enumerate(spans):
        if role_of(span) == "modifier":
            target = _modified_after(text, spans, at) or _modified_before(text, spans, at)
            if target:
                yield "modify", span, target, "modifier"
        elif is_anatomy(span) and at + 1 < len(spans):
            following = spans[at + 1]
            if is_anatomy(following) and role_of(following) == "head":
                between = text[span.end : following.start]
                if not between.strip(" -"):
                    yield "modify", span, following, "compound"
                elif kind_of(span) == "parts" and _OF.fullmatch(between):
                    yield "modify", span, following, "part"


def _modified_after(text: str, spans: Sequence[Span], at: int) -> Span | None:
    """The head of the noun phrase that a modifier begins: the last word of a compound."""
    found: Span | None = None
    for before, one in zip(spans[at:], spans[at + 1 :], strict=False):
        between = text[before.end : one.start]
        if found is not None:
            if one.label != found.label or role_of(one) == "modifier" or between.strip(" -"):
                return found
            found = one if is_anatomy(one) else found
        elif not (JOINED.fullmatch(between) or UNKNOWN.fullmatch(between)):
            return None
        elif one.label == spans[at].label and role_of(one) != "modifier":
            found = one
        elif is_anatomy(spans[at]) and role_of(one) != "modifier":
            return None
    return found


def _modified_before(text: str, spans: Sequence[Span], at: int) -> Span | None:
    """The head that a modifier follows: `the effusion is small`."""
    for one in reversed(spans[:at]):
        between = text[one.end : spans[at].start]
        if len(between) > FAR or re.search(r"[.;:]", between):
            return None
        if one.label == spans[at].label and role_of(one) == "head":
            if is_anatomy(one):  # an aspect of it: `heart size`, `the liver has normal size`
                is_aspect = kind_of(spans[at]) == "aspect"
                return one if is_aspect or not between.strip(" -") else None
            return one if IS.fullmatch(between) or JOINED.fullmatch(between) else None
    return None
