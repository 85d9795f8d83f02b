"""A patient case: the story with what is known of the patient, figures, and the article."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from medloom.collection.collection import Collection
from medloom.web.records import rows, shapes
from medloom.web.records.article import entity_as_span
from medloom.web.records.figure import article_of
from medloom.web.records.highlight import Layer, Legend, marks, rendered
from medloom.web.records.pictures import Picture, of_figures

_TIMELINES = ("timeline", "events")


@dataclass
class CasePage:
    """What the page of a patient shows."""

    row: dict[str, Any]
    paragraphs: list[Markup]
    legend: Legend
    figures: list[tuple[dict[str, Any], list[Picture]]]
    figure_table: str | None
    article: dict[str, Any] | None
    article_table: str | None
    timeline: list[dict[str, Any]]
    similar: list[dict[str, Any]]
    articles: list[dict[str, Any]]


def assemble(collection: Collection, table: str, row: dict[str, Any]) -> CasePage:
    """Put a patient together."""
    legend = Legend()
    article_table, article = article_of(collection, row.get("article_id"))
    found = [one for one in row.get("figures") or () if isinstance(one, Mapping)]
    ids = [one["figure_id"] for one in found]
    pictures = of_figures(collection, ids) if ids else {}
    return CasePage(
        row,
        story_html(collection, row, legend),
        legend,
        [(dict(one), pictures.get(one["figure_id"], [])) for one in found],
        shapes.first(collection, "figure"),
        article,
        article_table,
        next((list(row[name]) for name in _TIMELINES if isinstance(row.get(name), list)), []),
        _judged(collection, "similar_id", row["id"], table),
        _judged(collection, "article", row["id"], article_table),
    )


def story_html(collection: Collection, row: Mapping[str, Any], legend: Legend) -> list[Markup]:
    """The story with annotations, in paragraphs."""
    text = row["text"] or ""
    layers = [
        *marks(row.get("marks")),
        *legend.spans(row.get("spans") or _entities(collection, row["id"])),
    ]
    layers += legend.abbreviations(row.get("abbreviations"))
    for name in ("age", "sex"):
        one = row.get(name)
        if isinstance(one, Mapping) and one.get("where", "text") == "text" and one.get("end"):
            value = f"{one['years']:g} years" if name == "age" else str(one["value"])
            kind = {"class": f"hl c{legend.colour(name)}", "data-kind": name, "data-name": value}
            layers.append(Layer(one["start"], one["end"], "span", {**kind, "tabindex": "0"}, 2))
    made, at = [], 0
    for part in text.split("\n\n"):
        inside = [
            Layer(
                max(one.start - at, 0),
                min(one.end - at, len(part)),
                one.tag,
                one.attributes,
                one.rank,
            )
            for one in layers
            if one.start < at + len(part) and one.end > at
        ]
        made.append(rendered(part, inside))
        at += len(part) + 2
    return made


def _entities(collection: Collection, id_: str) -> list[dict[str, Any]]:
    return [
        entity_as_span(one)
        for table in shapes.with_column(collection, "text_id")
        if {"start", "end", "label", "name"} <= set(shapes.names(collection, table))
        for one in rows.pointing(collection, table, "text_id", id_, limit=5000)
    ]


def _judged(
    collection: Collection, column: str, id_: str, target: str | None
) -> list[dict[str, Any]]:
    """Rows that a table of pairs says are relevant to the patient, with their titles."""
    for table in shapes.with_column(collection, "case_id"):
        if column not in shapes.names(collection, table):
            continue
        found = rows.pointing(collection, table, "case_id", id_, limit=200)
        for one in found:
            other = rows.row(collection, target, one[column]) if target else None
            one["grade"] = one.get("similarity") or one.get("relevance") or 0
            one["target"], one["table"] = other, target
        return sorted(found, key=lambda one: -one["grade"])
    return []
