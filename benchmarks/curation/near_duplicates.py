"""Near-duplicates planted among 20,000 real texts: recall by kind, precision, CPU seconds, memory.

`_texts.py` says which texts and how copies are made. A planted text is found if it is in one
cluster with the text that it was made from; copies with other numbers must not be. Precision is the
share of pairs in clusters that were planted. Peers cluster the same texts in the same run, with
word 5-grams and 128 permutations. Measured, too: memory, and the 1,088 sample notes, of which 186
are different.
"""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from benchmarks.common import Figure, peer_python, run_peer
from benchmarks.curation._texts import NUMBER_KINDS, Text, real, with_planted, without_copies
from medloom.steps.curate.near_duplicates import near_duplicates
from medloom.tables.rows import Rows

TASK, N_TEXTS = "near-duplicates", 20_000
HERE = Path(__file__).parent
_DATATROVE = ["datatrove==0.10.1", "spacy>=3.8", "tokenizers", "regex", "xxhash<3.6", "orjson",
              "tldextract", "nltk"]  # fmt: skip
PEERS: dict[str, tuple[str, list[str], str, int]] = {
    "rensa-16x8": ("rensa 0.5.0, 16x8", ["rensa==0.5.0"], "with_rensa.py", 16),
    "rensa-32x4": ("rensa 0.5.0, 32x4", ["rensa==0.5.0"], "with_rensa.py", 32),
    "daft": ("Daft minhash by hand, 16x8", [], "with_daft_minhash.py", 16),
    "datatrove": ("datatrove 0.10.1, 16x8", _DATATROVE, "with_datatrove.py", 16),
}

NOT_RUN = {
    "text-dedup 0.4.0": "its install builds a dependency from source for more than 10 minutes",
    "Data-Juicer": "its first run installs Ray, torch and CUDA: 5.9 GB",
}


def measure(data: Path, peers_env: Path | None) -> list[Figure]:
    """Recall of each kind, pairs merged wrongly, and what it costs."""
    every = with_planted(without_copies(real(data))[:N_TEXTS])
    texts = [one.text for one in every]
    began = time.process_time()
    made = clusters_of(texts)
    seconds = time.process_time() - began
    figures = scored("medloom", every, made)
    figures.append(Figure(TASK, "medloom", "CPU s", seconds, len(every), goal=8))
    figures += _memory(texts)
    figures += _notes(data)
    for peer in PEERS:
        figures += _of_peer(peer, every, peers_env) if peers_env else []
    figures += [Figure(TASK, name, "recall", 0, 0, note=f"not run: {why}")
                for name, why in NOT_RUN.items()]  # fmt: skip
    return figures


def clusters_of(texts: Sequence[str]) -> list[int]:
    """A number for the cluster of each text, with the settings as they are shipped."""
    ids = list(map(str, range(len(texts))))
    marks = near_duplicates(Rows.of({"id": ids, "text": list(texts)}))
    return [int(cluster or number) for number, (cluster, _) in enumerate(marks)]


def scored(contender: str, every: Sequence[Text], clusters: Sequence[Any]) -> list[Figure]:
    """Recall by kind and of all kinds that are copies; number variants merged; precision."""
    of = {one.id: cluster for one, cluster in zip(every, clusters, strict=True)}
    planted = [one for one in every if one.kind]
    total = Counter(one.kind for one in planted)
    found = Counter(one.kind for one in planted if of[one.id] == of[one.of])
    figures = []
    for kind, n in total.items():
        metric = "merged" if kind in NUMBER_KINDS else "recall"
        goal = 0.0 if kind in NUMBER_KINDS else None
        figures.append(Figure(TASK, contender, metric, found[kind] / n, n, goal=goal, data=kind))
    copies = [kind for kind in total if kind not in NUMBER_KINDS]
    n = sum(total[kind] for kind in copies)
    recall = sum(found[kind] for kind in copies) / n
    figures.append(Figure(TASK, contender, "recall", recall, n, goal=0.99, data="all copies"))
    right, pairs = _pairs(every, clusters)
    figures.append(Figure(TASK, contender, "precision", right / (pairs or 1), pairs, goal=1.0,
                          data="pairs in clusters, number kinds apart"))  # fmt: skip
    return figures


def _pairs(every: Sequence[Text], clusters: Sequence[Any]) -> tuple[int, int]:
    """Pairs of texts in one cluster that are of one origin, and all of them."""
    members: dict[Any, list[Text]] = {}
    for one, cluster in zip(every, clusters, strict=True):
        if one.kind not in NUMBER_KINDS:
            members.setdefault(cluster, []).append(one)
    pairs = [pair for group in members.values() for pair in combinations(group[:200], 2)]
    right = sum((one.of or one.id) == (other.of or other.id) for one, other in pairs)
    return right, len(pairs)


def _memory(texts: Sequence[str]) -> list[Figure]:
    """What one and four times the texts add to the memory of a process of their own."""
    figures = []
    for times in (1, 4):
        added = float(
            subprocess.run(
                [sys.executable, "-m", "benchmarks.curation.near_duplicates", str(times)],
                input="\0".join(texts), capture_output=True, text=True, check=True,
            ).stdout
        )  # fmt: skip
        note = "above the texts themselves"
        n = times * len(texts)
        figures.append(Figure(TASK, "medloom", "peak MB", added, n, data=f"{n} texts", note=note))
    return figures


def _peak_mb() -> float:
    """The most memory that this process had (ru_maxrss would count that of its parent)."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _notes(data: Path) -> list[Figure]:
    """Clusters of the sample notes, which were drawn again and again."""
    notes = [one.text for one in real(data, 10**9) if one.id.startswith("mtsamples/")]
    found = len(set(clusters_of(notes)))
    gold = len(set(notes))
    data_ = f"{len(notes)} sample notes of {gold} different texts"
    return [Figure(TASK, "medloom", "texts left", found, len(notes), goal=gold, data=data_)]


def _of_peer(peer: str, every: Sequence[Text], folder: Path) -> list[Figure]:
    title, install, script, n_bands = PEERS[peer]
    name = peer.partition("-16")[0].partition("-32")[0]
    python = peer_python(name, install, folder) if install else Path(sys.executable)
    if python is None:
        return [Figure(TASK, title, "recall", 0, 0, note="pip cannot install it here")]
    given = {"texts": [one.text for one in every], "bands": n_bands}
    answer: Any = run_peer(python, HERE / script, given)
    if "failed" in answer:
        return [Figure(TASK, title, "recall", 0, 0, note=f"failed: {answer['failed']}")]
    figures = scored(title, every, answer["clusters"])
    return [*figures, Figure(TASK, title, "CPU s", answer["seconds"], len(every))]


def _main() -> None:
    """Cluster texts from standard input, and as many made of their words in another order."""
    texts = sys.stdin.read().split("\0")
    orders = (
        lambda w: w,
        lambda w: w[::-1],
        lambda w: w[::2] + w[1::2],
        lambda w: w[::3] + w[1::2],
    )
    every = [" ".join(order(one.split())) for order in orders[: int(sys.argv[1])] for one in texts]
    rows = Rows.of({"id": list(map(str, range(len(every)))), "text": every})
    del texts, every
    before = _peak_mb()
    near_duplicates(rows)
    print(_peak_mb() - before)


if __name__ == "__main__":
    _main()
