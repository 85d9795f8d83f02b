"""Findings of rules in a text, and which of those that overlap stay."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from medloom.kit.phi.rulebook import Rule, Rules


class Finding(NamedTuple):
    """A stretch of text that may tell who a person is."""

    start: int
    end: int
    kind: str
    score: float
    rule: str
    resource: str
    """The rule file, dictionary or model."""
    digest: str | None = None


_LOOKED_BACK = 40
"""Characters before a match in which a rule may ask for something."""


def by_rules(text: str, books: Sequence[Rules], kinds: Collection[str]) -> Iterator[Finding]:
    """All that the rules find of some kinds, overlaps and all."""
    low = text.lower()
    for book in books:
        for rule in book.rules:
            if rule.kind in kinds and rule.may_match(text, low):
                for start, end in _matches(text, rule):
                    yield Finding(
                        start, end, rule.kind, rule.score, rule.id, book.name, book.digest
                    )


def _matches(text: str, rule: Rule) -> Iterator[tuple[int, int]]:
    group = "x" if "x" in rule.pattern.groupindex else 0
    for match in rule.pattern.finditer(text):
        start, end = match.span(group)
        if start == end or (rule.check and not rule.check(match[group])):
            continue
        if rule.before and not rule.before.search(text[max(0, start - _LOOKED_BACK) : start]):
            continue
        yield start, end


def settled(findings: Iterable[Finding]) -> list[Finding]:
    """Of findings that overlap, the surest stays, then the longest; in order of place.

    >>> a, b = Finding(0, 9, "name", 0.9, "a", ""), Finding(5, 12, "city", 0.8, "b", "")
    >>> [one.rule for one in settled([b, a])]
    ['a']
    """
    kept: list[Finding] = []
    taken = bytearray()
    ranked = sorted(findings, key=lambda one: (-one.score, one.start - one.end, one.start))
    for one in ranked:
        if len(taken) < one.end:
            taken.extend(bytes(one.end - len(taken)))
        if not any(taken[one.start : one.end]):
            taken[one.start : one.end] = b"\1" * (one.end - one.start)
            kept.append(one)
    return sorted(kept)
