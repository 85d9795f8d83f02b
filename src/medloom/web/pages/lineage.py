"""What made each table, and the rows that its steps dropped or that failed."""

from typing import Any

import pyarrow as pa
from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from medloom.collection import ledger
from medloom.web.browsing.filters import Filter
from medloom.web.browsing.places import page_rows, places
from medloom.web.browsing.view import View
from medloom.web.lineage.graph import graph
from medloom.web.lineage.nodes import nodes
from medloom.web.pages.browser import memory_of
from medloom.web.render import render
from medloom.web.words import link

router = APIRouter()
_COLUMNS = ["outcome", "step", "reason", "row_id", "source", "row"]
_COUNTED = ["table", "step", "outcome", "reason"]


@router.get("/lineage", response_class=HTMLResponse)
def lineage(request: Request) -> HTMLResponse:
    """Show the recipe as a graph and each table with its steps."""
    collection = request.app.state.collection
    known = nodes(collection)
    picture = Markup(graph(known))  # every name in it is escaped
    return render(request, "lineage.html", nodes=known, graph=picture, record=collection.record)


@router.get("/lineage/lost/{table}", response_class=HTMLResponse)
def lost(request: Request, table: str, step: str = "", outcome: str = "") -> HTMLResponse:
    """Show rows that a table lost, with their reasons."""
    collection, memory = request.app.state.collection, memory_of(request)
    if table not in {one.table for one in collection.ledger}:
        raise HTTPException(404, f"no table {table} in the ledger")
    version = collection.record["ledger"][ledger.ROWS]
    dataset = collection.store.dataset(ledger.ROWS, version)
    asked = View.of(table, request.query_params)
    filters = [Filter("table", "is", table)]
    filters += [Filter("step", "is", step)] if step else []
    filters += [Filter("outcome", "is", outcome)] if outcome else []
    view = View(table, filters=tuple(filters), start=asked.start)
    found = places(dataset, view, memory)
    n_found = 0 if found is None else len(found)
    counts = memory.get(
        (dataset.uri, dataset.version, "reasons", *filters), lambda: _reasons(dataset, found)
    )

    def url(start: int) -> str:
        return link(f"/lineage/lost/{table}", step=step, outcome=outcome, start=start or None)

    return render(
        request,
        "lost.html",
        table=table,
        rows=page_rows(dataset, view, found, _COLUMNS).to_pylist(),
        n_found=n_found,
        counts=counts,
        view=view,
        url=url,
        is_stored=table in collection.tables,
        step=step,
        outcome=outcome,
    )


def _reasons(dataset: Any, found: Any) -> list[dict[str, Any]]:
    """Why the rows were lost, counted."""
    if found is None or not len(found):
        return []
    rows: pa.Table = dataset.take(found.tolist(), columns=_COUNTED)
    return ledger.reasons(rows)[:20]
