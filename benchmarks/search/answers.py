"""Answers without a model: is the evidence found, is the best sentence, is the check right.

Evidence: PubMedQA questions, each of which was made from one abstract; whether that abstract is
among the first k of all. SciFact claims; whether the gold sentences are among the first of their
abstract. The check of support: SciFact claims against the abstracts that they cite (support,
contradict, neither), and sentences of those abstracts, as they are and with one thing changed: a
number, the negation, the direction, a name. Thresholds were set on SciFact's training claims;
reported are the validation claims.
"""

import csv
import io
import json
import random
import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import medloom
from benchmarks.common import SEED, Figure
from benchmarks.search import _collections as collections
from benchmarks.search._claims import FILE, corpus
from medloom.answers.graph import graph_of
from medloom.answers.key_sentences import key_sentences
from medloom.answers.retrieving import as_query, retrieve
from medloom.answers.support import support
from medloom.kit.ranking import mean, paired_difference, recall, reciprocal_rank
from medloom.search.parsing import plain
from medloom.search.searcher import Searcher
from medloom.search.understanding import Understanding

TASK = "answers"
PUBMEDQA = Path("questions/qa_pubmedqa/dev500.json")
DEPTHS = (1, 5, 10, 100)
_VERDICT = {"SUPPORT": "supported", "CONTRADICT": "contradicted", "": "unsupported"}


def measure(data: Path, peers_env: Path) -> list[Figure]:
    """All figures of this task."""
    return [
        *check_of_support(data),
        *changed_sentences(data),
        *sentences(data),
        *passages(data),
        *with_graph(data),
    ]


class Labelled(NamedTuple):
    """A claim, the abstract that it cites, its label and its evidence sentences."""

    text: str
    abstract: str
    label: str
    evidence: set[int]


def labelled(data: Path, part: str) -> list[Labelled]:
    """SciFact claims with an abstract each, also those that it neither supports nor contradicts."""
    found = []
    with zipfile.ZipFile(data / FILE) as archive, archive.open(f"claims_{part}.csv") as raw:
        for row in csv.DictReader(io.TextIOWrapper(raw, "utf-8", newline="")):
            cited = re.findall(r"\d+", row["cited_doc_ids"])
            abstract = row["evidence_doc_id"] or cited[0]
            numbers = {int(one) for one in re.findall(r"\d+", row["evidence_sentences"])}
            found.append(Labelled(row["claim"], abstract, row["evidence_label"], numbers))
    return found


def check_of_support(data: Path, part: str = "validation") -> list[Figure]:
    """Of each label, the share of claims with each verdict."""
    texts = {one.id: one.sentences for one in corpus(data)}
    verdicts: dict[str, list[str]] = {label: [] for label in _VERDICT}
    for one in labelled(data, part):
        if one.abstract in texts:
            verdicts[one.label].append(support(one.text, texts[one.abstract]).verdict)
    figures = []
    for label, found in verdicts.items():
        for verdict in _VERDICT.values():
            share = mean([float(one == verdict) for one in found])
            named = f"{label.lower() or 'neither'}: {verdict}"
            figures.append(_figure(named, share, f"SciFact {part} claims"))
    right = [float(v == _VERDICT[label]) for label, some in verdicts.items() for v in some]
    figures.append(_figure("accuracy of 3", mean(right), f"SciFact {part} claims"))
    passed = [
        float(label == "SUPPORT")
        for label, some in verdicts.items()
        for v in some
        if v == "supported"
    ]
    figures.append(_figure("precision of supported", mean(passed), f"SciFact {part} claims"))
    return figures


def changed_sentences(data: Path) -> list[Figure]:
    """The share of sentences that the check passes: as they are, and with one thing changed."""
    abstracts = {one.id: one for one in corpus(data)}
    draw = random.Random(SEED)
    passed: dict[str, list[float]] = {}
    used = set()
    for one in labelled(data, "validation"):
        if one.label and one.abstract in abstracts and one.abstract not in used:
            used.add(one.abstract)
            evidence = abstracts[one.abstract].sentences
            other = draw.choice(abstracts[draw.choice(list(abstracts))].sentences)
            for at in sorted(one.evidence):
                if at < len(evidence):
                    for kind, text in _changes(evidence[at].strip(), other, draw):
                        verdict = support(text, evidence).verdict
                        passed.setdefault(kind, []).append(float(verdict == "supported"))
    about = "evidence sentences of SciFact validation"
    return [_figure(f"passed: {kind}", mean(some), about) for kind, some in passed.items()]


def _changes(sentence: str, other: str, draw: random.Random) -> Iterator[tuple[str, str]]:
    yield "as it is", sentence
    shortened = re.sub(r"\s*\([^()]*\)|^[A-Z /]{5,}:?\s", "", sentence).strip()
    if shortened != sentence and len(shortened.split()) > 4:
        yield "brackets left out", shortened
    if found := re.search(r"(?<![\w.-])\d+(?:\.\d+)?(?![\w-])", sentence):
        changed = str(round(float(found[0]) * draw.choice((0.5, 1.5, 2, 3)) + 1, 2))
        yield "another number", sentence[: found.start()] + changed + sentence[found.end() :]
    if found := re.search(r"\b(?:was|were|is|are|has|have|did|can)\b(?! not\b)", sentence):
        yield "a negation put in", f"{sentence[: found.end()]} not{sentence[found.end() :]}"
    turned, n = _turned(sentence)
    if n:
        yield "other direction", turned
    if found := re.search(r"\b[A-Z][A-Za-z]*\d+\w*|\b[A-Z]{3,}\b", sentence[12:]):
        yield "another name", sentence.replace(found[0], draw.choice(("KLF9", "TP73", "HSD17")))
    yield "of another abstract", other


