"""What the URL of a table asks for. The URL is the whole state: it can be kept and sent."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
from starlette.datastructures import QueryParams

from medloom.web.browsing.filters import Filter
from medloom.web.browsing.kinds import is_readable
from medloom.web.words import link

PAGE_ROWS = 50
MOST_PAGE_ROWS = 500
_FIRST_COLUMNS = 7
_TELLING = ("title", "label", "caption", "text", "year", "journal", "sex", "age")


@dataclass(frozen=True)
class View:
    """Columns, order, filters and the first row of a page of a table."""

    table: str
    columns: tuple[str, ...] = ()
    sort: str = ""
    down: bool = False
    filters: tuple[Filter, ...] = ()
    start: int = 0
    rows: int = PAGE_ROWS

    @classmethod
    def of(cls, table: str, query: QueryParams) -> "View":
        """Read a view from a query; what is not understood is left out."""
        names = zip(query.getlist("c"), query.getlist("o"), [*query.getlist("v"), ""], strict=False)
        return cls(
            table,
            tuple(dict.fromkeys(query.getlist("show"))),
            query.get("sort", ""),
            query.get("down") == "1",
            tuple(Filter(*one) for one in names if one[0]),
            _whole(query.get("start"), 0, 2**53),
            _whole(query.get("rows"), PAGE_ROWS, MOST_PAGE_ROWS) or PAGE_ROWS,
        )

    def url(self, **changes: Any) -> str:
        """The URL of this view, or of one that differs from it.

        >>> View("cases", sort="age").url(start=50)
        '/t/cases?sort=age&start=50'
        """
        view = replace(self, **changes)
        return link(f"/t/{view.table}", **dict(view.fields()))

    def fields(self, *without: str) -> Iterable[tuple[str, Any]]:
        """The values of the URL, for links and hidden fields."""
        values = {
            "show": list(self.columns),
            "c": [one.column for one in self.filters],
            "o": [one.operator for one in self.filters],
            "v": [one.value for one in self.filters],
            "sort": self.sort,
            "down": "1" if self.down else "",
            "start": self.start or "",
            "rows": "" if self.rows == PAGE_ROWS else self.rows,
        }
        return ((name, value) for name, value in values.items() if value and name not in without)

    def hidden(self, *without: str) -> list[tuple[str, str]]:
        """Name and value of each hidden field of a form that keeps the rest of the view."""
        found = []
        for name, value in self.fields("start", *without):
            found += [(name, str(one)) for one in (value if isinstance(value, list) else [value])]
        return found

    def sorted_by(self, column: str) -> str:
        """The URL of the next order: up, down, as stored."""
        if self.sort != column:
            return self.url(sort=column, down=False, start=0)
        return self.url(sort="" if self.down else column, down=not self.down, start=0)

    def without(self, number: int) -> str:
        """The URL without one of the filters."""
        kept = tuple(one for n, one in enumerate(self.filters) if n != number)
        return self.url(filters=kept, start=0)

    def with_filter(self, column: str, operator: str, value: Any = "") -> str:
        """The URL with one more filter."""
        added = Filter(column, operator, str(value))
        if added in self.filters:
            return self.without(self.filters.index(added))
        return self.url(filters=(*self.filters, added), start=0)


def shown_columns(view: View, schema: pa.Schema) -> list[str]:
    """The columns to show: those asked for, else the first that can be read at a glance."""
    asked = [name for name in view.columns if name in schema.names]
    if asked:
        return asked
    readable = [one.name for one in schema if is_readable(one.type)]
    files = [one.name for one in schema if not is_readable(one.type) and "bytes" in one.name]
    telling = [name for name in _TELLING if name in readable]
    rest = [name for name in readable if name not in telling and name != "source"]
    kept = {*rest[:1], *telling, *rest[: max(_FIRST_COLUMNS - len(telling), 2)]}
    first = [name for name in readable if name in kept]
    return [*first[:1], *files[:1], *first[1:]]


def _whole(text: str | None, otherwise: int, most: int) -> int:
    return min(int(text), most) if text and text.isdecimal() and len(text) < 20 else otherwise
