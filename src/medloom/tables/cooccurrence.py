"""The row type of what is mentioned together."""

from typing import NamedTuple


class Together(NamedTuple):
    """What a sentence or a text mentions: a pair, or one thing, or only that it is there.

    Statistics need all three: how often a pair stands together, each of the two at all, and how
    many units there are.
    """

    left_id: str | None
    """The id of its best concept; without one `Disease:renal failure`: label and name."""
    left_name: str | None
    left_label: str | None
    right_id: str | None
    """After `left_id` in the order of code points; null where the row is about that one alone."""
    right_name: str | None
    right_label: str | None
    text_id: str
    article_id: str
    start: int
    end: int
    """The unit's place in the text."""
    n_units: int
    """How many units the row stands for: 1, but in the row that only counts the units of a text."""


class Pair(NamedTuple):
    """Two things that a collection mentions together, and how strong their tie is.

    Units are sentences, or texts, as `cooccurrence` was told.
    """

    left_id: str
    left_name: str
    left_label: str
    right_id: str
    right_name: str
    right_label: str
    n_together: int
    """Units with both."""
    n_documents: int
    """Documents with both in one unit."""
    n_left: int
    n_right: int
    n_texts: int
    """All units."""
    expected: float
    """Units with both, if chance alone ruled."""
    pmi: float
    npmi: float
    llr: float
    chi2: float
    example_ids: list[str]
