"""PubMed records (MEDLINE/PubMed XML) to rows of the literature tables."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

from lxml import etree

from medloom.kit.identifiers import find_pmid, unique_ids
from medloom.kit.reading import Opened
from medloom.kit.xml_stream import records
from medloom.step import reads
from medloom.steps.ingest.pubmed.article import read_record
from medloom.steps.ingest.pubmed.record import record_of
from medloom.steps.ingest.pubmed.text import words
from medloom.tables.literature import Document, Issue

__all__ = ["pubmed"]

_RECORDS = ("PubmedArticle", "PubmedBookArticle", "MedlineCitation")
_DELETIONS = ("DeleteCitation", "DeleteDocument")
_SETS = ("PubmedArticleSet", "PubmedBookArticleSet", "MedlineCitationSet")
DELETED = "deleted"
"""The article type of a record that PubMed has withdrawn."""


@reads("*.xml", "*.xml.gz")
def pubmed(source: Opened, *, deletions: bool = True) -> Iterator[Document]:
    """Read the records of PubMed article sets: baseline and update files, and efetch answers.

    One document a record, read in a stream: a file of 30,000 records needs no more memory than its
    own bytes. Books and chapters (`PubmedBookArticle`) are articles whose journal is the book. Each
    PMID of a `DeleteCitation` is an article of type `deleted` with nothing but its id, so that an
    update can be applied; `deletions: false` leaves them out. Publication types are `subjects`, the
    first of them is the `article_type`; author keywords, MeSH headings and substances are
    `keywords`. Where a file breaks off, the records in front of the break are kept.

    >>> from medloom.kit.reading import in_memory
    >>> record = b'''<MedlineCitation><PMID>12</PMID><Article>
    ... <ArticleTitle>On <i>Salmonella</i>.</ArticleTitle></Article></MedlineCitation>'''
    >>> (document,) = pubmed(in_memory("a.xml", record))
    >>> document.articles[0].id, document.passages[0].text, document.passages[0].marks
    ('pmid:12', 'On Salmonella.', [Mark(start=3, end=13, kind='italic')])

    Standard: the PubMed DTD of NLM (pubmed_250101.dtd and older, nlmmedlinecitationset_*.dtd).
    """
    data = source.read()
    digest, stem = hashlib.sha256(data).hexdigest(), PurePosixPath(source.name).stem
    unique_id, counts = unique_ids(), dict.fromkeys((*_RECORDS, *_DELETIONS), 0)
    found = records(data, roots=(*_SETS, *counts), tags=tuple(counts), format_name="PubMed XML")
    for element, issues in found:
        counts[tag := str(element.tag)] += 1
        place = f"{tag}[{counts[tag]}]"
        if tag in _RECORDS:
            yield read_record(record_of(element, place, [*issues]), unique_id, stem, digest)
        elif deletions:
            yield from _deleted(element, place, unique_id, digest)


def _deleted(
    deletion: etree._Element, place: str, unique_id: Callable[[str], str], digest: str
) -> Iterator[Document]:
    for number, element in enumerate(deletion.iterfind("PMID"), start=1):
        if pmid := find_pmid(words(element)):
            empty, where = etree.Element("MedlineCitation"), f"{place}/PMID[{number}]"
            etree.SubElement(empty, "PMID").text = pmid
            issue = Issue("deleted-citation", where, "PubMed has withdrawn this record")
            document = read_record(record_of(empty, where, [issue]), unique_id, pmid, digest)
            article = document.articles[0]._replace(article_type=DELETED)
            yield document._replace(articles=[article])
