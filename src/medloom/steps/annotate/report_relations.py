"""How the entities of a report hang together: modify, located_at, suggestive_of (RadGraph)."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from medloom.kit.sentences import split
from medloom.step import adds
from medloom.tables.spans import MadeBy, Relation, Span

_MADE_BY = MadeBy("report_relations")
_JOINED = re.compile(r"[\s\-/]*|-to-|\s*(?:,|/|and|or|to|,\s*and|,\s*or)\s+")
"""Between the words of one noun phrase."""
_UNKNOWN = re.compile(r"[\s\-]*(?:[^\s.;:,]+\s+){0,1}")
"""As that, with a word that no lexicon knows."""
_LIST = re.compile(
    r"\s*(?:,|/|and|or|,\s*and|,\s*or|as well as)\s+(?:the\s+|a\s+|an\s+|her\s+|his\s+)*"
)
_IN = re.compile(
    r"\s*(?:[^\s.;:]+\s+){0,3}?(?:in|of|at|within|involving|along|from|around|near|on|over|about|to|through|"
    r"throughout|overlying|surrounding|adjacent to|between|for|affecting|into|under|beneath|behind|"
    r"above|below)\s+(?:[^\s.;:,]+\s+){0,3}?",
    re.IGNORECASE,
)
_IS = re.compile(
    r"\s*(?:(?:is|are|was|were|remains?|remained|appears?|appeared|has|have|had|demonstrates?|"
    r"shows?|seems?|measures?|contains?|reveals?)\b\s*(?:[^\s.;:]+\s+){0,3}?|:\s*)",
    re.IGNORECASE,
)
_SUGGESTS = re.compile(
    r"\b(?:(?:consistent|compatible|in keeping) with|suggestive of|suggest(?:s|ing|ed)?|"
    r"(?:concerning|suspicious|worrisome) for|indicative of|indicat(?:es|ing)|represent(?:s|ing)?|"
    r"reflect(?:s|ing)?|likely|probably|possibly)\b",
    re.IGNORECASE,
)
_FAR = 60


@adds("relations")
def report_relations(text: str, spans: list[Span]) -> list[Relation]:
    """Relate the entities that `report_entities` found, inside each sentence.

    >>> from medloom.steps.annotate.report_entities import report_entities
    >>> text = "Small left pleural effusion."
    >>> spans = report_entities()([text])[0]
    >>> word = {span.key: span.text for span in spans}
    >>> for one in report_relations(text, spans):
    ...     print(word[one.head], one.kind, word[one.tail])
    Small modify effusion
    left modify pleural
    effusion located_at pleural
    """
    order = sorted(spans)
    found: dict[tuple[str, str, str], Relation] = {}
    at = 0
    for sentence in split(text):
        inside = []
        while at < len(order) and order[at].start < sentence.end:
            inside.append(order[at])
            at += 1
        for kind, head, tail, rule in _relations(text, sentence.end, inside):
            one = Relation(kind, head.key, tail.key, made_by=_MADE_BY._replace(rule=rule))
            found.setdefault(one[:3], one)
    return list(found.values())


_Found = tuple[str, Span, Span, str]


def _relations(text: str, end: int, spans: Sequence[Span]) -> Iterator[_Found]:
    yield from _modifiers(text, spans)
    located = list(_located(text, spans))
    yield from located
    yield from _suggested(text, end, spans)


def _modifiers(text: str, spans: Sequence[Span]) -> Iterator[_Found]:
    for at, span in enumerate(spans):
        following = spans[at + 1] if at + 1 < len(spans) else None
        if _role(span) == "modifier":
            target = _modified_after(text, spans, at) or _modified_before(text, spans, at)
            if target:
                yield "modify", span, target, "modifier"
        elif (
            following
            and _is_anatomy(span)
            and _is_anatomy(following)
            and _role(following) == "head"
            and not text[span.end : following.start].strip(" -")
        ):
            yield "modify", span, following, "compound"


def _modified_after(text: str, spans: Sequence[Span], at: int) -> Span | None:
    """The head of the noun phrase that a modifier begins: the last word of a compound."""
    found: Span | None = None
    for before, one in zip(spans[at:], spans[at + 1 :], strict=False):
        between = text[before.end : one.start]
        if found is not None:
            if one.label != found.label or _role(one) == "modifier" or between.strip(" -"):
                return found
            found = one if _is_anatomy(one) else found
        elif not (_JOINED.fullmatch(between) or _UNKNOWN.fullmatch(between)):
            return None
        elif one.label == spans[at].label and _role(one) != "modifier":
            found = one
        elif _is_anatomy(spans[at]) and _role(one) != "modifier":
            return None
    return found


def _modified_before(text: str, spans: Sequence[Span], at: int) -> Span | None:
    """The head that a modifier follows: `the effusion is small`."""
    for one in reversed(spans[:at]):
        between = text[one.end : spans[at].start]
        if len(between) > _FAR or re.search(r"[.;:]", between):
            return None
        if one.label == spans[at].label and _role(one) == "head":
            if _is_anatomy(one):  # an aspect of it: `heart size`
                return None if between.strip(" -") else one
            return one if _IS.fullmatch(between) or _JOINED.fullmatch(between) else None
    return None


def _located(text: str, spans: Sequence[Span]) -> Iterator[_Found]:
    shared: list[tuple[Span, str]] = []
    for at in reversed(range(len(spans))):
        span = spans[at]
        if _is_anatomy(span):
            shared = []
        elif _role(span) != "modifier":
            places = list(_places(text, spans, at)) or shared
            yield from (("located_at", span, place, rule) for place, rule in places)
            shared = [(one, "list") for one, rule in places if rule in ("behind", "list")]
            shared = shared if at and _ends_list(text, spans, at) else []


def _ends_list(text: str, spans: Sequence[Span], at: int) -> bool:
    """Whether an observation goes on a list that another one began: `nodes or masses`."""
    place = at - 1
    while place >= 0 and _is_obs_modifier(spans[place]):
        place -= 1
    between = text[spans[place].end : spans[place + 1].start] if place >= 0 else "."
    return bool(_LIST.fullmatch(between))


def _places(text: str, spans: Sequence[Span], at: int) -> Iterator[tuple[Span, str]]:
    """Where an observation is: said in front of it, behind it, or what it is said of."""
    before = _chunk_before(text, spans, at)
    if before is not None:
        yield spans[before], "in front"
    behind = at + 1
    while behind < len(spans) and _is_obs_modifier(spans[behind]):
        behind += 1
    if behind < len(spans) and _is_anatomy(spans[behind]):
        between = text[spans[at].end : spans[behind].start]
        direct = _role(spans[at]) == "state" and not between.strip(" ,")
        if direct or _IN.fullmatch(between):
            yield from ((one, "behind") for one in _anatomies(text, spans, behind))
            return
    if before is None:
        yield from ((one, "said of") for one in _subjects(text, spans, at))


def _chunk_before(text: str, spans: Sequence[Span], at: int) -> int | None:
    place = at - 1
    while place >= 0 and _is_obs_modifier(spans[place]):
        place -= 1
    if place < 0 or not _is_anatomy(spans[place]):
        return None
    between = text[spans[place].end : spans[at].start]
    words = between
    for one in spans[place + 1 : at]:
        words = words.replace(one.text, "", 1)
    return place if not words.strip(" -/") else None


def _anatomies(text: str, spans: Sequence[Span], at: int) -> Iterator[Span]:
    """The heads of a list of anatomies that begins here."""
    while at < len(spans) and _is_anatomy(spans[at]):
        if _role(spans[at]) == "modifier" and _goes_on(text, spans, at):
            at += 1
            continue
        last = at
        while (
            last + 1 < len(spans)
            and _is_anatomy(spans[last + 1])
            and not text[spans[last].end : spans[last + 1].start].strip(" -")
        ):
            last += 1
        yield spans[last]
        at = last + 1
        if at >= len(spans) or not _LIST.fullmatch(text[spans[last].end : spans[at].start]):
            return


def _goes_on(text: str, spans: Sequence[Span], at: int) -> bool:
    if at + 1 >= len(spans) or not _is_anatomy(spans[at + 1]):
        return False
    between = text[spans[at].end : spans[at + 1].start]
    return bool(_JOINED.fullmatch(between) or _UNKNOWN.fullmatch(between))


def _subjects(text: str, spans: Sequence[Span], at: int) -> Iterator[Span]:
    """The anatomies in front of a verb: `the lungs and pleura are clear`."""
    place = at - 1
    while place >= 0 and not _is_anatomy(spans[place]):
        if not _LIST.fullmatch(text[spans[place].end : spans[place + 1].start]) and not (
            _is_obs_modifier(spans[place])
        ):
            return
        place -= 1
    if place < 0 or not _IS.match(text, spans[place].end):
        return
    between = text[spans[place].end : spans[at].start]
    if len(between) > _FAR or re.search(r"[.;]|\b(?:but|with|and there|without)\b", between):
        return
    yield spans[place]
    while place > 0 and _is_anatomy(spans[place - 1]) and _role(spans[place - 1]) == "head":
        if _LIST.fullmatch(text[spans[place - 1].end : spans[place].start]):
            yield spans[place - 1]
        elif text[spans[place - 1].end : spans[place].start].strip(" -"):
            return
        place -= 1


def _suggested(text: str, end: int, spans: Sequence[Span]) -> Iterator[_Found]:
    if len(spans) < 2:
        return
    for cue in _SUGGESTS.finditer(text, spans[0].end, end):
        before = [s for s in spans if s.end <= cue.start() and _is_finding(s)]
        after = [s for s in spans if s.start >= cue.end() and _is_finding(s)]
        if not before or not after or after[0].start - cue.end() > _FAR:
            continue
        yield "suggestive_of", before[-1], after[0], "cue"
        for one, other in pairwise(after):
            if not _LIST.fullmatch(text[one.end : other.start]):
                break
            yield "suggestive_of", before[-1], other, "cue"


def _role(span: Span) -> str:
    return next((one.value for one in span.attributes if one.name == "role"), "head")


def _is_anatomy(span: Span) -> bool:
    return span.label == "Anatomy"


def _is_finding(span: Span) -> bool:
    return not _is_anatomy(span) and _role(span) != "modifier"


def _is_obs_modifier(span: Span) -> bool:
    return not _is_anatomy(span) and _role(span) == "modifier"
