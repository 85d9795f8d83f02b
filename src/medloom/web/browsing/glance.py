"""The columns that tell most about a table: measures of quality, years, kinds, sizes."""

import re
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from medloom.web.browsing.kinds import kind_of
from medloom.web.browsing.profile import Profile, profile_of
from medloom.web.browsing.sampling import sample

_WORTH = (
    r"quality|score|confidence|informative|severity",
    r"^year$|date|^age",
    r"^license$|kind|type|label|split|modality|journal|sex|language|section_kind|format|outcome",
    r"^(text|caption|abstract|title)$|n_|width|height|count",
)
_MOST = 4
_SAMPLE_ROWS = 5000


def glance(dataset: Any) -> list[Profile]:
    """Look at the columns that are worth it, in rows that lie evenly; those without values go."""
    names = _chosen(dataset.schema)
    n_rows = dataset.count_rows()
    rows = sample(dataset, names, _SAMPLE_ROWS)
    found = [one for name in names for one in _profiles(name, rows[name], n_rows)]
    return [one for one in found if len(one.bins) > 1 or len(one.top) > 1][:_MOST]


def _chosen(schema: pa.Schema) -> list[str]:
    kinds = {one.name: kind_of(one.type) for one in schema}
    fit = [
        name
        for name, kind in kinds.items()
        if kind in ("number", "text", "truth", "struct") and not name.endswith(("_id", "_url"))
    ]
    found = (name for worth in _WORTH for name in fit if re.search(worth, name))
    return list(dict.fromkeys(found))


def _profiles(name: str, values: pa.ChunkedArray, n_rows: int) -> Iterator[Profile]:
    if kind_of(values.type) != "struct":
        yield profile_of(name, values, n_rows)
        return
    whole = values.combine_chunks()
    for number in range(whole.type.num_fields):
        part = whole.type.field(number)
        if kind_of(part.type) in ("number", "truth"):
            column = pa.chunked_array([whole.field(number)])
            yield profile_of(f"{name}.{part.name}", column, n_rows)
