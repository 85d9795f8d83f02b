"""Splits against scikit-learn: paths between parts, shares, growth, speed; the proof's speed.

Data: notes of MTSamples (patients, and texts that come again), and a made-up table in which
patients, studies and duplicates are joined in chains. Peers are given one key, the patient, as they
can take no more; the paths that are counted are over all keys. Growth: a split of the first 80% of
the rows, then of all of them; counted are the old rows that change side.
"""

import csv
import random
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from benchmarks.common import Figure, cpu_seconds, peer_python, run_peer
from medloom.audit.splits import prove_splits
from medloom.steps.curate.split import split
from medloom.tables.rows import Rows

TASK = "splits"
HERE = Path(__file__).parent
PARTS = {"train": 0.8, "validation": 0.1, "test": 0.1}
PEER = ("scikit-learn 1.7", ["scikit-learn==1.7.2"], "with_sklearn_splits.py")
N_MADE_UP, N_LARGE, SEEDS = 50_000, 1_000_000, range(5)
GOAL_ROWS = 10_000_000 / 600
"""10 million rows in ten minutes."""


class Data(NamedTuple):
    """A table with the keys that join its rows; the first is the one that peers are given."""

    name: str
    keys: dict[str, list[str | None]]
    labels: list[str]

    def __len__(self) -> int:
        return len(self.labels)

    def head(self, n: int) -> "Data":
        return Data(self.name, {key: v[:n] for key, v in self.keys.items()}, self.labels[:n])


def mtsamples(folder: Path) -> Data:
    """Notes: the patient, and the text itself, which patients share."""
    csv.field_size_limit(sys.maxsize)
    file = next((folder / "notes/notes_medcat_mtsamples").rglob("pt_notes.csv"))
    with file.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    texts = [sha256(row["text"].strip().encode()).hexdigest()[:12] for row in rows]
    keys: dict[str, list[str | None]] = {
        "patient_id": [row["subject_id"] for row in rows],
        "cluster": list(texts),
    }
    return Data("MTSamples notes", keys, [row["category"] for row in rows])


def made_up(n: int, seed: int = 0) -> Data:
    """Patients of some studies each, 2% of rows copied to another patient, labels of 5 kinds."""
    draw = random.Random(seed)
    patients: list[str | None] = [f"p{draw.randrange(n // 5)}" for _ in range(n)]
    studies: list[str | None] = [f"{one}/s{draw.randrange(3)}" for one in patients]
    copies: list[str | None] = [
        f"c{draw.randrange(n // 50)}" if draw.random() < 0.02 else None for _ in range(n)
    ]
    labels = draw.choices("abcde", weights=[50, 30, 15, 4, 1], k=n)
    return Data("made-up", {"patient_id": patients, "study_id": studies, "cluster": copies}, labels)


def measure(data: Path, peers_env: Path | None) -> list[Figure]:
    figures: list[Figure] = []
    for one in (mtsamples(data), made_up(N_MADE_UP)):
        ways = {"": None, ", stratified": ["label"]}
        for way, stratify in ways.items():
            figures += _of(f"medloom{way}", one, lambda *a, w=stratify: ours(w, *a), 0)
        figures += _of_peer(one, peers_env) if peers_env else []
    return [*figures, *_speeds()]


def ours(
    stratify: list[str] | None, data: Data, seed: int, before: list[str] | None = None
) -> list[str]:
    columns = {"id": list(map(str, range(len(data)))), "label": data.labels, **data.keys}
    rows = Rows.of({name: pa.array(values) for name, values in columns.items()})
    if before is not None:
        n = len(before)
        rows.before = Rows.of(
            {**{name: pa.array(v[:n], pa.string()) for name, v in columns.items()}, "split": before}
        )
    made = split(rows, by=list(data.keys), parts=PARTS, seed=seed, stratify=stratify)
    return [part for part, _ in made]


