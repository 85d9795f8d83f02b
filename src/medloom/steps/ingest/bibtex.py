"""BibTeX and BibLaTeX files, as reference managers export them, to rows of the literature."""

import hashlib
from collections.abc import Iterator

from medloom.kit.identifiers import unique_ids
from medloom.kit.papers import document_of
from medloom.kit.papers.bibliography import works
from medloom.kit.papers.bibtex import Unreadable
from medloom.kit.reading import Opened
from medloom.step import Failure, reads
from medloom.tables.literature import Document


@reads("*.bib", "*.bibtex", "*.bib.gz")
def bibtex(source: Opened) -> Iterator[Document | Failure]:
    """Read the works of a bibliography file, one document an entry.

    Titles, abstracts, authors, journals, dates and ids are read; LaTeX becomes plain text. An entry
    that cannot be read, or has no title, is a failed row: the others are read.

    >>> from medloom.kit.reading import in_memory
    >>> text = b"@article{ng20, title = {On {DNA}}, doi = {10.1000/x}, year = 2020}"
    >>> (document,) = bibtex(in_memory("a.bib", text))
    >>> document.articles[0].id, document.articles[0].title, document.articles[0].year
    ('doi:10.1000/x', 'On DNA', 2020)
    """
    data = source.read()
    digest, unique_id = hashlib.sha256(data).hexdigest(), unique_ids()
    for work in works(data):
        if isinstance(work, Unreadable):
            yield Failure(work.key, work.error)
        else:
            yield document_of(work, unique_id, digest)
