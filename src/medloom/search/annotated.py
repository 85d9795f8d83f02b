"""Concept ids of annotated rows as words of the full-text index: `HP:0001250` as `HP0001250`.

An id is one word there: its prefix alone finds nothing, and is not counted as a word of the text.
"""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.types as types

BEFORE_IDS = "\nzz9ids9zz\n"
"""Stands before the ids in the text of a row; vectors are made of what stands before it."""


def concept_word(id: str) -> str:
    """An id as one word.

    >>> concept_word("HP:0001250"), concept_word("MESH:D003000")
    ('HP0001250', 'MESHD003000')
    """
    return "".join(one for one in id if one.isalnum())


def concept_columns(schema: pa.Schema) -> Iterator[str]:
    """The columns of mentions that carry concepts: lists of structures, as `Span` is."""
    for one in schema:
        if types.is_list(one.type) and types.is_struct(kind := one.type.value_type):
            at = kind.get_field_index("concepts")
            if at >= 0 and _has_ids(kind.field(at).type):
                yield one.name


def concept_words(column: pa.Array) -> pa.Array:
    """The ids in a column of mentions, a text a row; of each mention that of its best concept."""
    found = []
    for row in column.to_pylist():
        best = (one["concepts"][0] for one in row or () if one and one["concepts"])
        ids = dict.fromkeys(concept_word(one["id"]) for one in best if one and one["id"])
        found.append(BEFORE_IDS + " ".join(ids) if ids else "")
    return pa.array(found, pa.string())


def _has_ids(kind: pa.DataType) -> bool:
    inner = kind.value_type if types.is_list(kind) else None
    return inner is not None and types.is_struct(inner) and inner.get_field_index("id") >= 0
