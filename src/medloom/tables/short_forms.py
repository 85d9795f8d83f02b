"""Row types of short forms: where they are defined, what they mean, and examples to learn from."""

from typing import NamedTuple

from medloom.tables.spans import Abbreviation


class ShortFormDefinition(NamedTuple):
    """A place where a document says what a short form means."""

    short: str
    """In the singular."""
    long: str
    """As it stands there."""
    long_key: str
    """Its normal form: what differs only in case, plural, hyphens or spelling has the same."""
    text_id: str
    article_id: str
    start: int
    end: int
    long_start: int
    long_end: int
    score: float | None
    rule: str | None


class Sense(NamedTuple):
    """A long form of a short form, over a whole collection."""

    short: str
    long: str
    """Its most frequent spelling."""
    n_definitions: int
    n_documents: int
    share: float
    """Of all documents that define the short form, those that define it so."""
    n_senses: int
    """How many long forms the short form has here."""
    variants: list[str]
    """Its other spellings, the most frequent first."""
    example_ids: list[str]
    """Up to five texts that define it."""


class ShortFormExample(NamedTuple):
    """A text in which long forms were replaced by short forms: what they mean is known."""

    id: str
    """The id of the text that it was made from, with `/short`."""
    text_id: str
    article_id: str
    text: str
    abbreviations: list[Abbreviation]
    """The replaced places, in this text; the task is to tell `long` from `short` and the rest."""
