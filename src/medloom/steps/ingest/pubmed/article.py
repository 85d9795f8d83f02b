"""One record of PubMed to the rows of one document."""

from collections.abc import Callable

from medloom.steps.ingest.pubmed import columns
from medloom.steps.ingest.pubmed.abstracts import Writer, abstract_text, read_abstracts, read_title
from medloom.steps.ingest.pubmed.dates import publication_year
from medloom.steps.ingest.pubmed.languages import language_code
from medloom.steps.ingest.pubmed.links import (
    is_retracted,
    read_funding,
    read_references,
    read_related,
)
from medloom.steps.ingest.pubmed.people import People
from medloom.steps.ingest.pubmed.record import Record
from medloom.steps.ingest.pubmed.text import words_at
from medloom.tables.literature import (
    Abstract,
    Article,
    Date,
    Document,
    Funding,
    Issue,
    Reference,
    Related,
)

MakeUnique = Callable[[str], str]


def read_record(record: Record, unique_id: MakeUnique, stem: str, sha256: str) -> Document:
    """Make the rows of a record.

    `unique_id` makes an id that no other record of the file has; a record without any id of its
    own takes one from `stem`, the name of its file.
    """
    citation, article, attempt = record.citation, record.article, record.attempt
    ids = attempt(dict[str, str], columns.ids, record)
    writer = Writer(_article_id(record, ids, unique_id, stem))
    language = language_code(words_at(article, "Language"))
    title = attempt(_no_title, read_title, writer, article, record.book)
    abstracts = attempt(list[Abstract], read_abstracts, writer, citation, article, language)
    dates = attempt(list[Date], columns.dates, record)
    people = attempt(People, columns.people, record)
    types = columns.texts(article, ".//PublicationType")
    related = attempt(list[Related], read_related, citation)
    rights = words_at(article, "Abstract/CopyrightInformation")
    license_code = columns.license_code(rights or "")
    row = Article(
        id=writer.article_id,
        parent_id=None,
        pmcid=ids.get("pmcid"),
        pmid=ids.get("pmid"),
        doi=ids.get("doi"),
        version=columns.version(citation),
        title=title,
        abstract=abstract_text(abstracts),
        abstracts=abstracts,
        journal=columns.container(citation),
        publisher=words_at(citation, "Book/Publisher/PublisherName"),
        issn=columns.texts(citation, "Article/Journal/ISSN", "MedlineJournalInfo/ISSNLinking"),
        year=publication_year(dates),
        dates=dates,
        article_type=types[0] if types else None,
        language=language,
        license=license_code or "none",
        license_url=None,
        license_text=rights,
        license_source="text" if license_code else None,
        is_retracted=is_retracted(types, related),
        keywords=attempt(list[str], columns.keywords, citation),
        subjects=types,
        authors=people.authors,
        affiliations=people.affiliations,
        funding=attempt(list[Funding], read_funding, article),
        references=attempt(list[Reference], read_references, record.whole, citation),
        related=related,
        issues=record.issues,
        sha256=sha256,
    )
    return Document([row], writer.passages, [], [], [], [], [], [])


def _no_title() -> str | None:
    return None


def _article_id(record: Record, ids: dict[str, str], unique_id: MakeUnique, stem: str) -> str:
    doi, pmid = ids.get("doi"), ids.get("pmid")
    name = ids.get("pmcid") or (doi and f"doi:{doi}") or (pmid and f"pmid:{pmid}")
    if name is None:
        return unique_id(f"file:{stem}")
    unique = unique_id(name)
    if unique != name:
        message = f"another record of the file is {name}, too"
        record.issues.append(Issue("duplicate-id", record.place, message))
    return unique