_OPPOSITES = [
    ("increas", "decreas"),
    ("higher", "lower"),
    ("reduc", "increas"),
    ("inhibit", "activat"),
    ("improv", "worsen"),
    ("greater", "smaller"),
    ("enhanc", "impair"),
]


def _turned(sentence: str) -> tuple[str, int]:
    both = {a: b for one, other in _OPPOSITES for a, b in ((one, other), (other, one))}
    both |= {"increas": "decreas", "lower": "higher"}
    found = re.search("|".join(both), sentence)
    if not found:
        return sentence, 0
    return sentence[: found.start()] + both[found[0]] + sentence[found.end() :], 1


def sentences(data: Path) -> list[Figure]:
    """The part of the gold sentences among the first k of their own abstract."""
    texts = {one.id: one.sentences for one in corpus(data)}
    figures = []
    for k in (1, 2, 3):
        values, by_chance = [], []
        for one in labelled(data, "validation"):
            if one.label and one.abstract in texts:
                rows = texts[one.abstract]
                gold = {str(at): 1.0 for at in one.evidence if at < len(rows)}
                values.append(recall(_ranked(one.text, rows, k), gold, k))
                by_chance.append(min(k / len(rows), 1.0))
        about = "SciFact validation, gold sentences in their abstract"
        figures.append(_figure(f"recall@{k}", mean(values), about))
        figures.append(_figure(f"recall@{k} by chance", mean(by_chance), about))
    return figures


def _ranked(claim: str, rows: Sequence[str], k: int) -> list[str]:
    text = "\n\n".join(one.strip() for one in rows)
    starts, at = [], 0
    for one in rows:
        starts.append(at)
        at += len(one.strip()) + 2
    (found,) = key_sentences(claim, [text], most=k)
    return [str(max(n for n, start in enumerate(starts) if start <= one.start)) for one in found]


def passages(data: Path) -> list[Figure]:
    """Whether the abstract that a question was made from is among the first k of all."""
    read: dict[str, Any] = json.loads((data / PUBMEDQA).read_text("utf-8"))
    rows = [{"id": id, "text": " ".join(one["CONTEXTS"])} for id, one in read.items()]
    ranks: dict[str, list[list[str]]] = {}
    with collections.indexed({"abstracts": rows}) as uri:
        searcher = Searcher.open(uri)
        for mode in ("lexical", "dense", "hybrid"):
            ranks[mode] = [
                [
                    hit.id
                    for hit in searcher.find(
                        plain(as_query(one["QUESTION"])), mode=mode, limit=100
                    ).hits
                ]
                for one in read.values()
            ]
    figures = []
    scores = {
        (mode, k): [recall(found, {id: 1.0}, k) for found, id in zip(some, read, strict=True)]
        for mode, some in ranks.items()
        for k in DEPTHS
    }
    for (mode, k), values in scores.items():
        figures.append(_figure(f"{mode} recall@{k}", mean(values), f"PubMedQA in {len(rows)}"))
        if mode != "lexical":
            gain, low, high = paired_difference(values, scores["lexical", k])
            figures.append(
                Figure(
                    TASK,
                    "medloom",
                    f"{mode} - lexical @{k}",
                    gain,
                    len(values),
                    low,
                    high,
                    f"PubMedQA in {len(rows)}",
                )
            )
    return figures


_GRAPH = """
  entities:
    from: abstracts
    steps: [entities]
  pairs:
    from: abstracts
    steps: [cooccurrence, cooccurrence_statistics: {least_together: 2}]
"""


def with_graph(data: Path) -> list[Figure]:
    """What the graph of diseases and chemicals does to the rank of the right abstract."""
    read: dict[str, Any] = json.loads((data / PUBMEDQA).read_text("utf-8"))
    rows = [
        {"id": id, "article_id": id, "text": " ".join(one["CONTEXTS"])} for id, one in read.items()
    ]
    settings = {"steps": "[tag]", "more": _GRAPH, "only": ["abstracts"]}
    scores: dict[str, list[float]] = {"words and vectors": [], "graph": []}
    with collections.indexed({"abstracts": rows}, **settings) as uri:
        collection, searcher = medloom.open(uri), Searcher.open(uri)
        understanding, graph = Understanding.of(None, ()), graph_of(collection)
        for id, one in read.items():
            for how, used in (("words and vectors", None), ("graph", graph)):
                found = retrieve(
                    *(collection, searcher, one["QUESTION"]),
                    understanding=understanding,
                    graph=used,
                )
                ranked = [each.id for each in found.evidence]
                scores[how].append(reciprocal_rank(ranked, {id: 1.0}))
    gain, low, high = paired_difference(scores["graph"], scores["words and vectors"])
    about = f"PubMedQA in {len(rows)}"
    figures = [_figure(f"{how} MRR@40", mean(some), about) for how, some in scores.items()]
    return [*figures, Figure(TASK, "medloom", "graph - without", gain, len(read), low, high, about)]


def _figure(metric: str, found: Any, data: str) -> Figure:
    return Figure(TASK, "medloom", metric, found.mean, found.n, found.low, found.high, data)
