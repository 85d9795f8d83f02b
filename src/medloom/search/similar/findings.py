"""What reports and captions say that an image shows: findings with their assertion, and anatomy.

Retrieval of images by their reports at several granularities, after Zhang et al., RadIR (2025): the
whole report, one finding, one part of the body. Findings come from the steps `report_entities` and
`assertion`: from the column `spans` where a table has them, else from its text.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from medloom.registry import load_step
from medloom.search.similar.lexical import Scores, words
from medloom.search.similar.sets import SetIndex

_OPPOSITE = {"+": "-", "-": "+"}


class Said(NamedTuple):
    """What a text says of an image: `effusion +`, `pneumothorax -`; and the anatomy it names."""

    findings: frozenset[str]
    anatomy: frozenset[str]


def said(text: str, spans: Sequence[Any]) -> Said:
    """Read findings and anatomy off spans of the labels Observation and Anatomy.

    A finding is a head word with its sign: `+` asserted, `-` negated, `?` uncertain; together with
    the anatomy right before it, it is a finding of its own, too.

    >>> sorted(said_by_text(["No pleural effusion. Fracture."])[0].findings)
    ['effusion -', 'fracture +', 'pleural effusion -']
    """
    findings, anatomy = set[str](), set[str]()
    before = None
    for one in sorted(spans, key=lambda span: (_get(span, "start"), _get(span, "end"))):
        name = " ".join(words(_get(one, "text") or text[_get(one, "start") : _get(one, "end")]))
        if not name or _role(one) in ("modifier", "state"):
            continue
        if _get(one, "label") == "Anatomy":
            anatomy.add(name)
            before = name, _get(one, "end")
        elif _get(one, "label") == "Observation":
            sign = _sign(_get(one, "assertion"))
            findings.add(f"{name} {sign}")
            if before and not text[before[1] : _get(one, "start")].strip(" -"):
                findings.add(f"{before[0]} {name} {sign}")
    return Said(frozenset(findings), frozenset(anatomy))


def said_by_text(texts: Sequence[str | None]) -> list[Said]:
    """What each text says, by the steps `report_entities` and `assertion`."""
    given = [one or "" for one in texts]
    find, judge = _steps()
    return [said(text, spans) for text, spans in zip(given, judge(given, find(given)), strict=True)]


class FindingIndex:
    """What each row says, to be compared with others.

    >>> rows = said_by_text(["Pleural effusion.", "No pleural effusion.", "Rib fracture."])
    >>> index = FindingIndex(rows)
    >>> [round(x, 2) for x in index.findings(said_by_text(["pleural effusion"])[0]).tolist()]
    [1.0, -1.0, 0.0]
    >>> [round(x, 2) for x in index.anatomy(said_by_text(["the pleural space"])[0]).tolist()]
    [1.0, 1.0, 0.0]
    """

    def __init__(self, rows: Sequence[Said]) -> None:
        self._findings = SetIndex([one.findings for one in rows])
        self._anatomy = SetIndex([one.anatomy for one in rows])

    def findings(self, wanted: Said, whole: bool = False) -> Scores:
        """The part of the wanted findings that a row says, less that of which it says the opposite.

        With `whole`, a row is also to say nothing else: the cosine of both.
        """
        measure = self._findings.cosines if whole else self._findings.covers
        opposite = {
            f"{name} {_OPPOSITE[sign]}"
            for name, sign in (one.rsplit(" ", 1) for one in wanted.findings)
            if sign in _OPPOSITE
        }
        return np.asarray(measure(wanted.findings) - measure(opposite), np.float32)

    def anatomy(self, wanted: Said, whole: bool = False) -> Scores:
        """The part of the wanted anatomy that a row names."""
        measure = self._anatomy.cosines if whole else self._anatomy.covers
        return measure(wanted.anatomy)


@cache
def _steps() -> tuple[Any, Any]:
    return load_step("report_entities")(), load_step("assertion")()


def _get(thing: Any, name: str) -> Any:
    return thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)


def _role(span: Any) -> str | None:
    found = (one for one in _get(span, "attributes") or () if _get(one, "name") == "role")
    return next((_get(one, "value") for one in found), None)


def _sign(assertion: Any) -> str:
    if _get(assertion, "uncertain"):
        return "?"
    return "-" if _get(assertion, "negated") else "+"
