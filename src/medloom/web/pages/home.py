"""The first page: what is in the collection."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse

from medloom.web.render import render

router = APIRouter()


@router.get("/", response_class=HTMLResponse)
def home(request: Request) -> HTMLResponse:
    """Show what is in the collection."""
    return render(request, "home.html")


@router.get("/build")
def build(request: Request) -> JSONResponse:
    """Say which build is the last one; an open page asks now and then."""
    return JSONResponse({"build": request.app.state.collection.record["run"]})
