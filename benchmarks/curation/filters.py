"""Filters learned from labels, on texts held out: AUC, F1, seconds; peers on the same folds.

Five folds; texts of an article are in one fold. Settings were chosen on the three screening
sets. F1 is of the likeliest label. The intervals are of resampled texts.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import Figure, cpu_seconds, peer_python, run_peer
from benchmarks.curation._labelled import Labelled, labelled
from medloom.kit.text_classifier import auc, out_of_fold
from medloom.kit.text_classifier.fitting import folds

TASK, RESAMPLES, SEED = "filters", 200, 20261128
HERE = Path(__file__).parent
PEERS = {
    "scikit-learn 1.7.2 TF-IDF + LR": (
        "curation-sklearn", ["scikit-learn==1.7.2", "cleanlab==2.7.1"], "with_sklearn_text.py"),
    "fastText 0.9.2": ("fasttext", ["fasttext-wheel==0.9.2", "numpy<2"], "with_fasttext.py"),
}  # fmt: skip


def measure(data: Path, peers_env: Path | None) -> list[Figure]:
    """Macro AUC and macro F1 of each set, and the CPU seconds of the five folds."""
    sets = list(labelled(data))
    figures: list[Figure] = []
    for one in sets:
        made: list[Any] = []
        seconds = cpu_seconds(
            lambda one=one, made=made: made.append(out_of_fold(one.texts, one.labels, one.groups)),
            rounds=1,
        )
        figures += _figures("medloom", one, made[0][1], seconds)
    for name, (place, install, script) in PEERS.items() if peers_env else ():
        python = peer_python(place, install, peers_env)
        answer: Any = run_peer(python, HERE / script, _given(sets)) if python else {"failed": "pip"}
        if isinstance(answer, dict):
            figures.append(Figure(TASK, name, "AUC", 0, 0, note=f"failed: {answer['failed']}"))
            continue
        for one, found in zip(sets, answer, strict=True):
            figures += _figures(name, one, np.array(found["chances"]), found["seconds"])
    return figures


def _given(sets: Sequence[Labelled]) -> list[dict[str, Any]]:
    return [
        {"texts": one.texts, "labels": one.labels, "folds": folds_of(one).tolist()} for one in sets
    ]


def folds_of(one: Labelled) -> np.ndarray:
    return folds(one.groups, numbers(one.labels), 5)


def numbers(labels: Sequence[str]) -> np.ndarray:
    places = {name: number for number, name in enumerate(sorted(set(labels)))}
    return np.array([places[one] for one in labels])


def _figures(who: str, one: Labelled, chances: np.ndarray, seconds: float) -> list[Figure]:
    truth, draw = numbers(one.labels), np.random.default_rng(SEED)
    samples = [draw.integers(0, len(truth), len(truth)) for _ in range(RESAMPLES)]
    figures = []
    for metric, score in (("AUC", _macro_auc), ("F1", _macro_f1)):
        values = sorted(score(truth[some], chances[some]) for some in samples)
        low, high = values[int(0.025 * RESAMPLES)], values[int(0.975 * RESAMPLES) - 1]
        value = score(truth, chances)
        figures.append(Figure(TASK, who, metric, value, len(truth), low, high, one.name))
    return [*figures, Figure(TASK, who, "CPU s", seconds, len(truth), data=one.name)]


def _macro_auc(truth: np.ndarray, chances: np.ndarray) -> float:
    areas = [auc(truth == n, chances[:, n]) for n in range(chances.shape[1])]
    return float(np.nanmean(areas))


def _macro_f1(truth: np.ndarray, chances: np.ndarray) -> float:
    found, values = chances.argmax(axis=1), []
    for n in range(chances.shape[1]):
        both = int(((truth == n) & (found == n)).sum())
        values.append(2 * both / (int((truth == n).sum()) + int((found == n).sum()) or 1))
    return float(np.mean(values))
