"""Rows that come to an index of 100,000: how soon they are found, and what searches cost then.

Ten times 500 made abstracts are added to a collection that is indexed; `medloom index` is run in
this process after each. Measured is the wall time of that run until a new row is found, and the
CPU time of queries after the first, the fifth and the tenth addition, beside that before.
"""

import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.common import Figure
from benchmarks.search._abstracts import abstracts, queries
from benchmarks.search.full_text import DATA, built, timed
from medloom.search.index import index
from medloom.search.parsing import plain
from medloom.search.searcher import Searcher

TASK, N, ADDED, TIMES = "growth", 100_000, 500, 10


def measure(data: Path, peers_env: Path | None) -> list[Figure]:
    """Seconds until new rows are found, and queries' times against those before."""
    asked = queries(data)
    with tempfile.TemporaryDirectory(prefix="medloom-growth-") as name:
        folder = Path(name)
        uri = built(list(abstracts(data, N)), folder)
        index(uri, encoder="none")
        before = _median(uri, asked)
        waits, after = [], {}
        for time_ in range(1, TIMES + 1):
            texts = list(abstracts(data, ADDED, seed=time_))
            built(texts, folder)
            began = time.perf_counter()
            index(uri, encoder="none")
            found = Searcher.open(uri).find(texts[-1].id, expand=False)
            waits.append(time.perf_counter() - began)
            assert found.hits[0].id == texts[-1].id
            if time_ in (1, 5, 10):
                after[time_] = _median(uri, asked)
    told = [
        Figure(TASK, "medloom", "s until found, median", statistics.median(waits), TIMES, data=DATA,
               goal=2.0),
        Figure(TASK, "medloom", "s until found, most", max(waits), TIMES, data=DATA, goal=2.0),
        Figure(TASK, "medloom", "query CPU ms before", before, len(asked), data=DATA),
    ]  # fmt: skip
    for time_, value in after.items():
        metric = f"query CPU after {time_} additions, times that before"
        told.append(Figure(TASK, "medloom", metric, value / before, len(asked), goal=1.5))
    return told


def _median(uri: str, asked: Sequence[str]) -> float:
    searcher = Searcher.open(uri)
    times = timed(lambda query: searcher.find(plain(query), expand=False, mode="lexical"), asked)
    return statistics.median(cpu for cpu, _ in times)
