"""The whole path on one core: read articles, annotate, curate, publish; and account for every row.

The recipe is `whole_path.yaml` beside this file: all tables of `literature`, paragraphs with
sentences and short forms, without poor text and near-duplicates, parted by article, and mentions in
titles and abstracts; then the same with mentions in all paragraphs. The articles are the first
thousand of the Evidence Inference corpus by name (PMC, JATS), as publishers made them; nobody
looked at them while the steps were built.
"""

import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.common import Figure

N_ARTICLES, GOAL_PER_SECOND = 1000, 15.0
_RECIPE = Path(__file__).with_name("whole_path.yaml")
_BEFORE = "      - sentences\n"
_SOURCE = "literature/pmc_evidence_inference/xml_files"
_WORK = """
import json, resource, sys, time
import medloom
from medloom.publish.release import Settings, publish
recipe, given, into, out = sys.argv[1:]
def used():
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(sum(resource.getrusage(one)[:2]) for one in who)
times, clock = {}, time.perf_counter()
run = medloom.build(recipe, input=given, into=into, workers=1)
times["built"] = (time.perf_counter() - clock, used())
collection = medloom.open(into)
made = publish(collection, out, Settings())
times["published"] = (time.perf_counter() - clock, used())
print(json.dumps({
    "times": times,
    "ledger": [one._asdict() for one in collection.ledger],
    "published": {
        name: one["rows"] + one.get("withheld", 0) for name, one in made.manifest["tables"].items()
    },
}))
"""


def measure(data: Path, peers_env: Path | None) -> list[Figure]:
    """Our figures; no peer goes the whole path."""
    figures = []
    for everywhere in (False, True):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            n = lay_out(data / _SOURCE, folder / "in", N_ARTICLES)
            recipe = _RECIPE.read_text(encoding="utf-8")
            if everywhere:
                recipe = recipe.replace(_BEFORE, f"{_BEFORE}      - tag\n")
            (folder / "recipe.yaml").write_text(recipe, encoding="utf-8")
            figures += _figures(_run(folder), n, everywhere)
    return figures


def _figures(made: dict[str, Any], n: int, everywhere: bool) -> list[Figure]:
    tagged = "all paragraphs" if everywhere else "titles and abstracts"
    data = f"{n} articles of Evidence Inference, unseen; mentions tagged in {tagged}"
    built, published = made["times"]["built"], made["times"]["published"]
    n_rows, lost = _accounted(made, n)
    core = "CPU time of one pinned core, workers and their start among it"
    core += "" if n == N_ARTICLES else f"; the goal is of {N_ARTICLES:,}: the start weighs less"
    goal = None if everywhere or n < N_ARTICLES else GOAL_PER_SECOND
    parts = [
        ("articles/s", n / published[1], n, core, goal),
        ("articles/s, clock", n / published[0], n, "the same run by the clock", None),
        (
            "CPU-s to publish",
            published[1] - built[1],
            sum(made["published"].values()),
            "part of the above: shards, checksums, card, datasheet",
            None,
        ),
        (
            "rows not accounted for",
            lost,
            n_rows,
            "rows in - (rows out + dropped + failed); rows held, not published or withheld",
            0.0,
        ),
    ]
    return [
        Figure("whole_path", "medloom", metric, value, of, data=data, goal=wanted, note=note)
        for metric, value, of, note, wanted in parts
    ]


def lay_out(source: Path, into: Path, n_articles: int) -> int:
    """Copy articles, from files and archives, into one folder; return how many there are."""
    into.mkdir(parents=True)
    number = 0
    for name, content in sorted_articles(source):
        if number == n_articles:
            break
        (into / name).write_bytes(content)
        number += 1
    return number


def sorted_articles(source: Path) -> Iterator[tuple[str, bytes]]:
    """The articles of a folder and its archives, by name."""
    for path in sorted(source.rglob("*.nxml")):
        yield path.name, path.read_bytes()
    for path in sorted(source.rglob("*.tar.gz")):
        with tarfile.open(path) as archive:
            for info in sorted(archive.getmembers(), key=lambda one: one.name):
                file = archive.extractfile(info) if info.name.endswith(".nxml") else None
                if file:
                    yield Path(info.name).name, file.read()


def _run(folder: Path) -> dict[str, Any]:
    """Build and publish in a process of its own, on one core."""
    core = min(os.sched_getaffinity(0))
    command = [sys.executable, "-c", _WORK]
    command += [str(folder / name) for name in ("recipe.yaml", "in", "c", "out")]
    ended = subprocess.run(
        command,
        check=True,
        stdout=subprocess.PIPE,
        preexec_fn=lambda: os.sched_setaffinity(0, {core}),
    )
    made: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return made


def _accounted(made: dict[str, Any], n_sources: int) -> tuple[int, int]:
    """Rows that went into tables, and how many of them nobody can tell where they are."""
    ledger = made["ledger"]
    lost = sum(
        abs(one["rows_in"] - one["rows_out"] - one["dropped"] - one["failed"]) for one in ledger
    )
    lost += sum(not one["balanced"] for one in ledger)
    (documents,) = (one for one in ledger if one["table"] == "documents")
    lost += abs(documents["rows_in"] - n_sources)
    held = {one["table"]: one["rows_out"] for one in ledger}
    lost += sum(abs(held[name] - rows) for name, rows in made["published"].items())
    return sum(one["rows_in"] for one in ledger), lost
