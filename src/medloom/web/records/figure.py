"""A figure with its pictures, its caption split by panels, and where the text mentions it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from medloom.collection.collection import Collection
from medloom.web.records import rows, shapes
from medloom.web.records.highlight import Layer, Legend, marks, rendered
from medloom.web.records.pictures import Picture, of_figures, own


@dataclass
class FigurePage:
    """What the page of a figure shows."""

    row: dict[str, Any]
    pictures: list[Picture]
    caption: Markup
    panels: list[dict[str, Any]]
    mentions: list[dict[str, Any]]
    article: dict[str, Any] | None
    article_table: str | None
    passage_table: str | None
    legend: Legend
    siblings: list[dict[str, Any]]


def assemble(collection: Collection, table: str, row: dict[str, Any]) -> FigurePage:
    """Put a figure together."""
    figure_id = row.get("figure_id") or row["id"]
    pictures = own(collection, table, row) or of_figures(collection, [figure_id])[figure_id]
    panels = [
        one
        for name in shapes.of_kind(collection, "panel")
        for one in rows.pointing(collection, name, "figure_id", figure_id)
    ]
    article_table, article = article_of(collection, row.get("article_id"))
    legend = Legend()
    passage_table, mentions = _mentions(collection, row)
    siblings = []
    if row.get("article_id") and "article_id" in shapes.names(collection, table):
        columns = [
            name for name in ("id", "label", "caption") if name in shapes.names(collection, table)
        ]
        siblings = rows.pointing(collection, table, "article_id", row["article_id"], columns, 100)
    return FigurePage(
        row,
        pictures,
        caption(row, panels, legend),
        panels,
        mentions,
        article,
        article_table,
        passage_table,
        legend,
        siblings,
    )


def article_of(collection: Collection, id_: object) -> tuple[str | None, dict[str, Any] | None]:
    """The article of an id, and its table."""
    if isinstance(id_, str):
        for table in shapes.of_kind(collection, "article"):
            columns = [
                name
                for name in (
                    "id",
                    "title",
                    "journal",
                    "year",
                    "license",
                    "license_url",
                    "authors",
                    "affiliations",
                )
                if name in shapes.names(collection, table)
            ]
            found = rows.row(collection, table, id_, columns)
            if found:
                return table, found
    return None, None


def caption(row: Mapping[str, Any], panels: list[dict[str, Any]], legend: Legend) -> Markup:
    """The caption with its markup, its panels and its annotations."""
    text = row.get("caption") or ""
    layers = [*marks(row.get("caption_marks")), *legend.spans(row.get("spans"))]
    for one in panels:
        letters = " ".join(one["letters"] or ())
        attributes = {"class": "panel-text", "data-panel": letters}
        layers.append(Layer(one["start"], one["end"], "span", attributes, rank=0))
    return rendered(text, layers)


def _mentions(
    collection: Collection, row: Mapping[str, Any]
) -> tuple[str | None, list[dict[str, Any]]]:
    """The sentences that mention a figure, with the mention marked and their section."""
    found = list(row.get("mentions") or ())
    table = shapes.first(collection, "passage")
    passages: dict[str, dict[str, Any]] = {}
    if table and found and isinstance(found[0], Mapping):
        wanted = list({one["passage_id"] for one in found if one.get("passage_id")})
        places = [int(one) for one in rows.having(collection, table, "id", wanted)[:500]]
        columns = ["id", "section", "text"]
        passages = {one["id"]: one for one in rows.taken(collection, table, places, columns)}
    made = []
    for one in found:
        if isinstance(one, Mapping) and one.get("sentence"):
            passage = passages.get(one.get("passage_id") or "")
            html = _marked(one, passage)
            where = " › ".join((passage or {}).get("section") or ())
            made.append({**one, "html": html, "where": where, "known": passage is not None})
    return table, made


def _marked(one: Mapping[str, Any], passage: Mapping[str, Any] | None) -> Markup:
    sentence = one["sentence"]
    if passage and one.get("start") is not None:
        at = passage["text"].find(sentence)
        start, end = one["start"] - at, one["end"] - at
        if at >= 0 and 0 <= start < end <= len(sentence):
            return rendered(sentence, [Layer(start, end, "mark")])
    number = re.search(r"\bfig(?:ure|s|\.)*\s*\w+", sentence, re.IGNORECASE)
    return rendered(sentence, [Layer(number.start(), number.end(), "mark")] if number else [])
