"""The row type of pairs that may be related: what a model or a person labels."""

from typing import NamedTuple


class RelationCandidate(NamedTuple):
    """Two things that a document mentions, with the evidence; `kind` waits for an answer."""

    id: str
    """`12345/MESH:D1~MESH:D2`."""
    document_id: str
    head: str
    """The concept's id; what is written, in small letters, where no concept is known."""
    head_name: str
    head_label: str
    tail: str
    tail_name: str
    tail_label: str
    n_head_mentions: int
    n_tail_mentions: int
    sentences: list[str]
    """Those that mention both; where there are none, the nearest two."""
    text_ids: list[str]
    """The rows that these sentences are from."""
    distance_sentences: int
    """0 where one sentence mentions both; texts of a document count on."""
    distance_characters: int | None
    """The least between two mentions in one text; null where no text mentions both."""
    kind: str | None = None
    score: float | None = None
