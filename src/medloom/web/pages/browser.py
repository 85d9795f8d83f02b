"""The rows of a table: sort, filter, facets, columns; the URL holds the state."""

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse

from medloom.web.browsing.filters import OPERATORS
from medloom.web.browsing.kinds import is_plain, kind_of
from medloom.web.browsing.places import Remembered, page_rows, places
from medloom.web.browsing.profile import Profile, profile
from medloom.web.browsing.view import View, shown_columns
from medloom.web.render import render

router = APIRouter()
_MOST_PROFILES = 60


def dataset_of(request: Request, table: str) -> Any:
    """The Lance dataset of a table; status 404 where there is no such table."""
    collection = request.app.state.collection
    if table not in collection.tables:
        raise HTTPException(404, f"no table {table}; tables: {', '.join(collection.tables)}")
    return opened(memory_of(request), collection, table)


def opened(memory: Remembered, collection: Any, table: str) -> Any:
    """A table's dataset, opened once a version."""
    version = collection.record["tables"][table]["version"]
    return memory.get((collection.uri, table, version), lambda: collection.dataset(table))


def memory_of(request: Request) -> Remembered:
    """What the pages remember."""
    state = request.app.state
    if not hasattr(state, "memory"):
        state.memory = Remembered()
    memory: Remembered = state.memory
    return memory


def column_profile(memory: Remembered, dataset: Any, column: str) -> Profile:
    """What a column holds, looked at once a version."""
    key = (dataset.uri, dataset.version, "profile", column)
    found: Profile = memory.get(key, lambda: profile(dataset, column))
    return found


@router.get("/t/{table}", response_class=HTMLResponse)
def browser(request: Request, table: str) -> HTMLResponse:
    """Show a page of rows."""
    dataset, memory = dataset_of(request, table), memory_of(request)
    view = View.of(table, request.query_params)
    found = places(dataset, view, memory)
    columns = shown_columns(view, dataset.schema)
    has_id = "id" in dataset.schema.names
    asked = list(dict.fromkeys([*(["id"] if has_id else []), *columns]))
    rows = page_rows(dataset, view, found, asked).to_pylist()
    n_rows = dataset.count_rows()
    return render(
        request,
        "browser.html",
        view=view,
        rows=rows,
        columns=columns,
        kinds={one.name: kind_of(one.type) for one in dataset.schema},
        types={one.name: str(one.type) for one in dataset.schema},
        sortable={one.name for one in dataset.schema if is_plain(one.type)},
        every=dataset.schema.names,
        operators=OPERATORS,
        has_id=has_id,
        n_rows=n_rows,
        n_found=n_rows if found is None else len(found),
        profiles=list(_ready(memory, dataset, columns)),
        about=request.app.state.collection.record["tables"][table]["about"],
    )


def _ready(memory: Remembered, dataset: Any, columns: list[str]) -> Iterator[Profile | str]:
    """What is known of columns; the names of those that have not been looked at."""
    for name in columns:
        yield memory.peek((dataset.uri, dataset.version, "profile", name)) or name


@router.get("/t/{table}/profile", response_class=HTMLResponse)
def one_profile(request: Request, table: str, column: str) -> HTMLResponse:
    """What one column holds, as a piece of a page."""
    dataset = dataset_of(request, table)
    if column not in dataset.schema.names:
        raise HTTPException(404, f"no column {column} in {table}")
    view = View.of(table, request.query_params)
    found = column_profile(memory_of(request), dataset, column)
    return render(request, "profile.html", one=found, view=view)
