"""Selection: how various a tenth of a table is, by kinds that the selection does not see.

Sections of notes (MTS-Dialog) are of some kinds often and of others rarely. Told are the kinds that
a sample holds (of all), and their evenness: the entropy of kinds over its greatest value. Chance is
the mean of 20 samples, ours of 4 seeds. Informativeness must tell captions without news, planted,
from real ones.
"""

import random
from collections import Counter
from collections.abc import Sequence
from math import log
from pathlib import Path

import numpy as np

from benchmarks.common import Figure, cpu_seconds
from benchmarks.curation._bad_texts import bad_captions
from benchmarks.curation._known_good import known_good
from benchmarks.curation._labelled import labelled
from medloom.kit.text_classifier import auc
from medloom.steps.curate.diverse_sample import diverse_sample
from medloom.steps.curate.informativeness import informativeness
from medloom.tables.rows import Rows

TASK, SHARE, SEED, SEEDS = "selection", 10, 20261128, 4


def measure(data: Path, peers_env: Path | None) -> list[Figure]:
    """Kinds and evenness of a sample by chance and of ours; rows a second."""
    figures: list[Figure] = []
    for one in labelled(data):
        if one.name in ("header of a note's section", "section of a PMC paragraph"):
            figures += _figures(one.name, one.texts, one.labels)
    texts = known_good(data)["abstract"][:5000]
    rows = Rows.of({"id": [str(n) for n in range(len(texts))], "text": texts})
    seconds = cpu_seconds(lambda: diverse_sample(rows, n_rows=500), rounds=1)
    speed = len(texts) / seconds
    figures.append(Figure(TASK, "medloom", "rows/s", speed, len(texts), data="abstracts"))
    return figures + _informative(known_good(data)["caption"])


def _informative(good: Sequence[str]) -> list[Figure]:
    (empty,) = bad_captions().values()
    texts = [*good, *empty]
    made = informativeness(Rows.of({"id": [str(n) for n in range(len(texts))], "text": texts}))
    is_good = np.arange(len(texts)) < len(good)
    measures = {
        "bits": [one.bits for one in made],
        "bits a word": [one.bits_per_word for one in made],
        "characters (a baseline)": [len(one) for one in texts],
    }
    return [
        Figure(TASK, "medloom", "AUC", auc(is_good, np.array(values, float)), len(texts),
               data=f"captions without news, by {name}")
        for name, values in measures.items()
    ]  # fmt: skip


def _figures(name: str, texts: Sequence[str], labels: Sequence[str]) -> list[Figure]:
    ids = [str(n) for n in range(len(texts))]
    n_rows, n_kinds = len(texts) // SHARE, len(set(labels))
    rows = Rows.of({"id": ids, "text": texts})
    ours = [_kept(labels, diverse_sample(rows, n_rows=n_rows, seed=seed)) for seed in range(SEEDS)]
    draw = random.Random(SEED)
    by_chance = [draw.sample(list(labels), n_rows) for _ in range(20)]
    figures = []
    for who, samples in (("medloom", ours), ("by chance", by_chance)):
        kinds = sum(len(set(one)) for one in samples) / len(samples)
        evenness = sum(_evenness(one, n_kinds) for one in samples) / len(samples)
        figures.append(Figure(TASK, who, "kinds", kinds, n_rows, data=f"{name}, of {n_kinds}"))
        figures.append(Figure(TASK, who, "evenness", evenness, n_rows, data=name))
    return figures


def _kept(labels: Sequence[str], reasons: Sequence[str | None]) -> list[str]:
    return [label for label, reason in zip(labels, reasons, strict=True) if reason is None]


def _evenness(labels: Sequence[str], n_kinds: int) -> float:
    shares = [n / len(labels) for n in Counter(labels).values()]
    return -sum(one * log(one) for one in shares) / log(n_kinds)
