"""The row type of mentions as a table: what rankings, graphs and searches are made from."""

from typing import NamedTuple


class Entity(NamedTuple):
    """One mention of one thing in one text, with the sentence around it."""

    id: str
    """`PMC1/p/3/entity/2`: the text's id and a number."""
    text_id: str
    document_id: str
    label: str
    entity_id: str
    """The id of its best concept; without one `Disease:renal failure`: label and name."""
    name: str
    """The preferred name of the concept; without one the folded text."""
    text: str
    start: int
    end: int
    """In the text of the row that `text_id` names."""
    negated: bool
    uncertain: bool
    historical: bool
    hypothetical: bool
    conditional: bool
    experiencer: str | None
    """patient, family or other; None where nobody has looked."""
    score: float | None
    made_by: str | None
    """Step, resource and digest, as `concepts hpo 2026-01-08 1f2e3d4c`."""
    sentence: str
    sentence_start: int
