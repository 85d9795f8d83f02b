"""Evidence for a claim: rationale sentences of SciFact's validation claims.

Twice: the sentences of an abstract that is known to hold the evidence, and sentences of all 5,183
abstracts, found with `medloom similar DIR abstracts --text CLAIM --sentences`. The weights of
vectors and of the place in an abstract were set on the claims of the training part. The peer ranks
the same sentences in the same run.
"""

import json
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

import medloom
from benchmarks.common import Figure, peer_python, run_peer
from benchmarks.search._claims import Abstract, Claim, claims, corpus
from medloom.collection.collection import Collection
from medloom.kit.ranking import average_precision, mean, ndcg, paired_difference, reciprocal_rank
from medloom.kit.ranking import recall as recall_at
from medloom.search.similar import Similar, Wanted, sentence_scores, sentences_like

TASK = "evidence"
HERE = Path(__file__).parent
INSIDE = "sentences of the abstract that holds the evidence"
OVER = "sentences of all 5,183 abstracts"
PEERS = {
    "bm25s 0.3": ("bm25s", ["bm25s"], "bm25s"),
}
_RECIPE = """\
name: abstracts
tables:
  abstracts:
    read: {jsonl: {input: "{input}", columns: {id: str, title: str, abstract: str}}}
"""
Order = list[str]


def measure(data: Path, peers_env: Path | None) -> list[Figure]:
    """Mean reciprocal rank, mean average precision, nDCG@10 and recall, with paired differences."""
    every, asked = corpus(data), claims(data)
    with tempfile.TemporaryDirectory() as folder:
        rows = Similar(_collection(every, Path(folder)), "abstracts")
        return [*_inside(rows, every, asked, peers_env), *_over(rows, every, asked)]


def _collection(every: Sequence[Abstract], folder: Path) -> Collection:
    lines = [
        json.dumps({"id": one.id, "title": one.title, "abstract": " ".join(one.sentences)})
        for one in every
    ]
    (folder / "abstracts.jsonl").write_text("\n".join(lines) + "\n")
    recipe = folder / "abstracts.yaml"
    recipe.write_text(_RECIPE)
    medloom.build(recipe, into=folder / "collection", input=folder / "abstracts.jsonl")
    return medloom.open(folder / "collection")


def _inside(
    rows: Similar, every: Sequence[Abstract], asked: Sequence[Claim], peers_env: Path | None
) -> list[Figure]:
    of = {one.id: one for one in every}
    pairs = [(one.text, of[doc], held) for one in asked for doc, held in one.evidence.items()]
    encode = rows.encode

    def ours(use: object) -> list[Order]:
        return [
            _order(sentence_scores(text, doc.sentences, rows.words, use, abstract=True))  # type: ignore[arg-type]
            for text, doc, _ in pairs
        ]

    orders = {"medloom, words": ours(None)}
    if encode is not None:
        orders["medloom"] = ours(encode)
    given = [{"query": text, "texts": doc.sentences} for text, doc, _ in pairs]
    notes = {}
    for name, (folder, install, how) in PEERS.items() if peers_env else ():
        made = _of_peer(folder, install, how, given, peers_env)
        if isinstance(made, str):
            notes[name] = made
        else:
            orders[name] = [_order(np.array(scores)) for scores in made]
    grades = [{str(number): 1.0 for number in held} for _, _, held in pairs]
    figures = _figures(orders, grades, INSIDE, {"RR": reciprocal_rank, "AP": average_precision})
    return figures + [
        Figure(TASK, name, "RR", 0, 0, data=INSIDE, note=f"not run: {why}")
        for name, why in notes.items()
    ]


def _over(rows: Similar, every: Sequence[Abstract], asked: Sequence[Claim]) -> list[Figure]:
    numbers = {one.id: _starts(one) for one in every}
    orders: dict[str, list[Order]] = {}
    for name, by in (("medloom, words", ["text"]), ("medloom", ["text", "vector"])):
        rows.by = by
        if name == "medloom" and rows.encode is None:
            continue
        orders[name] = [
            [
                f"{hit.id}/{numbers[hit.id].get(hit.values['start'], 'title')}"
                for hit in sentences_like(rows, Wanted(one.text), limit=100).hits
            ]
            for one in asked
        ]
    grades = [
        {f"{doc}/{n}": 1.0 for doc, held in one.evidence.items() for n in held} for one in asked
    ]
    return _figures(orders, grades, OVER, {"nDCG@10": ndcg, "recall@100": recall_at})


def _starts(one: Abstract) -> dict[int, int]:
    """Where each sentence of an abstract begins in the text of its row, and its number."""
    at, starts = len(one.title) + 1 if one.title else 0, {}
    for number, sentence in enumerate(one.sentences):
        starts[at + len(sentence) - len(sentence.lstrip())] = number
        at += len(sentence) + 1
    return starts


def _order(scores: np.ndarray) -> Order:
    return [str(one) for one in np.argsort(-scores, kind="stable")]


def _figures(
    orders: dict[str, list[Order]],
    grades: Sequence[dict[str, float]],
    data: str,
    measures: dict[str, Callable[..., float]],
) -> list[Figure]:
    figures = []
    for metric, measured in measures.items():
        scores = {
            name: [measured(order, grade) for order, grade in zip(some, grades, strict=True)]
            for name, some in orders.items()
        }
        first = next(reversed([name for name in scores if name.startswith("medloom")]))
        for name, some in scores.items():
            value, low, high, n = mean(some)
            note = ""
            if name != first:
                told = paired_difference(scores[first], some)
                note = "{} less this: {:+.3f} [{:+.3f}, {:+.3f}]".format(first, *told)
            figures.append(Figure(TASK, name, metric, value, n, low, high, data, note=note))
    return figures


def _of_peer(
    folder: str, install: Sequence[str], how: str, given: Sequence[object], peers_env: Path
) -> list[list[float]] | str:
    python = peer_python(folder, install, peers_env)
    if python is None:
        return "cannot be installed"
    made = run_peer(python, HERE / "with_sentences.py", {"how": how, "given": given})
    return str(made["failed"]) if isinstance(made, dict) else made
