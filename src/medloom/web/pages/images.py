"""The pictures of a collection, by table, column and id; never by a path."""

from collections import OrderedDict
from hashlib import sha256
from threading import Lock
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response

from medloom.collection.collection import Collection
from medloom.web.records import rows, shapes
from medloom.web.records.thumbnails import fitting, placeholder, thumbnail

router = APIRouter()
_MOST_HELD_BYTES = 96 * 2**20
_made: "OrderedDict[tuple[str, int], tuple[bytes, str]]" = OrderedDict()
_lock = Lock()


@router.get("/image/{table}/{column}")
def image(
    request: Request,
    table: str,
    column: str,
    id: str | None = None,
    row: int | None = None,
    size: Annotated[int, Query(ge=1, le=100_000)] = 400,
) -> Response:
    """Give the picture of a row, with a longest side of about `size` pixels."""
    collection: Collection = request.app.state.collection
    if table not in collection.tables or column not in shapes.pictures(collection, table):
        raise HTTPException(404, "There are no pictures of that name.")
    position = _position(collection, table, id, row)
    size = fitting(size)
    version = collection.record["tables"][table]["version"]
    named = f"{collection.uri}\0{table}\0{column}\0{version}\0{position}\0{size}"
    tag = f'"{sha256(named.encode()).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": "private, no-cache", "content-disposition": "inline"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    data = rows.taken(collection, table, [position], [column])[0][column]
    body, kind, problem = _picture(data, size)
    if problem:
        headers["x-problem"] = problem.encode("ascii", "replace").decode()[:200]
    return Response(body, media_type=kind, headers=headers)


def _position(collection: Collection, table: str, id_: str | None, row: int | None) -> int:
    place = None
    if id_ is not None:
        place = rows.place_of_id(collection, table, id_)
    elif row is not None:
        place = rows.place(collection, table, row)
    if place is None:
        raise HTTPException(404, "There is no row of that id.")
    return place.position


def _picture(data: bytes | None, size: int) -> tuple[bytes, str, str]:
    """A picture, its media type, and what was wrong with its bytes."""
    if not data:
        return (*placeholder("no picture here", size), "no picture here")
    key = (sha256(data).hexdigest(), size)
    with _lock:
        if key in _made:
            _made.move_to_end(key)
            return (*_made[key], "")
    try:
        made = thumbnail(data, size)
    except ValueError as error:
        return (*placeholder(str(error), size), str(error))
    except Exception as error:  # a decoder of Pillow may raise anything on bytes made to break it
        told = f"the picture cannot be decoded ({type(error).__name__})"
        return (*placeholder(told, size), told)
    with _lock:
        _made[key] = made
        while len(_made) > 1 and sum(len(one[0]) for one in _made.values()) > _MOST_HELD_BYTES:
            _made.popitem(last=False)
    return (*made, "")
