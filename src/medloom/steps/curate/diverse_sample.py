"""Keep some rows that cover what a table is about, evenly."""

from collections import Counter
from math import ceil
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from medloom.kit.selection import choose, cluster_levels, drawn, projected
from medloom.step import Column, Columns, drops
from medloom.tables.rows import Rows


@drops(across={"id": str, "text": Column(str | None, optional=True)})
def diverse_sample(
    rows: Rows,
    *,
    n_rows: Annotated[int, Field(gt=0)],
    vectors: Annotated[str | None, Columns()] = None,
    n_clusters: list[Annotated[int, Field(gt=0)]] = [],  # noqa: B006
    seed: int = 0,
) -> list[str | None]:
    """Keep `n_rows`, evenly over clusters of clusters (Vo et al. 2024, arXiv 2405.15613).

    Rows are clustered by k-means, the clusters' centres again, and so on; the sample is then even
    over the greatest clusters, and within each over the smaller ones: what is rare stays, what is
    common is thinned. `vectors` names a column of embeddings; without one, texts are compared by
    the words that they share. `n_clusters` are the levels, the smallest clusters first; by default
    the square root of the rows, and of that. Within a cluster a hash of the id draws.

    >>> texts = ["fever and rash"] * 6 + ["broken wrist"]
    >>> rows = Rows.of({"id": list("abcdefg"), "text": texts})
    >>> [reason is None for reason in diverse_sample(rows, n_rows=2, n_clusters=[2])][-1]
    True
    """
    ids = rows.column("id")
    if len(ids) <= n_rows:
        return [None] * len(ids)
    levels = cluster_levels(_vectors(rows, vectors), n_clusters or _levels(len(ids)), seed)
    paths = [tuple(reversed(one)) for one in levels.tolist()]
    order = sorted(range(len(ids)), key=lambda row: drawn(ids[row], seed))
    chosen = choose(paths, order, n_rows)
    kept, total = Counter(paths[row] for row in chosen), Counter(paths)
    return [
        None
        if row in chosen
        else f"cluster {'/'.join(map(str, path))}: {kept[path]} of {total[path]} kept"
        for row, path in enumerate(paths)
    ]


def _levels(n_rows: int) -> list[int]:
    first = ceil(n_rows**0.5)
    return [first, ceil(first**0.5)]


def _vectors(rows: Rows, name: str | None) -> NDArray[np.float32]:
    if name is None:
        return projected([one or "" for one in rows.column("text")])
    given = rows.column(name)
    length = max((len(one) for one in given if one is not None), default=0)
    missing = [0.0] * length
    return np.array([missing if one is None else one for one in given], np.float32)
