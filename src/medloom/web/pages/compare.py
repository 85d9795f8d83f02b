"""What changed between two builds, and why."""

import threading
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse

from medloom.collection.collection import Collection
from medloom.collection.tags import tags_of
from medloom.errors import CollectionError, MedloomError
from medloom.publish.differences import difference, drifts
from medloom.web.pages.browser import memory_of
from medloom.web.render import render

router = APIRouter()
_SOON_SECONDS = 0.15


@router.get("/compare", response_class=HTMLResponse)
def compare(request: Request, before: int | None = None, after: int | None = None) -> HTMLResponse:
    """Compare two builds; by default the last two."""
    collection = request.app.state.collection
    builds = list(collection.history())
    tags: dict[int, list[str]] = {}
    for name, one in tags_of(collection.store).items():
        tags.setdefault(one["build"], []).append(name)
    numbers = [one["run"] for one in builds]
    after = after if after is not None else (numbers[-1] if numbers else None)
    earlier = [one for one in numbers if after is not None and one < after]
    before = before if before is not None else (earlier[-1] if earlier else None)
    for number in (before, after):
        if number is not None and number not in numbers:
            raise CollectionError(
                f"no finished build {number}; builds: {', '.join(map(str, numbers))}"
            )
    found, told = None, ""
    if before is not None and after is not None:
        found = _compared(request, before, after)
        found, told = (None, found) if isinstance(found, str) else (found, "")
    return render(
        request,
        "compare.html",
        builds=builds,
        tags=tags,
        before=before,
        after=after,
        found=found,
        told=told,
        is_waiting=before is not None and found is None and not told,
    )


@router.get("/compare/ready")
def ready(request: Request, before: int, after: int) -> JSONResponse:
    """Say whether a comparison that was asked for is made."""
    key = (request.app.state.collection.uri, "compare", before, after)
    return JSONResponse({"ready": memory_of(request).peek(key) is not None})


def _compared(request: Request, before: int, after: int) -> Any:
    """The differences of two builds; None while they are looked for, a text where that failed."""
    memory, uri = memory_of(request), request.app.state.collection.uri
    key = (uri, "compare", before, after)

    def make() -> Any:
        try:
            old, new = Collection(uri, before), Collection(uri, after)
            return difference(old, new), list(drifts(old, new))
        except MedloomError as error:
            return str(error)

    found = memory.peek(key)
    if found is None:
        thread = threading.Thread(target=lambda: memory.get(key, make), daemon=True)
        thread.start()
        thread.join(_SOON_SECONDS)
    return memory.peek(key)
