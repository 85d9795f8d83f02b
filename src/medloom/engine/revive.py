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

from medloom.engine.units import Unit


def cut_rows(
    sources: Sequence[str],
    per_source: Mapping[str, int],
    lost: Mapping[str, Sequence[tuple[int, str]]],
    size: int,
    done: int,
) -> list[Unit]:
    """Cut a table, and the rows it lost, into units of about `size` rows at source boundaries.

    `per_source` counts the stored rows of each source, which stand in the order of `sources`;
    `lost` has for each source (rows of the source before it, the row as JSON). The first `done`
    rows, stored and lost ones together, are left out: a build that was killed has made them.
    """
    units = [Unit()]
    at = 0
    for source in sources:
        n_rows, revived = per_source.get(source, 0), lost.get(source, ())
        if units[-1].size >= size:
            units.append(Unit(start=at, stop=at))
        units[-1].stop += n_rows
        units[-1].revived += [(at + place, row) for place, row in revived]
        at += n_rows
    skipped = list(accumulate(unit.size for unit in units))
    return [unit for unit, end in zip(units, skipped, strict=True) if end > done and unit.size]


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
    row = {field.name: _decoded(row.get(field.name), field.type) for field in schema}
    return pa.Table.from_pylist([{field.name: row.get(field.name) for field in schema}], schema)


def _decoded(value: Any, arrow: pa.DataType) -> Any:
    """A value from JSON as its Arrow type wants it: bytes stand there in base64."""
    if value is None:
        return None
    if pa.types.is_large_binary(arrow):
        return base64.b64decode(value["base64"])
    if pa.types.is_list(arrow):
        return [_decoded(item, arrow.value_type) for item in value]
    if pa.types.is_struct(arrow):
        return {field.name: _decoded(value.get(field.name), field.type) for field in arrow}
    return value
