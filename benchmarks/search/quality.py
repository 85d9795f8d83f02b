"""How good the ranking of abstracts for a claim is: by words, by vectors, by both, reordered.

SciFact (Wadden et al. 2020) as in BEIR: 300 claims of the validation part, and the abstracts that
they cite among 5,183. Fusion and vectors were chosen on claims of the training part.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.common import Figure
from benchmarks.search import _collections as collections
from benchmarks.search._claims import _rows, corpus
from medloom.answers.retrieving import as_query
from medloom.errors import MissingExtraError
from medloom.kit.encoders import text_encoder
from medloom.kit.ranking import mean, ndcg, paired_difference
from medloom.search.rerank import rerank
from medloom.search.searcher import Searcher

TASK, METRIC, GOAL, DEPTH = "quality", "nDCG@10", 0.73, 50
_DATA = "SciFact validation claims; settings are of the training claims"


def measure(data: Path, peers_env: Path) -> list[Figure]:
    """All figures of this task; of MiniLM only where its package is installed."""
    return list(measured(data, "validation"))


def measured(
    data: Path, part: str, encoders: tuple[str, ...] = ("static", "minilm")
) -> Iterator[Figure]:
    """The figures of a part, each with its interval, and their differences."""
    asked = cited(data, part)
    texts = {one.id: f"{one.title} {' '.join(one.sentences)}" for one in corpus(data)}
    scores: dict[str, list[float]] = {}
    for encoder in filter(_there, encoders):
        rows = [{"id": id, "text": text} for id, text in texts.items()]
        with collections.indexed({"texts": rows}, encoder=encoder) as uri:
            scores |= _scores(Searcher.open(uri), asked, texts, encoder)
    for who, values in scores.items():
        found = mean(values)
        goal = GOAL if who.endswith(", hybrid") else None
        yield Figure(
            TASK, f"medloom, {who}", METRIC, found.mean, found.n, found.low, found.high, _DATA, goal
        )
    ours = scores["static, hybrid"]
    for who, values in scores.items():
        if who != "static, hybrid":
            gain, low, high = paired_difference(ours, values)
            name = f"medloom, static, hybrid - {who}"
            yield Figure(TASK, name, METRIC, gain, len(ours), low, high, _DATA)


def cited(data: Path, part: str) -> list[tuple[str, dict[str, float]]]:
    """The claims of a part, and the abstracts that each cites."""
    found: dict[str, tuple[str, dict[str, float]]] = {}
    for row in _rows(data, f"claims_{part}.csv"):
        ids = re.findall(r"\d+", row["cited_doc_ids"])
        found.setdefault(row["id"], (row["claim"], {}))[1].update(dict.fromkeys(ids, 1.0))
    return list(found.values())


def _scores(
    searcher: Searcher,
    asked: list[tuple[str, dict[str, float]]],
    texts: Mapping[str, str],
    encoder: str,
) -> dict[str, list[float]]:
    made: dict[str, list[float]] = {}
    for claim, grades in asked:
        for mode in ("lexical", "dense", "hybrid"):
            found = searcher.find(as_query(claim), mode=mode, limit=DEPTH, expand=False)
            ranked = [hit.id for hit in found.hits]
            who = "words" if mode == "lexical" else f"{encoder}, {mode}"
            made.setdefault(who, []).append(ndcg(ranked, grades))
        new = rerank(claim, [texts[one] for one in ranked], [hit.score for hit in found.hits])
        order = sorted(range(len(ranked)), key=lambda n: -new[n])
        again = ndcg([ranked[n] for n in order], grades)
        made.setdefault(f"{encoder}, hybrid, reordered", []).append(again)
    return made


def _there(encoder: str) -> bool:
    try:
        text_encoder(encoder)
    except MissingExtraError:
        return False
    return True
