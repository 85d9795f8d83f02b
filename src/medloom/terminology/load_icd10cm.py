"""ICD-10-CM as CDC publishes it: the tabular list in XML, the order file, and code lists."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from medloom.terminology.model import Entry, Notes, Synonym, Terminology, TerminologyError
from medloom.terminology.source import lines, opened

LICENCE = "public domain (CDC/NCHS)"
_ORDER = re.compile(r"^\d{5} (\S{3,7})\s+([01]) (.{60}) (.*)$")
_CODES = re.compile(r"^([A-Z]\d[\dA-Z](?:\.?[\dA-Z]{1,4})?)\s+(\S.*)$")
_EXTRA = re.compile(r"\s*\((?:[A-Z]\d[\dA-Z]-[A-Z]\d[\dA-Z])\)$")


def load_icd10cm_xml(path: Path, notes: Notes) -> Terminology:
    """Read the tabular XML: chapters, sections and diagnoses; inclusion terms are synonyms."""
    try:
        with opened(path) as stream:
            root = etree.parse(stream).getroot()
    except etree.XMLSyntaxError as error:
        raise TerminologyError(f"{path}: not sound XML ({error}); fetch it again") from error
    entries = [one for chapter in root.iter("chapter") for one in _chapter(chapter)]
    version = (root.findtext("version") or "").strip()
    return Terminology("icd10cm", entries, version, LICENCE, notes=notes)


def load_icd10cm_codes(path: Path, notes: Notes) -> Terminology:
    """Read an order file or a list of codes with their descriptions; parents by the codes."""
    with opened(path) as stream:
        named = dict(_coded(lines(stream, notes), notes))
    entries = []
    for code, (name, short) in named.items():
        above = next((code[:n] for n in range(len(code) - 1, 2, -1) if code[:n] in named), None)
        synonyms = (Synonym(short, "exact", kind="short"),) if short and short != name else ()
        parents = (_id(above),) if above else ()
        entries.append(Entry(_id(code), name, synonyms, parents))
    release = re.search(r"20\d\d", path.name)
    return Terminology("icd10cm", entries, release[0] if release else "", LICENCE, notes=notes)


def _coded(given: Iterator[str], notes: Notes) -> Iterator[tuple[str, tuple[str, str]]]:
    for number, line in enumerate(given, start=1):
        if found := _ORDER.match(line):
            yield found[1], (found[4].strip(), found[3].strip())
        elif found := _CODES.match(line):
            yield found[1].replace(".", ""), (found[2].strip(), "")
        elif line.strip():
            notes.add("lines without a code and a name left out", f"line {number}")


def _id(code: str) -> str:
    dotted = f"{code[:3]}.{code[3:]}" if len(code) > 3 and code[3] not in ".-" else code
    return f"ICD10CM:{dotted}"


def _chapter(chapter: Any) -> Iterator[Entry]:
    number = f"ICD10CM:chapter-{chapter.findtext('name')}"
    yield Entry(number, _EXTRA.sub("", chapter.findtext("desc") or ""), types=("chapter",))
    for section in chapter.iterchildren("section"):
        id = f"ICD10CM:{section.get('id')}"
        name = _EXTRA.sub("", section.findtext("desc") or "")
        categories = section.findall("diag")
        # A block of one category has that category's own id: it is no concept of its own.
        alone = [one for one in categories if f"ICD10CM:{one.findtext('name')}" == id]
        if not alone:
            yield Entry(id, name, parents=(number,), types=("block",))
        for diagnosis in categories:
            yield from _diagnosis(diagnosis, number if alone else id)


def _diagnosis(diagnosis: Any, parent: str) -> Iterator[Entry]:
    id = f"ICD10CM:{diagnosis.findtext('name')}"
    included = diagnosis.findall("inclusionTerm/note")
    synonyms = tuple(Synonym(" ".join((one.text or "").split()), "narrow") for one in included)
    name = " ".join((diagnosis.findtext("desc") or "").split())
    yield Entry(id, name, synonyms, (parent,), types=("category",))
    for below in diagnosis.iterchildren("diag"):
        yield from _diagnosis(below, id)
