"""Whether texts assert what a phrase says, deny it or leave it open, for any phrase.

The lexicon of findings is that of radiology. A phrase that it does not know is looked for as it
stands, and the step `assertion` judges each place where it stands.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from medloom.kit.phrases import lowered
from medloom.registry import load_step
from medloom.search.similar.lexical import Scores
from medloom.tables.spans import Span

_MOST_WORDS = 7
"""A longer text is no name of a finding."""
_DENIED = re.compile(
    r"^(?:(?:there (?:is|was|are|were)|shows?) )?"
    r"(?:no (?:evidence|signs?) of|absence of|negative for|without|denies|no|not)\s+"
)
_WORD = re.compile(r"[^\W_]+")
_MARKS = {"+": 1.0, "?": 0.5, "-": -1.0}


def is_phrase(text: str) -> bool:
    """Whether a text is short enough to name a finding.

    >>> is_phrase("no pleural effusion"), is_phrase("The effusion was as large as it was before.")
    (True, False)
    """
    return 0 < len(_WORD.findall(text)) <= _MOST_WORDS


def asserted(phrase: str, texts: Sequence[str | None]) -> Scores | None:
    """1 where a text asserts what a phrase says, 0.5 where it is uncertain, -1 where it denies it.

    A phrase that begins with a denial (`no fever`) is asserted by texts that deny the rest. None
    where the text is too long to be a phrase.

    >>> texts = ["Fever and chills.", "He denies fever.", "Possible fever.", "Rash."]
    >>> asserted("fever", texts).tolist(), asserted("no fever", texts).tolist()
    ([1.0, -1.0, 0.5, 0.0], [-1.0, 1.0, 0.0, 0.0])
    """
    low = lowered(phrase).strip(" .?!")
    denied = _DENIED.match(low)
    wanted = _WORD.findall(low[denied.end() :] if denied else low)
    if not 0 < len(wanted) <= _MOST_WORDS:
        return None
    pattern = re.compile(r"\b" + r"\W+".join(map(_any_number, wanted)) + r"\b")
    lows = ((number, lowered(text)) for number, text in enumerate(texts) if text)
    places = {
        number: [match.span() for match in pattern.finditer(low)]
        for number, low in lows
        if wanted[0][:3] in low
    }
    rows = [number for number, found in places.items() if found]
    given = [texts[number] or "" for number in rows]
    spans = [[Span(*place, "FINDING") for place in places[number]] for number in rows]
    scores = np.zeros(len(texts), np.float32)
    for number, judged in zip(rows, _judge()(given, spans), strict=True):
        scores[number] = _score([_mark(one) for one in judged], denied is not None)
    return scores


def _score(marks: Sequence[str], denied: bool) -> float:
    """What asserts counts before what is open, and that before what denies."""
    if denied:
        if "-" in marks:
            return 1.0
        return -1.0 if "+" in marks else 0.0
    return max(_MARKS[one] for one in marks)


def _mark(span: Span) -> str:
    said = span.assertion
    if said is None:
        return "+"
    if said.negated or said.experiencer != "patient":
        return "-"
    return "?" if said.uncertain or said.hypothetical else "+"


def _any_number(word: str) -> str:
    """A word in singular and plural."""
    stem = word[:-1] if len(word) > 3 and word.endswith("s") and word[-2] not in "su" else word
    return re.escape(stem) + "s?"


@cache
def _judge() -> Any:
    return load_step("assertion")()
