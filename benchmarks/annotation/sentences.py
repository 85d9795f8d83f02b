"""Sentences of articles, against the treebank of CRAFT.

The gold is in a checkout of CRAFT (UCDenver-ccp/CRAFT on GitHub, CC BY 3.0): in `annotation/craft`
of the data, or where MEDLOOM_CRAFT says. Paragraphs, the lines of an article's text, are given to
all contenders; what is counted is the place where a sentence ends, the last of a paragraph
included. Errors were looked at only in the first, third, fifth ... article; the others are held
out.
Speeds: bytes of UTF-8 in a CPU second, paragraph by paragraph, offsets made; the best of three
first runs, for some libraries remember whole texts.
"""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.annotation._craft_sentences import Gold, articles
from benchmarks.common import (
    Counts,
    Figure,
    cpu_seconds,
    peer_python,
    run_peer,
    scores,
)
from medloom.kit.sentence_words import language
from medloom.kit.sentences import split

PEERS = {"nupunkt": "0.8.0", "blingfire": "0.1.8", "segtok": "1.5.11", "syntok": "1.4.4"} | {
    "pysbd": "0.3.4"
}
SLOW, FEW = {"pysbd"}, 12
ADAPTER = Path(__file__).parent / "with_sentence_splitters.py"
Ends = Callable[[str], Sequence[int]]


def measure(data: Path, peers_env: Path | None) -> list[Figure]:
    """Our figures on both halves of the treebank, and the peers'."""
    craft = Path(os.environ.get("MEDLOOM_CRAFT", data / "annotation/craft"))
    gold = list(articles(craft))
    if not gold:
        note = "no treebank: set MEDLOOM_CRAFT to a checkout of CRAFT"
        return [Figure("sentences", "medloom", "F1", 0, 0, goal=0.993, note=note)]
    texts = [text for article in gold for _, text in paragraphs(article.text)]
    figures = _scores("medloom", gold, lambda text: [one.end for one in split(text)])
    seconds = cpu_seconds(lambda: (language("en").met.clear(), [split(text) for text in texts]))
    figures.append(_speed("medloom", texts, seconds, 20))
    for name, version in PEERS.items():
        figures += _peer(name, version, gold[: 2 * FEW] if name in SLOW else gold, peers_env)
    return figures


def _peer(name: str, version: str, gold: list[Gold], peers_env: Path | None) -> list[Figure]:
    contender = f"{name} {version}"
    folder = peers_env or Path(".peers")
    python = peer_python(name, [f"{name}=={version}", "setuptools<81", "numpy"], folder)
    if python is None:
        return [Figure("sentences", contender, "F1", 0, 0, note="could not be installed")]
    texts = [text for article in gold for _, text in paragraphs(article.text)]
    given, rounds = {"library": name, "texts": texts}, 1 if name in SLOW else 3
    runs = [run_peer(python, ADAPTER, given) for _ in range(rounds)]
    made = min(runs, key=lambda run: run.get("seconds", 0))
    if "failed" in made:
        return [Figure("sentences", contender, "F1", 0, 0, note=made["failed"])]
    ends = dict(zip(texts, made["ends"], strict=True))
    return [
        *_scores(contender, gold, ends.__getitem__),
        _speed(contender, texts, made["seconds"]),
    ]


def paragraphs(text: str) -> list[tuple[int, str]]:
    """The lines of a text that are not empty, each with its place."""
    found, at = [], 0
    for line in text.split("\n"):
        if line.strip():
            found.append((at, line))
        at += len(line) + 1
    return found


def _scores(contender: str, gold: list[Gold], ends: Ends) -> list[Figure]:
    halves = {"seen while building": gold[::2], "held out": gold[1::2]}
    return [
        figure
        for half, some in halves.items()
        for figure in scores(
            "sentences",
            contender,
            [_counts(article, ends) for article in some],
            f"CRAFT treebank, {len(some)} articles, {half}",
            0.993,
        )
    ]


def _counts(article: Gold, ends: Ends) -> Counts:
    wanted = {end for _, end in article.sentences}
    made = set()
    for at, text in paragraphs(article.text):
        made |= {at + len(text[:end].rstrip()) for end in ends(text)}
    return Counts(len(made & wanted), len(made - wanted), len(wanted - made))


def _speed(contender: str, texts: list[str], seconds: float, goal: float | None = None) -> Figure:
    size = sum(len(text.encode()) for text in texts)
    speed = size / 1e6 / seconds
    return Figure("sentences", contender, "MB/s", speed, size, data="CRAFT", goal=goal)
