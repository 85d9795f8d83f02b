"""The application: the pages, the guard around them, and the collection that they show."""

import pkgutil
from importlib import import_module
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from medloom.collection.collection import Collection
from medloom.errors import MedloomError
from medloom.web import pages
from medloom.web.newest import Newest
from medloom.web.render import render
from medloom.web.security import Guard
from medloom.web.settings import Settings


def create_app(uri: str, settings: Settings | None = None) -> FastAPI:
    """Make the application that shows a collection.

    Each module of `medloom.web.pages` has a `router`. Handlers find the collection, as its last
    finished build left it, in `request.app.state.collection`.

    Raises CollectionError where there is no collection.
    """
    settings = settings or Settings()
    app = FastAPI(title="Medloom", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.settings = settings
    app.state.collection = Collection(uri)
    app.add_middleware(Newest, state=app.state)
    app.add_middleware(Guard, settings=settings)  # the last one added is the outermost
    for module in pkgutil.iter_modules(pages.__path__):
        app.include_router(import_module(f"{pages.__name__}.{module.name}").router)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    _tell_errors(app)
    return app


def _tell_errors(app: FastAPI) -> None:
    @app.exception_handler(MedloomError)
    def on_told(request: Request, error: Exception) -> HTMLResponse:
        return _problem(request, 400, str(error))

    @app.exception_handler(HTTPException)
    def on_status(request: Request, error: Any) -> HTMLResponse:
        return _problem(request, error.status_code, str(error.detail))

    @app.exception_handler(RequestValidationError)
    def on_value(request: Request, error: Any) -> HTMLResponse:
        found = error.errors()[0]
        return _problem(request, 400, f"{found['loc'][-1]}: {found['msg']}")

    @app.exception_handler(Exception)
    def on_bug(request: Request, error: Exception) -> HTMLResponse:
        return _problem(request, 500, f"Something went wrong here ({type(error).__name__}).")


def _problem(request: Request, status: int, told: str) -> HTMLResponse:
    return render(request, "problem.html", status=status, code=status, told=told)
