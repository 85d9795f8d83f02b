"""Does the paper feed put first what somebody wants? On records that reviewers included.

The interest is a part of the records that a review included, as example papers; what comes in is
the rest of them among all records that it excluded. Half of the excluded records are the collection
that was there before, half arrive. Many halves are drawn; BM25 of the examples' titles and a random
order rank the same arrivals. Intervals are over the draws of a review: they do not speak of reviews
in general, of which there are few here.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.common import SEED, Figure
from medloom.feed.articles import Known
from medloom.feed.interests import Interest
from medloom.feed.ranking import Marks, Ranker
from medloom.kit.ranking import mean, ndcg, paired_difference
from medloom.search.similar.lexical import TextIndex

_FOLDER = "retrieval/ir_screening"
_DRAWS = 20
_EXAMPLES: tuple[int | None, ...] = (3, None)
"""How many example papers: a few, or half of the included ones."""


class Record(NamedTuple):
    article: Known
    included: bool


class Draw(NamedTuple):
    liked: list[Known]
    before: list[Known]
    arrivals: list[Record]


Order = Callable[[Draw, int], list[str]]


def measure(data: Path, peers_env: Path) -> list[Figure]:
    """nDCG@20 and AUC of the feed, of BM25 of titles and of a random order."""
    found = []
    for file in sorted((data / _FOLDER).rglob("*.csv")):
        records = list(_records(file))
        for n_examples in _EXAMPLES:
            found += _compared(file.stem, records, n_examples)
    return found


def _records(file: Path) -> Iterator[Record]:
    with file.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines)):
            verdict = row.get("label_included") or row.get("included") or "0"
            title = row.get("title") or row.get("primary_title") or ""
            article = Known("articles", str(number), title, row.get("abstract") or "")
            yield Record(article, verdict.strip() in ("1", "1.0"))


def _draws(records: Sequence[Record], n_examples: int | None) -> Iterator[Draw]:
    for number in range(_DRAWS):
        draw = np.random.default_rng([SEED, number])
        mixed = [records[n] for n in draw.permutation(len(records))]
        wanted = [one for one in mixed if one.included]
        others = [one for one in mixed if not one.included]
        first = len(wanted) // 2
        half = len(others) // 2
        arrivals = [*wanted[first:], *others[half:]]
        yield Draw(
            [one.article for one in wanted[:first][:n_examples]],
            [one.article for one in others[:half]],
            [arrivals[n] for n in draw.permutation(len(arrivals))],
        )


def _compared(name: str, records: Sequence[Record], n_examples: int | None) -> list[Figure]:
    draws = list(_draws(records, n_examples))
    contenders: dict[str, Order] = {"medloom": _feed, "BM25 of titles": _bm25, "random": _random}
    scores = {
        contender: [_scores(one, order(one, number)) for number, one in enumerate(draws)]
        for contender, order in contenders.items()
    }
    n_liked, n_come = len(draws[0].liked), len(draws[0].arrivals)
    told = f"{name}: {n_liked} examples, {n_come} arrivals, {_DRAWS} draws"
    figures = []
    for at, metric in enumerate(("nDCG@20", "AUC")):
        ours = [one[at] for one in scores["medloom"]]
        for contender, held in scores.items():
            theirs = [one[at] for one in held]
            found = mean(theirs)
            difference = paired_difference(ours, theirs)
            note = (
                ""
                if contender == "medloom"
                else "medloom is {:+.3f} ({:+.3f} to {:+.3f})".format(*difference)
            )
            figures.append(
                Figure(
                    *("feed", contender, metric, round(found.mean, 4), _DRAWS),
                    *(round(found.low, 4), round(found.high, 4), told),
                    note=note,
                )
            )
    return figures


def _scores(draw: Draw, order: list[str]) -> tuple[float, float]:
    grades = {one.article.id: 1.0 for one in draw.arrivals if one.included}
    return ndcg(order, grades, 20), _area(order, grades)


def _area(order: Sequence[str], grades: dict[str, float]) -> float:
    """The area under the ROC curve of an order."""
    ranks = [rank for rank, one in enumerate(order) if one in grades]
    n_in, n_out = len(ranks), len(order) - len(ranks)
    below = sum(n_out - (rank - place) for place, rank in enumerate(ranks))
    return below / (n_in * n_out) if n_in and n_out else 0.5


def _feed(draw: Draw, number: int) -> list[str]:
    interest = Interest("review", like=tuple(one.id for one in draw.liked))
    ranker = Ranker.of(interest, Marks(draw.liked), draw.before)
    return [one.article.id for one in ranker.order(one.article for one in draw.arrivals)]


def _bm25(draw: Draw, number: int) -> list[str]:
    index = TextIndex([one.article.text for one in draw.arrivals])
    scores = index.scores(" ".join(one.title for one in draw.liked))
    return [draw.arrivals[n].article.id for n in np.argsort(-scores, kind="stable")]


def _random(draw: Draw, number: int) -> list[str]:
    order = np.random.default_rng([SEED, number, 1]).permutation(len(draw.arrivals))
    return [draw.arrivals[n].article.id for n in order]
