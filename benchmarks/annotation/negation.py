"""Negation on the NegEx set, the mentions given; historical and experiencer, too.

Gold: rsAnnotations (Chapman, Harkema), of which a part is in `annotation/negex_gold`. A mention is
given as a string and looked for in its sentence: where it stands in capitals, else where it stands
first. Negated counts against Affirmed and Possible. Rules were written with an eye on the odd rows
only: the figures of the even rows are held out.
"""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.common import Counts, Figure, cpu_seconds, peer_python, run_peer, scores
from medloom.steps.annotate.assertion import assertion
from medloom.tables.spans import Assertion, Span

TASK, GOAL, SPEED_GOAL = "negation", 0.965, 30_000
HERE = Path(__file__).parent
PEERS = {
    "negspacy": ("negspacy 1.1", ["negspacy==1.1.0"], "with_negspacy.py"),
    "medspacy-context": ("medspaCy 1.3.1 ConText", ["medspacy==1.3.1"], "with_medspacy.py"),
    "pycontextnlp": ("pyConTextNLP", ["pycontextnlp"], "with_pycontextnlp.py"),
}


class Item(NamedTuple):
    """One sentence with its mention and what people said of it."""

    text: str
    start: int
    end: int
    negation: str
    time: str
    experiencer: str


def gold(file: Path) -> list[list[Item]]:
    """The located items of the odd rows (looked at while building) and of the even ones."""
    lines = file.read_text("utf-8", errors="replace").splitlines()[1:]
    halves: list[list[Item]] = [[], []]
    for number, line in enumerate(lines):
        _, mention, text, negation, time, experiencer = line.split("\t")[:6]
        if place := located(mention, text):
            halves[number % 2].append(Item(text, *place, negation, time, experiencer))
    return halves


def located(mention: str, text: str) -> tuple[int, int] | None:
    """Where a mention stands: in capitals, as the set marks it, else first."""
    found = list(re.finditer(r"\s+".join(map(re.escape, mention.split())), text, re.IGNORECASE))
    marked = [one for one in found if one.group().isupper()]
    return (marked or found)[0].span() if found else None


def ours(items: Sequence[Item]) -> list[Assertion]:
    texts = [one.text for one in items]
    spans = [[Span(one.start, one.end, "X", one.text[one.start : one.end])] for one in items]
    judged = assertion(language="en", domain="notes")(texts, spans)
    return [row[0].assertion or Assertion() for row in judged]


def counted(gold: Sequence[bool], found: Sequence[bool]) -> list[Counts]:
    pairs = zip(gold, found, strict=True)
    return [Counts(g and f, f and not g, g and not f) for g, f in pairs]


def measure(data: Path, peers_env: Path | None) -> list[Figure]:
    """F1 of negation, historical and experiencer; sentences a second; the peers' on the same."""
    seen, held = gold(data / "annotation/negex_gold/rsAnnotations_dev1200.txt")
    every = [*seen, *held]
    figures: list[Figure] = []
    for name, items in (("odd rows, seen", seen), ("even rows, held out", held)):
        figures += _of_ours(items, name, GOAL if items is held else None)
    ours(every)  # rules are compiled once, before the first row
    speed = len(every) / cpu_seconds(lambda: ours(every), rounds=7)
    note = "rules compiled before"
    figures.append(
        Figure(TASK, "medloom", "sentences/s", speed, len(every), goal=SPEED_GOAL, note=note)
    )
    for peer in PEERS:
        figures += _of_peer(peer, every, len(seen), peers_env) if peers_env else []
    return figures


def _of_ours(items: Sequence[Item], name: str, goal: float | None) -> list[Figure]:
    said = ours(items)
    kinds: dict[str, tuple[Callable[[Item], bool], Callable[[Assertion], bool]]] = {
        TASK: (lambda one: one.negation == "Negated", lambda one: one.negated),
        "historical": (lambda one: one.time == "Historical", lambda one: one.historical),
        "experiencer": (
            lambda one: one.experiencer != "Patient",
            lambda one: one.experiencer != "patient",
        ),
    }
    figures: list[Figure] = []
    for task, (in_gold, in_ours) in kinds.items():
        counts = counted([in_gold(one) for one in items], [in_ours(one) for one in said])
        figures += scores(
            task, "medloom", counts, f"NegEx set, {name}", goal if task == TASK else None
        )
    return figures


def _of_peer(peer: str, items: Sequence[Item], n_seen: int, folder: Path) -> list[Figure]:
    title, install, script = PEERS[peer]
    python = peer_python(peer, install, folder)
    if python is None:
        return [Figure(TASK, title, "F1", 0, 0, note="pip cannot install it here")]
    given = [[one.text, one.start, one.end] for one in items]
    answer: Any = run_peer(python, HERE / script, given)
    if "failed" in answer:
        return [Figure(TASK, title, "F1", 0, 0, note=f"failed: {answer['failed']}")]
    truth = [one.negation == "Negated" for one in items]
    counts = counted(truth, answer["negated"])
    figures = scores(TASK, title, counts, "NegEx set, all rows")
    figures += scores(TASK, title, counts[n_seen:], "NegEx set, even rows")
    return [
        *figures,
        Figure(TASK, title, "sentences/s", len(items) / answer["seconds"], len(items)),
    ]
