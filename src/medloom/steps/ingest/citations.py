"""Exports of bibliographic databases: RIS, PubMed's .nbib, and CSV with the usual headers."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from medloom.errors import NotThisFormat, SourceError
from medloom.kit.citations import Citation, read_tagged
from medloom.kit.reading import Opened
from medloom.step import Failure, reads

_NAMES = {
    "id": ("id", "record_id", "recordid"),
    "title": ("title", "ti", "article title", "document title", "primary_title", "t1"),
    "abstract": ("abstract", "ab", "abstract note", "notes_abstract", "n2"),
    "authors": ("authors", "author", "author names", "author full names", "au"),
    "year": ("year", "publication year", "pub_year", "py", "publication_year"),
    "journal": ("journal", "source title", "publication title", "journal/book", "secondary_title"),
    "keywords": ("keywords", "author keywords", "keyword", "kw", "index keywords"),
    "doi": ("doi", "do"),
    "pubmed_id": ("pubmedid", "pubmed_id", "pmid", "pubmed id"),
    "label_included": ("label_included", "included", "asreview_label"),
}
_VERDICTS = {"1": True, "1.0": True, "true": True, "yes": True,
             "0": False, "0.0": False, "false": False, "no": False}  # fmt: skip


@reads("*.ris", "*.nbib", "*.csv", "*.tsv", "*.ris.gz", "*.nbib.gz", "*.csv.gz", "*.tsv.gz")
def citations(source: Opened) -> Iterator[Citation | Failure]:
    r"""Read the records of a literature search: RIS, PubMed's .nbib, CSV or TSV with a header.

    Headers of PubMed, Embase, Scopus, Web of Science, Zotero and ASReview are known. The id is the
    PMID, else the DOI, else the file's own id or number. A line of a table with neither title nor
    abstract is a failed row; an id that stands twice gets `#2`, so that duplicates can be found.

    >>> from medloom.kit.reading import in_memory
    >>> ris = b"TY  - JOUR\nTI  - On rash\nAB  - We saw.\nER  - \n"
    >>> (row,) = citations(in_memory("found.ris", ris))
    >>> row.id, row.title, row.abstract
    ('found/1', 'On rash', 'We saw.')
    >>> (row,) = citations(in_memory("a.csv", b"PMID,Title,label_included\n7,On rash,1\n"))
    >>> row.id, row.label_included
    ('pmid:7', True)

    Formats: RIS (Reference Manager), MEDLINE display format of PubMed.
    """
    stem = PurePosixPath(source.key.removesuffix(".gz")).with_suffix("").as_posix()
    is_table = source.name.lower().endswith((".csv", ".tsv"))
    found = _of_table(source, stem) if is_table else read_tagged(source.read(), stem)
    seen: dict[str, int] = {}
    for one in found:
        if isinstance(one, Failure):
            yield one
            continue
        seen[one.id] = seen.get(one.id, 0) + 1
        yield one if seen[one.id] == 1 else one._replace(id=f"{one.id}#{seen[one.id]}")
    if not seen and not is_table:
        raise NotThisFormat("no records: neither RIS, nor MEDLINE, nor a table with titles")


def _of_table(source: Opened, stem: str) -> Iterator[Citation | Failure]:
    csv.field_size_limit(2**30)
    mark = "\t" if source.name.lower().endswith(".tsv") else ","
    try:
        text = source.read().decode("utf-8-sig")
        lines = csv.DictReader(io.StringIO(text, newline=""), delimiter=mark)
        names = _known(lines.fieldnames or ())
        if "title" not in names and "abstract" not in names:
            raise NotThisFormat("the table has no column of titles or abstracts")
        for number, row in enumerate(lines, start=1):
            yield _citation({key: row.get(name) for key, name in names.items()}, stem, number)
    except UnicodeDecodeError as error:
        raise SourceError("not UTF-8; save the table as CSV UTF-8") from error
    except csv.Error as error:
        raise SourceError(f"not a table: {error}") from error


def _known(header: Iterable[str]) -> dict[str, str]:
    """The column for each field."""
    there = {one.strip().lower(): one for one in header if one}
    return {
        field: there[name]
        for field, spellings in _NAMES.items()
        for name in [next((one for one in spellings if one in there), "")]
        if name
    }


def _citation(row: Mapping[str, str | None], stem: str, number: int) -> Citation | Failure:
    cell = {key: (value or "").strip() for key, value in row.items()}
    doi, pubmed = cell.get("doi") or None, (cell.get("pubmed_id") or "").removesuffix(".0") or None
    own = f"pmid:{pubmed}" if pubmed else f"doi:{doi.lower()}" if doi else None
    id = own or cell.get("id") or f"{stem}/{number}"
    if not cell.get("title") and not cell.get("abstract"):
        return Failure(id, "neither a title nor an abstract")
    year = cell.get("year", "").removesuffix(".0")
    return Citation(
        id, cell.get("title", ""), cell.get("abstract") or None, _several(cell.get("authors")),
        int(year) if year.isdecimal() else None, cell.get("journal") or None,
        _several(cell.get("keywords")), doi, pubmed,
        _VERDICTS.get(cell.get("label_included", "").lower()),
    )  # fmt: skip


def _several(cell: str | None) -> list[str]:
    return [one.strip() for one in (cell or "").split(";") if one.strip()]
