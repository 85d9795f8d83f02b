"""MeSH as NLM publishes it: descriptors and supplementary records, in ASCII (.bin) and in XML.

Fields of the ASCII format: nlm.nih.gov/mesh/dtype.html (descriptors), ctype.html (supplementary).
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from medloom.terminology.model import Entry, Notes, Synonym, Terminology, TerminologyError
from medloom.terminology.source import lines, opened

LICENCE = "NLM terms: cite the National Library of Medicine"
_YEAR = re.compile(r"20\d\d")
_SCOPES = {"EQV": "exact", "NRW": "narrow", "BRD": "broad", "REL": "related"}
_XML_SCOPES = {"NRW": "narrow", "BRD": "broad", "REL": "related"}

Record = dict[str, list[str]]


def load_mesh_ascii(path: Path, notes: Notes) -> Terminology:
    """Read `d2026.bin`, `c2026.bin` or `q2026.bin`."""
    with opened(path) as stream:
        records = list(_records(lines(stream, notes)))
    trees = {tree: _id(one) for one in records for tree in one.get("MN", ())}
    headings = {one["MH"][0]: _id(one) for one in records if "MH" in one}
    entries = []
    for record in records:
        if "UI" in record:
            entries.append(_entry(record, trees, headings))
        else:
            notes.add("records without a UI left out", next(iter(record.get("MH", ())), ""))
    return Terminology("mesh", entries, _release(path), LICENCE, notes=notes)


def load_mesh_xml(path: Path, notes: Notes) -> Terminology:
    """Read `desc2026.xml` or `supp2026.xml`, record by record."""
    trees: dict[str, str] = {}
    try:
        with opened(path) as stream:
            found = list(_xml_records(stream, trees))
    except etree.XMLSyntaxError as error:
        raise TerminologyError(f"{path}: not sound XML ({error}); fetch it again") from error
    entries = [
        entry._replace(parents=_above(numbers, trees) if numbers else entry.parents)
        for entry, numbers in found
    ]
    return Terminology("mesh", entries, _release(path), LICENCE, notes=notes)


def _records(given: Iterator[str]) -> Iterator[Record]:
    record = Record()
    for line in given:
        if line.startswith("*NEWRECORD"):
            if record:
                yield record
            record = Record()
        else:
            tag, equals, value = line.partition(" = ")
            if equals:
                record.setdefault(tag.strip(), []).append(value.strip())
    if record:
        yield record


def _entry(record: Record, trees: dict[str, str], headings: dict[str, str]) -> Entry:
    name = (record.get("MH") or record.get("NM") or record.get("SH") or [""])[0]
    synonyms = [
        _synonym(one) for tag in ("ENTRY", "PRINT ENTRY", "SY") for one in record.get(tag, ())
    ]
    mapped = (one.lstrip("*").partition("/")[0] for one in record.get("HM", ()))
    parents = _above(record.get("MN", []), trees) or tuple(
        headings[one] for one in mapped if one in headings
    )
    notes = record.get("MS") or record.get("NO")
    return Entry(
        _id(record), name, tuple(dict.fromkeys(synonyms)), parents, notes[0] if notes else None,
        types=tuple(record.get("ST", ())),
    )  # fmt: skip


def _synonym(value: str) -> Synonym:
    """`Fit|T047|NON|EQV|...|abbbcdef`: the term, then fields that its last one names."""
    fields = value.split("|")
    scope = next((_SCOPES[one] for one in fields[1:] if one in _SCOPES), "exact")
    kind = "abbreviation" if {"ABB", "ACR"} & set(fields[1:]) else None
    return Synonym(fields[0], scope, kind=kind)


def _id(record: Record) -> str:
    return f"MESH:{record.get('UI', [''])[0]}"


def _above(numbers: list[str], trees: dict[str, str]) -> tuple[str, ...]:
    above = (trees.get(one.rpartition(".")[0]) for one in numbers)
    return tuple(dict.fromkeys(one for one in above if one))


def _release(path: Path) -> str:
    found = _YEAR.search(path.name)
    return found[0] if found else ""


def _xml_records(stream: Any, trees: dict[str, str]) -> Iterator[tuple[Entry, list[str]]]:
    tags = ("DescriptorRecord", "SupplementalRecord", "QualifierRecord")
    for _, element in etree.iterparse(stream, events=("end",), tag=tags, no_network=True):
        kind = element.tag.removesuffix("Record")
        id = f"MESH:{element.findtext(f'{kind}UI')}"
        numbers = [one.text for one in element.iterfind("TreeNumberList/TreeNumber")]
        trees.update(dict.fromkeys(numbers, id))
        mapped = element.iterfind("HeadingMappedToList/HeadingMappedTo/DescriptorReferredTo")
        parents = tuple(
            f"MESH:{(one.findtext('DescriptorUI') or '').lstrip('*')}" for one in mapped
        )
        name = element.findtext(f"{kind}Name/String") or ""
        synonyms = tuple(dict.fromkeys(one for one in _terms(element) if one.text != name))
        note = element.findtext("ConceptList/Concept[@PreferredConceptYN='Y']/ScopeNote")
        types = (one.text for one in element.iter("SemanticTypeUI"))
        yield (
            Entry(
                id, name, synonyms, parents, note and note.strip(),
                types=tuple(dict.fromkeys(one for one in types if one)),
            ),
            numbers,
        )  # fmt: skip
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def _terms(element: Any) -> Iterator[Synonym]:
    for concept in element.iterfind("ConceptList/Concept"):
        relations = {
            one.findtext("Concept2UI"): one.get("RelationName")
            for one in element.iterfind("ConceptList/Concept/ConceptRelationList/ConceptRelation")
        }
        scope = "exact"
        if concept.get("PreferredConceptYN") != "Y":
            scope = _XML_SCOPES.get(relations.get(concept.findtext("ConceptUI")) or "", "related")
        for term in concept.iterfind("TermList/Term"):
            short = term.get("LexicalTag") in ("ABB", "ACR", "ABX", "ACX")
            text = term.findtext("String") or ""
            yield Synonym(text, scope, kind="abbreviation" if short else None)
