"""Rows that are like a row, with what a page shows of them."""

from functools import lru_cache
from typing import Any, NamedTuple

from medloom.collection.collection import Collection
from medloom.errors import MedloomError
from medloom.web.records import relations, rows, shapes
from medloom.web.records.pictures import Picture, of_figures, own

_MOST_ROWS = 50_000


class Alike(NamedTuple):
    """What was found, or why nothing was."""

    hits: list[tuple[Any, str, Picture | None]]
    told: str


def alike(collection: Collection, table: str, id_: str, limit: int = 8) -> Alike:
    """The rows of the same table that are most like one."""
    if collection.record["tables"][table]["rows"] > _MOST_ROWS:
        command = f"medloom similar {collection.uri} {table} {id_}"
        return Alike([], f"The table is large; ask in a terminal: {command}")
    try:
        compared = _compared(collection.uri, collection.record["run"], table)
        results = compared.to_row(id_, limit=limit)
    except MedloomError as error:
        return Alike([], str(error).split("\n")[0])
    hits = list(results.hits)
    columns = relations.title_columns(collection, table)
    has_key = "figure_id" in shapes.names(collection, table)
    made = []
    for hit in hits:
        row = (
            rows.row(collection, table, hit.id, [*columns, *(["figure_id"] if has_key else [])])
            or {}
        )
        picture = next(iter(own(collection, table, row)), None)
        if not picture and shapes.kind(collection, table) in ("figure", "case"):
            figure = row.get("figure_id") or hit.id
            picture = next(iter(of_figures(collection, [figure])[figure]), None)
        made.append((hit, relations.title(row) or hit.title or hit.id, picture))
    return Alike(made, "" if made else "Nothing else is like it.")


@lru_cache(maxsize=4)
def _compared(uri: str, build: int, table: str) -> Any:
    from medloom.search.similar import Similar  # noqa: PLC0415 (slow to import)

    return Similar(Collection(uri, build), table)
