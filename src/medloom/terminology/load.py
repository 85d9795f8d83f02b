"""Load a terminology file of any known format, and mend or tell what is wrong in it."""

import re
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from medloom.terminology.load_graph import load_graph
from medloom.terminology.load_icd10cm import load_icd10cm_codes, load_icd10cm_xml
from medloom.terminology.load_jsonld import load_jsonld
from medloom.terminology.load_mesh import load_mesh_ascii, load_mesh_xml
from medloom.terminology.load_obo import load_obo
from medloom.terminology.load_owl import load_owl
from medloom.terminology.load_rrf import load_rrf
from medloom.terminology.load_table import load_medic, load_table
from medloom.terminology.mend import mended
from medloom.terminology.model import Notes, Terminology, TerminologyError
from medloom.terminology.source import opened

FORMATS: dict[str, Callable[[Path, Notes], Terminology]] = {
    "obo": load_obo,
    "obograph": load_graph,
    "owl": load_owl,
    "jsonld": load_jsonld,
    "rrf": load_rrf,
    "icd10cm-xml": load_icd10cm_xml,
    "icd10cm-codes": load_icd10cm_codes,
    "mesh-ascii": load_mesh_ascii,
    "mesh-xml": load_mesh_xml,
    "medic": load_medic,
    "table": load_table,
}
"""The loader of each format, by the name that `--format` takes."""

_SIGNS = (
    ("obo", re.compile(rb"^(?:\xef\xbb\xbf)?format-version:|^\[Term\]", re.MULTILINE)),
    ("mesh-ascii", re.compile(rb"^\*NEWRECORD", re.MULTILINE)),
    ("mesh-xml", re.compile(rb"<(?:Descriptor|Supplemental|Qualifier)RecordSet")),
    ("icd10cm-xml", re.compile(rb"<ICD10CM\.tabular|ICD-10-CM TABULAR", re.IGNORECASE)),
    ("owl", re.compile(rb"<rdf:RDF|<owl:|<Ontology\b")),
    ("obograph", re.compile(rb'^\s*\{\s*"(?:graphs|@?meta)"')),
    ("jsonld", re.compile(rb'"@(?:context|graph|id)"')),
    ("obograph", re.compile(rb"^\s*\{")),
    ("medic", re.compile(rb"^[A-Z]?[\w:|.-]+\|\|[^|\n]+", re.MULTILINE)),
    ("rrf", re.compile(rb"^(?:C\d{7}\|[A-Z]{3}\||\d+\|ENG\|)", re.MULTILINE)),
    ("icd10cm-codes", re.compile(rb"^\d{5} [A-Z]\d|^[A-Z]\d[\dA-Z]\.?\w*\s+\w", re.MULTILINE)),
)


def load(
    path: str | Path,
    *,
    name: str = "",
    format: str | None = None,
    release: str = "",
    licence: str = "",
    vocabularies: Collection[str] = (),
    languages: Collection[str] = (),
    suppressed: bool = False,
) -> Terminology:
    """Load a terminology; the format is recognised by its content where none is given.

    `vocabularies` and `suppressed` are for RRF (MSH, SNOMEDCT_US, ...); `languages` (en, es, ...)
    keeps only their names, in any format. Raises TerminologyError where the file cannot be read.
    """
    path, notes = Path(path), Notes()
    if not path.exists():
        raise TerminologyError(f"{path}: there is no such file; give the path of a terminology")
    form = format or recognised(path)
    if form not in FORMATS:
        raise TerminologyError(f"{path}: format {form!r} is not one of {', '.join(FORMATS)}")
    if form == "rrf":
        loaded = load_rrf(path, notes, vocabularies, languages, suppressed)
    else:
        loaded = FORMATS[form](path, notes)
    return mended(
        Terminology(
            name=name or loaded.name or path.name.partition(".")[0].lower(),
            listed=loaded.entries.values(),
            release=release or loaded.release,
            licence=licence or loaded.licence,
            source=path.name,
            notes=notes,
        ),
        languages,
    )


def recognised(path: Path) -> str:
    """The format of a file, by its name and its first 64 KiB."""
    if path.is_dir() or path.suffix.lower() == ".zip" or ".rrf" in path.name.lower():
        return "rrf"
    with opened(path) as stream:
        head = stream.read(1 << 16)
    suffixes: Iterable[str] = [one.lower() for one in path.suffixes]
    if {".csv", ".tsv", ".tab"} & set(suffixes):
        return "table"
    for form, sign in _SIGNS:
        if sign.search(head):
            return form
    if b"\t" in head or b"," in head.partition(b"\n")[0]:
        return "table"
    raise TerminologyError(
        f"{path}: not a format that is known; name one with --format: {', '.join(FORMATS)}"
    )
