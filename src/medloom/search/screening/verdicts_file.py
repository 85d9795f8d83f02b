"""Verdicts that were made elsewhere: a CSV of ids and verdicts, or a RIS file of one verdict."""

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from medloom.errors import InputError
from medloom.kit.citations import read_tagged
from medloom.search.screening.decisions import Verdict
from medloom.search.screening.session import Record

_COLUMNS = ("decision", "verdict", "label_included", "included", "asreview_label", "label")
_YES = frozenset(("1", "1.0", "yes", "y", "true", "include", "included", "relevant"))
_NO = frozenset(("0", "0.0", "no", "n", "false", "exclude", "excluded", "irrelevant"))
_IDS = ("id", "record_id", "pubmed_id", "pmid", "doi")


class Brought(NamedTuple):
    """Verdicts of a file, by the ids of records; and how many lines fit no record."""

    verdicts: dict[str, Verdict]
    n_unknown: int
    n_without: int
    """Lines without a verdict."""


def verdicts_of(
    file: Path, records: Sequence[Record], column: str | None, all_of: Verdict | None
) -> Brought:
    """The verdicts of a file, whose lines are found by their id or else by their title.

    Raises InputError where the file cannot be read or says no verdict.
    """
    rows = _rows(file)
    name = None if all_of else _column(file, rows, column)
    by_id = {_plain(one.id): one.id for one in records}
    by_title = {_plain(one.texts[0]): one.id for one in records if one.texts and one.texts[0]}
    verdicts: dict[str, Verdict] = {}
    unknown = without = 0
    for row in rows:
        verdict = all_of or _verdict(row.get(name or "", ""))
        id = _found(row, by_id, by_title)
        if verdict is None:
            without += 1
        elif id is None:
            unknown += 1
        else:
            verdicts[id] = verdict
    return Brought(verdicts, unknown, without)


def _rows(file: Path) -> list[dict[str, str]]:
    try:
        if file.suffix.lower() in (".ris", ".nbib", ".txt"):
            return [one.as_row() for one in read_tagged(file.read_bytes())]
        with file.open(encoding="utf-8-sig", newline="") as lines:
            mark = "\t" if file.suffix.lower() == ".tsv" else ","
            return [_clean(row) for row in csv.DictReader(lines, delimiter=mark)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{file}: cannot be read as a table or a RIS file: {error}") from error


def _clean(row: dict[str, str]) -> dict[str, str]:
    return {name.strip(): value or "" for name, value in row.items() if isinstance(name, str)}


def _column(file: Path, rows: Sequence[dict[str, str]], column: str | None) -> str:
    has = list(rows[0]) if rows else []
    found = next((one for one in ([column] if column else _COLUMNS) if one in has), None)
    if found is None:
        raise InputError(
            f"{file}: no column of verdicts {column or ' or '.join(_COLUMNS)}; it has: "
            f"{', '.join(has) or 'no rows'}\n"
            "  fix: name it, --column NAME, or say one verdict for all, --all include"
        )
    return found


def _verdict(cell: str) -> Verdict | None:
    """What a cell says; None where it says nothing.

    >>> _verdict("Included"), _verdict("0"), _verdict("?")
    (<Verdict.INCLUDE: 'include'>, <Verdict.EXCLUDE: 'exclude'>, None)
    """
    word = cell.strip().lower()
    return Verdict.INCLUDE if word in _YES else Verdict.EXCLUDE if word in _NO else None


def _found(row: dict[str, str], by_id: dict[str, str], by_title: dict[str, str]) -> str | None:
    ids: Iterable[str] = (row[one] for one in _IDS if row.get(one))
    for one in ids:
        for written in (one, f"pmid:{one}", f"doi:{one}"):
            if _plain(written) in by_id:
                return by_id[_plain(written)]
    return by_title.get(_plain(row.get("title", ""))) if row.get("title", "").strip() else None


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().lower()
