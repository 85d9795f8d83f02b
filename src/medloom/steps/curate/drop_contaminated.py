"""Drop rows that stand in another set, too."""

from typing import Literal

from medloom.step import drops
from medloom.tables.duplicates import Overlap


@drops
def drop_contaminated(
    contamination: list[Overlap],
    *,
    least_share: float = 0.5,
    of: Literal["either", "row", "other"] = "either",
) -> str | None:
    """Drop rows that share too much with a row of another set, as `contamination` found it.

    With `of: row`, `least_share` of the row's own text must stand in the other; with `other`, that
    much of the other text in the row (a question inside a long page); with `either`, one of both.

    >>> drop_contaminated([Overlap("q1", "text", 0.1, 1.0, 3, 80)])
    'overlaps with q1: 10% of this row, 100% of the other'
    >>> drop_contaminated([Overlap("q1", "text", 0.1, 1.0, 3, 80)], of="row") is None
    True
    """
    for one in contamination:
        shares = {"row": one.share, "other": one.share_of_other}
        shares["either"] = max(shares.values())
        if shares[of] >= least_share:
            told = f"{one.share:.0%} of this row, {one.share_of_other:.0%} of the other"
            return f"overlaps with {one.other_id}: {told}"
    return None
