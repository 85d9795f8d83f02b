"""JATS and NLM articles (PMC, publishers, preprint servers) to rows of the literature tables."""

import json
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from medloom.errors import SourceError
from medloom.kit.reading import Opened
from medloom.step import reads
from medloom.steps.ingest.jats.document import parse
from medloom.tables.literature import Document, Figure, MediaFile, Table

__all__ = ["jats", "parse"]


def _identity(document: Document) -> tuple[str, int]:
    article = document.articles[0]
    return article.id, article.version or 0


@reads("*.xml", "*.nxml", "*.xml.gz", "*.nxml.gz", identity=_identity)
def jats(source: Opened) -> Iterator[Document]:
    """Read JATS and NLM articles with the files that came with them.

    Takes a file, a folder, packages (`.tar.gz`, `.zip`: PMC, PLOS, eLife, MECA), a text file of
    paths, or an object-store prefix in today's PMC layout, where a JSON file beside an article
    adds licence, ids and retraction. An XML file that is no article is a dropped row; of several
    sources with the same article the one with the latest version is kept, else the first.

    >>> from medloom.kit.reading import in_memory
    >>> article = b"<article><body><p>Well.</p></body></article>"
    >>> (document,) = jats(in_memory("notes/a.xml", article))
    >>> document.passages[0].text
    'Well.'

    Standard: NISO Z39.96 (JATS 0.4 to 1.4) and the NLM Journal Archiving DTDs 1.0 to 3.0.
    """
    data = source.read()
    document = parse(data, name=source.key, siblings=source.beside, metadata=_metadata(source))
    if source.wants("media"):
        document = document._replace(media=_media(source, document))
    yield document


def _metadata(source: Opened) -> dict[str, Any] | None:
    """PMC's JSON of the article: `PMC1.1.json` beside `PMC1.1.xml`, or in `metadata/`."""
    wanted = f"{PurePosixPath(source.name).stem}.json"
    name = next((n for n in source.beside if PurePosixPath(n).name == wanted), None)
    if name is None:
        return None
    try:
        found = json.loads(source.read_beside(name))
    except (ValueError, SourceError):
        return None
    return found if isinstance(found, dict) else None


def _media(source: Opened, document: Document) -> list[MediaFile]:
    """The image files that figures and tables name, each once; a broken one is left out."""
    owners: list[Figure | Table] = [*document.figures, *document.tables]
    names = dict.fromkeys(file.uri for owner in owners for file in owner.files if file.uri)
    files = []
    for name in names:
        try:
            files.append(MediaFile(name, source.read_beside(name)))
        except SourceError:  # the images step reports it as missing
            continue
    return files
