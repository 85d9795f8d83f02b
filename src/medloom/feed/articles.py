"""The articles of a collection, over all tables that hold some."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from medloom.collection.collection import Collection
from medloom.errors import CollectionError, InputError
from medloom.kit.identifiers import find_doi
from medloom.kit.sql import is_among
from medloom.search.similar.citations import keys_of

_KEYS = ("pmid", "pmcid", "doi")
_READ = ("id", "title", "abstract", "journal", "year", "dates", "authors", "keywords", *_KEYS)
_DATE_KINDS = ("epub", "ppub", "pub", "collection", "contribution")
_AT_ONCE = 500


class Place(NamedTuple):
    """Which row of which table."""

    table: str
    id: str


@dataclass(frozen=True)
class Known:
    """One article as the feed shows and compares it."""

    table: str
    id: str
    title: str = ""
    abstract: str = ""
    authors: tuple[str, ...] = ()
    """`Ng A`: surname and initials; groups as they are."""
    journal: str = ""
    date: str = ""
    keywords: tuple[str, ...] = ()
    keys: tuple[str, ...] = field(default=())

    @property
    def url(self) -> str:
        """Where it can be read; empty where no id says so."""
        for key in sorted(self.keys, key=lambda one: not one.startswith("doi:")):
            kind, _, value = key.partition(":")
            if kind == "doi":
                return f"https://doi.org/{value}"
            if kind == "pmid":
                return f"https://pubmed.ncbi.nlm.nih.gov/{value}/"
            return f"https://pmc.ncbi.nlm.nih.gov/articles/{key}/"
        return ""

    @property
    def text(self) -> str:
        """Its title, abstract and keywords."""
        return "\n".join(filter(None, (self.title, self.abstract, "; ".join(self.keywords))))


def article_tables(collection: Collection) -> list[str]:
    """The tables that hold articles: those with an id, a title and an abstract."""
    return [
        one
        for one in collection.tables
        if {"id", "title", "abstract"} <= set(collection.dataset(one).schema.names)
    ]


class Articles:
    """The articles of one build of a collection: all ids at once, texts of those asked for."""

    def __init__(self, collection: Collection) -> None:
        self.collection = collection
        self.tables = article_tables(collection)
        if not self.tables:
            raise CollectionError(
                f"no articles in {collection.uri}: no table has id, title and abstract; "
                "build one with the recipe paper-feed, reading-list or literature"
            )

    @cached_property
    def keys(self) -> dict[Place, tuple[str, ...]]:
        """The names under which each article is known, by its place; sub-articles left out."""
        found: dict[Place, tuple[str, ...]] = {}
        for table in self.tables:
            names = self.collection.dataset(table).schema.names
            columns = ["id", *(n for n in (*_KEYS, "parent_id") if n in names)]
            for batch in self.collection.scan(table, columns):
                for row in batch.to_pylist():
                    if not row.get("parent_id"):
                        found[Place(table, row["id"])] = _keys(row)
        return found

    @cached_property
    def places(self) -> dict[str, Place]:
        """The place of an article by any of its names; the first table counts."""
        found: dict[str, Place] = {}
        for place, keys in self.keys.items():
            for name in (place.id, *keys):
                found.setdefault(name.casefold(), place)
        return found

    def place(self, name: str) -> Place:
        """The article of an id, DOI, PMID or PMCID; raise InputError where there is none."""
        text = name.strip()
        doi = find_doi(text)
        tried = [text, f"pmid:{text}", *([f"doi:{doi}"] if doi else [])]
        for one in tried:
            if found := self.places.get(one.casefold()):
                return found
        raise InputError(
            f"no article '{name}' in {', '.join(self.tables)}: give its id, DOI or PMID"
        )

    def read(self, places: Iterable[Place]) -> list[Known]:
        """Articles with their texts, in the order asked for; those that are gone are left out."""
        wanted = list(dict.fromkeys(places))
        found: dict[Place, Known] = {}
        for table in self.tables:
            ids = [one.id for one in wanted if one.table == table]
            names = self.collection.dataset(table).schema.names
            columns = [one for one in _READ if one in names]
            for at in range(0, len(ids), _AT_ONCE):
                where = is_among("id", ids[at : at + _AT_ONCE])
                for batch in self.collection.scan(table, columns, where):
                    for row in batch.to_pylist():
                        found[Place(table, row["id"])] = _known(table, row)
        return [found[one] for one in wanted if one in found]

    def sample(self, most: int, leave_out: set[Place], seed: int = 0) -> list[Known]:
        """Some articles, the same each time, drawn evenly."""
        places = [one for one in self.keys if one not in leave_out]
        if len(places) > most:
            chosen = np.random.default_rng(seed).choice(len(places), most, replace=False)
            places = [places[n] for n in sorted(chosen.tolist())]
        return self.read(places)


def _keys(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(keys_of({name: row.get(name) for name in _KEYS}))


def _known(table: str, row: Mapping[str, Any]) -> Known:
    return Known(
        table=table,
        id=row["id"],
        title=row.get("title") or "",
        abstract=row.get("abstract") or "",
        authors=tuple(filter(None, map(_name, row.get("authors") or ()))),
        journal=row.get("journal") or "",
        date=_date(row),
        keywords=tuple(str(one) for one in row.get("keywords") or () if one),
        keys=_keys(row),
    )


def _name(author: Any) -> str:
    """`Ng AB` of an author's parts."""
    if isinstance(author, str):
        return author
    given = author.get("given") or ""
    letters = given if given.isupper() and len(given) < 4 else _initials(given)
    return f"{author.get('surname') or ''} {letters}".strip() or author.get("collab") or ""


def _initials(given: str) -> str:
    return "".join(word[0] for word in given.replace("-", " ").replace(".", " ").split())


def _date(row: Mapping[str, Any]) -> str:
    dates: Sequence[Mapping[str, str]] = row.get("dates") or ()
    known = {one["kind"]: one["date"] for one in reversed(dates)}
    said = [known[kind] for kind in _DATE_KINDS if kind in known]
    return max(said, key=len, default=str(row.get("year") or ""))
