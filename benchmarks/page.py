"""A part of docs/reference/measurements.md that is made of tasks, from the figures of one run."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.common import Figure

RECORDED = Path(__file__).parent / "recorded"
_LEAST = (
    *("resident MB", "seconds to load", "CPU s", "peak MB", "texts left"),
    *("merged", "images", "lost", "% lost", "leaks", "moved %", "rows not accounted for"),
)
"""Metrics of which less is better."""
_COSTS = ("CPU ", "index ", "query ", "ms, ", "s: ", "s to ", "s until ", "MB beyond ")
"""How the names of others begin of which less is better: times and sizes."""


def part(name: str, made: dict[str, Any]) -> str:
    """The whole part: goals first, then a table a task with the peers of the same run."""
    figures = [Figure(**one) for one in made["figures"]]
    on = made["machine"]
    head = f"""
# {name.capitalize()}

Written by `python -m benchmarks.measurements --only {name}`; each task is a module of
`benchmarks/{name}`, which says how it measures. Scores have bootstrap or Wilson 95% intervals.
Speed is CPU time on one pinned core, the peers in the same run on the same texts, each in an
environment of its own; in brackets behind a peer's speed, which part of Medloom's it is.

- Date: {on["date"]}; machine: {on["cpu"]}, {on["cores"]} cores, {on["memory"]} GiB; load average
  when it began: {on["load"]:.1f}; {on["system"]}, Python {on["python"]}
- The texts are public sets that are not in the repository; what was held out while building is
  said behind each figure.
"""
    tasks = dict.fromkeys(one.task for one in figures)
    told = goals(name, figures) + "".join(section(task, figures) for task in tasks)
    return head + told + (on_a_gpu() if name == "curation" else "")


def on_a_gpu() -> str:
    """What loading into a training on a GPU gave, once: this machine may have none."""
    one = json.loads((RECORDED / "loading-on-h200.json").read_text())
    counts = list(one["decoded/s"]["medloom"])
    rows = [
        (name, *(f"{rates[n]:,}" for n in counts), f"{one['trained/s'].get(name, '')}")
        for name, rates in one["decoded/s"].items()
    ]
    exact = " and ".join(n for n, each_once in one["resumes"].items() if each_once)
    return f"""
## Loading, on a GPU

Recorded on {one["date"]} with `{one["command"]}`: {one["gpu"]}, {one["cores"]} cores, torch
{one["torch"]}; {one["images"]}, decoded to 224 x 224. Samples a second on the clock by number of
workers; the last column is images a second into the training of a ResNet-50 in bfloat16
({one["trained/s"]["no loading"]:,} without loading). webdataset gives each worker whole tars, of
which there are four; Medloom deals out rows. An epoch of four workers that was stopped went on with
{exact} workers, each row once. Tars and order were the same, to the byte, on a machine with two
cores and other versions of Python, NumPy and torch.

""" + _table(("loader", *(f"{n} workers" for n in counts), "trained"), rows)


def goals(name: str, figures: Sequence[Figure]) -> str:
    """Every figure of ours that has a goal."""
    rows = [
        (
            one.task,
            one.contender.removeprefix("medloom").strip(", "),
            one.metric,
            ", ".join(filter(None, (one.data, one.note.partition(";")[0]))),
            f"{one.goal:,.6g}",
            _value(one),
            _mark(one),
        )
        for one in figures
        if one.goal is not None and one.contender.startswith("medloom")
    ]
    return f"\n## {name.capitalize()}: goals and results\n\n" + _table(
        ("task", "by", "metric", "on", "goal", "measured", ""), rows
    )


def section(task: str, figures: Sequence[Figure]) -> str:
    """One task: a row a contender and data set, a column a metric."""
    mine = [one for one in figures if one.task == task]
    metrics = list(dict.fromkeys(one.metric for one in mine if not one.note.startswith("not ")))
    rows: dict[tuple[str, str], dict[str, Figure]] = {}
    for one in mine:
        rows.setdefault((one.contender, one.data), {})[one.metric] = one
    ours = {one.metric: one.value for one in reversed(mine) if one.contender == "medloom"}
    lines = []
    for (contender, data), found in rows.items():
        n = max(one.n for one in found.values())
        notes = dict.fromkeys(one.note for one in found.values() if one.note)
        cells = [_cell(found[name], ours) if name in found else "" for name in metrics]
        lines.append((contender, data, n, *cells, "; ".join(notes)))
    head = ("tool", "on", "n", *metrics, "note")
    return f"\n## {task.replace('_', ' ').capitalize()}\n\n" + _table(head, lines)


def _cell(one: Figure, ours: dict[str, float]) -> str:
    """A value; of a peer's speed also which part of ours it is."""
    told, mine = _value(one), ours.get(one.metric)
    if told and mine and "/s" in one.metric and not one.contender.startswith("medloom"):
        told += (
            f" (1/{mine / one.value:.1f})" if mine > one.value else f" ({one.value / mine:.1f}x)"
        )
    return told


def _value(one: Figure) -> str:
    if not one.n or one.note.startswith("not "):
        return ""
    digits = 3 if one.value <= 1 and "/s" not in one.metric else 1 if one.value < 1000 else 0
    if "/s" in one.metric and one.value < 1:
        digits = 3
    told = f"{one.value:,.{digits}f}"
    return told if one.low is None else f"{told} ({one.low:.3f}-{one.high:.3f})"


def _mark(one: Figure) -> str:
    assert one.goal is not None
    least = one.metric in _LEAST or one.metric.startswith(_COSTS)
    met = one.value <= one.goal if least else one.value >= one.goal
    return "met" if met else "**missed**"


def _table(head: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines) + "\n"
