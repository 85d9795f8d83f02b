"""Pages from templates. All values are escaped."""

from functools import cache
from importlib import resources
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from medloom.web import words


@cache
def environment() -> Environment:
    """The templates and what they may call."""
    made = Environment(
        loader=PackageLoader("medloom.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        number=words.number,
        short=words.short,
        when=words.when,
        link=words.link,
        plural=words.plural,
    )
    made.globals.update(link=words.link)
    return made


@cache
def page_names() -> frozenset[str]:
    """The pages that are there, for the navigation."""
    return frozenset(
        one.name.removesuffix(".py")
        for one in (resources.files("medloom.web") / "pages").iterdir()
        if one.name.endswith(".py") and one.name != "__init__.py"
    )


def render(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """Fill a template. It knows `collection`, `csrf`, `here` (the path) and `pages`, too."""
    state = request.app.state
    known = {
        "request": request,
        "collection": state.collection,
        "csrf": state.settings.csrf,
        "here": request.url.path,
        "pages": page_names(),
    }
    page = environment().get_template(template).render(**known, **context)
    return HTMLResponse(page, status_code=status)
