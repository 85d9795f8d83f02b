"""What classifiers and graders say of texts and of their labels."""

from typing import NamedTuple


class LabelScore(NamedTuple):
    """A label and its probability."""

    label: str
    score: float


class LabelIssue(NamedTuple):
    """How sure a model is that the given label is wrong."""

    is_issue: bool
    """Whether it is among those that confident learning counts as wrong."""
    score: float
    """The model's probability that the given label is not the right one, 0 to 1."""
    suggested: str
    """The likeliest label."""
    suggested_score: float


class Difficulty(NamedTuple):
    """How often attempts at an item pass."""

    pass_rate: float
    n: int
    """Attempts."""
    band: str
    """never, hard, medium, easy, always."""
