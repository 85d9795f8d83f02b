"""What was found, with what the search page shows beside it."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from markupsafe import Markup

from medloom.collection.collection import Collection
from medloom.search.results import Hit, Snippet
from medloom.web.records import relations, rows, shapes
from medloom.web.records.highlight import Layer, rendered
from medloom.web.records.pictures import Picture, of_figures, own

_BESIDE = ("journal", "year", "license", "section", "article_id")


class Shown(NamedTuple):
    """A hit with its title, its picture, its snippets and what else tells of it."""

    hit: Hit
    title: str
    picture: Picture | None
    snippets: list[tuple[str, Markup]]
    beside: list[str]
    article: tuple[str, str, str] | None
    """Table, id and title of its article."""


def shown(collection: Collection, hits: Iterable[Hit]) -> list[Shown]:
    """What the page shows of hits."""
    return [_one(collection, hit) for hit in hits if hit.table in collection.tables]


def _one(collection: Collection, hit: Hit) -> Shown:
    has = shapes.names(collection, hit.table)
    wanted = {
        *relations.title_columns(collection, hit.table),
        *_BESIDE,
        "figure_id",
        "width",
        "height",
    }
    columns = [name for name in has if name in wanted]
    row = rows.row(collection, hit.table, hit.id, columns) or {}
    picture = _picture(collection, hit, row)
    title = relations.title(row) or hit.title or hit.id
    snippets = [(one.column, marked(one)) for one in hit.snippets if one.text.strip()]
    beside = [str(row[name]) for name in ("journal", "year", "license") if row.get(name)]
    if isinstance(row.get("section"), list) and row["section"]:
        beside.insert(0, " › ".join(map(str, row["section"])))
    return Shown(hit, title, picture, snippets[:3], beside, _article(collection, row))


def _picture(collection: Collection, hit: Hit, row: dict[str, Any]) -> Picture | None:
    if not row:
        return None
    kind = shapes.kind(collection, hit.table)
    if kind in ("figure", "panel") or shapes.pictures(collection, hit.table):
        figure = row.get("figure_id") or hit.id
        held = own(collection, hit.table, row) or of_figures(collection, [figure])[figure]
        return next(iter(held), None)
    return None


def _article(collection: Collection, row: dict[str, Any]) -> tuple[str, str, str] | None:
    id_ = row.get("article_id")
    if not isinstance(id_, str):
        return None
    for table in shapes.of_kind(collection, "article"):
        found = rows.row(collection, table, id_, ["id", "title"])
        if found:
            return table, id_, str(found.get("title") or id_)
    return None


def marked(snippet: Snippet) -> Markup:
    """A snippet with what matched in marks.

    >>> marked(Snippet("text", "a <fever>", ((3, 8),)))
    Markup('a &lt;<mark>fever</mark>&gt;')
    """
    return rendered(snippet.text, [Layer(start, end, "mark") for start, end in snippet.marks])
