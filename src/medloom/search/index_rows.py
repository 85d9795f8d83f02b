"""The rows of a search index: the table's key, all its texts as one, and what is kept beside."""

from collections.abc import Callable, Iterator, Sequence

import lance
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as types

from medloom.search.annotated import BEFORE_IDS, concept_words
from medloom.search.layout import TITLES, Layout, names_of

KEY, ALL_TEXT, VECTOR = "_key", "_text", "_vector"
SEAM = "\nzz9zz\n"
"""Between texts, so that no phrase goes from one into the next."""
Encode = Callable[[Sequence[str]], npt.NDArray[np.float32]]
_MOST_CHARACTERS_FOR_A_VECTOR = 8_000


def index_schema(table: pa.Schema, layout: Layout, vector_size: int | None) -> pa.Schema:
    """The columns of the index of a table."""
    fields = [pa.field(KEY, pa.string()), pa.field(ALL_TEXT, pa.string())]
    sizes = dict(zip(layout.vectors, layout.sizes, strict=True))
    for name in layout.stored:
        kind = pa.list_(pa.float32(), sizes[name]) if name in sizes else table.field(name).type
        fields.append(pa.field(name, kind))
    if vector_size:
        fields.append(pa.field(VECTOR, pa.list_(pa.float32(), vector_size)))
    return pa.schema(fields)


def index_rows(
    dataset: lance.LanceDataset,
    layout: Layout,
    fragments: Sequence[lance.LanceFragment] | None = None,
    encode: Encode | None = None,
    keys: set[str] | None = None,
) -> Iterator[pa.RecordBatch]:
    """The rows of the index for a table or some of its fragments; only those of `keys`, if given.

    Yields Arrow batches with the schema of `index_schema`.
    """
    scanner = dataset.scanner(
        columns=layout.columns,
        fragments=list(fragments) if fragments is not None else None,
        with_row_id=layout.key is None,
        batch_size=2048,
    )
    for batch in scanner.to_batches():
        key = keys_of(batch, layout)
        if keys is not None:
            chosen = pc.is_in(key, pa.array(list(keys), pa.string()))
            batch, key = batch.filter(chosen), key.filter(chosen)
        if batch.num_rows:
            yield _with_text(batch, key, layout, encode)


def keys_of(batch: pa.RecordBatch, layout: Layout) -> pa.Array:
    """The key of each row as a text; rows of tables without one are numbered."""
    values = batch.column(layout.key if layout.key else "_rowid")
    return pc.fill_null(pc.cast(values, pa.string()), "")


def _with_text(
    batch: pa.RecordBatch, key: pa.Array, layout: Layout, encode: Encode | None
) -> pa.RecordBatch:
    text = joined_text(batch, layout)
    columns = {KEY: key, ALL_TEXT: text, **{name: batch.column(name) for name in layout.stored}}
    for name, size in zip(layout.vectors, layout.sizes, strict=True):
        columns[name] = _of_one_size(batch.column(name), size)
    if encode is not None:
        columns[VECTOR] = _vectors(text, encode)
    return pa.record_batch(columns)


def joined_text(batch: pa.RecordBatch, layout: Layout) -> pa.Array:
    """All texts of each row as one, those of titles twice."""
    parts = []
    for name in layout.text:
        part = as_text(batch.column(name))
        parts += [part, part] if name in TITLES else [part]
    parts += [names_of(batch.column(name)) for name in layout.people]
    parts += [concept_words(batch.column(name)) for name in layout.concepts]
    if not parts:
        return pa.array([""] * batch.num_rows, pa.string())
    return pc.binary_join_element_wise(*parts, SEAM)


def as_text(column: pa.Array) -> pa.Array:
    """A column as one text a row, "" for null.

    >>> as_text(pa.array([["a", "b"], None])).to_pylist()
    ['a\\nb', '']
    """
    if types.is_list(column.type) and types.is_list(column.type.value_type):
        rows = [[cell for line in row or () for cell in line or ()] for row in column.to_pylist()]
        column = pa.array(rows, pa.list_(pa.string()))
    if types.is_list(column.type):
        filled = pa.array([[one for one in row or () if one] for row in column.to_pylist()])
        column = pc.binary_join(filled.cast(pa.list_(pa.string())), "\n")
    return pc.fill_null(pc.cast(column, pa.string()), "")


def _of_one_size(column: pa.Array, size: int) -> pa.Array:
    """Vectors as Lance searches them; null where one has another size."""
    kind = pa.list_(pa.float32(), size)
    if column.type == kind:
        return column
    rows = [row if row is not None and len(row) == size else None for row in column.to_pylist()]
    return pa.array(rows, kind)


def _vectors(text: pa.Array, encode: Encode) -> pa.Array:
    cut = [
        one.partition(BEFORE_IDS)[0].replace(SEAM, "\n")[:_MOST_CHARACTERS_FOR_A_VECTOR]
        for one in text.to_pylist()
    ]
    made = np.ascontiguousarray(encode(cut), dtype=np.float32)
    return pa.FixedSizeListArray.from_arrays(pa.array(made.ravel()), made.shape[1])
