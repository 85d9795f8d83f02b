"""What a page can do with a column, by its type."""

import pyarrow as pa
import pyarrow.types as types


def kind_of(column: pa.DataType) -> str:
    """Name the kind of a column: number, truth, text, time, list, struct, bytes or vector.

    >>> kind_of(pa.int64()), kind_of(pa.list_(pa.string())), kind_of(pa.list_(pa.float32(), 4))
    ('number', 'list', 'vector')
    """
    if types.is_list(column) or types.is_large_list(column) or types.is_fixed_size_list(column):
        return "vector" if types.is_floating(column.value_type) else "list"
    named = {
        "truth": types.is_boolean,
        "number": lambda t: types.is_integer(t) or types.is_floating(t) or types.is_decimal(t),
        "text": lambda t: types.is_string(t) or types.is_large_string(t),
        "time": types.is_temporal,
        "bytes": lambda t: types.is_binary(t) or types.is_large_binary(t),
        "struct": types.is_struct,
    }
    return next((name for name, holds in named.items() if holds(column)), "other")


def is_plain(column: pa.DataType) -> bool:
    """Whether rows can be put in the order of a column."""
    return kind_of(column) in {"number", "truth", "text", "time"}


def is_readable(column: pa.DataType) -> bool:
    """Whether the values of a column belong on a page: not files and not vectors."""
    return kind_of(column) not in {"bytes", "vector"}


def has_text_items(column: pa.DataType) -> bool:
    """Whether a column holds lists of texts."""
    return kind_of(column) == "list" and kind_of(column.value_type) == "text"
