"""Nested subsets for learning curves: 1% in 10% in 100%."""

from typing import Annotated

from pydantic import AfterValidator

from medloom.kit.splitting.subsets import Grouped, smallest_fraction
from medloom.step import Column, Columns, adds
from medloom.tables.rows import Rows

_FRACTIONS = [0.01, 0.1, 1.0]


def _within(fractions: list[float]) -> list[float]:
    if not fractions or min(fractions) <= 0 or max(fractions) > 1:
        raise ValueError("fractions are above 0 and at most 1")
    return fractions


@adds("label_fraction", across={"id": str, "split": Column(str | None, optional=True)})
def label_fraction(
    rows: Rows,
    *,
    by: Annotated[list[str], Columns()],
    stratify: Annotated[str | None, Columns()] = None,
    fractions: Annotated[list[float], AfterValidator(_within)] = _FRACTIONS,
    of: str = "train",
    seed: int = 0,
) -> list[float | None]:
    """Give each row the smallest fraction of the data that it is part of.

    The subset of 10% is all rows with `label_fraction <= 0.1`; smaller subsets lie in larger ones.
    Groups that keys join stay whole. With `stratify` every subset has its share of each label, and
    one group of it at least. Where the table has a `split`, only rows of the part `of` have one.

    >>> rows = Rows.of({"id": list("abcd"), "patient_id": ["p", "q", "r", "p"]})
    >>> label_fraction(rows, by=["patient_id"], fractions=[0.5, 1.0], seed=1)
    [1.0, 0.5, 0.5, 1.0]
    """
    labels = {stratify: rows.arrow(stratify)} if stratify else {}
    keys = {name: rows.arrow(name) for name in by}
    grouped = Grouped(rows.arrow("id"), keys, labels)
    wanted = list(range(len(rows)))
    if "split" in rows.names:
        wanted = [row for row, part in enumerate(rows.column("split")) if part == of]
    return smallest_fraction(grouped, wanted, fractions, seed)
