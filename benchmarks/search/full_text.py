"""Full text at 100,000 made abstracts: CPU seconds to index, CPU and wall milliseconds a query.

The abstracts are sentences of real SciFact abstracts drawn by chance; the queries are 100 claims
and 100 times three words of titles; each asks for 10 rows. Medloom's figures are of the whole:
`medloom index` on a built collection without vectors, and `Searcher.find` with titles and snippets,
with the words as they are. Peers index the same texts and give ids alone. sqlite and tantivy stem;
bm25s has no stemmer here. The figures of a query are medians and 95th percentiles.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import parquet

import medloom
from benchmarks.common import Figure, peer_python, run_peer
from benchmarks.search._abstracts import Made, abstracts, queries
from medloom.collection.collection import Collection
from medloom.search.index import index
from medloom.search.parsing import plain
from medloom.search.searcher import Searcher

TASK, N = "full text", 100_000
HERE = Path(__file__).parent
DATA = "made of SciFact sentences"
_PEERS = {
    "sqlite FTS5": ([], "with_sqlite_fts.py"),
    "tantivy": (["tantivy"], "with_tantivy.py"),
    "bm25s": (["bm25s"], "with_bm25s.py"),
}


def measure(data: Path, peers_env: Path | None) -> list[Figure]:
    """Medloom first, then the peers on the same texts in the same run."""
    texts, asked = list(abstracts(data, N)), queries(data)
    figures: dict[str, list[Figure]] = {}
    with tempfile.TemporaryDirectory(prefix="medloom-full-text-") as folder:
        for name, (install, script) in _PEERS.items():
            python = Path(sys.executable) if not install else None
            if python is None and peers_env:
                python = peer_python(name, install, peers_env)
            if python:
                given = {"folder": folder, "texts": texts, "queries": asked}
                made = run_peer(python, HERE / script, given)
                figures[name] = _figures(name, made)
        fastest = min(
            (f.value for one in figures.values() for f in one if f.metric == "index CPU s"),
            default=None,
        )
        goal = 1.5 * fastest if fastest else None
        own = of_medloom(texts, asked, Path(folder))
    told = _figures("medloom", own, goal, 20.0)
    return [*told, *(figure for one in figures.values() for figure in one)]


def of_medloom(texts: Sequence[Made], asked: Sequence[str], folder: Path) -> dict[str, Any]:
    """What `medloom index` and a search cost."""
    uri = built(texts, folder)
    began = time.process_time()
    index(uri, encoder="none")
    seconds = time.process_time() - began
    searcher = Searcher.open(uri)
    times = timed(lambda query: searcher.find(plain(query), expand=False, mode="lexical"), asked)
    bytes_ = sum(one.stat().st_size for one in Path(uri, "search").rglob("*") if one.is_file())
    return {"index_s": seconds, "times_ms": times, "mb": bytes_ / 1e6}


def built(texts: Sequence[Made], folder: Path) -> str:
    """A collection of these abstracts."""
    (folder / "in").mkdir(exist_ok=True)
    rows = pa.table({name: [getattr(one, name) for one in texts] for name in Made._fields})
    parquet.write_table(rows, folder / "in" / f"{texts[0].id}.parquet")
    recipe = folder / "recipe.yaml"
    recipe.write_text('name: measured\ntables:\n  docs:\n    read: {parquet: "{input}"}\n')
    medloom.build(recipe, input=folder / "in", into=folder / "collection")
    return Collection(str(folder / "collection")).uri


def timed(ask: Callable[[str], Any], asked: Sequence[str]) -> list[tuple[float, float]]:
    """CPU and wall milliseconds of each query, after some to warm up."""
    for query in asked[:20]:
        ask(query)
    times = []
    for query in asked:
        cpu, wall = time.process_time(), time.perf_counter()
        ask(query)
        times.append(((time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000))
    return times


def _figures(
    who: str, made: dict[str, Any], index_goal: float | None = None, p95_goal: float | None = None
) -> list[Figure]:
    if "failed" in made:
        return [Figure(TASK, who, "index CPU s", 0, 0, note=f"failed: {made['failed']}")]
    cpu, wall = np.array(made["times_ms"]).T
    n = len(cpu)
    return [
        Figure(TASK, who, "index CPU s", made["index_s"], N, data=DATA, goal=index_goal),
        Figure(TASK, who, "index MB", made["mb"], N, data=DATA),
        Figure(TASK, who, "query CPU ms, median", float(np.median(cpu)), n, data=DATA),
        Figure(TASK, who, "query CPU ms, p95", float(np.percentile(cpu, 95)), n, data=DATA),
        Figure(TASK, who, "query ms, median", float(np.median(wall)), n, data=DATA),
        Figure(
            TASK, who, "query ms, p95", float(np.percentile(wall, 95)), n,
            data=DATA, goal=p95_goal, note="wall time, also of what else runs on the machine",
        ),
    ]  # fmt: skip
