"""Which columns of a table a search index holds: texts, what filters look at, and vectors."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import lance
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as types

from medloom.search.annotated import concept_columns

TITLES = ("title", "name")
"""Columns whose words count twice."""
KEYS = ("id", "key", "uid")
_LOOKED_AT = 300
_TWO_WORDS = r"\pL\pL+\s+\S*\pL"
_SHARE_OF_TEXTS = 0.25
_MARKUP = r"^\s*[<{\[]"
_NEVER = ("source", "html", "mathml", "latex", "json", "xml", "license_text", "license_source")
_SHORT_CHARACTERS = 160
_LONGEST_VALUE = 500
_PEOPLE = ("surname", "given", "collab", "name")


@dataclass(frozen=True)
class Layout:
    """The columns of one table in its index.

    `fields` are text columns with an index of their own; a search in another column looks at its
    texts one by one.
    """

    key: str | None
    text: tuple[str, ...]
    fields: tuple[str, ...]
    filters: tuple[str, ...]
    vectors: tuple[str, ...]
    sizes: tuple[int, ...] = ()
    """Of the vectors, in their order."""
    people: tuple[str, ...] = ()
    """Columns of structures that name persons; their names are searched."""
    concepts: tuple[str, ...] = ()
    """Columns of mentions with concepts; the ids are searched."""

    @property
    def columns(self) -> list[str]:
        """All columns that are read from the table, each once."""
        key = (self.key,) if self.key else ()
        every = (*key, *self.text, *self.people, *self.concepts, *self.filters, *self.vectors)
        return list(dict.fromkeys(every))

    @property
    def stored(self) -> list[str]:
        """The columns that are kept as they are."""
        return [name for name in self.columns if name not in (*self.people, *self.concepts)]

    def told(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return asdict(self)

    @classmethod
    def read(cls, body: dict[str, Any]) -> "Layout":
        """From what `told` gave."""
        given: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in body.items()
        }
        return cls(**given)


def layout_of(dataset: lance.LanceDataset, text: Sequence[str] | None = None) -> Layout:
    """The columns to index; `text` names those to search instead of those that look like texts."""
    schema = dataset.schema
    usable = [one.name for one in schema if _is_texts(one.type)]
    lists = [one.name for one in schema if _may_be_vectors(one)]
    sample = dataset.head(_LOOKED_AT, columns=usable + lists) if usable or lists else pa.table({})
    vectors = {name: size for name in lists if (size := vector_size(sample[name])) is not None}
    lengths = {name: mean for name in usable if (mean := _mean_length(sample[name])) is not None}
    key = next((name for name in KEYS if name in schema.names), None)
    chosen = tuple(text) if text is not None else tuple(_texts(sample, lengths, key))
    people = () if text is not None else tuple(_people(schema))
    return Layout(
        key=key,
        text=chosen,
        fields=tuple(
            name
            for name in chosen
            if not _is_grid(schema.field(name).type) and lengths.get(name, 0.0) <= _SHORT_CHARACTERS
        ),
        filters=tuple(one for one in _filters(schema, chosen, lengths) if one not in vectors),
        vectors=tuple(vectors),
        sizes=tuple(vectors.values()),
        people=people,
        concepts=tuple(concept_columns(schema)),
    )


def vector_size(column: pa.ChunkedArray) -> int | None:
    """The size of the vectors in a column; None where its lists have several sizes.

    >>> vector_size(pa.chunked_array([[[1.0, 2.0], None, [0.5, 1.0]]]))
    2
    """
    if types.is_fixed_size_list(column.type):
        return int(column.type.list_size)
    sizes = pc.unique(pc.list_value_length(column).drop_null()).to_pylist()
    return int(sizes[0]) if len(sizes) == 1 and sizes[0] > 1 else None


def _may_be_vectors(one: pa.Field) -> bool:
    named = "embedding" in one.name or "vector" in one.name
    fixed = types.is_fixed_size_list(one.type)
    is_list = fixed or (named and types.is_list(one.type))
    return bool(is_list and types.is_floating(one.type.value_type))


def _is_grid(kind: pa.DataType) -> bool:
    """Lists of lists of texts: the cells of a table."""
    return bool(types.is_list(kind) and types.is_list(kind.value_type))


def _is_texts(kind: pa.DataType) -> bool:
    inner = kind.value_type if types.is_list(kind) else kind
    inner = inner.value_type if types.is_list(inner) else inner
    return bool(types.is_string(inner) or types.is_large_string(inner))


def flat(column: pa.ChunkedArray) -> pa.Array:
    """The texts in a column, whether single or in lists, without nulls."""
    values = column.combine_chunks()
    while types.is_list(values.type):
        values = values.flatten()
    return values.drop_null()


def _mean_length(column: pa.ChunkedArray) -> float | None:
    mean = pc.mean(pc.utf8_length(flat(column))).as_py()
    return None if mean is None else float(mean)


def _texts(sample: pa.Table, lengths: dict[str, float], key: str | None) -> Iterator[str]:
    for name in lengths:
        if _is_grid(sample.schema.field(name).type):
            yield name
            continue
        is_code = name == key or name in _NEVER or name.endswith(("_id", "_url", "_uri", "_hash"))
        if not is_code and _looks_like_text(flat(sample[name])):
            yield name


def _looks_like_text(values: pa.Array) -> bool:
    words = pc.mean(pc.cast(pc.match_substring_regex(values, _TWO_WORDS), pa.float64())).as_py()
    markup = pc.mean(pc.cast(pc.match_substring_regex(values, _MARKUP), pa.float64())).as_py()
    return bool(words >= _SHARE_OF_TEXTS and markup < 0.5)


def _filters(schema: pa.Schema, text: Sequence[str], lengths: dict[str, float]) -> Iterator[str]:
    for one in schema:
        long = lengths.get(one.name, 0.0) > _LONGEST_VALUE
        if one.name not in text and not long and (_is_plain(one.type) or _is_flat_list(one.type)):
            yield one.name


def _is_plain(kind: pa.DataType) -> bool:
    if types.is_struct(kind):
        return all(_is_plain(kind.field(i).type) for i in range(kind.num_fields))
    return bool(
        types.is_boolean(kind)
        or types.is_integer(kind)
        or types.is_floating(kind)
        or types.is_temporal(kind)
        or types.is_decimal(kind)
        or types.is_string(kind)
        or types.is_large_string(kind)
    )


def _is_flat_list(kind: pa.DataType) -> bool:
    return bool(
        types.is_list(kind) and _is_plain(kind.value_type) and not types.is_struct(kind.value_type)
    )


def _people(schema: pa.Schema) -> Iterator[str]:
    for one in schema:
        if (
            one.name == "authors"
            and types.is_list(one.type)
            and types.is_struct(one.type.value_type)
        ):
            yield one.name


def names_of(column: pa.Array) -> pa.Array:
    """The names of the persons in a column of lists of structures, a text a row."""
    kind = column.type.value_type
    parts = [one for one in _PEOPLE if kind.get_field_index(one) >= 0]
    found = [
        "; ".join(" ".join(str(one[p]) for p in parts if one.get(p)) for one in row or () if one)
        for row in column.to_pylist()
    ]
    return pa.array(found, pa.string())
