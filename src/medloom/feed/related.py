"""What belongs to one paper: papers like it, papers it cites, papers that cite it, data sets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from medloom.collection.collection import Collection
from medloom.errors import MedloomError
from medloom.feed.articles import Articles, Known, Place
from medloom.feed.datasets import Dataset, named
from medloom.feed.pages import entry, page, section
from medloom.kit.sql import is_among
from medloom.search.similar import Similar
from medloom.search.similar.citations import keys_of

_TEXTS = ("text", "caption")
_MOST_AT_ONCE = 200


@dataclass(frozen=True)
class Related:
    """One paper and what belongs to it."""

    article: Known
    similar: list[tuple[Known, float]]
    cites: list[Known]
    cited_by: list[Known]
    datasets: list[Dataset]
    """Those that the paper itself names."""
    neighbours: list[tuple[Dataset, list[str]]] = field(default_factory=list)
    """Those that papers near it name, and which papers do."""

    def told(self) -> dict[str, Any]:
        """All of it, for JSON."""

        def short(one: Known) -> dict[str, str]:
            return {"id": one.id, "title": one.title, "date": one.date, "url": one.url}

        def data(one: Dataset) -> dict[str, str]:
            return {"repository": one.repository, "accession": one.accession, "url": one.url}

        return {
            **short(self.article),
            "similar": [{**short(one), "score": score} for one, score in self.similar],
            "cites": [short(one) for one in self.cites],
            "cited_by": [short(one) for one in self.cited_by],
            "datasets": [data(one) for one in self.datasets],
            "datasets_of_neighbours": [{**data(d), "named_by": by} for d, by in self.neighbours],
        }


def related(collection: Collection, name: str, limit: int = 10) -> Related:
    """What belongs to the paper of an id, DOI, PMID or PMCID."""
    articles = Articles(collection)
    place = articles.place(name)
    (article,) = articles.read([place])
    similar = list(_similar(collection, articles, place, limit))
    cites, cited_by = _cited(collection, articles, place)
    near = list(dict.fromkeys([*(one for one, _ in similar), *cites[:limit], *cited_by[:limit]]))
    texts = _texts(collection, [article, *near])
    own = named(texts[article.id])
    others: dict[str, tuple[Dataset, list[str]]] = {}
    for one in near:
        for accession, dataset in named(texts[one.id]).items():
            if accession not in own:
                others.setdefault(accession, (dataset, []))[1].append(one.id)
    ordered = sorted(others.values(), key=lambda one: -len(one[1]))
    return Related(article, similar, cites, cited_by, list(own.values()), ordered)


def _similar(
    collection: Collection, articles: Articles, place: Place, limit: int
) -> Iterator[tuple[Known, float]]:
    try:
        hits = Similar(collection, place.table, by=["text"]).to_row(place.id, limit=limit).hits
    except MedloomError:  # a paper without any text is like none
        return
    known = {one.id: one for one in articles.read(Place(place.table, hit.id) for hit in hits)}
    yield from ((known[hit.id], hit.score) for hit in hits if hit.id in known)


def _cited(
    collection: Collection, articles: Articles, place: Place
) -> tuple[list[Known], list[Known]]:
    """The papers here that a paper cites, and those that cite it."""
    own = set(articles.keys[place])
    cites: list[Place] = []
    cited_by: list[Place] = []
    for table in articles.tables:
        if "references" not in collection.dataset(table).schema.names:
            continue
        for batch in collection.scan(table, ["id", "references"]):
            for row in batch.to_pylist():
                works = [keys_of(one) for one in row["references"] or ()]
                here = Place(table, row["id"])
                if here == place:
                    held = (articles.places.get(k.casefold()) for keys in works for k in keys)
                    cites += [one for one in held if one is not None and one != place]
                elif any(not own.isdisjoint(keys) for keys in works):
                    cited_by.append(here)
    return articles.read(cites), articles.read(cited_by)


def _texts(collection: Collection, articles: Sequence[Known]) -> dict[str, list[str]]:
    """All texts of some articles: abstracts, and what tables hold under `article_id`."""
    found = {one.id: [one.title, one.abstract] for one in articles}
    where = is_among("article_id", list(found)[:_MOST_AT_ONCE])
    for table in collection.tables:
        names = collection.dataset(table).schema.names
        columns = [one for one in _TEXTS if one in names]
        if "article_id" not in names or not columns:
            continue
        for batch in collection.scan(table, ["article_id", *columns], where):
            for row in batch.to_pylist():
                found[row["article_id"]] += [row[one] for one in columns if row[one]]
    return found


def as_html(found: Related) -> str:
    """One page about a paper, as `medloom.feed.pages` writes them."""
    one = found.article
    told = ". ".join(filter(None, (", ".join(one.authors[:10]), one.journal, one.date)))
    rows = [entry(one.title or one.id, one.url, told, one.abstract, [], one.id)]
    rows.append(_data("Data sets that it names", [(d, []) for d in found.datasets]))
    rows.append(_data("Data sets that papers near it name", found.neighbours))
    rows.append(_papers("Papers like it", [k for k, _ in found.similar]))
    rows.append(_papers("Papers here that it cites", found.cites))
    rows.append(_papers("Papers here that cite it", found.cited_by))
    return page(one.title or one.id, "".join(rows))


def _papers(title: str, papers: Sequence[Known]) -> str:
    rows = [
        entry(p.title or p.id, p.url, ". ".join(filter(None, (p.journal, p.date))), "", [], p.id)
        for p in papers
    ]
    return section(title, "".join(rows)) if rows else ""


def _data(title: str, held: Sequence[tuple[Dataset, list[str]]]) -> str:
    rows = [
        entry(
            d.accession, d.url, d.repository, f"named by {', '.join(by[:5])}" if by else "", [], ""
        )
        for d, by in held
    ]
    return section(title, "".join(rows)) if rows else ""
