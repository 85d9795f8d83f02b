"""The whole texts of rows that a search found, and whether they may be about patients."""

from collections.abc import Iterable, Mapping
from typing import Any

from medloom.collection.collection import Collection
from medloom.kit.sql import is_among
from medloom.search.results import Hit

_TEXT_COLUMNS = ("text", "abstract", "caption", "answer", "note", "body", "description")
_OF_MENTIONS = {"entity_id", "text_id"}
_MOST_OF_A_TITLE = 30
"""Words."""
_PUBLISHED = {"article_id", "pmid", "pmcid", "doi"}
_OF_PATIENTS = {"patient_id", "subject_id", "person_id", "mrn", "encounter_id", "hadm_id"}


def text_column(collection: Collection, table: str, hit: Hit) -> str | None:
    """The column of a table that holds its running text; None where there is none."""
    names = collection.dataset(table).schema.names
    known = next((name for name in _TEXT_COLUMNS if name in names), None)
    shown = next((one.column for one in hit.snippets if one.column in names), None)
    return known or shown


def with_texts(collection: Collection, tables: Iterable[str]) -> list[str]:
    """The tables that hold running text: not those of single mentions."""
    columns = {one: set(collection.dataset(one).schema.names) for one in tables}
    return [
        table
        for table, names in columns.items()
        if names & set(_TEXT_COLUMNS) and not names & _OF_MENTIONS
    ]


def texts_of(collection: Collection, hits: Iterable[Hit]) -> dict[tuple[str, str], tuple[str, str]]:
    """The column and the whole text of each hit that has one, by table and id."""
    wanted: dict[tuple[str, str], list[str]] = {}
    for hit in hits:
        if column := text_column(collection, hit.table, hit):
            wanted.setdefault((hit.table, column), []).append(hit.id)
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for (table, column), ids in wanted.items():
        for row in rows_by_id(collection, table, ids, ["id", column]):
            text = row[column]
            if isinstance(text, str) and is_running(text):
                found[table, row["id"]] = column, text
    return found


def is_running(text: str) -> bool:
    """Whether a text says something, and is no title or heading.

    >>> is_running("Honey for acute cough in children: a review"), is_running("Honey helps.")
    (False, True)
    """
    words = len(text.split())
    return words >= _MOST_OF_A_TITLE or (words > 1 and any(mark in text for mark in ".?!。"))


def rows_by_id(
    collection: Collection, table: str, ids: Iterable[str], columns: list[str]
) -> Iterable[Mapping[str, Any]]:
    """Rows of a table by their ids."""
    for batch in collection.scan(table, columns, is_among("id", ids)):
        yield from batch.to_pylist()


def may_be_patients(collection: Collection, tables: Iterable[str]) -> list[str]:
    """The tables whose texts may be about patients: those that are not of the literature.

    A table is of the literature where its rows name an article, and no patient.
    """
    columns = {table: set(collection.dataset(table).schema.names) for table in tables}
    return [
        table for table, names in columns.items() if not names & _PUBLISHED or names & _OF_PATIENTS
    ]
