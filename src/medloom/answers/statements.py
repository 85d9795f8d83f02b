"""The sentences of a model's answer, and the passages that each cites."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from medloom.kit.sentences import split

_CITED = r"\[\s*\d{1,3}(?:\s*(?:[,;–-]|and)\s*\d{1,3})*\s*\]"
_CITATIONS = re.compile(rf"\s*(?:{_CITED}\s*)+")
_ONE = re.compile(_CITED)
_RANGE = re.compile(r"(\d{1,3})(?:\s*[–-]\s*(\d{1,3}))?")
_AFTER_STOP = re.compile(rf"([.!?]['\"”’)]*)(\s*(?:{_CITED}\s*)+)")
_LIST_MARK = re.compile(r"^\s*(?:[-*•·]|\d{1,2}[.)]|#{1,6})\s+")
_BOLD = re.compile(r"\*\*|__")
_OPENING = re.compile(r"^\s*(?:answer|response)\s*:\s*", re.IGNORECASE)
_HEADING = re.compile(r"[\w \-/]{1,60}:?")
_MOST_SPAN = 50


class Said(NamedTuple):
    """A sentence as the model said it, without its citations, and the numbers that it cites."""

    text: str
    citations: tuple[int, ...]


def said(answer: str) -> list[Said]:
    """Cut an answer into sentences with their citations; list marks and headings are left out.

    >>> said("Aspirin helps [1, 3]. It may cause bleeding. [2]")
    [Said(text='Aspirin helps.', citations=(1, 3)), Said(text='It may cause bleeding.', citations=(2,))]
    """  # noqa: E501 - the answer is one line
    return [one for line in answer.splitlines() for one in _of_line(line)]


def _of_line(line: str) -> Iterator[Said]:
    text = _OPENING.sub("", _BOLD.sub("", _LIST_MARK.sub("", line))).strip()
    text = _AFTER_STOP.sub(_before_stop, text)
    if not text or (_HEADING.fullmatch(text) and not text.endswith(".") and len(text.split()) < 7):
        return
    for one in split(text, "prose"):
        sentence = text[one.start : one.end]
        citations = tuple(dict.fromkeys(_numbers(sentence)))
        bare = re.sub(r"\s+([.,;:!?])", r"\1", _CITATIONS.sub(" ", sentence)).strip()
        if any(letter.isalnum() for letter in bare):
            yield Said(bare, citations)


def _before_stop(found: re.Match[str]) -> str:
    return f" {found[2].strip()}{found[1]} "


def _numbers(sentence: str) -> Iterator[int]:
    for cited in _ONE.findall(sentence):
        for first, last in _RANGE.findall(cited):
            low, high = int(first), int(last or first)
            yield from range(low, min(high, low + _MOST_SPAN) + 1)
