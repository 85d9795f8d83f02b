"""Give a step its lost rows back: the rows that it dropped, or that failed in it, run again.

When the last steps of a table change, the table is made again from its own stored rows. Rows that
those steps had lost are kept in the ledger and are put back at their old places first.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

import pyarrow as pa


def places(
    lost: Sequence[Mapping[str, Any]], per_source: Mapping[str, int], order: Sequence[str]
) -> list[tuple[int, str]]:
    """Return, for each lost row, the stored row that it stands before, and the row as JSON.

    `per_source` counts the stored rows of each source, `order` is the order of the sources.
    """
    ends = accumulate(per_source.get(source, 0) for source in order)
    starts = dict(zip(order, (0, *ends), strict=False))
    placed = [(starts.get(one["source"], 0) + one["position"], one["row"]) for one in lost]
    rank = {source: number for number, source in enumerate(order)}
    ranked = sorted(zip(placed, lost, strict=True),
                    key=lambda pair: (pair[0][0], rank.get(pair[1]["source"], 0)))
    return [place for place, _ in ranked]


def revive(table: pa.Table, start: int, revived: Sequence[tuple[int, str]]) -> pa.Table:
    """Put lost rows back among the rows of a table whose first row is row `start`."""
    if not revived:
        return table
    parts, at = [], 0
    for place, text in revived:
        cut = min(max(place - start, at), table.num_rows)
        parts += [table.slice(at, cut - at), _as_row(text, table.schema)]
        at = cut
    return pa.concat_tables([*parts, table.slice(at)]).combine_chunks()


def _as_row(text: str, schema: pa.Schema) -> pa.Table:
    row = json.loads(text)
    for field in schema:
        if isinstance(row.get(field.name), dict) and pa.types.is_large_binary(field.type):
            row[field.name] = base64.b64decode(row[field.name]["base64"])
    return pa.Table.from_pylist([{field.name: row.get(field.name) for field in schema}], schema)
