"""Wrong labels: a share of the labels of real sets is changed, and must be found.

Ours and cleanlab are given the same probabilities, by our classifier on texts held out; so the
figures compare confident learning alone. Precision and recall are of the rows called wrong, AUROC
of the ranking of all rows. Labels that are wrong in the sets themselves count against all.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.common import Counts, Figure, cpu_seconds, peer_python, run_peer, scores
from benchmarks.curation._labelled import labelled
from benchmarks.curation.filters import HERE, PEERS, numbers
from medloom.kit.label_noise import find_noise
from medloom.kit.text_classifier import auc, out_of_fold

TASK, SHARES, SEED = "label errors", (0.05, 0.1, 0.2), 20261128
SETS = ("section of a PMC paragraph", "header of a note's section",
        "type of the article of a PMC paragraph")  # fmt: skip


class Case(NamedTuple):
    """A set with some labels changed."""

    name: str
    labels: np.ndarray
    changed: np.ndarray
    chances: np.ndarray


def measure(data: Path, peers_env: Path | None) -> list[Figure]:
    """Precision, recall, F1 and AUROC of found changes, ours and cleanlab's."""
    cases = list(_cases(data))
    figures: list[Figure] = []
    for case in cases:
        found = find_noise(case.labels, case.chances).is_wrong
        own = case.chances[np.arange(len(case.labels)), case.labels]
        figures += _figures("medloom", case, found, 1 - own)
    largest = max(cases, key=lambda one: len(one.labels))
    seconds = cpu_seconds(lambda: find_noise(largest.labels, largest.chances))
    figures.append(Figure(TASK, "medloom", "CPU s", seconds, len(largest.labels)))
    return figures + (_of_cleanlab(cases, peers_env) if peers_env else [])


def _cases(data: Path) -> Iterator[Case]:
    for one in labelled(data):
        for share in SHARES if one.name in SETS else ():
            truth = numbers(one.labels)
            labels, changed = _flipped(truth, share)
            names = [str(label) for label in labels]
            order, chances = out_of_fold(one.texts, names, one.groups)
            columns = [order.index(str(number)) for number in range(truth.max() + 1)]
            name = f"{one.name}, {share:.0%} changed"
            yield Case(name, labels, changed, chances[:, columns])


def _flipped(truth: np.ndarray, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Labels of which a share is changed to another label, each other alike."""
    draw = np.random.default_rng(SEED)
    changed = draw.random(len(truth)) < share
    shift = draw.integers(1, truth.max() + 1, len(truth))
    return np.where(changed, (truth + shift) % (truth.max() + 1), truth), changed


def _figures(who: str, case: Case, found: Sequence[bool], score: np.ndarray) -> list[Figure]:
    pairs = zip(case.changed, found, strict=True)
    counts = [Counts(int(c and f), int(f and not c), int(c and not f)) for c, f in pairs]
    area = auc(case.changed, score)
    return [
        *scores(TASK, who, counts, case.name),
        Figure(TASK, who, "AUROC", area, len(counts), data=case.name),
    ]


def _of_cleanlab(cases: Sequence[Case], folder: Path) -> list[Figure]:
    place, install, _ = next(iter(PEERS.values()))
    python = peer_python(place, install, folder)
    given = {
        "labels": [one.labels.tolist() for one in cases],
        "chances": [one.chances.tolist() for one in cases],
    }
    answer: Any = (
        run_peer(python, HERE / "with_cleanlab.py", given) if python else {"failed": "pip"}
    )
    if isinstance(answer, dict):
        return [Figure(TASK, "cleanlab 2.7.1", "F1", 0, 0, note=f"failed: {answer['failed']}")]
    figures: list[Figure] = []
    for case, found in zip(cases, answer, strict=True):
        figures += _figures("cleanlab 2.7.1", case, found["mask"], 1 - np.array(found["quality"]))
        ours = find_noise(case.labels, case.chances).is_wrong
        same = float((ours == np.array(found["mask"])).mean())
        figures.append(
            Figure(TASK, "medloom", "as cleanlab", same, len(ours), data=case.name,
                   note="share of rows with the same verdict")
        )  # fmt: skip
    return figures
