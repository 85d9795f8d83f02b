"""Which of spans that lie inside each other to keep, and how to join exact and loose ones."""

from collections.abc import Callable
from typing import Literal

from medloom.tables.spans import Range, Span

Mode = Literal["longest", "nested", "all"]
LOOSE_RULES = frozenset(("word-order", "equivalent", "coordination", "apart"))
IsAbove = Callable[[str, str], bool]
"""Whether the concept of the first id is above that of the second."""


def merged(exact: list[Span], loose: list[Span]) -> list[Span]:
    """Both kinds of spans in order; of several at one place the exact one, or the best loose."""
    places = {(one.start, one.end) for one in exact}
    best: dict[tuple[int, int, tuple[Range, ...]], Span] = {}
    for one in loose:
        place = (one.start, one.end, one.fragments)
        known = best.get(place)
        if place[:2] not in places and (known is None or (one.score or 0) > (known.score or 0)):
            best[place] = one
    return sorted((*exact, *best.values()), key=lambda one: (one.start, -one.end))


def kept(spans: list[Span], mode: Mode, is_above: IsAbove) -> list[Span]:
    """The spans that a mode keeps.

    longest: what lies inside nothing longer. nested: also what lies inside a span of a narrower
    concept (colitis in ulcerative colitis), or inside one that is only loosely found. all: all.
    """
    if mode == "all" or len(spans) < 2:
        return spans
    return [one for one in spans if not _hidden(one, spans, mode, is_above)]


def _hidden(one: Span, spans: list[Span], mode: Mode, is_above: IsAbove) -> bool:
    for other in spans:
        if other.start > one.start:
            return False
        if other.end < one.end or other.end - other.start == one.end - one.start:
            continue
        if other.fragments or _is_parallel(one):
            continue  # what has gaps hides nothing, and parallel parts are not hidden
        if mode == "longest":
            return True
        if _is_loose(other) and not _is_loose(one):
            continue
        if not is_above(one.concepts[0].id, other.concepts[0].id):
            return True
    return False


def _is_loose(one: Span) -> bool:
    return one.made_by is not None and one.made_by.rule in LOOSE_RULES


def _is_parallel(one: Span) -> bool:
    return one.made_by is not None and one.made_by.rule == "coordination"
