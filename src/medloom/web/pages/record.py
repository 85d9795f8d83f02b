"""The page of one row: an article, a figure, a patient, an image, or any other row."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse

from medloom.collection.collection import Collection
from medloom.web.records import (
    article,
    case,
    figure,
    image,
    pictures,
    relations,
    rows,
    shapes,
    values,
)
from medloom.web.records.alike import alike
from medloom.web.records.story import story
from medloom.web.render import environment, render

router = APIRouter()
_PAGES: dict[str, tuple[str, Callable[[Collection, str, dict[str, Any]], Any]]] = {
    "article": ("record_article.html", article.assemble),
    "figure": ("record_figure.html", figure.assemble),
    "case": ("record_case.html", case.assemble),
    "image": ("record_image.html", image.assemble),
}


@router.get("/t/{table}/r", response_class=HTMLResponse)
def record(
    request: Request, table: str, id: str | None = None, row: int | None = None, plain: bool = False
) -> HTMLResponse:
    """Show one row, named by its id or by its position in the table.

    `plain` shows the columns also where the row has a page of its own kind.
    """
    collection: Collection = request.app.state.collection
    if table not in collection.tables:
        raise HTTPException(404, f"There is no table {table!r} here.")
    place = _place(collection, table, id, row)
    held = rows.taken(collection, table, [place.position])[0]
    kind = shapes.kind(collection, table)
    template, assemble = _PAGES.get(kind, ("record_row.html", _nothing))
    if plain or not held.get("id") or not _fits(kind, held):
        template, assemble = "record_row.html", _nothing
    known = {
        "table": table,
        "row": held,
        "place": place,
        "kind": kind,
        "title": relations.title(held),
        "parents": relations.parents(collection, table, held),
        "children": relations.children(collection, table, held["id"]) if held.get("id") else [],
        "story": story(collection, table, held),
        "pictures": pictures.own(collection, table, held),
        "shown": values.shown,
        "page": assemble(collection, table, held),
        "anchor": article.anchor,
        "authors": article.authors,
        "article_ids": article.ids,
        "table_html": article.table_html,
        "is_plain": template == "record_row.html",
        "has_own_page": kind in _PAGES,
    }
    return render(request, template, **known)


def _place(collection: Collection, table: str, id_: str | None, row: int | None) -> rows.Place:
    place = rows.place_of_id(collection, table, id_) if id_ is not None else None
    if id_ is None and row is not None:
        place = rows.place(collection, table, row)
    if place is None:
        raise HTTPException(404, f"There is no such row in {table}.")
    return place


def _nothing(collection: Collection, table: str, row: dict[str, Any]) -> None:
    """A row that is of no known kind needs nothing else."""


def _fits(kind: str, row: dict[str, Any]) -> bool:
    """Whether the values of a row are what its columns' names promise."""
    texts = {"article": "title", "figure": "caption", "case": "text"}
    name = texts.get(kind)
    return name is None or row.get(name) is None or isinstance(row[name], str)


@router.get("/similar/{table}", response_class=HTMLResponse)
def similar(request: Request, table: str, id: str) -> HTMLResponse:
    """Give the rows that are most like one, as a part of its page."""
    collection: Collection = request.app.state.collection
    if table not in collection.tables or not rows.place_of_id(collection, table, id):
        raise HTTPException(404, "There is no such row.")
    found = alike(collection, table, id)
    page = environment().get_template("similar_part.html").render(found=found, table=table, id=id)
    return HTMLResponse(page)
