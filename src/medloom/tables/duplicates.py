"""The row types of copies: of rows that say the same as others, in text, image or both."""

from typing import NamedTuple


class Duplicate(NamedTuple):
    """What speaks for a row being a copy of another one, or nearly a copy.

    A row lists its closest ones. The column `cluster` beside it is the id of the row that is kept
    of all that are copies of each other, and null where a row has no copy.
    """

    other_id: str
    kind: str
    """exact (the same after normalisation), near, or variant: alike, and not a copy (another dose,
    another part of a series), for a person to look at."""
    by: str
    """What is alike: text, image, record (both), vector."""
    similarity: float
    """0 to 1: of texts the Jaccard index of their shingles, counted and not estimated."""
    differs: list[str]
    """What differs, briefly: `5 mg | 10 mg`: in this row, and in the other."""


class DuplicatePair(NamedTuple):
    """Two rows of a table that are alike: one row for a person to judge."""

    id: str
    """`ID~OTHER`."""
    row_id: str
    other_id: str
    kind: str
    by: str
    similarity: float
    differs: list[str]


class DuplicateCluster(NamedTuple):
    """Rows that are copies of each other."""

    id: str
    """That of the row that is kept."""
    n_rows: int
    member_ids: list[str]
    """All of them, the kept one among them, in the order of ids."""


class Overlap(NamedTuple):
    """A part of a row's text that stands in a row of another set, too; or a vector close by."""

    other_id: str
    by: str
    """text or vector."""
    share: float
    """Of the row's word n-grams, those that stand in the other row; of vectors their cosine."""
    share_of_other: float
    """Of the other row's n-grams, those that stand in this row."""
    start: int | None
    end: int | None
    """The longest stretch of the text all of whose n-grams the other has; null for vectors."""
