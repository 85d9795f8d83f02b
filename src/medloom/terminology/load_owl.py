"""OWL in RDF/XML: classes with labels, synonyms (oboInOwl or SKOS) and named superclasses.

The subset that OBO ontologies, ORDO, EFO and SKOS vocabularies use; logical axioms are read over.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from medloom.terminology.curies import curie
from medloom.terminology.model import Entry, Notes, Synonym, Terminology, TerminologyError
from medloom.terminology.source import opened

_RDF, _RDFS = (
    "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}",
    "{http://www.w3.org/2000/01/rdf-schema#}",
)
_OWL, _SKOS = "{http://www.w3.org/2002/07/owl#}", "{http://www.w3.org/2004/02/skos/core#}"
_OBO = "{http://www.geneontology.org/formats/oboInOwl#}"
_IAO = "{http://purl.obolibrary.org/obo/}"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_LABELS = (_RDFS + "label", _SKOS + "prefLabel")
_SCOPES = {
    _OBO + "hasExactSynonym": "exact",
    _OBO + "hasNarrowSynonym": "narrow",
    _OBO + "hasBroadSynonym": "broad",
    _OBO + "hasRelatedSynonym": "related",
    _SKOS + "altLabel": "exact",
    _SKOS + "hiddenLabel": "related",
    "{http://www.ebi.ac.uk/efo/}alternative_term": "exact",
}
_PARENTS = (_RDFS + "subClassOf", _SKOS + "broader")
_DEFINITIONS = (_IAO + "IAO_0000115", _SKOS + "definition")
_CLASSES = (_OWL + "Class", _SKOS + "Concept", _RDF + "Description")


def load_owl(path: Path, notes: Notes) -> Terminology:
    """Read an OWL or SKOS file in RDF/XML, element by element, in little memory."""
    head: dict[str, str] = {}
    try:
        with opened(path) as stream:
            entries = list(_entries(stream, head))
    except etree.XMLSyntaxError as error:
        raise TerminologyError(f"{path}: not sound XML ({error}); fetch it again") from error
    if not entries:
        raise TerminologyError(f"{path}: no owl:Class or skos:Concept; give RDF/XML, not Turtle")
    name = head.get("about", "").rpartition("/")[2].partition(".")[0]
    release, licence = head.get("release", ""), head.get("licence", "")
    return Terminology(name, entries, release, licence, notes=notes)


def _entries(stream: Any, head: dict[str, str]) -> Iterator[Entry]:
    tags = (_OWL + "Ontology", *_CLASSES)
    options = {"resolve_entities": True, "no_network": True, "huge_tree": True}
    for _, element in etree.iterparse(stream, events=("end",), tag=tags, **options):
        parent = element.getparent()
        if parent is None or parent.tag != _RDF + "RDF":
            continue  # a class inside an axiom
        if element.tag == _OWL + "Ontology":
            head.update(_header(element))
        elif about := element.get(_RDF + "about"):
            entry = _entry(curie(about), element)
            if entry.name or entry.obsolete or element.tag != _RDF + "Description":
                yield entry
        element.clear()
        while element.getprevious() is not None:
            del parent[0]


def _header(element: Any) -> dict[str, str]:
    found = {"about": element.get(_RDF + "about") or ""}
    for child in element.iterchildren("*"):
        value = _value(child)
        if child.tag == _OWL + "versionInfo":
            found["release"] = value
        elif child.tag == _OWL + "versionIRI" and "release" not in found:
            dated = [one for one in value.split("/") if one[:1].isdigit()]
            found["release"] = dated[-1] if dated else value
        elif str(child.tag).endswith("}license"):
            found["licence"] = value
    return found


def _entry(id: str, element: Any) -> Entry:
    labels: list[tuple[str, str]] = []
    synonyms: list[Synonym] = []
    found: dict[str, list[str]] = {"parent": [], "xref": [], "alt": [], "type": [], "by": []}
    definition, obsolete = None, False
    for child in element.iterchildren("*"):
        tag, value, language = child.tag, _value(child), (child.get(_LANGUAGE) or "en")[:2]
        if tag in _LABELS:
            labels.append((value, language))
        elif tag in _SCOPES:
            synonyms.append(Synonym(value, _SCOPES[tag], language))
        elif tag in _PARENTS and child.get(_RDF + "resource"):
            found["parent"].append(curie(value))
        elif tag in _DEFINITIONS and language == "en":
            definition = value
        elif tag == _OWL + "deprecated":
            obsolete = value == "true"
        elif name := _LISTED.get(tag):
            found[name].append(curie(value))
    labels.sort(key=lambda one: one[1] != "en")
    name, language = labels[0] if labels else ("", "en")
    others = tuple(Synonym(value, "exact", one) for value, one in labels[1:])
    lists = (tuple(found[one]) for one in ("xref", "type", "alt"))
    xrefs, types, alternative = lists
    parents, by = tuple(found["parent"]), tuple(found["by"])
    names = (*synonyms, *others)
    return Entry(
        id, name, names, parents, definition, xrefs, types, alternative, obsolete, by, language
    )


_LISTED = {
    _OBO + "hasDbXref": "xref",
    _SKOS + "exactMatch": "xref",
    _OBO + "hasAlternativeId": "alt",
    _OBO + "inSubset": "type",
    _IAO + "IAO_0100001": "by",
}


def _value(child: Any) -> str:
    return child.get(_RDF + "resource") or " ".join("".join(child.itertext()).split())
