"""One question: the rows of a table that are similar to a row, a text or an image."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from medloom.collection.collection import Collection
from medloom.search.results import Results
from medloom.search.similar.finding import Similar, wanted_row
from medloom.search.similar.pool import LARGE, pool_of
from medloom.search.similar.sentences import sentences_like
from medloom.search.similar.shelf import Shelf
from medloom.search.similar.wanted import Wanted


def similar_to(
    collection: Collection,
    table: str,
    wanted: str | Wanted,
    *,
    target: str | None = None,
    by: Sequence[str] | None = None,
    weights: Mapping[str, float] | None = None,
    encoder: str | None = None,
    where: str | None = None,
    elsewhere: bool = False,
    sentences: bool = False,
    limit: int = 10,
    most_rows: int = LARGE,
) -> Results:
    """The rows that are most similar to a row of a table, by its id, or to what is `wanted`.

    `target` is the table to look in, where it is another one. Of a table with more than `most_rows`
    those are compared that the search index finds. With `sentences` hits are sentences.
    """
    name = target or table
    if isinstance(wanted, str):
        row_id, wanted = wanted, wanted_row(Shelf(collection, table), wanted)
    else:
        row_id = None
    own = row_id if name == table else None
    pool = pool_of(Shelf(collection, name), wanted, where, own, most_rows)
    rows = Similar(collection, name, by, weights, encoder, pool)
    if own is not None:
        wanted = replace(wanted, number=rows.shelf.numbers[own])
    find = sentences_like if sentences else Similar.to
    found = find(rows, wanted, limit=limit, where=where, elsewhere=elsewhere)
    if pool is not None:
        told = f"of {name} the {len(pool.ids):,} rows were compared that the search index finds"
        found = replace(found, notes=(*found.notes, told))
    return found
