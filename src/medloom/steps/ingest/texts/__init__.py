"""Plain texts: notes in files of their own, or in rows of CSV, TSV and JSON lines."""

import codecs
from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator

from medloom.errors import SourceError
from medloom.kit.identifiers import unique_ids
from medloom.kit.reading import Opened
from medloom.step import reads
from medloom.steps.ingest.texts.table import BadRows, Wanted, rows_of
from medloom.tables.texts import Note

__all__ = ["texts"]


def _known(encoding: str) -> str:
    try:
        codecs.lookup(encoding)
    except LookupError:
        raise ValueError(f"no encoding is called {encoding}: utf-8, cp1252, ...") from None
    return encoding


@reads("*.txt", "*.csv", "*.tsv", "*.jsonl", "*.txt.gz", "*.csv.gz", "*.tsv.gz", "*.jsonl.gz")
def texts(
    source: Opened,
    *,
    text_column: str = "text",
    id_column: str | None = None,
    document_column: str | None = None,
    kind: str = "note",
    kind_column: str | None = None,
    keep: list[str] | None = None,
    encoding: Annotated[str, AfterValidator(_known)] = "utf-8",
) -> Iterator[Note]:
    r"""Read plain texts: a `.txt` is one row; a row of a CSV, TSV or JSON lines file is one.

    Ids are the names of files without their endings, with the number of the row behind it; or
    what stands in `id_column`, with `-2`, `-3` where it comes again in the file. All other columns
    become attributes, or those that `keep` names. Rows without text do not lose the others: they
    are told when all have been read. The input is a folder, an archive or a table: a single `.txt`
    is taken for a list of paths.

    >>> from medloom.kit.reading import in_memory
    >>> (row,) = texts(in_memory("a.csv", b"id,note,sex\n7,No rash.,F\n"), text_column="note")
    >>> row.id, row.text, row.attributes
    ('a/1', 'No rash.', [Attribute(name='id', value='7'), Attribute(name='sex', value='F')])
    """
    data = source.read()
    try:
        decoded = data.decode("utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding)
    except (UnicodeError, ValueError) as error:
        at = getattr(error, "start", 0)
        raise SourceError(f"not {encoding}: byte {at}; say which it is: encoding") from error
    wanted = Wanted(text_column, id_column, document_column, kind, kind_column, keep)
    unique_id, bad = unique_ids(), BadRows()
    for row in rows_of(decoded, source.key, wanted, bad):
        yield row._replace(id=unique_id(row.id))
    bad.tell(text_column)
