"""Rich Release Format of the UMLS and RxNorm, as users hold it under their own licence.

MRCONSO.RRF or RXNCONSO.RRF (names), MRSTY or RXNSTY (semantic types), MRDEF (definitions), MRREL
(parents by PAR), in a folder or a zip; columns as NLM's UMLS Reference Manual, chapter 3, has them.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from pathlib import Path

from medloom.terminology.model import Entry, Notes, Synonym, Terminology, TerminologyError
from medloom.terminology.source import lines, members, opened

_LANGUAGES = {
    "ENG": "en", "SPA": "es", "FRE": "fr", "GER": "de", "POR": "pt", "ITA": "it", "DUT": "nl",
    "CZE": "cs", "SWE": "sv", "FIN": "fi", "NOR": "no", "DAN": "da", "POL": "pl", "RUS": "ru",
    "JPN": "ja", "CHI": "zh", "KOR": "ko", "HUN": "hu", "TUR": "tr", "GRE": "el", "HRV": "hr",
    "LAV": "lv", "EST": "et", "UKR": "uk", "ARA": "ar", "BAQ": "eu", "HEB": "he", "SCR": "hr",
}  # fmt: skip
_PREFERRED_TYPES = ("PF", "PN", "MH", "PT", "IN", "MIN", "PIN", "BN", "SCD", "SBD")
_ABBREVIATIONS = {"AB", "ACR", "SYGB", "PSN"}
_RELEASE = re.compile(r"20\d\d(?:AA|AB|AC)|RxNorm_full_\d{8}", re.IGNORECASE)


def load_rrf(
    path: Path,
    notes: Notes,
    vocabularies: Collection[str] = (),
    languages: Collection[str] = (),
    suppressed: bool = False,
) -> Terminology:
    """Read names by concept: of the named source vocabularies and languages, or of all.

    Suppressed names (SUPPRESS other than N) are left out, and counted, unless asked for.
    """
    files = _files(path)
    names = files.get("MRCONSO") or files.get("RXNCONSO")
    if names is None:
        raise TerminologyError(f"{path}: has no MRCONSO.RRF or RXNCONSO.RRF")
    rx = "MRCONSO" not in files
    wanted = {one.upper() for one in vocabularies}
    spoken = {one[:2].lower() for one in languages}
    found: dict[str, list[tuple[int, Synonym]]] = defaultdict(list)
    for row in _rows(path, names, 18, notes):
        vocabulary, flag = row[11], row[16]
        language = _LANGUAGES.get(row[1], row[1].lower())
        if (wanted and vocabulary not in wanted) or (spoken and language not in spoken):
            continue
        if flag != "N" and flag and not suppressed:
            notes.add("suppressed names left out")
            continue
        kind = "abbreviation" if row[12] in _ABBREVIATIONS else row[12]
        found[row[0]].append((_rank(row, rx), Synonym(row[14], "exact", language, kind)))
    types, parents, definitions = _more(path, files, found, notes)
    prefix = "RXNORM" if rx else "UMLS"
    entries = [
        _entry(prefix, id, ranked, parents[id], definitions.get(id), types[id])
        for id, ranked in found.items()
    ]
    release = _RELEASE.search(str(path))
    licence = "RxNorm: UMLS licence for some sources" if rx else "UMLS Metathesaurus licence"
    return Terminology(
        prefix.lower(), entries, release[0].upper() if release else "", licence, notes=notes
    )


def _files(path: Path) -> dict[str, str]:
    """Where MRCONSO and its like are: by their names without `.RRF` and `.gz`."""
    if not path.is_dir() and path.suffix.lower() != ".zip":
        return {path.name.upper().removesuffix(".GZ").removesuffix(".RRF"): ""}
    found = (one for one in members(path) if ".RRF" in one.upper())
    return {Path(one).name.upper().removesuffix(".GZ").removesuffix(".RRF"): one for one in found}


def _rows(path: Path, member: str, width: int, notes: Notes) -> Iterator[list[str]]:
    inside = path if not member else path / member
    stream = opened(path, member) if path.suffix.lower() == ".zip" else opened(inside)
    with stream as given:
        for number, line in enumerate(lines(given, notes), start=1):
            row = line.split("|")
            if len(row) >= width:
                yield row
            elif line:
                notes.add(
                    f"lines of {Path(member or path).name} that are cut off left out",
                    f"line {number}",
                )


def _rank(row: list[str], rx: bool) -> int:
    """The smaller, the better as the preferred name: as MRCONSO's TS, STT and ISPREF say."""
    known = _PREFERRED_TYPES.index(row[12]) if row[12] in _PREFERRED_TYPES else 99
    english = 0 if row[1] == "ENG" else 1000
    if rx:
        return english + known + (0 if row[11] == "RXNORM" else 200)
    return english + (row[2] != "P") * 400 + (row[4] != "PF") * 200 + (row[6] != "Y") * 100 + known


def _more(
    path: Path, files: dict[str, str], found: Collection[str], notes: Notes
) -> tuple[dict[str, list[str]], dict[str, list[str]], dict[str, str]]:
    types: dict[str, list[str]] = defaultdict(list)
    parents: dict[str, list[str]] = defaultdict(list)
    definitions: dict[str, str] = {}
    for name, width in (("MRSTY", 4), ("RXNSTY", 4), ("MRREL", 8), ("MRDEF", 6)):
        if name not in files:
            continue
        for row in _rows(path, files[name], width, notes):
            if row[0] not in found:
                continue
            if name.endswith("STY"):
                types[row[0]].append(f"{row[1]} {row[3]}")
            elif name == "MRDEF":
                definitions.setdefault(row[0], row[5])
            elif row[3] == "PAR" and row[4] in found and row[4] not in (row[0], *parents[row[0]]):
                parents[row[0]].append(row[4])
    return types, parents, definitions


def _entry(
    prefix: str,
    id: str,
    ranked: list[tuple[int, Synonym]],
    parents: list[str],
    definition: str | None,
    types: list[str],
) -> Entry:
    ranked.sort(key=lambda one: one[0])
    first = ranked[0][1]
    above = tuple(f"{prefix}:{one}" for one in parents)
    synonyms = tuple(dict.fromkeys(one for _, one in ranked[1:] if one.text != first.text))
    return Entry(
        f"{prefix}:{id}", first.text, synonyms, above, definition,
        types=tuple(types), language=first.language,
    )  # fmt: skip
