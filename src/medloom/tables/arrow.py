"""Python row types and the Arrow types that store them.

Rows are converted a column at a time: a list of named tuples is transposed once in C, and each
nested list becomes one flat child array with offsets. This costs a fifth of giving Arrow a list
of dictionaries.
"""

import dataclasses
import types
import typing
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import accumulate, chain, pairwise
from operator import attrgetter
from typing import Any

import pyarrow as pa

_SIMPLE: dict[object, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    bytes: pa.large_binary(),
}
_SUPPORTED = "use str, int, float, bool, bytes, list, tuple[X, ...], a NamedTuple or a dataclass"


def is_row_type(hint: object) -> bool:
    """Tell whether a class is a row type: a NamedTuple or a dataclass.

    >>> from medloom.tables.spans import Mark
    >>> is_row_type(Mark), is_row_type(str)
    (True, False)
    """
    named_tuple = isinstance(hint, type) and issubclass(hint, tuple) and hasattr(hint, "_fields")
    return named_tuple or (dataclasses.is_dataclass(hint) and isinstance(hint, type))


@cache
def columns_of(row: Any) -> dict[str, Any]:
    """Return the Python annotation of each field of a row type, in order.

    >>> from medloom.tables.spans import Mark
    >>> columns_of(Mark)
    {'start': <class 'int'>, 'end': <class 'int'>, 'kind': <class 'str'>}
    """
    return {name: hint for name, hint in typing.get_type_hints(row).items() if name != "_fields"}


@cache
def arrow_type(hint: Any) -> pa.DataType:
    """Return the Arrow type that stores a Python annotation.

    >>> arrow_type(list[str] | None)
    ListType(list<item: string>)
    >>> arrow_type(set[str])
    Traceback (most recent call last):
        ...
    TypeError: no Arrow type for set[str]; use str, int, float, bool, bytes, list, tuple[X, ...], a NamedTuple or a dataclass
    """  # noqa: E501 - the message is one line
    if hint in _SIMPLE:
        return _SIMPLE[hint]
    if is_row_type(hint):
        return pa.struct([(name, arrow_type(inner)) for name, inner in columns_of(hint).items()])
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union) and types.NoneType in args and len(args) == 2:
        return arrow_type(next(arg for arg in args if arg is not types.NoneType))
    if origin in (list, Iterator, Sequence) or _is_tuple(hint):
        return pa.list_(arrow_type(args[0]))
    raise TypeError(f"no Arrow type for {hint}; {_SUPPORTED}")


def schema_of(row: type) -> pa.Schema:
    """Return the Arrow schema of a table of this row type."""
    return pa.schema([(name, arrow_type(hint)) for name, hint in columns_of(row).items()])


def to_arrow(values: Sequence[Any], hint: Any) -> pa.Array:
    """Convert Python values of one annotation to one Arrow array.

    >>> from medloom.tables.spans import Mark
    >>> to_arrow([[Mark(0, 3, "sup")], []], list[Mark]).to_pylist()
    [[{'start': 0, 'end': 3, 'kind': 'sup'}], []]
    """
    return _converter(hint)(values)


@cache
def _converter(hint: Any) -> Callable[[Sequence[Any]], pa.Array]:
    arrow = arrow_type(hint)
    inner = _without_none(hint)
    if is_row_type(inner):
        return _struct_converter(inner, arrow)
    if typing.get_origin(inner) is list or _is_tuple(inner):
        return _list_converter(typing.get_args(inner)[0], arrow)
    if inner is int:
        return lambda values: _integers(values, arrow)
    return lambda values: pa.array(values, type=arrow)


def _integers(values: Sequence[Any], arrow: pa.DataType) -> pa.Array:
    # Arrow would cut 1.5 to 1 without a word.
    if float in set(map(type, values)) and any(map(_is_fraction, values)):
        raise TypeError("a fraction does not fit a column of integers")
    return pa.array(values, type=arrow)


def _is_fraction(value: Any) -> bool:
    return isinstance(value, float) and not value.is_integer()


def _list_converter(item: Any, arrow: pa.DataType) -> Callable[[Sequence[Any]], pa.Array]:
    convert = _converter(item)

    def to_list(values: Sequence[Any]) -> pa.Array:
        # Counting with == would compare every row; `is` costs a tenth.
        missing = [value is None for value in values]
        mask = pa.array(missing) if any(missing) else None
        filled = [value or () for value in values] if mask is not None else values
        offsets = pa.array([0, *accumulate(map(len, filled))], type=pa.int32())
        child = convert(list(chain.from_iterable(filled)))
        return pa.ListArray.from_arrays(offsets, child, type=arrow, mask=mask)

    return to_list


