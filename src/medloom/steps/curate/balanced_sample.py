"""Keep some rows, evenly over labels, sites or clusters."""

from collections import Counter
from math import inf
from typing import Annotated

from pydantic import Field

from medloom.kit.selection import choose, drawn
from medloom.step import Columns, drops
from medloom.tables.rows import Rows


@drops(across={"id": str})
def balanced_sample(
    rows: Rows,
    *,
    by: Annotated[list[str], Columns()],
    n_rows: Annotated[int, Field(gt=0)],
    prefer: Annotated[str | None, Columns()] = None,
    seed: int = 0,
) -> list[str | None]:
    """Keep `n_rows`, as evenly over the values of columns as there are rows of each.

    With several columns, evenly over the first, and within each value over the next. Within a
    group, rows with the greatest `prefer` stay, else those that a hash of their id draws. A null
    is a value of its own.

    >>> rows = Rows.of({"id": ["a", "b", "c", "d"], "label": ["x", "x", "x", "y"]})
    >>> balanced_sample(rows, by=["label"], n_rows=2)
    ['label x: 1 of 3 kept', None, 'label x: 1 of 3 kept', None]
    """
    ids = rows.column("id")
    columns = [[str(one) for one in rows.column(name)] for name in by]
    paths = list(zip(*columns, strict=True))
    liked = _numbers(rows.column(prefer)) if prefer else [0.0] * len(ids)
    order = sorted(range(len(ids)), key=lambda row: (-liked[row], drawn(ids[row], seed)))
    chosen = choose(paths, order, n_rows)
    kept = Counter(paths[row] for row in chosen)
    total = Counter(paths)
    return [
        None
        if row in chosen
        else f"{', '.join(map(' '.join, zip(by, path, strict=True)))}:"
        f" {kept[path]} of {total[path]} kept"
        for row, path in enumerate(paths)
    ]


def _numbers(values: list[float | None]) -> list[float]:
    return [-inf if one is None else float(one) for one in values]
