"""Values of JSON and CSV as values of an Arrow type, and the types that values ask for."""

import base64
import binascii
import datetime
import decimal
import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.types as types

_INT = re.compile(r"-?(?:0|[1-9]\d{0,17})")
_FLOAT = re.compile(r"-?(?:0|[1-9]\d*)\.\d+(?:[eE][+-]?\d+)?")
_BOOL = {"true": True, "false": False}
Fitted = Callable[[Any], Any]


def fitter(kind: pa.DataType) -> Fitted:
    """A function that makes a JSON value one of a type; it raises ValueError where it cannot.

    >>> fitter(pa.list_(pa.int64()))([1, None])
    [1, None]
    >>> fitter(pa.int64())("many")
    Traceback (most recent call last):
        ...
    ValueError: a whole number was expected, not a text
    """
    inner = _fitter(kind)
    return lambda value: None if value is None else inner(value)


def as_id(value: Any) -> str | None:
    """An id as a text, where a file has it as a whole number.

    >>> as_id(7), as_id("007"), as_id(None)
    ('7', '007', None)
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return None if value is None else str(_is(value, str, "a text"))


def _fitter(kind: pa.DataType) -> Fitted:
    if types.is_struct(kind):
        return _object({field.name: fitter(field.type) for field in kind})
    if types.is_list(kind):
        item = fitter(kind.value_type)
        return lambda value: [item(one) for one in _is(value, list, "a list")]
    if types.is_string(kind):
        return lambda value: _is(value, str, "a text")
    if types.is_boolean(kind):
        return lambda value: _is(value, bool, "true or false")
    if types.is_integer(kind):
        return _whole
    if types.is_floating(kind):
        return _number
    if types.is_large_binary(kind) or types.is_binary(kind):
        return _bytes
    return _timed(kind)


def _is(value: Any, kind: type, name: str) -> Any:
    if not isinstance(value, kind):
        raise ValueError(f"{name} was expected, not {_noun(value)}")
    return value


def _whole(value: Any) -> int:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"a whole number was expected, not {_noun(value)}")
    if not -(2**63) <= value < 2**63:
        raise ValueError("a whole number does not fit in 64 bits")
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"a number was expected, not {_noun(value)}")
    return float(value)


def _bytes(value: Any) -> bytes:
    try:
        return base64.b64decode(_is(value, str, "base64"), validate=True)
    except binascii.Error:
        raise ValueError("base64 was expected, not another text") from None


def _object(fields: Mapping[str, Fitted]) -> Fitted:
    def fit(value: Any) -> dict[str, Any]:
        unknown = [name for name in _is(value, dict, "an object") if name not in fields]
        if unknown:
            raise ValueError(f"a field that the others lack: {unknown[0]}")
        return {name: one(value.get(name)) for name, one in fields.items()}

    return fit


def _timed(kind: pa.DataType) -> Fitted:
    def fit(value: Any) -> Any:
        text = _is(value, str, f"text of a {kind}")
        try:
            if types.is_timestamp(kind):
                return datetime.datetime.fromisoformat(text)
            if types.is_date(kind):
                return datetime.date.fromisoformat(text[:10])
            if types.is_decimal(kind):
                return decimal.Decimal(text)
            return pa.scalar(text).cast(kind).as_py()
        except (ValueError, ArithmeticError, pa.ArrowException):
            raise ValueError(f"text of a {kind} was expected, not another one") from None

    return fit


def _noun(value: Any) -> str:
    nouns = {str: "a text", bool: "true or false", int: "a number", float: "a number"}
    return nouns.get(type(value), "a list" if isinstance(value, list) else "an object")


def type_of(values: Iterable[Any]) -> pa.DataType:
    """The type that JSON values ask for; raise ValueError where they have none in common.

    >>> type_of([1, 2.5, None]), type_of([{"a": "x"}, {"b": [1]}])
    (DataType(double), StructType(struct<a: string, b: list<item: int64>>))
    """
    found = None
    for value in values:
        found = joined(found, _type_of(value))
    return _closed(found)


def _type_of(value: Any) -> Any:
    """A type still open: None where nothing is known, a mapping for an object."""
    if isinstance(value, bool):
        return pa.bool_()
    if isinstance(value, int | float):
        return pa.float64() if isinstance(value, float) else pa.int64()
    if isinstance(value, str):
        return pa.string()
    if isinstance(value, dict):
        return {name: _type_of(one) for name, one in value.items()}
    if isinstance(value, list):
        item = None
        for one in value:
            item = joined(item, _type_of(one))
        return [item]
    return None


def joined(one: Any, other: Any) -> Any:
    """The type that values of two types have in common."""
    if one is None or other is None:
        return other if one is None else one
    if isinstance(one, dict) and isinstance(other, dict):
        return {name: joined(one.get(name), other.get(name)) for name in {**one, **other}}
    if isinstance(one, list) and isinstance(other, list):
        return [joined(one[0], other[0])]
    if one == other:
        return one
    numbers = (pa.int64(), pa.float64())
    if one in numbers and other in numbers:
        return pa.float64()
    raise ValueError(f"values are of two types: {_closed(one)} and {_closed(other)}")


def _closed(kind: Any) -> pa.DataType:
    if isinstance(kind, dict):
        return pa.struct([(name, _closed(one)) for name, one in kind.items()])
    if isinstance(kind, list):
        return pa.list_(_closed(kind[0]))
    return pa.string() if kind is None else kind


def type_of_cells(cells: Iterable[str]) -> pa.DataType:
    """The type that the cells of a column of CSV ask for; `007` is a text.

    >>> type_of_cells(["1", ""]), type_of_cells(["1", "2.5"]), type_of_cells(["007"])
    (DataType(int64), DataType(double), DataType(string))
    """
    seen = {_kind_of_cell(cell) for cell in cells if cell}
    if seen == {"int"}:
        return pa.int64()
    if seen and seen <= {"int", "float"}:
        return pa.float64()
    return pa.bool_() if seen == {"bool"} else pa.string()


def _kind_of_cell(cell: str) -> str:
    if _INT.fullmatch(cell):
        return "int"
    if _FLOAT.fullmatch(cell):
        return "float"
    return "bool" if cell in _BOOL else "text"


def cell_fitter(kind: pa.DataType) -> Callable[[str], Any]:
    """A function that makes a cell of CSV a value of a type; an empty one is null.

    >>> cell_fitter(pa.int64())("7"), cell_fitter(pa.list_(pa.string()))('["a"]')
    (7, ['a'])
    """
    inner = fitter(kind)
    if types.is_nested(kind) or types.is_integer(kind):
        return lambda cell: inner(_from_json(cell)) if cell else None
    if types.is_floating(kind):
        return lambda cell: _float(cell) if cell else None
    if types.is_boolean(kind):
        return lambda cell: inner(_BOOL.get(cell.lower(), cell)) if cell else None
    return lambda cell: inner(cell) if cell else None


def _float(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        raise ValueError("a number was expected, not a text") from None


def _from_json(cell: str) -> Any:
    try:
        return json.loads(cell)
    except (ValueError, RecursionError):
        return cell
