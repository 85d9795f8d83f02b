"""Images found by what reports say of them, at several granularities (after RadIR), and by looks.

- A finding: concepts of the NegEx set are looked for among its sentences, which stand for reports;
  relevant is a sentence of which people said that it affirms the concept. A second query asks for
  those that deny it (`no fever`).
- A sentence of a report: a sentence of an article that mentions a figure looks for that figure
  among all figures, by their captions. The author is the judge.
- An image: figures of other articles that show the same kind of image, as the rules of
  `caption_labels` read off their captions, which the search does not see.

The NegEx sentences are those that the rules of `assertion` were looked at with in part; see
benchmarks/annotation/negation.py.
"""

import json
import random
import re
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import medloom
from benchmarks.common import SEED, Figure
from benchmarks.search import _collections as collections
from benchmarks.search._rankings import Order, compared, found
from medloom.collection.collection import Collection
from medloom.kit.ranking import ndcg, precision, reciprocal_rank
from medloom.search.similar import Similar

TASK = "figures"
NEGEX = Path("annotation/negex_gold/rsAnnotations_dev1200.txt")
ARTICLES = ("literature/pmc_packages_derived", "literature/pmc_evidence_inference")
_REPORTS = """\
name: reports
tables:
  reports:
    read: {jsonl: {input: "{input}", columns: {id: str, caption: str}}}
"""
_LABEL = re.compile(r"\(?(?:see )?\b(?:supplementary )?fig(?:ure|s|\.)?s?\.?\s*\w{0,4}(?:[-–,]\s*\w{1,3})*\)?", re.I)  # fmt: skip # noqa: E501


def measure(data: Path, peers_env: Path | None) -> list[Figure]:
    """Findings among reports, figures by sentences, images by images."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        figures = _findings(data, folder)
        for number, part in enumerate(ARTICLES):
            built = collections.built("figure-search", data / part, folder / str(number))
            figures += _by_sentence(built, Path(part).name)
            figures += _by_image(built, Path(part).name)
    return figures


def _findings(data: Path, folder: Path) -> list[Figure]:
    lines = (data / NEGEX).read_text("utf-8", errors="replace").splitlines()[1:]
    said: dict[str, dict[str, str]] = defaultdict(dict)
    texts: dict[str, str] = {}
    for _, concept, sentence, negation, *_ in (line.split("\t") for line in lines if line):
        row = texts.setdefault(" ".join(sentence.lower().split()), f"r{len(texts)}")
        said[" ".join(concept.lower().split())][row] = negation
    file = folder / "reports.jsonl"
    file.write_text(
        "".join(json.dumps({"id": row, "caption": text}) + "\n" for text, row in texts.items())
    )
    (folder / "reports.yaml").write_text(_REPORTS)
    medloom.build(folder / "reports.yaml", into=folder / "reports", input=file)
    built = medloom.open(folder / "reports")
    mixed = {
        concept: rows
        for concept, rows in said.items()
        if {"Affirmed", "Negated"} <= set(rows.values())
    }
    figures = []
    for ask, wanted in (("{}", "Affirmed"), ("no {}", "Negated")):
        queries = [ask.format(one) for one in mixed]
        grades = [
            {row: 1.0 for row, negation in rows.items() if negation == wanted}
            for rows in mixed.values()
        ]
        told = f"{len(texts)} sentences of NegEx, '{ask.format('FINDING')}'"
        orders = {
            "medloom, words": _ranked(built, "reports", ["caption"], queries),
            "medloom": _ranked(built, "reports", ["caption", "findings"], queries),
        }
        orders |= _with_vectors(built, "reports", ["caption", "findings"], queries)
        figures += compared(TASK, orders, grades, told, {"nDCG@10": ndcg})
    return figures


def _by_sentence(built: Collection, name: str) -> list[Figure]:
    """One sentence a figure: the first that mentions it alone, without its label."""
    asked: dict[str, str] = {}
    mentioned: dict[str, set[str]] = defaultdict(set)
    for row in collections.rows_of(built, "figures", "id", "mentions"):
        for one in row["mentions"]:
            mentioned[one["sentence"]].add(row["id"])
    for sentence, figures in mentioned.items():
        query = " ".join(_LABEL.sub(" ", sentence).split())
        if len(figures) == 1 and len(query.split()) >= 5:
            asked.setdefault(next(iter(figures)), query)
    queries, grades = list(asked.values()), [{one: 1.0} for one in asked]
    n_figures = built.dataset("figures").count_rows()
    told = f"sentences that mention one of {n_figures} figures, {name}"
    orders = {
        "medloom, words": _ranked(built, "figures", ["caption"], queries),
        "medloom, words and findings": _ranked(
            built, "figures", ["caption", "findings", "anatomy"], queries
        ),
    }
    orders |= _with_vectors(built, "figures", ["caption"], queries)
    return compared(TASK, orders, grades, told, {"RR@10": lambda o, g: reciprocal_rank(o, g, 10)})


def _by_image(built: Collection, name: str) -> list[Figure]:
    """Images of other articles with the same label of the kind modality."""
    labels = {
        row["id"]: {one["label"] for one in row["labels"] if one["kind"] == "modality"}
        for row in collections.rows_of(built, "figures", "id", "labels")
    }
    images = collections.rows_of(built, "images", "figure_id", "article_id")
    shown = {row["figure_id"]: row["article_id"] for row in images}
    pool = [one for one in shown if labels.get(one)]
    if not pool:
        return []
    rows = Similar(built, "figures", ["image"])
    draw = random.Random(SEED)
    orders: dict[str, list[Order]] = {"any order": [], "medloom": []}
    grades = []
    for one in pool:
        others = [o for o in pool if shown[o] != shown[one]]
        relevant = {o: 1.0 for o in others if labels[o] & labels[one]}
        if not relevant:
            continue
        grades.append(relevant)
        orders["any order"].append(draw.sample(others, len(others)))
        ranked = [hit.id for hit in rows.to_row(one, limit=len(rows.shelf.ids)).hits]
        orders["medloom"].append([hit for hit in ranked if hit in set(others)])
    told = f"{len(pool)} images with a label, same kind in other articles, {name}"
    return compared(TASK, orders, grades, told, {"P@5": lambda o, g: precision(o, g, 5)})


def _ranked(built: Collection, table: str, by: list[str], queries: Sequence[str]) -> list[Order]:
    rows = Similar(built, table, by)
    return [found(rows, one) for one in queries]


def _with_vectors(
    built: Collection, table: str, by: list[str], queries: Sequence[str]
) -> dict[str, list[Order]]:
    rows = Similar(built, table, [*by, "vector"])
    if rows.encode is None:
        return {}
    return {"medloom, with vectors": [found(rows, one) for one in queries]}
