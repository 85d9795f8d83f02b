"""Citation screening: work saved at 95% recall on labelled reviews, ours, ASReview, random order.

A topic is a table with `title`, `abstract`, `label_included`. A run begins with one record to
include and one to exclude, drawn by a seed and the same for all contenders; they are not counted.
ASReview runs its default (ELAS u4) and learns after every record; ours learns after every 1 to 10.
With the review's question (its published title) ours needs no first record: `medloom, question`.
Settings of ours were chosen on MeSH headings of PubMedQA abstracts, not on these topics; those of
ASReview were tuned by its authors on a set that holds Nagtegaal 2019. Intervals are over starts
within a topic, over topics for means. The stopping rule is told by the recall at which it stopped.
"""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.common import Figure, cpu_seconds, peer_python, run_peer
from medloom.kit import ranking
from medloom.search.screening.ranker import Ranker
from medloom.search.screening.simulation import Played, by_chance, play, starts

TASK, N_STARTS, SEED, GOAL = "screening", 5, 20261128, 0.6
ASREVIEW = "asreview 3.0.8"
HERE = Path(__file__).parent
QUESTIONS = {
    "ADHD": "Pharmacologic treatments for attention deficit hyperactivity disorder",
    "Antihistamines": "Comparative efficacy and safety of newer antihistamines",
    "Nagtegaal_2019": "Nudging healthcare professionals towards evidence-based medicine",
}


class Topic(NamedTuple):
    """The records of one review."""

    name: str
    texts: list[str]
    labels: list[bool]


def topics(data: Path) -> list[Topic]:
    """All labelled tables below the folder; records without title and abstract stay in."""
    found = []
    for file in sorted(data.rglob("ir_screening/**/*.csv")):
        with file.open(encoding="utf-8-sig", newline="", errors="replace") as lines:
            rows = list(csv.DictReader(lines))
        if rows and {"title", "abstract", "label_included"} <= set(rows[0]):
            labels = [row["label_included"] in ("1", "1.0") for row in rows]
            if sum(labels) > 1:
                texts = [f"{row['title']} {row['abstract']}" for row in rows]
                found.append(Topic(file.stem, texts, labels))
    return found


def measure(data: Path, peers_env: Path | None) -> list[Figure]:
    """WSS@95 and its kin over topics and starts; the paired differences; the speed."""
    some = topics(data)
    if not some:
        return [Figure(TASK, "medloom", "WSS@95", 0, 0, note="no ir_screening in the data")]
    runs: dict[str, list[list[Played]]] = {"medloom": [], "random order": []}
    for topic in some:
        begun = starts(topic.labels, N_STARTS, SEED)
        ranker = Ranker(topic.texts, seed=SEED)
        runs["medloom"].append([play(ranker, topic.labels, one) for one in begun])
        chance = [by_chance(topic.labels, one, SEED + n) for n, one in enumerate(begun)]
        runs["random order"].append(chance)
    asked = [topic for topic in some if topic.name in QUESTIONS]
    with_question = [
        [play(Ranker(one.texts, QUESTIONS[one.name], seed=SEED), one.labels)] for one in asked
    ]
    if peers_env:
        runs |= _of_asreview(some, peers_env)
    figures = [one for who, played in runs.items() for one in _told(who, some, played)]
    figures += _told("medloom, question", asked, with_question)
    for who in runs:
        figures += _difference(who, runs) if who != "medloom" else []
    return [*figures, *_stopping(some, runs["medloom"]), *_speed(some)]


def _told(who: str, some: Sequence[Topic], played: Sequence[Sequence[Played]]) -> list[Figure]:
    figures: list[Figure] = []
    measures: dict[str, Callable[[Played], float]] = {
        "WSS@95": Played.wss, "WSS@100": _wss_100, "saved@95": Played.saved,
        "RRF@10": Played.found_within, "time to discovery": _discovery,
    }  # fmt: skip
    for name, of in measures.items():
        goal = GOAL if name == "WSS@95" and who.startswith("medloom") else None
        means = []
        for topic, runs in zip(some, played, strict=True):
            found = ranking.mean([of(one) for one in runs])
            means.append(found.mean)
            n = len(topic.labels)
            figures.append(
                Figure(TASK, who, name, found.mean, n, found.low, found.high, topic.name)
            )
        total = ranking.mean(means)
        about = f"mean of {len(some)} topics"
        figures.append(
            Figure(TASK, who, name, total.mean, len(some), total.low, total.high, about, goal)
        )
    return figures


