"""Keep the share of rows that a classifier likes best."""

from math import ceil
from typing import Annotated

from pydantic import Field

from medloom.step import drops
from medloom.tables.rows import Rows
from medloom.tables.text_labels import LabelScore

_READS = {"id": str, "text_scores": list[LabelScore]}


@drops(across=_READS)
def keep_best(
    rows: Rows, *, label: str, share: Annotated[float, Field(gt=0, le=1)]
) -> list[str | None]:
    """Keep the share of rows with the highest score of a label, as Data Filtering Networks do.

    Reads what `score_text` makes; of equal scores the row with the lesser id stays (Fang et al.
    2023, arXiv 2309.17425).

    >>> import pyarrow as pa
    >>> from medloom.tables.arrow import to_arrow
    >>> scores = [[LabelScore("trusted", one)] for one in (0.2, 0.9, 0.4)]
    >>> held = to_arrow(scores, list[LabelScore])
    >>> rows = Rows(pa.table({"id": ["a", "b", "c"], "text_scores": held}), _READS)
    >>> keep_best(rows, label="trusted", share=0.34)
    ['trusted: 0.200, rank 3 of 3, kept 2', None, None]
    """
    ids = rows.column("id")
    scores = [_of(label, one) for one in rows.column("text_scores")]
    best = sorted(range(len(ids)), key=lambda row: (-scores[row], ids[row]))
    n_kept = ceil(share * len(ids))
    reasons: list[str | None] = [None] * len(ids)
    for rank, row in enumerate(best[n_kept:], start=n_kept + 1):
        reasons[row] = f"{label}: {scores[row]:.3f}, rank {rank} of {len(ids)}, kept {n_kept}"
    return reasons


def _of(label: str, scores: list[LabelScore]) -> float:
    return max((one.score for one in scores if one.label == label), default=0.0)
