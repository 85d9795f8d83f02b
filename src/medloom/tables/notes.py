"""The row type of the sections of clinical notes and reports."""

from typing import NamedTuple

from medloom.tables.spans import Range


class NoteSection(NamedTuple):
    """A section of a note, from its header to the next one. Sections follow each other."""

    start: int
    end: int
    kind: str
    """history_of_present_illness, medications, physical_exam, findings, plan, ...; `other` where
    the vocabulary does not know the header; `text` in front of the first header."""
    title: str | None = None
    """The header as printed, without number, bullet and colon."""
    header: Range | None = None
    """Where the header stands, its colon included."""
    code: str | None = None
    """The LOINC code of the kind, where the vocabulary has one: `10164-2`."""
    rule: str | None = None
    """Why it is a header: `known`, `contains` (a known title), `first` (in the text), `part`,
    `capitals`."""
