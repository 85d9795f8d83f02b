"""Row types of texts that are not articles: notes, reports, the texts of annotated corpora."""

from typing import NamedTuple

from medloom.tables.spans import Attribute, Relation, Span


class Note(NamedTuple):
    """A plain text: a note, a report, a cell of a table."""

    id: str
    """Readable and stable: `12345`, `notes/7`."""
    document_id: str
    """What the texts of one document share."""
    kind: str
    text: str
    attributes: list[Attribute]
    """What else the source says of it: its columns."""


class Text(NamedTuple):
    """A text with the annotations that came with it; a document is one text or several."""

    id: str
    """Readable and stable: `12345`, `12345/a`, `note-7`."""
    document_id: str
    """What the texts of one document share."""
    kind: str
    """title, abstract, note, report, sentence, text, ..."""
    text: str
    spans: list[Span]
    relations: list[Relation]
    attributes: list[Attribute]
    """What else the source says of the text: its columns, its metadata."""
