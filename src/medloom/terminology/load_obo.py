"""The OBO flat file format 1.2 and 1.4 (owlcollab.github.io/oboformat): terms with their names."""

import re
from collections.abc import Iterator
from pathlib import Path

from medloom.terminology.model import Entry, Notes, Synonym, Terminology
from medloom.terminology.source import lines, opened

_SYNONYM = re.compile(r'"((?:[^"\\]|\\.)*)"\s*([A-Z]*)\s*([^\s\[]*)')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPE = re.compile(r"\\(.)")
_RELEASE = re.compile(r"\d{4}-\d\d-\d\d|[\d.]+")

Stanza = dict[str, list[str]]


def load_obo(path: Path, notes: Notes) -> Terminology:
    """Read an OBO file; typedefs and instances are not concepts and are left out."""
    with opened(path) as stream:
        stanzas = _stanzas(lines(stream, notes))
        _, header = next(stanzas)
        entries = [_entry(one, notes) for kind, one in stanzas if kind == "Term"]
    return Terminology(
        name=_first(header, "ontology").partition("/")[0].removesuffix(".obo"),
        listed=(one for one in entries if one is not None),
        release=_release(_first(header, "data-version") or _first(header, "date")),
        licence=_licence(header),
        notes=notes,
    )


def _stanzas(given: Iterator[str]) -> Iterator[tuple[str, Stanza]]:
    kind, stanza = "", Stanza()
    for line in given:
        if line.startswith("[") and line.rstrip().endswith("]"):
            yield kind, stanza
            kind, stanza = line.strip()[1:-1], Stanza()
        else:
            tag, colon, value = line.partition(":")
            if colon and not tag.startswith("!"):
                stanza.setdefault(tag.strip(), []).append(value.strip())
    yield kind, stanza


def _entry(stanza: Stanza, notes: Notes) -> Entry | None:
    id = _bare(_first(stanza, "id"))
    if not id:
        notes.add("terms without an id left out", _first(stanza, "name"))
        return None
    obsolete = _first(stanza, "is_obsolete").startswith("true")
    definition = _QUOTED.match(_first(stanza, "def"))
    return Entry(
        id=id,
        name=_plain(_uncommented(_first(stanza, "name"))),
        synonyms=tuple(_synonyms(stanza, id, notes)),
        parents=tuple(_bare(one) for one in stanza.get("is_a", ())),
        definition=_plain(definition[1]) if definition else None,
        xrefs=tuple(_bare(one) for one in stanza.get("xref", ())),
        types=tuple(_bare(x) for tag in ("namespace", "subset") for x in stanza.get(tag, ())),
        alternative_ids=tuple(_bare(one) for one in stanza.get("alt_id", ())),
        obsolete=obsolete,
        replaced_by=tuple(_bare(one) for one in stanza.get("replaced_by", ())),
    )


def _synonyms(stanza: Stanza, id: str, notes: Notes) -> Iterator[Synonym]:
    given = [(one, "") for one in stanza.get("synonym", ())]
    for scope in ("exact", "narrow", "broad", "related"):  # OBO 1.0 had a tag for each scope
        given += [(one, scope) for one in stanza.get(f"{scope}_synonym", ())]
    for value, old_scope in given:
        found = _SYNONYM.match(value)
        if found is None:
            notes.add("synonyms that cannot be read left out", id)
            continue
        scope = old_scope or found[2].lower() or "related"
        yield Synonym(_plain(found[1]), scope, kind=found[3] or None)


def _first(stanza: Stanza, tag: str) -> str:
    return stanza.get(tag, [""])[0]


def _bare(value: str) -> str:
    """An id without the comment and the qualifiers that may follow it."""
    return value.split()[0] if value else ""


def _uncommented(value: str) -> str:
    return value.partition(" ! ")[0].strip()


def _plain(value: str) -> str:
    return _ESCAPE.sub(lambda m: {"n": " ", "t": " ", "W": " "}.get(m[1], m[1]), value)


def _release(version: str) -> str:
    found = _RELEASE.search(version)
    return found[0] if found else version


def _licence(header: Stanza) -> str:
    for value in header.get("property_value", ()):
        if "license" in value.partition(" ")[0]:
            return value.split()[1].strip('"')
    return ""