def _of(
    contender: str, data: Data, cut: Callable[..., list[str]], goal: int | None
) -> list[Figure]:
    """Figures of five seeds: rows in leaking groups, shares, and sides that changed in growth."""
    first = data.head(len(data) * 8 // 10)
    made = [cut(data, seed) for seed in SEEDS]
    grown = []
    for seed in SEEDS:
        old = cut(first, seed)
        grown.append((old, cut(data, seed, old)))
    return _figures(contender, data, made, grown, goal)


def _figures(
    contender: str,
    data: Data,
    made: Sequence[list[str]],
    grown: Sequence[tuple[list[str], list[str]]],
    goal: int | None,
) -> list[Figure]:
    n = len(data)
    leaks = [_leaking(data, parts) for parts in made]
    leaks += [_leaking(data, parts) for _, parts in grown]
    moved = sum(old != new for a, b in grown for old, new in zip(a, b, strict=False))
    n_old = sum(len(old) for old, _ in grown)
    withheld = sum(parts.count("withheld") for _, parts in grown) / (n * len(grown))
    share, label = (max(_deviations(data, parts)[at] for parts in made) for at in (0, 1))
    row = [
        (
            "leaks",
            max(leaks),
            goal,
            "rows in groups that lie in several parts (the first 1,000), worst of 10",
        ),
        ("moved %", 100 * moved / n_old, goal, "old rows that change side when 25% are added"),
        ("withheld %", 100 * withheld, None, "rows of the grown table that would bridge parts"),
        ("share error", 100 * share, None, "largest difference of a part from its share, points"),
        ("label error", 100 * label, None, "the same of a label's rows, labels of 20 or more"),
    ]
    return [
        Figure(TASK, contender, metric, value, n, data=data.name, goal=wanted, note=note)
        for metric, value, wanted, note in row
    ]


def _leaking(data: Data, parts: Sequence[str]) -> int:
    table = pa.table({**data.keys, "split": pa.array(parts)})
    proof = prove_splits({"t": table}, by=list(data.keys), n_shown=1000)
    return sum(sum(leak.rows.values()) for leak in proof.leaks)


def _deviations(data: Data, parts: Sequence[str]) -> tuple[float, float]:
    n = len(data)
    counts = Counter(parts)
    share = max(abs(counts[name] / n - wanted) for name, wanted in PARTS.items())
    of_label, pairs = Counter(data.labels), Counter(zip(data.labels, parts, strict=True))
    label = max(
        abs(pairs[one, name] / total - wanted)
        for one, total in of_label.items()
        if total >= 20
        for name, wanted in PARTS.items()
    )
    return share, label


def _of_peer(data: Data, folder: Path) -> list[Figure]:
    title, install, script = PEER
    python = peer_python("sklearn-splits", install, folder)
    if python is None:
        return [Figure(TASK, title, "leaks", 0, 0, note="pip cannot install it here")]
    n_first = len(data) * 8 // 10
    given = {
        "groups": next(iter(data.keys.values())),
        "labels": data.labels,
        "n_first": n_first,
        "seeds": list(SEEDS),
    }
    answer: Any = run_peer(python, HERE / script, given)
    if "failed" in answer:
        return [Figure(TASK, title, "leaks", 0, 0, note=f"failed: {answer['failed']}")]
    figures: list[Figure] = []
    for name, one in answer.items():
        contender = f"{title.split()[0]} {name}"
        grown = list(zip(one["first"], one["all"], strict=True))
        figures += _figures(contender, data, one["all"], grown, None)
        speed = len(data) / one["seconds"]
        figures.append(Figure(TASK, contender, "rows/s", speed, len(data), data=data.name))
    return figures


def _speeds() -> list[Figure]:
    data = made_up(N_LARGE)
    parts = ours(None, data, 0)
    table = pa.table({**data.keys, "split": pa.array(parts)})
    columns = {"id": list(map(str, range(len(data)))), "label": data.labels, **data.keys}
    rows = Rows.of({name: pa.array(values) for name, values in columns.items()})
    by = list(data.keys)
    works: dict[str, Callable[[], Any]] = {
        "medloom": lambda: split(rows, by=by, parts=PARTS),
        "medloom, stratified": lambda: split(rows, by=by, parts=PARTS, stratify=["label"]),
        "medloom, the proof": lambda: prove_splits({"t": table}, by=by),
    }
    note = f"{N_LARGE:,} made-up rows with 3 keys, in memory"
    return [
        Figure(
            *(TASK, contender, "rows/s", N_LARGE / cpu_seconds(work, rounds=1), N_LARGE),
            goal=GOAL_ROWS,
            note=note,
        )
        for contender, work in works.items()
    ]
