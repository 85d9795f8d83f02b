"""Whether the columns of two versions hold other things, beside other rows."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from medloom.audit.drift import drift
from medloom.collection.collection import Collection

_MOST_ROWS = 20_000


def drifts(
    before: Collection, after: Collection, tables: Sequence[str] = ()
) -> Iterator[dict[str, Any]]:
    """Yield the columns that differ so much that somebody should look, a column a row.

    Of large tables 20,000 rows that lie evenly are looked at.
    """
    for name in tables or after.tables:
        if name not in before.tables:
            continue
        old, new = before.dataset(name), after.dataset(name)
        if old.version == new.version:
            continue
        shared = [one.name for one in old.schema if _is_plain(one.type) and one.name in _of(new)]
        for one in drift(_sample(old, shared), _sample(new, shared)).large:
            shifts = (f"{s.value}: {s.before:.1%} became {s.after:.1%}" for s in one.shifts[:2])
            yield {
                "table": name,
                "column": one.column,
                "size": round(one.size, 3),
                "p": one.p,
                "what": "; ".join(shifts),
            }


def _of(dataset: Any) -> list[str]:
    return list(dataset.schema.names)


def _is_plain(kind: pa.DataType) -> bool:
    is_bytes = pa.types.is_binary(kind) or pa.types.is_large_binary(kind)
    return not (pa.types.is_nested(kind) or is_bytes)


def _sample(dataset: Any, columns: Sequence[str]) -> pa.Table:
    n_rows = dataset.count_rows()
    if n_rows <= _MOST_ROWS:
        return dataset.to_table(columns=list(columns))
    rows = np.linspace(0, n_rows - 1, _MOST_ROWS).astype(np.int64)
    return dataset.take(rows.tolist(), columns=list(columns))
