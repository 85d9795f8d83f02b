"""What rules and a model find, as one: who is believed where they overlap."""

import re
from collections.abc import Iterable, Iterator, Sequence

from medloom.kit.phi.finding import Finding
from medloom.kit.phi.refining import refined

PATTERNED = frozenset(
    [
        "email",
        "url",
        "ip",
        "iban",
        "credit_card",
        "social_security",
        "phone",
        "fax",
        "record_number",
        "episode_number",
        "health_plan",
        "staff_number",
        "identity_card",
        "passport",
        "driver_licence",
        "vehicle",
        "device",
        "account",
        "other_id",
    ]
)
"""Kinds that a pattern tells better than a model."""
_IN_WORDS = frozenset({"name", "patient_name", "staff_name", "relative_name"})
_WORDS = re.compile(r"[^\W\d_]{3,}")
_CAPITALISED = _IN_WORDS | {"city", "organization"}
_SURE_OF_SMALL = 0.35
SURE = 0.9
"""Rules that are as sure as this are believed before the model."""


def merged(
    text: str, rules: Iterable[Finding], learned: Iterable[Finding], least_score: float = 0.5
) -> list[Finding]:
    """Findings without overlaps: numbers and addresses of the net by rules, then the model's.

    What a rule has found beyond a finding of the model that it overlaps stays, too: a part of a
    name that the model did not see must not be left in the text.
    """
    by_rule = [one for one in rules if one.score >= least_score]
    by_model = [refined(text, one) for one in learned if not _is_doubtful(text, one)]
    first = [one for one in by_rule if one.kind in PATTERNED and one.score >= SURE]
    rest = [one for one in by_rule if one.kind not in PATTERNED or one.score < SURE]
    taken = bytearray(len(text))
    kept: list[Finding] = []
    for some in (first, by_model, rest):
        for one in sorted(some, key=lambda f: (-f.score, f.start - f.end)):
            kept.extend(_free(text, one, taken))
    return sorted(kept)


def _is_doubtful(text: str, one: Finding) -> bool:
    """Whether a model takes words in small letters for a name, and is not sure of it."""
    small = one.kind in _CAPITALISED and text[one.start : one.end].islower()
    return small and one.score < _SURE_OF_SMALL


def _free(text: str, one: Finding, taken: bytearray) -> Iterator[Finding]:
    """The finding where nothing is taken; else its words that are free."""
    if any(taken[one.start : one.end]):
        if one.kind in _IN_WORDS:
            for word in _WORDS.finditer(text, one.start, one.end):
                if not any(taken[word.start() : word.end()]):
                    taken[word.start() : word.end()] = b"\1" * len(word.group())
                    yield one._replace(start=word.start(), end=word.end(), rule=f"{one.rule}/rest")
        return
    taken[one.start : one.end] = b"\1" * (one.end - one.start)
    yield one


def without(findings: Sequence[Finding], text: str, allowed: Iterable[str]) -> list[Finding]:
    """Leave out what is said to be none, whatever its case.

    >>> without([Finding(0, 5, "city", 0.7, "city", "")], "Hayes", ["hayes"])
    []
    """
    low = {one.lower() for one in allowed}
    return [one for one in findings if text[one.start : one.end].lower() not in low]
