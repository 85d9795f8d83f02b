"""Which pictures belong to a row."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from medloom.collection.collection import Collection
from medloom.web.records import rows, shapes
from medloom.web.words import link


class Picture(NamedTuple):
    """A picture of a row: where it is served, and what is known of it."""

    table: str
    column: str
    id: str
    width: int | None
    height: int | None
    row: Mapping[str, Any]

    def url(self, size: int) -> str:
        """The address of the picture with a longest side of about `size` pixels."""
        return link(f"/image/{self.table}/{self.column}", id=self.id, size=size)


def own(collection: Collection, table: str, row: Mapping[str, Any]) -> list[Picture]:
    """The pictures in a row itself."""
    if not row.get("id"):
        return []
    size = (row.get("width"), row.get("height"))
    return [
        Picture(table, name, row["id"], *size, row) for name in shapes.pictures(collection, table)
    ]


def of_figures(
    collection: Collection, figure_ids: list[str], key: str = "figure_id"
) -> dict[str, list[Picture]]:
    """The pictures of figures, from the tables whose rows name a figure and hold bytes."""
    found: dict[str, list[Picture]] = {one: [] for one in figure_ids}
    for table in shapes.with_column(collection, key):
        columns = shapes.pictures(collection, table)
        if not columns or "id" not in shapes.names(collection, table):
            continue
        places = rows.having(collection, table, key, figure_ids)[:2000]
        for row in rows.taken(collection, table, [int(one) for one in places]):
            size = (row.get("width"), row.get("height"))
            held = found[row[key]]
            if not any(one.row.get("file") == row.get("file") for one in held if row.get("file")):
                held += [Picture(table, name, row["id"], *size, row) for name in columns[:1]]
    return found
