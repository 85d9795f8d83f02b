"""Few-shot subsets: k rows of each label."""

from typing import Annotated

from pydantic import AfterValidator

from medloom.kit.splitting.subsets import Grouped, few_of_each
from medloom.step import Column, Columns, adds
from medloom.tables.rows import Rows

_KS, _SEEDS = [1, 5, 10], [0, 1, 2]


def _positive(ks: list[int]) -> list[int]:
    if not ks or min(ks) < 1:
        raise ValueError("give numbers of 1 or more")
    return ks


@adds("shots", across={"id": str, "split": Column(str | None, optional=True)})
def shots(
    rows: Rows,
    *,
    label: Annotated[str, Columns()] = "label",
    by: Annotated[list[str], Columns()],
    k: Annotated[list[int], AfterValidator(_positive)] = _KS,
    seeds: list[int] = _SEEDS,
    of: str = "train",
) -> list[list[str]]:
    """Mark the rows of few-shot subsets: `5/0` is k = 5 with seed 0.

    Rows are chosen until each label has k, or there are no more; at most one of a group that keys
    join, so that no two shots are the same patient. Subsets of one seed are nested. Where the
    table has a `split`, only rows of the part `of` are chosen. Labels may be lists.

    >>> rows = Rows.of({"id": ["a", "b", "c"], "p": ["1", "1", "2"], "label": ["x", "x", "x"]})
    >>> shots(rows, by=["p"], k=[1, 2], seeds=[0])
    [['2/0'], [], ['1/0', '2/0']]
    """
    keys = {name: rows.arrow(name) for name in by}
    grouped = Grouped(rows.arrow("id"), keys, {label: rows.arrow(label)})
    wanted = list(range(len(rows)))
    if "split" in rows.names:
        wanted = [row for row, part in enumerate(rows.column("split")) if part == of]
    answers: list[list[str]] = [[] for _ in range(len(rows))]
    for seed in seeds:
        for n, chosen in few_of_each(grouped, wanted, k, seed).items():
            for row in chosen:
                answers[row].append(f"{n}/{seed}")
    return answers
