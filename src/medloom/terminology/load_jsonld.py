"""JSON-LD of SKOS and OWL vocabularies: nodes with labels in a list or `@graph`."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from medloom.terminology.curies import curie
from medloom.terminology.model import Entry, Notes, Synonym, Terminology, TerminologyError
from medloom.terminology.source import opened

_SCOPES = {
    "hasExactSynonym": "exact",
    "hasNarrowSynonym": "narrow",
    "hasBroadSynonym": "broad",
    "hasRelatedSynonym": "related",
    "altLabel": "exact",
    "alternateName": "exact",
    "hiddenLabel": "related",
}
_LABELS = ("prefLabel", "label", "name")
_PARENTS = ("broader", "subClassOf", "broaderTransitive")
_XREFS = ("exactMatch", "hasDbXref", "sameAs")


def load_jsonld(path: Path, notes: Notes) -> Terminology:
    """Read nodes that have an id and a label, whatever prefix their properties have."""
    with opened(path) as stream:
        try:
            document = json.load(stream)
        except (ValueError, UnicodeDecodeError) as error:
            raise TerminologyError(f"{path}: not sound JSON ({error}); fetch it again") from error
    nodes = document if isinstance(document, list) else document.get("@graph", [document])
    entries, release, licence = [], "", ""
    for node in nodes:
        plain = {_local(key): value for key, value in node.items()}
        if "versionInfo" in plain:
            release = next(_strings(plain["versionInfo"]), ("", ""))[0]
            licence = next(_strings(plain.get("license")), ("", ""))[0]
        elif any(label in plain for label in _LABELS):
            entries.append(_entry(plain))
        else:
            notes.add("JSON-LD nodes without a label left out", str(plain.get("id", "")))
    if not entries:
        raise TerminologyError(f"{path}: no node has prefLabel, label or name")
    return Terminology("", entries, release, licence, notes=notes)


def _entry(node: dict[str, Any]) -> Entry:
    labels = [pair for key in _LABELS for pair in _strings(node.get(key))]
    labels.sort(key=lambda one: one[1] != "en")
    name, language = labels[0] if labels else ("", "en")
    synonyms = [Synonym(value, "exact", lang) for value, lang in labels[1:]]
    for key, scope in _SCOPES.items():
        synonyms += [Synonym(value, scope, lang) for value, lang in _strings(node.get(key))]
    definition = next(_strings(node.get("definition", node.get("IAO_0000115"))), (None, ""))[0]
    return Entry(
        id=curie(str(node.get("id", ""))),
        name=name,
        synonyms=tuple(synonyms),
        parents=tuple(curie(v) for key in _PARENTS for v, _ in _strings(node.get(key))),
        definition=definition,
        xrefs=tuple(curie(v) for key in _XREFS for v, _ in _strings(node.get(key))),
        obsolete=next(_strings(node.get("deprecated")), ("", ""))[0].lower() == "true",
        language=language,
    )


def _local(key: str) -> str:
    return key.lstrip("@").replace("#", "/").rpartition("/")[2].rpartition(":")[2]


def _strings(value: Any) -> Iterator[tuple[str, str]]:
    """The texts or ids of a property, with their languages."""
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            text = one.get("@value", one.get("@id", one.get("id")))
            if text is not None:
                yield str(text), str(one.get("@language", "en"))[:2]
        elif one is not None:
            yield str(one), "en"