def _wss_100(one: Played) -> float:
    return one.wss(1.0)


def _discovery(one: Played) -> float:
    return one.time_to_discovery


def _difference(who: str, runs: dict[str, list[list[Played]]]) -> list[Figure]:
    """Over topics and starts in pairs: the interval is of the starts of these topics alone."""
    ours = [one.wss() for topic in runs["medloom"] for one in topic]
    theirs = [one.wss() for topic in runs[who] for one in topic]
    if len(ours) != len(theirs):
        return []
    mean, low, high = ranking.paired_difference(ours, theirs)
    return [Figure(TASK, "medloom", f"WSS@95 minus {who}", mean, len(ours), low, high,
                   "all topics and starts, paired")]  # fmt: skip


def _stopping(some: Sequence[Topic], played: Sequence[Sequence[Played]]) -> list[Figure]:
    runs = [one for topic in played for one in topic]
    reached = ranking.mean([float(one.recall_at_stop >= 0.95) for one in runs])
    least = min(one.recall_at_stop for one in runs)
    read = ranking.mean([(one.stopped_at or len(one.read)) / len(one.read) for one in runs])
    what = "runs that the stopping rule (95% recall, p < .05) ended"
    return [
        Figure(TASK, "medloom", "share at 95% recall", reached.mean, reached.n, reached.low,
               reached.high, what, 0.95, f"least recall {least:.3f}"),
        Figure(TASK, "medloom", "share read at the stop", read.mean, read.n, read.low, read.high,
               what),
    ]  # fmt: skip


def _speed(some: Sequence[Topic], n: int = 10_000) -> list[Figure]:
    """CPU seconds of a new order of 10,000 shuffled copies of records, with 500 decisions."""
    draw = np.random.default_rng(SEED)
    pool = [text.split() for topic in some for text in topic.texts]
    texts = [" ".join(draw.permutation(pool[one])) for one in draw.integers(0, len(pool), n)]
    ranker = Ranker(texts, seed=SEED)
    decided = {int(one): bool(draw.random() < 0.1) for one in draw.permutation(n)[:500]}
    seconds = cpu_seconds(lambda: ranker.order(decided))
    first = cpu_seconds(lambda: Ranker(texts, seed=SEED), rounds=1)
    return [
        Figure(TASK, "medloom", "CPU s a new order", seconds, n, goal=1.0),
        Figure(TASK, "medloom", "CPU s to read the texts", first, n, note="once, then kept"),
    ]


def _of_asreview(some: Sequence[Topic], folder: Path) -> dict[str, list[list[Played]]]:
    python = peer_python("asreview", ["asreview==3.0.8"], folder)
    if python is None:
        return {}
    found: list[list[Played]] = []
    for topic in some:
        begun = starts(topic.labels, N_STARTS, SEED)
        given = {"texts": topic.texts, "labels": topic.labels, "starts": begun}
        answer: Any = run_peer(python, HERE / "with_asreview.py", given, timeout_seconds=1800)
        if isinstance(answer, dict) and "failed" in answer:
            return {}
        found.append([_played(order, topic, one) for order, one in zip(answer, begun, strict=True)])
    return {ASREVIEW: found}


def _played(order: Sequence[int], topic: Topic, known: Sequence[int]) -> Played:
    """An order that ends with the last to include; the rest follows as it stands."""
    seen = {*order, *known}
    read = [*order, *(one for one in range(len(topic.labels)) if one not in seen)]
    return Played(tuple(read), tuple(topic.labels[one] for one in read))
