"""Rows of files whose values must fit the columns of a table."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pyarrow as pa

from medloom.kit.columnar import IDS, settled_names
from medloom.kit.plain_values import as_id, fitter

Fitters = Mapping[str, Callable[[Any], Any]]


def fitters_of(types: Mapping[str, pa.DataType]) -> Fitters:
    """What makes a JSON value one of each column; ids may be whole numbers in the file.

    >>> fitters_of({"id": pa.string()})["id"](7)
    '7'
    """
    return {
        name: as_id if name in IDS and pa.types.is_string(kind) else fitter(kind)
        for name, kind in types.items()
    }


def fitted_row(
    values: Iterable[tuple[str, Any]], fitters: Fitters, *, told: bool = False
) -> dict[str, Any]:
    """A row of the columns of a table; where they were `told`, what else a file has is left out.

    Raises ValueError with the column that the table lacks, or whose value does not fit.

    >>> fitted_row([("id", "a"), ("n", 1)], fitters_of({"id": pa.string()}), told=True)
    {'id': 'a'}
    """
    pairs = list(values)
    names = settled_names([name for name, _ in pairs])
    row = {}
    for name, value in pairs:
        if name not in names or (told and names[name] not in fitters):
            continue
        if names[name] not in fitters:
            raise ValueError(f"{name}: a column that the table lacks; tell all: columns")
        try:
            row[names[name]] = fitters[names[name]](value)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
    return row
