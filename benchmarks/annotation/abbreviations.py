"""Pairs of short and long forms on MED1250, beside what is on PyPI, in one run.

Gold: MED1250 (Sohn et al. 2008), of which a part is in `annotation/abbrev_ab3p`. A pair counts
where both forms are right but for white space. Rules were written with an eye on the even documents
only: the figures of the odd ones are held out.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.common import Counts, Figure, cpu_seconds, peer_python, run_peer, scores
from medloom.kit.short_forms import definitions, uses

TASK, GOAL, SPEED_GOAL = "abbreviations", 0.905, 10.0
HERE = Path(__file__).parent
PEERS = {
    "rust": ("abbreviation-extractor 0.2.0", ["abbreviation-extractor==0.2.0"], 5),
    "python": ("abbreviations 0.2.5", ["abbreviations==0.2.5", "regex"], 3),
    "scispacy": ("scispaCy 0.6.2", ["scispacy==0.6.2"], 1),
}
HALVES = {0: "MED1250, documents looked at", 1: "MED1250, documents held out"}
PUBLISHED = Figure(
    TASK, "Ab3P, its shipped output", "F1", 0.898, 1192, data="MED1250, all documents",
    note="not run here: its library is not to be had",
)  # fmt: skip
Pair = tuple[str, str]


class Document(NamedTuple):
    """The lines of one abstract and its gold pairs."""

    texts: list[str]
    pairs: set[Pair]


def gold(file: Path) -> list[Document]:
    """Blocks: an id, title and abstract, then two blanks before each pair, and comments."""
    found = []
    for block in file.read_text("utf-8").split("\n\n"):
        lines = block.strip("\n").split("\n")[1:]
        texts = [line for line in lines if not line.startswith(("  ", "//"))]
        pairs = [line.strip().split("|") for line in lines if line.startswith("  ")]
        if texts:
            found.append(Document(texts, normal((pair[0], pair[1]) for pair in pairs)))
    return found


def normal(pairs: Iterable[Sequence[str]]) -> set[Pair]:
    return {(" ".join(short.split()), " ".join(long.split())) for short, long in pairs}


def measure(data: Path, peers_env: Path | None) -> list[Figure]:
    documents = gold(data / "annotation/abbrev_ab3p/MED1250_dev600.txt")
    texts = ["\n".join(one.texts) for one in documents]
    ours = [[(one.short, one.long) for one in definitions(text)] for text in texts]
    figures = _scores("medloom", documents, ours, GOAL)
    size = sum(len(text.encode()) for text in texts)
    mega = size / 1e6

    def pairs() -> None:
        for text in texts:
            definitions(text)

    def step() -> None:
        for one in documents:
            uses(["t"] * len(one.texts), one.texts)

    speed = mega / cpu_seconds(pairs, 5)
    figures.append(Figure(TASK, "medloom", "MB/s", speed, size, data="MED1250", goal=SPEED_GOAL))
    speed = mega / cpu_seconds(step, 5)
    figures.append(Figure(TASK, "medloom, every use", "MB/s", speed, size, data="MED1250"))
    if peers_env:
        for name, (shown, install, rounds) in PEERS.items():
            figures += _peer(name, shown, install, rounds, documents, texts, mega, peers_env)
    return [*figures, PUBLISHED]


def _scores(
    contender: str, documents: list[Document], found: list[list[Pair]], goal: float | None = None
) -> list[Figure]:
    figures = []
    for half, shown in HALVES.items():
        counts = []
        for document, pairs in zip(documents[half::2], found[half::2], strict=True):
            made, wanted = normal(pairs), document.pairs
            counts.append(Counts(len(made & wanted), len(made - wanted), len(wanted - made)))
        figures += scores(TASK, contender, counts, shown, goal if half else None)
    return figures


def _peer(
    name: str,
    shown: str,
    install: list[str],
    rounds: int,
    documents: list[Document],
    texts: list[str],
    mega: float,
    peers_env: Path,
) -> list[Figure]:
    python = peer_python(f"abbreviations-{name}", install, peers_env)
    if python is None:
        return [Figure(TASK, shown, "F1", 0.0, 0, note="cannot be installed")]
    given = {"peer": name, "texts": texts, "rounds": rounds}
    said = run_peer(python, HERE / "with_abbreviations.py", given)
    if "failed" in said:
        return [Figure(TASK, shown, "F1", 0.0, 0, note=f"fails: {said['failed']}")]
    speed = Figure(TASK, shown, "MB/s", mega / said["seconds"], int(mega * 1e6), data="MED1250")
    return [*_scores(shown, documents, said["pairs"]), speed]
