"""Rank what a collection mentions, count it by year, and show the sentences of one entity."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import daft
from daft import DataType, col

from medloom.collection.collection import Collection
from medloom.errors import CollectionError
from medloom.kit.sql import is_among

NEEDS = ("id", "text_id", "document_id", "label", "entity_id", "name", "text", "start", "sentence")
_FORMS = 5


class Ranked(NamedTuple):
    """One entity of a collection, with how often and where it is mentioned."""

    rank: int
    entity_id: str
    name: str
    label: str
    mentions: int
    texts: int
    documents: int
    negated: int
    """Mentions that are said not to be so; they count in `mentions`, too."""
    forms: list[str]
    """The most frequent ways to write it, most frequent first."""


def table_of_mentions(collection: Collection) -> str:
    """The first table that holds mentions.

    Raises CollectionError where there is none.
    """
    for name in collection.tables:
        if set(NEEDS) <= set(collection.dataset(name).schema.names):
            return name
    raise CollectionError(
        "no table of mentions here; make one in the recipe: "
        "entities: {from: TABLE_WITH_SPANS, steps: [entities]}"
    )


def entity_table(collection: Collection, table: str) -> daft.DataFrame:
    """The table of mentions as a frame.

    Raises CollectionError where it has not the columns that the step `entities` makes.
    """
    names = collection.dataset(table).schema.names
    missing = [name for name in NEEDS if name not in names]
    if missing:
        raise CollectionError(
            f"table {table} holds no mentions, it lacks {', '.join(missing)}; make one in the "
            f"recipe: entities: {{from: {table}, steps: [entities]}}"
        )
    return collection.table(table)


def rank(
    collection: Collection,
    table: str = "entities",
    *,
    labels: Sequence[str] = (),
    top: int | None = None,
    by: str = "documents",
) -> list[Ranked]:
    """Rank entities by `documents` or by `mentions`, most first; ties stand in order of ids."""
    frame = _of_labels(entity_table(collection, table), labels)
    counted = frame.groupby("entity_id", "label").agg(
        col("id").count().alias("mentions"),
        col("text_id").count_distinct().alias("texts"),
        col("document_id").count_distinct().alias("documents"),
        col("name").min().alias("name"),
        col("negated").cast(DataType.int64()).sum().alias("negated"),
    )
    ordered = counted.sort([by, "mentions", "entity_id", "label"], desc=[True, True, False, False])
    rows = (ordered.limit(top) if top else ordered).to_pylist()
    forms = _forms(frame, [row["entity_id"] for row in rows] if top else None)
    return [
        Ranked(number, forms=forms.get((row["entity_id"], row["label"]), []), **row)
        for number, row in enumerate(rows, start=1)
    ]


def trends(
    collection: Collection, table: str, entity_ids: Sequence[str], articles: str = "articles"
) -> tuple[dict[str, dict[int, int]], dict[int, int]]:
    """Documents by year: of each entity, and of all that are in the table of articles.

    Empty where the collection has no such table with a year.
    """
    if articles not in collection.tables:
        return {}, {}
    if not {"id", "year"} <= set(collection.dataset(articles).schema.names):
        return {}, {}
    dated = collection.table(articles).select(col("id").alias("document_id"), "year")
    dated = dated.where(col("year").not_null())
    every = dated.groupby("year").agg(col("document_id").count_distinct().alias("n")).to_pylist()
    mentions = entity_table(collection, table).select("entity_id", "document_id").distinct()
    mentions = mentions.where(col("entity_id").is_in(list(entity_ids)))
    counted = mentions.join(dated, on="document_id").groupby("entity_id", "year")
    by_entity: dict[str, dict[int, int]] = defaultdict(dict)
    for row in counted.agg(col("document_id").count().alias("n")).to_pylist():
        by_entity[row["entity_id"]][row["year"]] = row["n"]
    return dict(by_entity), {row["year"]: row["n"] for row in every}


def sentences(
    collection: Collection, table: str, entity_ids: Sequence[str], most: int
) -> Iterator[dict[str, Any]]:
    """Mentions of some entities with their sentences, in the order of the table.

    At most so many of each, from as many documents as there are before a second of the same.
    """
    kept: dict[str, list[dict[str, Any]]] = {one: [] for one in entity_ids}
    known = collection.dataset(table).schema.names
    wanted = [*NEEDS, "end", "sentence_start", "negated", "uncertain", "historical"]
    columns = [name for name in (*wanted, "hypothetical", "experiencer") if name in known]
    second: dict[str, list[dict[str, Any]]] = {one: [] for one in entity_ids}
    seen: set[tuple[str, str]] = set()
    for batch in (
        collection.scan(table, columns, is_among("entity_id", entity_ids)) if entity_ids else ()
    ):
        for row in batch.to_pylist():
            entity, document = row["entity_id"], row["document_id"]
            place = second if (entity, document) in seen else kept
            seen.add((entity, document))
            if len(place[entity]) < most:
                place[entity].append(row)
    for entity, rows in kept.items():
        yield from (rows + second[entity])[:most]


def _of_labels(frame: daft.DataFrame, labels: Sequence[str]) -> daft.DataFrame:
    return frame.where(col("label").is_in(list(labels))) if labels else frame


def _forms(frame: daft.DataFrame, ids: Sequence[str] | None) -> dict[tuple[str, str], list[str]]:
    """The most frequent texts of some entities; of all where none are named."""
    if ids is not None and not ids:
        return {}
    wanted = frame if ids is None else frame.where(col("entity_id").is_in(list(ids)))
    counted = wanted.groupby("entity_id", "label", "text").agg(col("id").count().alias("n"))
    forms: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in counted.sort(["n", "text"], desc=[True, False]).to_pylist():
        found = forms[row["entity_id"], row["label"]]
        if len(found) < _FORMS:
            found.append(row["text"])
    return dict(forms)
