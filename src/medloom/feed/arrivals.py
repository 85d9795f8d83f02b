"""What is new in a collection: articles of later builds that an earlier one did not have."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from medloom.collection.collection import Collection
from medloom.collection.tags import build_of
from medloom.errors import CollectionError, InputError
from medloom.feed.articles import Articles, Place, article_tables

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_MOST_BUILDS = 200
"""Builds whose arrivals are dated one by one; older ones count as one."""


class Arrival(NamedTuple):
    """An article that came with a build."""

    place: Place
    build: int
    arrived: str
    """When that build came to its end, ISO 8601."""


def build_before(collection: Collection, since: str) -> int:
    """The last build before a date, or the build of a number or tag; 0 where all builds are later.

    Raises InputError where it is neither.
    """
    if not _DATE.fullmatch(since):
        try:
            build = build_of(collection.store, since)
            if build > collection.newest:
                raise CollectionError(f"the newest build is {collection.newest}")
            return build
        except CollectionError as error:
            what = f"--since {since} is no date (2026-11-28), build or tag: {error}"
            raise InputError(what) from error
    try:
        begin = datetime.combine(date.fromisoformat(since), datetime.min.time(), UTC)
    except ValueError as error:
        raise InputError(f"--since {since} is no date: {error}") from error
    earlier = [one["run"] for one in collection.history() if _finished(one) < begin]
    return max(earlier, default=0)


def arrivals(collection: Collection, after: int) -> list[Arrival]:
    """The articles that came after a build, newest build first, in the order of their tables.

    An article is known by its id and by its DOI, PMID and PMCID: one that had another id before,
    or lay in another table, is not new. Of builds that were pruned nothing is known: their
    articles count as of the next build that is there.
    """
    held = [one for one in collection.history() if one["run"] <= collection.record["run"]]
    before = [one for one in held if one["run"] <= after]
    later = [one for one in held if one["run"] > after][-_MOST_BUILDS:]
    seen: set[str] = set()
    if before:
        seen |= _names(_at(collection, before[-1]))
    found: list[Arrival] = []
    for record in later:
        articles = _at(collection, record)
        here: set[str] = set()
        for place, keys in articles.keys.items() if articles else ():
            names = {place.id, *keys}
            if seen.isdisjoint(names) and here.isdisjoint(names):
                found.append(Arrival(place, record["run"], record["finished"]))
            here |= names
        seen |= here
    return _still_there(collection, found)


def _at(collection: Collection, record: dict[str, Any]) -> Articles | None:
    """The articles of a build; None where it had no such table."""
    then = Collection(collection.uri, record["run"])
    return Articles(then) if article_tables(then) else None


def _names(articles: Articles | None) -> set[str]:
    if articles is None:
        return set()
    return {name for place, keys in articles.keys.items() for name in (place.id, *keys)}


def _still_there(collection: Collection, found: Sequence[Arrival]) -> list[Arrival]:
    """Those that the collection still holds; the newest build first."""
    held = Articles(collection).keys
    there = [one for one in found if one.place in held]
    return sorted(there, key=lambda one: -one.build)


def _finished(record: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(record["finished"])
