"""Stretches of text, shared by all row types."""

from typing import NamedTuple


class Mark(NamedTuple):
    """Markup of a stretch of text: bold, italic, sup, sub, underline, small-caps, monospace."""

    start: int
    end: int
    kind: str


class Span(NamedTuple):
    """A labelled stretch of text, in code points."""

    start: int
    end: int
    label: str
