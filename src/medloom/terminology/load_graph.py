"""OBO graphs as JSON (github.com/geneontology/obographs), and plain lists of terms as JSON."""

import json
from collections import defaultdict
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
}
_REPLACED_BY = ("IAO_0100001", "replaced_by")
_ALTERNATIVE = "hasAlternativeId"


def load_graph(path: Path, notes: Notes) -> Terminology:
    """Read an OBO graph document: the nodes of its first graph, `is_a` edges as parents."""
    with opened(path) as stream:
        try:
            document = json.load(stream)
        except (ValueError, UnicodeDecodeError) as error:
            raise TerminologyError(f"{path}: not sound JSON ({error}); fetch it again") from error
    graphs = document.get("graphs") if isinstance(document, dict) else None
    if not graphs:
        raise TerminologyError(
            f"{path}: JSON without `graphs`; give an OBO graph document, or a table with format csv"
        )
    graph, meta = graphs[0], graphs[0].get("meta") or {}
    parents = defaultdict(list)
    for edge in graph.get("edges", ()):
        if edge.get("pred") in ("is_a", "subClassOf"):
            parents[curie(edge["sub"])].append(curie(edge["obj"]))
    nodes = (one for one in graph.get("nodes", ()) if one.get("type", "CLASS") == "CLASS")
    return Terminology(
        name=str(graph.get("id", "")).rpartition("/")[2].partition(".")[0],
        listed=[_entry(node, parents, notes) for node in nodes],
        release=_release(str(meta.get("version") or "")),
        licence=_value(meta, "license"),
        notes=notes,
    )


def _entry(node: dict[str, Any], parents: dict[str, list[str]], notes: Notes) -> Entry:
    id, meta = curie(node["id"]), node.get("meta") or {}
    values = meta.get("basicPropertyValues", ())
    return Entry(
        id=id,
        name=str(node.get("lbl") or ""),
        synonyms=tuple(_synonyms(meta, id, notes)),
        parents=tuple(parents.get(id, ())),
        definition=(meta.get("definition") or {}).get("val"),
        xrefs=tuple(one["val"] for one in meta.get("xrefs", ()) if one.get("val")),
        types=tuple(one.rpartition("#")[2] for one in meta.get("subsets", ())),
        alternative_ids=tuple(
            curie(one["val"]) for one in values if one.get("pred", "").endswith(_ALTERNATIVE)
        ),
        obsolete=bool(meta.get("deprecated")),
        replaced_by=tuple(
            curie(one["val"]) for one in values if one.get("pred", "").endswith(_REPLACED_BY)
        ),
    )


def _synonyms(meta: dict[str, Any], id: str, notes: Notes) -> Iterator[Synonym]:
    for one in meta.get("synonyms", ()):
        if not one.get("val"):
            notes.add("synonyms that cannot be read left out", id)
            continue
        kind = str(one.get("synonymType") or "").rpartition("#")[2].rpartition("/")[2]
        yield Synonym(one["val"], _SCOPES.get(one.get("pred", ""), "related"), kind=kind or None)


def _release(version: str) -> str:
    """`http://.../hp/releases/2025-01-16/hp.json` says `2025-01-16`."""
    parts = [one for one in version.split("/") if one[:1].isdigit()]
    return parts[-1] if parts else version


def _value(meta: dict[str, Any], name: str) -> str:
    for one in meta.get("basicPropertyValues", ()):
        if one.get("pred", "").endswith(name):
            return str(one["val"])
    return ""
