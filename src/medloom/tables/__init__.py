"""Row types, and the Arrow types that store them."""

from medloom.tables.notes import NoteSection
from medloom.tables.spans import (
    Abbreviation,
    Assertion,
    Attribute,
    Concept,
    Cue,
    MadeBy,
    Mark,
    Range,
    Relation,
    Span,
    covered,
    span_of,
)
from medloom.tables.texts import Note, Text

__all__ = [
    "Abbreviation",
    "Assertion",
    "Attribute",
    "Concept",
    "Cue",
    "MadeBy",
    "Mark",
    "Note",
    "NoteSection",
    "Range",
    "Relation",
    "Span",
    "Text",
    "covered",
    "span_of",
]
