"""Keep rows by the labels and scores that a classifier gave."""

from medloom.step import drops
from medloom.tables.text_labels import LabelScore


@drops
def keep_scored(
    text_scores: list[LabelScore], *, labels: list[str], least: float = 0.5
) -> str | None:
    """Drop rows whose wanted labels together have too little probability.

    Reads what `score_text` makes.

    >>> scores = [LabelScore("advert", 0.7), LabelScore("study", 0.3)]
    >>> keep_scored(scores, labels=["study"])
    'study: 0.300, least 0.5'
    >>> keep_scored(scores, labels=["study", "advert"])
    """
    total = sum(one.score for one in text_scores if one.label in labels)
    return f"{' or '.join(labels)}: {total:.3f}, least {least:g}" if total < least else None
