"""Rows of an article whose record is not in the table of articles."""

from typing import Annotated

from medloom.step import Column, OtherTable, drops
from medloom.tables.rows import Rows


@drops(across={"article_id": str, "source": Column(str | None, optional=True)})
def orphaned(rows: Rows, *, table: Annotated[str, OtherTable()] = "articles") -> list[str | None]:
    """Drop rows whose article, as that file told it, is not in another table.

    Behind `superseded` in the table of articles: its passages then leave with an old record. Rows
    belong to a record by `article_id` and the file that they came from.

    >>> articles = Rows.of({"id": ["a"], "source": ["n2.xml"]})
    >>> passages = Rows.of({"article_id": ["a", "a"], "source": ["n1.xml", "n2.xml"]},
    ...                    articles=articles)
    >>> orphaned(passages)
    ['its article is not in articles', None]
    """
    held = _keys(rows.other(table), "id")
    told = f"its article is not in {table}"
    return [None if one in held else told for one in _pairs(rows, "article_id")]


def _keys(rows: Rows, name: str) -> set[tuple[str, str | None]]:
    return set(_pairs(rows, name))


def _pairs(rows: Rows, name: str) -> list[tuple[str, str | None]]:
    ids = rows.column(name)
    sources = rows.column("source") if "source" in rows.names else [None] * len(ids)
    return list(zip(ids, sources, strict=True))
