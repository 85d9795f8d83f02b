"""BioC, in XML and in JSON: documents of passages with annotations and relations.

Format: Comeau et al. 2013, doi:10.1093/database/bat064. A passage is a row. Offsets count code
points, as PubMed and PubTator count; those of files that count bytes are found out by the text
that an annotation quotes.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from lxml import etree

from medloom.errors import NotThisFormat
from medloom.formats.bioc_read import rows_of
from medloom.formats.bioc_write import object_of
from medloom.formats.bioc_xml import element_of, object_of_element
from medloom.formats.loss import Losses
from medloom.kit.json_stream import Object, values
from medloom.kit.xml_stream import records
from medloom.tables.texts import Text

LOSSES = (
    "XML only: control characters in texts become the replacement character",
    "XML only: line ends within names and values become spaces",
)
_LISTS = ("documents", "PubTator3")


def read(data: bytes, *, whole: bool = False, is_lines: bool = False) -> Iterator[Text]:
    """Yield one row a passage or, with `whole`, one a document.

    Relations between passages fit no row of one passage: without `whole` they are kept as JSON in
    the attribute `relation` of the document's first row, and are written back from there. So are
    relations without exactly two nodes.

    >>> data = b'''{"documents": [{"id": "7", "passages": [{"offset": 5, "text": "On HT.",
    ...     "annotations": [{"id": "1", "infons": {"type": "Disease"}, "text": "HT",
    ...                      "locations": [{"offset": 8, "length": 2}]}]}]}]}'''
    >>> next(read(data)).spans
    [Span(start=3, end=5, label='Disease', text='HT', id='1')]
    """
    is_json = data.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")[:1] in (b"{", b"[")
    found = _from_json(data, is_lines) if is_json else _from_xml(data)
    n_documents = 0
    for n_documents, document in enumerate(found, start=1):
        yield from rows_of(document, str(n_documents), whole=whole)
    if not n_documents:
        raise NotThisFormat("not BioC: it has no documents")


def _from_json(data: bytes, is_lines: bool) -> Iterator[Object]:
    for _, document in values(data, _LISTS, is_lines=is_lines):
        if not isinstance(document.get("passages"), list):
            raise NotThisFormat("not BioC: an object that has no passages")
        yield document


def _from_xml(data: bytes) -> Iterator[Object]:
    roots, tags = ("collection", "document"), ("document",)
    for element, issues in records(data, roots=roots, tags=tags, format_name="BioC"):
        if element.find("passage") is None and element.find("id") is None:
            raise NotThisFormat("not BioC: its documents have no passages")
        yield object_of_element(element, [one.message for one in issues])


def write_json(documents: Iterable[Sequence[Text]], file: BinaryIO) -> Losses:
    """Write a collection in JSON, a document a line, and count what was lost."""
    losses = Losses()
    file.write(b'{"source": "Medloom", "date": "", "key": "", "infons": {}, "documents": [')
    separator = b"\n"
    for rows in documents:
        file.write(separator + json.dumps(object_of(rows, losses), ensure_ascii=False).encode())
        separator = b",\n"
    file.write(b"\n]}\n")
    return losses


def write_xml(documents: Iterable[Sequence[Text]], file: BinaryIO) -> Losses:
    """Write a collection in XML, a document a line, and count what was lost."""
    losses = Losses()
    file.write(b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE collection SYSTEM "BioC.dtd">\n')
    file.write(b"<collection><source>Medloom</source><date></date><key></key>\n")
    for rows in documents:
        file.write(etree.tostring(element_of(object_of(rows, losses), losses), encoding="utf-8"))
        file.write(b"\n")
    file.write(b"</collection>\n")
    return losses
