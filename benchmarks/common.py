"""What the tasks share: scores with intervals, CPU time, and peers in environments of their own."""

import json
import random
import resource
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.peers import NotInstalled, Peer, environment

RESAMPLES, SEED = 1000, 20261127


class Figure(NamedTuple):
    """One measured figure of one contender in one task."""

    task: str
    """`sentences`, `abbreviations`, `negation`, ..."""
    contender: str
    """`medloom`, or a peer with its version."""
    metric: str
    """`F1`, `precision`, `recall`, `accuracy@1`, `MB/s`, `sentences/s`, ..."""
    value: float
    n: int
    """Gold items behind a score; bytes or items behind a speed."""
    low: float | None = None
    high: float | None = None
    """95% interval."""
    data: str = ""
    """On which texts, and whether they were looked at while building."""
    goal: float | None = None
    note: str = ""


class Counts(NamedTuple):
    """True positives, false positives and false negatives of one document."""

    tp: int
    fp: int
    fn: int


def f1(counts: Sequence[Counts]) -> tuple[float, float, float]:
    """Micro-averaged precision, recall and F1."""
    tp, fp, fn = (sum(column) for column in zip(*counts, strict=True)) if counts else (0, 0, 0)
    precision, recall = tp / (tp + fp or 1), tp / (tp + fn or 1)
    return precision, recall, 2 * precision * recall / (precision + recall or 1)


def scores(
    task: str, contender: str, counts: Sequence[Counts], data: str, goal: float | None = None
) -> list[Figure]:
    """Precision, recall and F1 over documents, with bootstrap intervals over documents."""
    draw = random.Random(SEED)
    samples = [f1(draw.choices(counts, k=len(counts))) for _ in range(RESAMPLES)]
    n = sum(one.tp + one.fn for one in counts)
    figures = []
    for at, metric in enumerate(("precision", "recall", "F1")):
        values = sorted(sample[at] for sample in samples)
        low, high = values[int(0.025 * RESAMPLES)], values[int(0.975 * RESAMPLES) - 1]
        wanted = goal if metric == "F1" else None
        figures.append(Figure(task, contender, metric, f1(counts)[at], n, low, high, data, wanted))
    return figures


def cpu_seconds(work: Callable[[], Any], rounds: int = 3) -> float:
    """The least CPU time of some rounds of work, of this process and of those it starts."""
    return min(_once(work) for _ in range(rounds))


def _once(work: Callable[[], Any]) -> float:
    before = _used()
    work()
    return _used() - before


def _used() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def peer_python(name: str, install: Sequence[str], folder: Path) -> Path | None:
    """The Python of a peer's own environment, made where it is missing; None if pip cannot."""
    try:
        return environment(Peer(name, tuple(install), calls=""), folder)
    except NotInstalled:
        return None


def run_peer(python: Path, script: Path, given: Any, timeout_seconds: float = 900) -> Any:
    """Run a peer's adapter: JSON in on standard input, JSON out; {"failed": why} where it fails."""
    try:
        done = subprocess.run(
            [python, script],
            input=json.dumps(given),
            capture_output=True,
            text=True,
            timeout=timeout_seconds,
        )
    except subprocess.TimeoutExpired:
        return {"failed": f"did not finish in {timeout_seconds:.0f} s"}
    if done.returncode:
        return {
            "failed": (done.stderr.strip().splitlines() or ["no message"])[-1].partition(":")[0]
        }
    return json.loads(done.stdout)