def _struct_converter(row: type, arrow: pa.StructType) -> Callable[[Sequence[Any]], pa.Array]:
    converters = [_converter(hint) for hint in columns_of(row).values()]
    transpose = _transposer(row)
    nothing: tuple[tuple[()], ...] = ((),) * len(converters)
    fields = list(arrow)

    def to_struct(values: Sequence[Any]) -> pa.Array:
        missing = [value is None for value in values]
        mask = None
        if any(missing):
            mask = pa.array(missing)
            blank = _blank(row)
            values = [blank if value is None else value for value in values]
        columns = transpose(values) if values else nothing
        arrays = [convert(column) for convert, column in zip(converters, columns, strict=True)]
        return pa.StructArray.from_arrays(arrays, fields=fields, mask=mask)

    return to_struct


def _transposer(row: Any) -> Callable[[Sequence[Any]], Any]:
    if issubclass(row, tuple):
        return lambda values: zip(*values, strict=True)
    names = list(columns_of(row))
    if len(names) == 1:
        return lambda values: ([getattr(value, names[0]) for value in values],)
    get = attrgetter(*names)
    return lambda values: zip(*map(get, values), strict=True)


def _blank(row: Any) -> Any:
    if issubclass(row, tuple):
        return (None,) * len(columns_of(row))
    blank: Any = object.__new__(row)
    for name in columns_of(row):
        object.__setattr__(blank, name, None)
    return blank


def from_arrow(array: pa.Array, hint: Any) -> list[Any]:
    """Convert an Arrow array to Python values of an annotation: rows come back as row types.

    >>> from medloom.tables.spans import Mark
    >>> from_arrow(to_arrow([[Mark(0, 3, "sup")], []], list[Mark]), list[Mark])
    [[Mark(start=0, end=3, kind='sup')], []]
    """
    inner = _without_none(hint)
    if is_row_type(inner):
        fields = columns_of(inner)
        columns = [from_arrow(array.field(name), of) for name, of in fields.items()]
        rows = [inner(*values) for values in zip(*columns, strict=True)]
        return _with_nulls(rows, array)
    if _is_tuple(inner):
        lists = from_arrow(array, list[typing.get_args(inner)[0]])  # type: ignore[misc]
        return [None if one is None else tuple(one) for one in lists]
    if typing.get_origin(inner) is list and _holds_rows(inner):
        (item,) = typing.get_args(inner)
        ends = array.offsets.to_pylist()
        first = ends[0] if ends else 0
        flat = from_arrow(
            array.values.slice(first, ends[-1] - first) if ends else array.values, item
        )
        lists = [flat[a - first : b - first] for a, b in pairwise(ends)]
        return _with_nulls(lists, array)
    values: list[Any] = array.to_pylist()
    return values


def _with_nulls(values: list[Any], array: pa.Array) -> list[Any]:
    if not array.null_count:
        return values
    valid = array.is_valid().to_pylist()
    return [value if ok else None for value, ok in zip(values, valid, strict=True)]


def _holds_rows(hint: Any) -> bool:
    inner = _without_none(hint)
    if is_row_type(inner) or _is_tuple(inner):
        return True
    return typing.get_origin(inner) is list and _holds_rows(typing.get_args(inner)[0])


def _is_tuple(hint: Any) -> bool:
    """Whether it is `tuple[X, ...]`: a list that cannot be changed."""
    return typing.get_origin(hint) is tuple and typing.get_args(hint)[-1] is Ellipsis


def _without_none(hint: Any) -> Any:
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        return next(arg for arg in typing.get_args(hint) if arg is not types.NoneType)
    return hint


def admits_none(hint: Any) -> bool:
    """Tell whether an annotation allows a missing value.

    >>> admits_none(str | None), admits_none(str)
    (True, False)
    """
    return types.NoneType in typing.get_args(hint)


def plain(value: Any) -> Any:
    """Turn rows, and rows in lists, into dictionaries that JSON and Arrow understand.

    >>> from medloom.tables.spans import Mark
    >>> plain([Mark(0, 3, "sup")])
    [{'start': 0, 'end': 3, 'kind': 'sup'}]
    """
    row: Any = type(value)
    if is_row_type(row):
        return {name: plain(getattr(value, name)) for name in columns_of(row)}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value
