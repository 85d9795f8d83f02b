"""Tables in CSV or TSV: one line is one row."""

import csv as cells
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import pyarrow as pa

from medloom.errors import NotThisFormat, SourceError
from medloom.kit.columnar import columns_of_place, first_sources
from medloom.kit.fitted_rows import fitted_row
from medloom.kit.plain_values import cell_fitter, type_of_cells
from medloom.kit.reading import Opened
from medloom.step import Failure, reads

_BATCH_ROWS, _SAMPLE_LINES = 1000, 2000
_LONGEST_CELL = 2**30
_DOCUMENTS = ("*.csv", "*.tsv", "*.csv.gz", "*.tsv.gz")
_ENCODING = "utf-8-sig"


def csv_columns(
    place: str,
    *,
    columns: dict[str, str] | None = None,
    delimiter: str | None = None,
    encoding: str = _ENCODING,
) -> dict[str, pa.DataType]:
    """The columns of an input: told, or what the first lines of its first files ask for."""
    found = (one for one in first_sources(place, _DOCUMENTS))
    return columns_of_place(place, columns, lambda: _guess(found, delimiter, encoding))


def _guess(
    sources: Iterable[Opened], delimiter: str | None, encoding: str
) -> dict[str, pa.DataType]:
    seen: dict[str, list[str]] = {}
    for source in sources:
        try:
            for _, names, row in islice(_lines(source, delimiter, encoding), _SAMPLE_LINES):
                for name, cell in zip(names, row, strict=False):
                    seen.setdefault(name, []).append(cell)
        except (SourceError, NotThisFormat, OSError):
            continue  # the ledger will have it
    if not seen:
        raise ValueError("no table has a header and a row")
    return {name: type_of_cells(column) for name, column in seen.items()}


@reads(*_DOCUMENTS, settle=csv_columns)
def csv(
    source: Opened,
    *,
    columns: dict[str, str] | None = None,
    delimiter: str | None = None,
    encoding: str = _ENCODING,
) -> Iterator[pa.RecordBatch | Failure]:
    """Read CSV or TSV with a header; a line that does not fit the columns is a failed row.

    Types are those that a release tells, or else those of the first 2,000 lines of each of the
    first files: whole numbers, numbers, true and false, texts. `007` is a text. `columns` tells
    them, `{id: str, n: int}`, and leaves out all others. An empty cell is null. `delimiter` is a
    tab in `.tsv`, else a comma.

    >>> from medloom.kit.reading import in_memory
    >>> (batch,) = csv(in_memory("a.csv", b"id,n\\n007,1\\n008,\\n"))
    >>> batch.to_pylist()
    [{'id': '007', 'n': 1}, {'id': '008', 'n': None}]
    """
    types = source.columns
    if types is None:  # read by itself: what its own lines say
        guess = lambda: _guess([source], delimiter, encoding)  # noqa: E731
        types = columns_of_place(source.key, columns, guess)
    schema = pa.schema(list(types.items()))
    fitters = {name: cell_fitter(kind) for name, kind in types.items()}
    rows: list[dict[str, Any]] = []
    for number, names, row in _lines(source, delimiter, encoding):
        try:
            rows.append(fitted_row(_pairs(names, row), fitters, told=columns is not None))
        except ValueError as error:
            yield Failure(f"{source.key}:{number}", str(error))
        if len(rows) == _BATCH_ROWS:
            yield pa.RecordBatch.from_pylist(rows, schema)
            rows = []
    if rows:
        yield pa.RecordBatch.from_pylist(rows, schema)


def _pairs(names: Sequence[str], row: Sequence[str]) -> Iterable[tuple[str, str]]:
    if len(names) != len(row):
        raise ValueError(f"{len(row)} cells, where the header has {len(names)}")
    return zip(names, row, strict=True)


def _lines(
    source: Opened, delimiter: str | None, encoding: str
) -> Iterator[tuple[int, list[str], list[str]]]:
    """Each row with the number of its last line and the names in the header."""
    cells.field_size_limit(_LONGEST_CELL)
    mark = delimiter or ("\t" if source.name.lower().endswith(".tsv") else ",")
    with source.open() as file:
        text = io.TextIOWrapper(file, encoding=encoding, newline="")
        reader = cells.reader(text, delimiter=mark)
        try:
            names = [name.strip() for name in next(reader, [])]
            if not any(names):
                raise NotThisFormat("the table has no header")
            if len(set(names)) < len(names):
                raise SourceError("two columns have the same name")
            for row in reader:
                if row:
                    yield reader.line_num, names, row
        except cells.Error as error:
            raise SourceError(f"not a table: line {reader.line_num}: {error}") from error
        except UnicodeDecodeError as error:
            raise SourceError(f"not {encoding}; say which it is: encoding") from error
