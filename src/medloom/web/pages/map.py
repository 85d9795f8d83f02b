"""The map of a table: its vectors in a plane, coloured by a column, with a lasso."""

import json
from typing import Any

import numpy as np
from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import BaseModel, Field

from medloom.collection.collection import Collection
from medloom.errors import MedloomError
from medloom.web.records import colours, relations, rows, shapes, subsets, vectors
from medloom.web.records.pictures import of_figures, own
from medloom.web.records.projection import MOST_POINTS, Projection, methods, project
from medloom.web.render import render

router = APIRouter()
_SHOWN = 200


class Chosen(BaseModel):
    """What the lasso sends: a name, the positions of rows, and what was looked at."""

    name: str = Field(max_length=100)
    rows: list[int] = Field(max_length=MOST_POINTS)
    vectors: str = Field(default="", max_length=200)
    method: str = Field(default="", max_length=20)


@router.get("/map/{table}", response_class=HTMLResponse)
def show(
    request: Request, table: str, v: str = "", method: str = "pca", colour: str = ""
) -> HTMLResponse:
    """Show the map."""
    collection = _collection(request, table)
    every = vectors.of_table(collection, table)
    chosen = next((one for one in every if one.name == v), every[0] if every else None)
    known = colours.columns(collection, table)
    return render(
        request,
        "map.html",
        table=table,
        every=every,
        chosen=chosen,
        methods=methods(),
        method=method,
        columns=known,
        colour=colour if colour in known else "",
        subsets=subsets.names(collection),
        others=[
            one for one in collection.tables if one != table and vectors.of_table(collection, one)
        ],
    )


@router.get("/map/{table}/points")
def points(
    request: Request, table: str, v: str = "", method: str = "pca", colour: str = ""
) -> Response:
    """Give the points: a header of JSON, then x and y, positions and colour codes."""
    collection = _collection(request, table)
    made = _projection(collection, table, v, method)
    header: dict[str, Any] = {
        "n": len(made.places),
        "n_rows": made.n_rows,
        "n_sampled": made.n_sampled,
        "explained": made.explained,
        "key": [],
        "ordered": False,
    }
    codes = np.zeros(len(made.places), np.uint8)
    if colour in colours.columns(collection, table):
        told = colours.coloured(collection, table, colour, made.places)
        codes, header["key"], header["ordered"] = told.codes, told.key, told.ordered
    text = json.dumps(header).encode()
    text += b" " * (-(len(text) + 4) % 4)
    body = b"".join(
        (
            len(text).to_bytes(4, "little"),
            text,
            made.points.astype("<f4").tobytes(),
            made.places.astype("<u4").tobytes(),
            codes.tobytes(),
        )
    )
    return Response(body, media_type="application/octet-stream")


@router.get("/map/{table}/point")
def point(request: Request, table: str, row: int) -> JSONResponse:
    """Say what one point is."""
    collection = _collection(request, table)
    place = rows.place(collection, table, row)
    if place is None:
        raise HTTPException(404, "There is no such row.")
    columns = [*relations.title_columns(collection, table)]
    columns += [one for one in ("figure_id",) if one in shapes.names(collection, table)]
    held = rows.taken(collection, table, [row], columns)[0]
    picture = next(iter(own(collection, table, held)), None)
    if picture is None and shapes.kind(collection, table) == "figure" and place.id:
        figure = held.get("figure_id") or place.id
        picture = next(iter(of_figures(collection, [figure])[figure]), None)
    image = picture.url(200) if picture else None
    return JSONResponse({"id": place.id, "title": relations.title(held, 160), "image": image})


@router.post("/map/{table}/subset")
def keep(request: Request, table: str, chosen: Chosen) -> JSONResponse:
    """Save the rows that the lasso holds."""
    collection = _collection(request, table)
    n_rows = collection.record["tables"][table]["rows"]
    places = sorted({one for one in chosen.rows if 0 <= one < n_rows})
    if "id" not in shapes.names(collection, table):
        return JSONResponse({"told": "The rows of this table have no ids."}, 400)
    ids = [str(one["id"]) for one in rows.taken(collection, table, places, ["id"])]
    about = {"vectors": chosen.vectors, "method": chosen.method, "how": "chosen on the map"}
    try:
        subsets.save(collection, chosen.name, table, ids, about)
    except MedloomError as error:
        return JSONResponse({"told": str(error)}, 400)
    return JSONResponse({"name": chosen.name, "rows": len(ids)})


@router.get("/subset/{name}", response_class=HTMLResponse)
def subset(request: Request, name: str) -> HTMLResponse:
    """Show a saved subset: its rows, and how to use it."""
    collection: Collection = request.app.state.collection
    body = _subset(collection, name)
    table = body["table"] if body["table"] in collection.tables else None
    held: list[dict[str, Any]] = []
    if table:
        columns = relations.title_columns(collection, table)
        places = rows.having(collection, table, "id", [str(one) for one in body["ids"]])
        held = rows.taken(collection, table, [int(one) for one in places[:_SHOWN]], columns)
    listed = [(one["id"], relations.title(one)) for one in held]
    return render(request, "subset.html", body=body, listed=listed, table=table, most=_SHOWN)


@router.get("/subset/{name}/ids.{kind}")
def download(request: Request, name: str, kind: str) -> Response:
    """Give the ids of a subset: as JSON, as text with one a line, or as a step of a recipe."""
    body = _subset(request.app.state.collection, name)
    if kind == "json":
        text, media = json.dumps(body, ensure_ascii=False, indent=1), "application/json"
    elif kind == "txt":
        text, media = "".join(f"{one}\n" for one in body["ids"]), "text/plain; charset=utf-8"
    elif kind == "yaml":
        ids = json.dumps(body["ids"], ensure_ascii=False)
        text = f"# the subset {name} of {body['table']}\n"
        text += f"- keep_only: {{reads: {{value: id}}, one_of: {ids}}}\n"
        media = "application/yaml; charset=utf-8"
    else:
        raise HTTPException(404, "Ids are given as json, txt or yaml.")
    headers = {"content-disposition": f'attachment; filename="{name}.{kind}"'}
    return Response(text, media_type=media, headers=headers)


def _collection(request: Request, table: str) -> Collection:
    collection: Collection = request.app.state.collection
    if table not in collection.tables:
        raise HTTPException(404, f"There is no table {table!r} here.")
    return collection


def _projection(collection: Collection, table: str, name: str, method: str) -> Projection:
    every = vectors.of_table(collection, table)
    which = next((one for one in every if one.name == name), None)
    if which is None:
        raise HTTPException(404, "There are no vectors of that name.")
    return project(collection, which, method)


def _subset(collection: Collection, name: str) -> dict[str, Any]:
    body = subsets.load(collection, name)
    if body is None:
        raise HTTPException(404, "There is no subset of that name.")
    return body
