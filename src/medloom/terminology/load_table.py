"""Tables of ids and names: CSV and TSV with a header, CTD downloads, MEDIC."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from medloom.terminology.curies import mesh_or_omim
from medloom.terminology.model import SCOPES, Entry, Notes, Synonym, Terminology, TerminologyError
from medloom.terminology.source import lines, opened

_COLUMNS = {
    "id": (
        "id",
        "curie",
        "code",
        "conceptid",
        "concept_id",
        "diseaseid",
        "chemicalid",
        "identifier",
    ),
    "name": ("name", "label", "preferred", "term", "diseasename", "chemicalname", "preferred_name"),
    "synonyms": ("synonyms", "synonym", "aliases", "alias", "other_names"),
    "parents": ("parents", "parent", "parentids", "parent_id", "parent_ids"),
    "definition": ("definition", "description"),
    "types": ("types", "type", "semantic_type", "semantic_types"),
    "alternative": ("altdiseaseids", "alternative_ids", "alt_ids"),
    "scope": ("scope",),
    "language": ("language", "lang"),
}
_SEPARATOR = re.compile(r"\s*[|;]\s*")


def load_table(path: Path, notes: Notes) -> Terminology:
    """Read a table whose header names id and name; rows with one id are one concept.

    Several values in a cell are separated by `|`, or `;` where there is no `|`.
    """
    csv.field_size_limit(1 << 30)
    with opened(path) as stream:
        rows = _rows(lines(stream, notes), path)
        places = _places(next(rows, []), path)
        entries: dict[str, Entry] = {}
        for number, row in enumerate(rows, start=2):
            _read(row, places, number, entries, notes)
    return Terminology("", entries.values(), notes=notes)


def load_medic(path: Path, notes: Notes) -> Terminology:
    """Read lines `ID|other id||name|synonym|...`; bare codes are of MeSH or OMIM."""
    entries = []
    with opened(path) as stream:
        for number, line in enumerate(lines(stream, notes), start=1):
            ids, found, names = line.partition("||")
            first, *others = [mesh_or_omim(one) for one in ids.split("|") if one] or [""]
            listed = [one.strip() for one in names.split("|") if one.strip()]
            if found and first and listed:
                synonyms = tuple(Synonym(one) for one in dict.fromkeys(listed[1:]))
                entries.append(Entry(first, listed[0], synonyms, alternative_ids=tuple(others)))
            elif line.strip():
                notes.add("lines without an id and a name left out", f"line {number}")
    return Terminology("", entries, notes=notes)


def _rows(given: Iterator[str], path: Path) -> Iterator[list[str]]:
    """The rows after comments; of CTD's files, the header is in the comments."""
    tab = ".tsv" in path.suffixes or ".tab" in path.suffixes
    plain: list[str] = []
    header: str | None = None
    for line in given:
        if not line.startswith("#"):
            plain.append(line)
            break
        if "ID" in line and ("," in line or "\t" in line):
            header = line.lstrip("# ")
    if header:
        plain.insert(0, header)
    tab = tab or (bool(plain) and "\t" in plain[0])
    text = (line + "\n" for one in (plain, given) for line in one)
    yield from csv.reader(text, delimiter="\t" if tab else ",", quoting=csv.QUOTE_MINIMAL)


def _places(header: list[str], path: Path) -> dict[str, int]:
    lowered = [one.strip().lower() for one in header]
    places = {
        field: lowered.index(one)
        for field, names in _COLUMNS.items()
        for one in reversed(names)
        if one in lowered
    }
    if not {"id", "name"} <= places.keys():
        raise TerminologyError(
            f"{path}: the header has {', '.join(header) or 'nothing'}; it needs columns `id` and "
            "`name`, and may have synonyms, parents, definition, types, scope, language"
        )
    return places


def _read(
    row: list[str], places: dict[str, int], number: int, entries: dict[str, Entry], notes: Notes
) -> None:
    cells = {name: row[at].strip() if at < len(row) else "" for name, at in places.items()}
    if not cells["id"]:
        if any(row):
            notes.add("rows without an id left out", f"row {number}")
        return
    id, language = cells["id"], cells.get("language") or "en"
    scope = cells.get("scope", "").lower() or "exact"
    if scope not in SCOPES:
        notes.add("unknown scopes read as related", scope)
        scope = "related"
    many = {
        name: _many(cells.get(name, "")) for name in ("synonyms", "parents", "types", "alternative")
    }
    synonyms = [Synonym(one, scope, language) for one in many["synonyms"]]
    known = entries.get(id)
    if known is not None:  # one row a name
        if cells["name"] and cells["name"] != known.name:
            synonyms.insert(0, Synonym(cells["name"], scope, language))
        entries[id] = known._replace(synonyms=tuple(dict.fromkeys((*known.synonyms, *synonyms))))
        return
    definition = cells.get("definition") or None
    entries[id] = Entry(
        id, cells["name"], tuple(synonyms), many["parents"], definition,
        types=many["types"], alternative_ids=many["alternative"], language=language,
    )  # fmt: skip


def _many(cell: str) -> tuple[str, ...]:
    if not cell:
        return ()
    parts = cell.split("|") if "|" in cell else _SEPARATOR.split(cell)
    return tuple(one.strip() for one in parts if one.strip())
