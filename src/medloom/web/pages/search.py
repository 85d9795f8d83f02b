"""The search page: a query, its facets, and what was found; the URL holds the state."""

from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.datastructures import QueryParams

from medloom.collection.collection import Collection
from medloom.errors import MedloomError
from medloom.search.index_state import NoIndexError
from medloom.search.results import Results
from medloom.search.searcher import MODES, Searcher
from medloom.web.records import facets, found
from medloom.web.render import render
from medloom.web.words import link

router = APIRouter()
PAGE = 20
_MOST_CHARACTERS = 5000
_MOST_PAGES = 50


@dataclass(frozen=True)
class Asked:
    """What the URL asks for."""

    q: str = ""
    tables: tuple[str, ...] = ()
    mode: str = "auto"
    facets: tuple[str, ...] = ()
    """`license=CC-BY`: a column and the value that it must have."""
    group: str = ""
    page: int = 1
    why: bool = False
    plain: bool = False
    """Without other ways to say what the query says."""
    known: tuple[str, ...] = field(default=(), compare=False)

    @classmethod
    def of(cls, query: QueryParams, known: list[str]) -> "Asked":
        """Read the URL; what has no sense is left out."""
        page = query.get("page", "1")
        mode = query.get("mode", "auto")
        return cls(
            query.get("q", "").strip(),
            tuple(one for one in dict.fromkeys(query.getlist("table")) if one in known),
            mode if mode in MODES else "auto",
            tuple(one for one in dict.fromkeys(query.getlist("f")) if "=" in one),
            query.get("group", ""),
            min(int(page), _MOST_PAGES) if page.isascii() and page.isdigit() and int(page) else 1,
            query.get("why") == "1",
            query.get("plain") == "1",
            tuple(known),
        )

    def url(self, **changes: Any) -> str:
        """The URL of this search with some changes; without `page` it is the first page.

        >>> Asked("fever", why=True).url(mode="lexical")
        '/search?q=fever&mode=lexical&why=1'
        """
        values = {
            "q": self.q,
            "table": self.tables,
            "mode": "" if self.mode == "auto" else self.mode,
            "f": self.facets,
            "group": self.group,
            "why": "1" if self.why else "",
            "plain": "1" if self.plain else "",
            "page": "",
            **changes,
        }
        return link("/search", **values)

    def with_facet(self, column: str, value: object) -> str:
        """The URL in which a facet is switched on, or off where it is on."""
        one = f"{column}={value}"
        kept = [other for other in self.facets if other != one]
        return self.url(f=kept if one in self.facets else [*kept, one])


@router.get("/search", response_class=HTMLResponse)
def search(request: Request) -> HTMLResponse:
    """Search the collection."""
    collection: Collection = request.app.state.collection
    try:
        searcher = _searcher(request, collection.uri)
        known = [one for one in searcher.tables if one in collection.tables]
    except NoIndexError:
        asked = Asked.of(request.query_params, [])
        return render(request, "search.html", asked=asked, results=None, problem="", no_index=True)
    asked = Asked.of(request.query_params, known)
    results, problem, status = None, "", 200
    if len(asked.q) > _MOST_CHARACTERS:
        problem = f"The query has {len(asked.q):,} characters; {_MOST_CHARACTERS:,} are the most."
        status = 400
    elif asked.q:
        try:
            results = _found(searcher, collection, asked)
        except MedloomError as error:
            problem, status = str(error), 400
    return render(
        request,
        "search.html",
        status=status,
        asked=asked,
        modes=MODES,
        results=results,
        hits=found.shown(collection, results.hits) if results else [],
        counted=facets.shown(results, asked.facets) if results else [],
        n_pages=_pages(results) if results else 0,
        problem=problem,
        no_index=False,
        groups=facets.groups(collection, list(asked.tables) or known),
        page_rows=PAGE,
    )


def _searcher(request: Request, uri: str) -> Searcher:
    state = request.app.state
    held: tuple[str, Searcher] | None = getattr(state, "searcher", None)
    if held is None or held[0] != uri:
        held = state.searcher = (uri, Searcher.open(uri))
    return held[1]


def _found(searcher: Searcher, collection: Collection, asked: Asked) -> Results:
    tables = facets.having(collection, asked.tables or asked.known, asked.facets)
    where = facets.condition(collection, tables, asked.facets)
    return searcher.find(
        asked.q,
        tables=tables if asked.tables or asked.facets else None,
        mode=asked.mode,
        where=where,
        limit=PAGE,
        offset=(asked.page - 1) * PAGE,
        group=asked.group or None,
        facets=facets.columns(collection, tables),
        expand=not asked.plain,
    )


def _pages(results: Results) -> int:
    if results.total is None:
        return _MOST_PAGES if len(results.hits) == PAGE else 0
    return min(-(-results.total // PAGE), _MOST_PAGES)
