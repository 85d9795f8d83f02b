"""The first page: what is in the collection, how it came about, how full and good it is."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse
from markupsafe import Markup

from medloom.collection.tags import tags_of
from medloom.web.browsing.coverage import coverage
from medloom.web.browsing.glance import glance
from medloom.web.browsing.view import View
from medloom.web.lineage.flow import flow
from medloom.web.lineage.nodes import nodes
from medloom.web.pages.browser import dataset_of, memory_of
from medloom.web.records import vectors
from medloom.web.render import render

router = APIRouter()


@router.get("/", response_class=HTMLResponse)
def home(request: Request) -> HTMLResponse:
    """Show what is in the collection."""
    collection = request.app.state.collection
    record = collection.record
    known = nodes(collection)
    lost = [sum(getattr(one.sum, kind) for one in known) for kind in ("dropped", "failed")]
    return render(
        request,
        "home.html",
        recipe=record.get("recipe", {}),
        tags=[
            name for name, one in tags_of(collection.store).items() if one["build"] == record["run"]
        ],
        flow=Markup(flow(known)),  # every name in it is escaped
        n_rows=sum(record["tables"][name]["rows"] for name in collection.tables),
        sources=sum(one["sources"] for one in record.get("inputs", {}).values()),
        lost=lost,
        balanced=all(one.sum.balanced for one in known),
        tables=[(name, record["tables"][name]) for name in collection.tables],
        mapped={name for name in collection.tables if vectors.of_table(collection, name)},
    )


@router.get("/build")
def build(request: Request) -> JSONResponse:
    """Say which build is the last one; an open page asks now and then."""
    return JSONResponse({"build": request.app.state.collection.record["run"]})


@router.get("/t/{table}/glance", response_class=HTMLResponse)
def table_glance(request: Request, table: str) -> HTMLResponse:
    """How full a table's columns are, and its telling columns, as a piece of a page."""
    dataset, memory = dataset_of(request, table), memory_of(request)

    def make() -> Any:
        return coverage(dataset), glance(dataset)

    covered, profiles = memory.get((dataset.uri, dataset.version, "glance"), make)
    return render(
        request, "glance.html", view=View(table), covered=covered, profiles=profiles, table=table
    )
