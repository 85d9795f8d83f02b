"""Make a digest: rank what came into a collection by all saved interests."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import NamedTuple

from medloom.collection.collection import Collection
from medloom.errors import InputError
from medloom.feed.arrivals import Arrival, arrivals, build_before
from medloom.feed.articles import Articles, Known
from medloom.feed.interests import Interest, load
from medloom.feed.ranking import Expand, Marks, Ranker, Scored
from medloom.feed.state import DOWN, UP, Digest, Item, State
from medloom.search.understanding import Understanding, expander

BACKGROUND = 2_000
"""Articles of which nothing was said that the ranking is learnt against."""
_ABOUT, _MOST_AUTHORS = 420, 6


class Made(NamedTuple):
    """A digest, and what the reader should know of how it was made."""

    digest: Digest
    notes: tuple[str, ...]


def make(
    collection: Collection, state: State, since: str = "last", limit: int = 20, old: bool = False
) -> Made:
    """The articles that came since a build, ranked: at most `limit` of them for each interest.

    `since` is `last` (the newest build of a recorded digest), a date, a build or a tag. Articles
    that are marked as read or as not wanted are left out, and those of recorded digests, unless
    `old` asks for them.
    """
    interests = load(collection.store)
    if not interests:
        raise InputError(
            f"no interests are saved in {collection.uri}\n"
            "  fix: medloom feed add DIR sepsis --query 'sepsis \"septic shock\"'"
        )
    after = state.last if since == "last" else build_before(collection, since)
    articles = Articles(collection)
    come = arrivals(collection, after)
    shown = _shown(state, after, old)
    waiting = {one.place: one for one in come if one.place.id not in shown}
    known = articles.read(waiting)
    notes: list[str] = []
    best: dict[str, list[tuple[Interest, Scored]]] = {}
    background = articles.sample(BACKGROUND, set(waiting)) or known
    for interest in interests:
        marks = marks_of(articles, interest, state, notes)
        expand = expansion(collection, interest, notes)
        marked = {one.id for one in (*marks.liked, *marks.disliked)}
        unmarked = [one for one in background if one.id not in marked]
        ranker = Ranker.of(interest, marks, unmarked, expand)
        chosen = {one.id for one in marks.liked}
        for scored in [one for one in ranker.rank(known) if one.article.id not in chosen][:limit]:
            best.setdefault(scored.article.id, []).append((interest, scored))
    dates = {place.id: one for place, one in waiting.items()}
    items = sorted(
        (_item(found, dates[name]) for name, found in best.items()),
        key=lambda one: (-one.score, one.id),
    )
    return Made(_digest(collection, after, items, len(come)), tuple(dict.fromkeys(notes)))


def marks_of(articles: Articles, interest: Interest, state: State, notes: list[str]) -> Marks:
    """The articles that are examples of an interest, and of what it is not."""
    liked = _found(articles, [*interest.like, *state.marked(interest.name, UP)], notes)
    disliked = _found(articles, [*interest.unlike, *state.marked(interest.name, DOWN)], notes)
    return Marks(liked, disliked)


def _found(articles: Articles, names: Sequence[str], notes: list[str]) -> list[Known]:
    places = []
    for name in names:
        try:
            places.append(articles.place(name))
        except InputError:
            notes.append(f"the example {name} is not in the collection: it does not count")
    return articles.read(places)


def expansion(collection: Collection, interest: Interest, notes: list[str]) -> Expand:
    """What gives words of queries their synonyms, and concepts their names."""
    named = list(interest.terminologies) or None
    understanding = Understanding.of(collection, named)
    notes += understanding.notes
    return expander(understanding)


def _shown(state: State, after: int, old: bool) -> set[str]:
    """Articles that are not shown: read, marked as not wanted, or in an earlier digest."""
    unwanted = {one for held in state.marks.values() for one, mark in held.items() if mark == DOWN}
    hidden = unwanted | set(state.read)
    if not old:
        hidden |= {item.id for one in state.digests if one.build <= after for item in one.items}
    return hidden


def _item(found: Sequence[tuple[Interest, Scored]], arrival: Arrival) -> Item:
    ordered = sorted(found, key=lambda one: -one[1].score)
    article = ordered[0][1].article
    names = list(article.authors[:_MOST_AUTHORS])
    return Item(
        id=article.id,
        table=article.table,
        title=article.title or "(no title)",
        authors=", ".join([*names, *(["et al."] if len(article.authors) > len(names) else [])]),
        journal=article.journal,
        date=article.date,
        url=article.url,
        about=_short(article.abstract),
        score=round(ordered[0][1].score, 4),
        interests={interest.name: list(scored.reasons) for interest, scored in ordered},
        arrived=arrival.arrived,
    )


def _short(text: str) -> str:
    """The beginning of an abstract, to the end of a word."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _ABOUT else flat[:_ABOUT].rpartition(" ")[0] + " …"


def _digest(collection: Collection, after: int, items: list[Item], n_arrivals: int) -> Digest:
    build = int(collection.record["run"])
    told = "\n".join([collection.uri, str(build), *(sorted(one.id for one in items))])
    name = PurePosixPath(collection.uri).name or "collection"
    return Digest(
        id=hashlib.sha256(told.encode()).hexdigest()[:20],
        collection=name,
        after=after,
        build=build,
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        items=items,
        n_arrivals=n_arrivals,
    )
