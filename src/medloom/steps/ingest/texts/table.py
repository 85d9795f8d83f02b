"""The rows of a text file, a CSV or TSV table, or JSON lines, as texts."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from medloom.errors import NotThisFormat, SourceError
from medloom.formats.rows import key_without_ending, storable
from medloom.tables.spans import Attribute
from medloom.tables.texts import Note

_LONGEST_CELL = 2**30
_N_TOLD = 5


class Wanted(NamedTuple):
    """Which columns hold what."""

    text: str
    id: str | None
    document: str | None
    kind: str
    kind_column: str | None
    keep: list[str] | None


class BadRows:
    """Numbers of rows that have no text."""

    def __init__(self) -> None:
        self.numbers: list[int] = []

    def tell(self, text_column: str) -> None:
        """Raise SourceError if there are any."""
        if self.numbers:
            shown = ", ".join(map(str, self.numbers[:_N_TOLD]))
            more = ", ..." * (len(self.numbers) > _N_TOLD)
            what = f"{len(self.numbers)} rows have no '{text_column}': {shown}{more}"
            raise SourceError(what)


def rows_of(data: str, key: str, wanted: Wanted, bad: BadRows) -> Iterator[Note]:
    """Yield the texts of a file; `bad` is given the numbers of rows that have none."""
    name = key_without_ending(key)
    ending = key.removesuffix(".gz").lower().rpartition(".")[2]
    if ending == "txt":
        yield Note(name, name, wanted.kind, storable(data), [])
        return
    objects = _lines(data) if ending == "jsonl" else _cells(data, "\t" if ending == "tsv" else ",")
    first = True
    for number, row in enumerate(objects, start=1):
        if first and row is not None:
            _check(row, wanted)
            first = False
        if row is None or not isinstance(row.get(wanted.text), str):
            bad.numbers.append(number)
        else:
            yield _text(row, f"{name}/{number}", wanted)


def _check(row: Mapping[str, Any], wanted: Wanted) -> None:
    named = (wanted.text, wanted.id, wanted.document, wanted.kind_column, *(wanted.keep or ()))
    unknown = [one for one in named if one is not None and one not in row]
    if unknown:
        raise SourceError(f"no column {', '.join(unknown)}; columns: {', '.join(map(str, row))}")


def _text(row: Mapping[str, Any], usual: str, wanted: Wanted) -> Note:
    used = (wanted.text, wanted.id, wanted.document, wanted.kind_column)
    names = [name for name in row if name not in used] if wanted.keep is None else wanted.keep
    attributes = [
        Attribute(storable(name), _shown(row[name]))
        for name in names
        if row.get(name) not in (None, "")
    ]
    row_id = (wanted.id and _shown(row.get(wanted.id))) or usual
    document = (wanted.document and _shown(row.get(wanted.document))) or row_id
    kind = (wanted.kind_column and _shown(row.get(wanted.kind_column))) or wanted.kind
    return Note(row_id, document, kind, storable(row[wanted.text]), attributes)


def _shown(value: object) -> str:
    if value is None:
        return ""
    shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return storable(shown).strip()


def _cells(data: str, delimiter: str) -> Iterator[dict[str, Any] | None]:
    csv.field_size_limit(_LONGEST_CELL)  # a long note is no fault
    lines = csv.reader(io.StringIO(data, newline=""), delimiter=delimiter)
    try:
        names = [name.strip() for name in next(lines, [])]
        if not any(names):
            raise NotThisFormat("the table has no header")
        for cells in lines:
            if cells:
                yield dict(zip(names, cells, strict=False))
    except csv.Error as error:
        raise SourceError(f"not a table: line {lines.line_num}: {error}") from error


def _lines(data: str) -> Iterator[dict[str, Any] | None]:
    for line in data.split("\n"):
        if line.strip():
            try:
                value = json.loads(line)
            except (ValueError, RecursionError):
                value = None
            yield value if isinstance(value, dict) else None
