"""BioC documents (XML and JSON) to rows of the literature tables."""

import hashlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from medloom.kit.identifiers import unique_ids
from medloom.kit.reading import Opened
from medloom.step import reads
from medloom.steps.ingest.bioc.document import read_record
from medloom.steps.ingest.bioc.source import looks_like_json, read_json, read_xml
from medloom.tables.literature import Document

__all__ = ["bioc"]


@reads("*.xml", "*.json", "*.jsonl", "*.xml.gz", "*.json.gz", "*.jsonl.gz")
def bioc(source: Opened) -> Iterator[Document]:
    """Read BioC: the exports of PMC and PubTator, and corpora in BioC XML, JSON or JSON lines.

    One document of the collection is one article, read in a stream. Passages keep their text as it
    is, so that offsets less the offset of the passage index it. Passages of the reference list
    become references; those of a figure or table become its row, and its captions and notes
    passages about it. Annotations and relations are not kept yet. BioC has no markup, no labels of
    figures and no affiliations; read JATS where there is a choice.

    >>> from medloom.kit.reading import in_memory
    >>> text = b'''{"source": "PMC", "documents": [{"id": "PMC7", "passages": [
    ...     {"infons": {"section_type": "INTRO", "type": "paragraph"}, "text": "Well."}]}]}'''
    >>> (document,) = bioc(in_memory("a.json", text))
    >>> document.articles[0].id, document.passages[0].text, document.passages[0].section_kind
    ('PMC7', 'Well.', 'introduction')

    Standard: BioC 1.0 (Comeau et al. 2013, doi:10.1093/database/bat064); the passages of PMC's
    BioC API (Comeau et al. 2019, doi:10.1093/bioinformatics/btz070).
    """
    data = source.read()
    digest, stem = hashlib.sha256(data).hexdigest(), PurePosixPath(source.name).stem
    if looks_like_json(data):
        found = read_json(data, is_lines=source.name.lower().endswith(".jsonl"))
    else:
        found = read_xml(data)
    unique_id = unique_ids()
    for record in found:
        yield read_record(record, source.beside, unique_id, stem, digest)
