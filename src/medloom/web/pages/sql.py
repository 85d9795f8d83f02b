"""A page for SQL queries that only read."""

import threading
from typing import Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from medloom.errors import CollectionError
from medloom.web.browsing.kinds import is_readable
from medloom.web.pages.browser import memory_of, opened
from medloom.web.render import render
from medloom.web.sql.reading_only import reading_only
from medloom.web.sql.saved import as_csv
from medloom.web.sql.worker import Answer, Worker

router = APIRouter()
_CSV_ROWS = 100_000
_SHOWN_COLUMNS = 40


@router.get("/sql", response_class=HTMLResponse)
def sql(request: Request, q: str = "") -> HTMLResponse:
    """Show the form; a query in the URL waits there until it is run."""
    threading.Thread(target=_worker(request).wake, daemon=True).start()
    return _page(request, q or _example(request))


@router.post("/sql", response_class=HTMLResponse)
def run(request: Request, q: str = Form("")) -> HTMLResponse:
    """Run a query."""
    try:
        answer = _answer(request, q, request.app.state.settings.sql_rows)
    except CollectionError as error:
        return _page(request, q, told=str(error), status=400)
    return _page(request, q, answer=answer)


@router.post("/sql.csv")
def save(request: Request, q: str = Form("")) -> Response:
    """Run a query and give its rows as a CSV file."""
    text = as_csv(_answer(request, q, _CSV_ROWS))
    headers = {"content-disposition": 'attachment; filename="query.csv"'}
    return Response(text.encode(), media_type="text/csv; charset=utf-8", headers=headers)


def _answer(request: Request, query: str, most_rows: int) -> Answer:
    state = request.app.state
    collection = state.collection
    if not collection.complete:
        raise CollectionError("queries wait for the first build to come to its end")
    safe = reading_only(query, collection.tables)
    seconds = state.settings.sql_seconds
    return _worker(request).ask(
        collection.uri, collection.record["run"], safe, most_rows=most_rows, seconds=seconds
    )


def _worker(request: Request) -> Worker:
    state = request.app.state
    if not hasattr(state, "worker"):
        state.worker = Worker()
    worker: Worker = state.worker
    return worker


def _example(request: Request) -> str:
    tables = request.app.state.collection.tables
    return f"SELECT count(*) AS n FROM {tables[0]}" if tables else ""


def _page(
    request: Request, query: str, *, answer: Answer | None = None, told: str = "", status: int = 200
) -> HTMLResponse:
    memory, collection = memory_of(request), request.app.state.collection
    tables: list[tuple[str, list[Any]]] = [
        (name, [one for one in opened(memory, collection, name).schema if is_readable(one.type)])
        for name in collection.tables
    ]
    settings = request.app.state.settings
    return render(
        request,
        "sql.html",
        status=status,
        query=query,
        answer=answer,
        told=told,
        tables=tables,
        most_rows=settings.sql_rows,
        seconds=settings.sql_seconds,
        csv_rows=_CSV_ROWS,
        most_columns=_SHOWN_COLUMNS,
    )
