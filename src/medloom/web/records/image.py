"""An image: its pixels, what is known of it, and what looks the same."""

from dataclasses import dataclass
from typing import Any

from medloom.collection.collection import Collection
from medloom.web.records import rows, shapes
from medloom.web.records.figure import article_of
from medloom.web.records.pictures import Picture, of_figures, own

_QUALITY = ("quality", "image_quality", "flags", "issues", "problems")


@dataclass
class ImagePage:
    """What the page of an image shows."""

    row: dict[str, Any]
    pictures: list[Picture]
    quality: dict[str, Any]
    duplicates: list[dict[str, Any]]
    figure: dict[str, Any] | None
    figure_table: str | None
    article: dict[str, Any] | None
    article_table: str | None


def assemble(collection: Collection, table: str, row: dict[str, Any]) -> ImagePage:
    """Put an image together."""
    figure_table = shapes.first(collection, "figure")
    figure = None
    if figure_table and row.get("figure_id"):
        figure = rows.row(collection, figure_table, row["figure_id"])
    article_table, article = article_of(collection, row.get("article_id"))
    quality = {name: row[name] for name in _QUALITY if row.get(name) not in (None, [], "")}
    pictures = own(collection, table, row)
    if not pictures and row.get("figure_id"):
        pictures = of_figures(collection, [row["figure_id"]])[row["figure_id"]]
    return ImagePage(
        row,
        pictures,
        quality,
        duplicates(collection, table, row),
        figure,
        figure_table,
        article,
        article_table,
    )


def duplicates(collection: Collection, table: str, row: dict[str, Any]) -> list[dict[str, Any]]:
    """Other rows with the same bytes, or of the same cluster of near-duplicates."""
    found: dict[str, dict[str, Any]] = {}
    schema = rows.opened(collection, table).schema
    for name, why in (("sha256", "the same bytes"), ("cluster", "looks the same")):
        if name in schema.names and rows.is_text(schema.field(name).type) and row.get(name):
            for one in rows.pointing(collection, table, name, row[name], ["id"], limit=60):
                if one["id"] != row["id"]:
                    found.setdefault(one["id"], {**one, "why": why})
    return list(found.values())
