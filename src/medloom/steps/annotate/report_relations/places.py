"""located_at: where an observation is."""

import re
from collections.abc import Iterator, Sequence

from medloom.steps.annotate.report_relations.words import (
    FAR,
    IS,
    JOINED,
    LIST,
    UNKNOWN,
    Relations,
    is_anatomy,
    is_modifier_of_observation,
    kind_of,
    role_of,
)
from medloom.tables.spans import Span

_IN = re.compile(
    r"\s*(?:[^\s.;:]+\s+){0,3}?(?:in|of|at|within|involving|along|from|around|near|on|over|about|to|through|"
    r"throughout|overlying|surrounding|adjacent to|between|for|affecting|into|under|beneath|behind|"
    r"above|below)\s+(?:[^\s.;:,]+\s+){0,3}?",
    re.IGNORECASE,
)


def located(text: str, spans: Sequence[Span]) -> Relations:
    """Where each observation is; the members of a list share what its last one says."""
    shared: list[tuple[Span, str]] = []
    for at in reversed(range(len(spans))):
        span = spans[at]
        if is_anatomy(span):
            shared = []
        elif role_of(span) != "modifier":
            places = list(_places(text, spans, at)) or shared
            yield from (("located_at", span, place, rule) for place, rule in places)
            shared = [(one, "list") for one, rule in places if rule in ("behind", "list")]
            shared = shared if at and _ends_list(text, spans, at) else []


def _ends_list(text: str, spans: Sequence[Span], at: int) -> bool:
    """Whether an observation goes on a list that another one began: `nodes or masses`."""
    place = at - 1
    while place >= 0 and is_modifier_of_observation(spans[place]):
        place -= 1
    between = text[spans[place].end : spans[place + 1].start] if place >= 0 else "."
    return bool(LIST.fullmatch(between))


def _places(text: str, spans: Sequence[Span], at: int) -> Iterator[tuple[Span, str]]:
    """Where an observation is: said in front of it, behind it, or what it is said of."""
    before = _chunk_before(text, spans, at)
    if before is not None:
        yield spans[before], "in front"
    behind = at + 1
    while behind < len(spans) and is_modifier_of_observation(spans[behind]):
        behind += 1
    if behind < len(spans) and is_anatomy(spans[behind]):
        between = text[spans[at].end : spans[behind].start]
        direct = role_of(spans[at]) == "state" and not between.strip(" ,")
        if direct and kind_of(spans[behind]) == "aspect":  # the liver has normal size
            yield from ((one, "said of") for one in _subjects(text, spans, at))
            return
        if direct or _IN.fullmatch(between):
            yield from ((one, "behind") for one in _anatomies(text, spans, behind))
            return
    if before is None:
        yield from ((one, "said of") for one in _subjects(text, spans, at))


def _chunk_before(text: str, spans: Sequence[Span], at: int) -> int | None:
    place = at - 1
    while place >= 0 and is_modifier_of_observation(spans[place]):
        place -= 1
    if place < 0 or not is_anatomy(spans[place]):
        return None
    between = text[spans[place].end : spans[at].start]
    words = between
    for one in spans[place + 1 : at]:
        words = words.replace(one.text, "", 1)
    return place if not words.strip(" -/") else None


def _anatomies(text: str, spans: Sequence[Span], at: int) -> Iterator[Span]:
    """The heads of a list of anatomies that begins here."""
    while at < len(spans) and is_anatomy(spans[at]):
        if role_of(spans[at]) == "modifier" and _goes_on(text, spans, at):
            at += 1
            continue
        last = at
        while (
            last + 1 < len(spans)
            and is_anatomy(spans[last + 1])
            and role_of(spans[last + 1]) == "head"
            and not text[spans[last].end : spans[last + 1].start].strip(" -")
        ):
            last += 1
        yield spans[last]
        at = last + 1
        if at >= len(spans) or not LIST.fullmatch(text[spans[last].end : spans[at].start]):
            return


def _goes_on(text: str, spans: Sequence[Span], at: int) -> bool:
    if at + 1 >= len(spans) or not is_anatomy(spans[at + 1]):
        return False
    between = text[spans[at].end : spans[at + 1].start]
    return bool(JOINED.fullmatch(between) or UNKNOWN.fullmatch(between))


def _subjects(text: str, spans: Sequence[Span], at: int) -> Iterator[Span]:
    """The anatomies in front of a verb: `the lungs and pleura are clear`."""
    place = at - 1
    while place >= 0 and not is_anatomy(spans[place]):
        if not LIST.fullmatch(text[spans[place].end : spans[place + 1].start]) and not (
            is_modifier_of_observation(spans[place])
        ):
            return
        place -= 1
    if place < 0 or not IS.match(text, spans[place].end):
        return
    between = text[spans[place].end : spans[at].start]
    if len(between) > FAR or re.search(r"[.;]|\b(?:but|with|and there|without)\b", between):
        return
    yield spans[place]
    while place > 0 and is_anatomy(spans[place - 1]) and role_of(spans[place - 1]) == "head":
        if LIST.fullmatch(text[spans[place - 1].end : spans[place].start]):
            yield spans[place - 1]
        elif text[spans[place - 1].end : spans[place].start].strip(" -"):
            return
        place -= 1
