"""What the rules of report relations look at: roles of entities, words between them."""

import re
from collections.abc import Iterator

from medloom.tables.spans import Span

Found = tuple[str, Span, Span, str]
"""A relation: its kind, head and tail, and the rule."""
Relations = Iterator[Found]
JOINED = re.compile(r"[\s\-/]*|-to-|\s*(?:,|/|and|or|to|,\s*and|,\s*or)\s+")
"""Between the words of one noun phrase."""
UNKNOWN = re.compile(r"[\s\-]*(?:[^\s.;:,]+\s+){0,1}")
"""As that, with a word that no lexicon knows."""
LIST = re.compile(
    r"\s*(?:,|/|and|or|,\s*and|,\s*or|as well as)\s+(?:the\s+|a\s+|an\s+|her\s+|his\s+)*"
)
IS = re.compile(
    r"\s*(?:(?:is|are|was|were|remains?|remained|appears?|appeared|has|have|had|demonstrates?|"
    r"shows?|seems?|measures?|contains?|reveals?)\b\s*(?:[^\s.;:]+\s+){0,3}?|:\s*)",
    re.IGNORECASE,
)
FAR = 60
"""No relation reaches over more characters."""


def role_of(span: Span) -> str:
    """head, state or modifier."""
    return next((one.value for one in span.attributes if one.name == "role"), "head")


def kind_of(span: Span) -> str | None:
    """The part of the lexicon that an entity is from: chest, severity, aspect, ..."""
    return span.made_by.rule if span.made_by else None


def is_anatomy(span: Span) -> bool:
    """Whether an entity is a part of the body, or says which."""
    return span.label == "Anatomy"


def is_finding(span: Span) -> bool:
    """Whether an entity is an observation by itself."""
    return not is_anatomy(span) and role_of(span) != "modifier"


def is_modifier_of_observation(span: Span) -> bool:
    """Whether an entity says more of an observation."""
    return not is_anatomy(span) and role_of(span) == "modifier"
