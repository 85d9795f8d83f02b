"""docling-slim: its JATS backend to a document tree (the full converter needs torch to import).

Identifiers of references have no field of their own there; they stand in the reference's text.
"""

from pathlib import Path

import common
from docling.backend.xml.jats_backend import JatsDocumentBackend
from docling.datamodel.base_models import InputFormat
from docling.datamodel.document import InputDocument


def extract(path):
    source = InputDocument(
        path_or_stream=Path(path), format=InputFormat.XML_JATS, backend=JatsDocumentBackend,
        filename=Path(path).name,
    )  # fmt: skip
    if not source.valid:
        raise ValueError("not taken for JATS")
    return source._backend.convert()


def haul(path):
    document = extract(path)
    return {
        "captions": [picture.caption_text(document) for picture in document.pictures],
        "table captions": [table.caption_text(document) for table in document.tables],
        "references": references(document),
        "tables": [
            [[cell.text for cell in row] for row in table.data.grid] for table in document.tables
        ],
    }


def references(document):
    inside, n = False, 0
    for text in document.texts:
        if text.label == "section_header":
            inside = text.text.strip().casefold() == "references"
        n += inside and text.label == "list_item"
    return n


if __name__ == "__main__":
    common.main(extract, haul)
