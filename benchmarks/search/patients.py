"""Similar patients, and articles for patients, by judgements that people made for other ends.

- The PMC-Patients way (Zhao et al. 2023), on the articles at hand: similar are patients of one
  article (2), and of articles of which one cites the other (1); relevant are the patient's article
  and those that it cites or that cite it. Where there are no patients, the figure says so.
- The same patient in another document: ACI-Bench has 207 visits as a dialogue and as a note; a
  dialogue looks for the note of its visit among all notes.
- Articles that an article cites: title and abstract look for the cited works among the titles of
  all works that any article at hand cites: the judgement of PMC-Patients' patient-to-article task,
  with articles in place of patients.
"""

import csv
import json
import re
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import medloom
from benchmarks.common import Figure
from benchmarks.search import _collections as collections
from benchmarks.search._rankings import Grades, compared, found
from medloom.collection.collection import Collection
from medloom.kit.ranking import ndcg, recall, reciprocal_rank
from medloom.search.similar import Similar

TASK = "patients"
ARTICLES = ("pmc_packages_derived", "pmc_evidence_inference", "jats_mixed", "jats_packages")
VISITS = Path("notes/dialog_aci_bench/data/challenge_data")
_ROWS = """\
name: rows
tables:
  rows:
    read: {jsonl: {input: "{input}", columns: {id: str, text: str}}}
    steps: [demographics]
"""
_SPEAKER = re.compile(r"\[(?:doctor|patient|patient_guest)\]")


def measure(data: Path, peers_env: Path | None) -> list[Figure]:
    """nDCG@10, recall and reciprocal rank with intervals, and differences of ways to compare."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        built = [
            collections.built("patient-retrieval", data / "literature" / part, folder / part)
            for part in ARTICLES
        ]
        patients = [figure for one in built for figure in _patients(one)]
        n = sum(one.dataset("cases").count_rows() for one in built)
        told = Figure(TASK, "medloom", "patients", n, sum(one.dataset("articles").count_rows()
                      for one in built), data="articles at hand")  # fmt: skip
        return [told, *patients, *_visits(data, folder), *_cited(built, folder)]


def _patients(built: Collection) -> list[Figure]:
    """Nothing where no article has patients with judgements."""
    figures = []
    ways = {"medloom, words": ["text"], "medloom": ["text", "concepts", "demographics"],
            "medloom, with vectors": ["text", "vector", "concepts", "demographics"]}  # fmt: skip
    for table, judged, column, grade in (
        ("cases", "patient_patients", "similar_id", "similarity"),
        ("articles", "patient_articles", "article", "relevance"),
    ):
        grades: dict[str, dict[str, float]] = defaultdict(dict)
        for row in collections.rows_of(built, judged, "case_id", column, grade):
            grades[row["case_id"]][row[column]] = float(row[grade])
        if not grades:
            continue
        orders = {}
        for name, by in ways.items():
            target = Similar(built, table)
            target.by = [one for one in by if one in target.parts]
            orders[name] = [
                [hit.id for hit in target.to_row(one, table="cases", limit=100).hits]
                for one in grades
            ]
        told = f"{judged} of {Path(built.uri).parent.name}"
        figures += compared(
            TASK, orders, list(grades.values()), told, {"nDCG@10": ndcg, "recall@100": recall}
        )
    return figures


def _visits(data: Path, folder: Path) -> list[Figure]:
    notes, dialogues = {}, {}
    for file in sorted((data / VISITS).glob("*.csv")):
        with file.open(newline="", encoding="utf-8") as opened:
            for row in csv.DictReader(opened):
                if row.get("dialogue"):
                    name = f"{file.stem}/{row['encounter_id']}"
                    notes[name] = row["note"]
                    dialogues[name] = _SPEAKER.sub(" ", row["dialogue"])
    built = _collection(notes, folder / "visits")
    return _compared(
        built,
        list(dialogues.values()),
        [{one: 1.0} for one in dialogues],
        f"dialogues, the note of the visit among {len(notes)}",
        {"medloom, words": ["text"], "medloom": ["text", "demographics"],
         "medloom, vectors": ["vector"],
         "medloom, with vectors": ["text", "vector", "demographics"]},
        {"RR": reciprocal_rank},
    )  # fmt: skip


def _cited(built: Sequence[Collection], folder: Path) -> list[Figure]:
    works: dict[str, str] = {}
    queries, grades = [], []
    for one in built:
        for row in collections.rows_of(one, "articles", "title", "abstract", "references"):
            named = {
                " ".join(work["title"].lower().split()): work["title"]
                for work in row["references"]
                if work["title"] and len(work["title"].split()) >= 3
            }
            for key, title in named.items():
                works.setdefault(key, title)
            if len(named) >= 5 and row["abstract"]:
                queries.append(f"{row['title']}\n{row['abstract']}")
                grades.append(dict.fromkeys(named, 1.0))
    numbers = {key: f"w{n}" for n, key in enumerate(works)}
    made = _collection({numbers[key]: title for key, title in works.items()}, folder / "works")
    judged = [{numbers[key]: 1.0 for key in some} for some in grades]
    told = f"articles, cited works among {len(works)} titles"
    ways = {"medloom, words": ["text"], "medloom, vectors": ["vector"],
            "medloom, with vectors": ["text", "vector"]}  # fmt: skip
    return _compared(made, queries, judged, told, ways, {"nDCG@10": ndcg, "recall@100": recall})


def _collection(texts: Mapping[str, str], folder: Path) -> Collection:
    folder.mkdir()
    lines = (json.dumps({"id": name, "text": text}) for name, text in texts.items())
    (folder / "rows.jsonl").write_text("\n".join(lines) + "\n")
    (folder / "rows.yaml").write_text(_ROWS)
    medloom.build(folder / "rows.yaml", into=folder / "made", input=folder / "rows.jsonl")
    return medloom.open(folder / "made")


def _compared(
    built: Collection,
    queries: Sequence[str],
    grades: Sequence[Grades],
    data: str,
    ways: Mapping[str, list[str]],
    measures: Mapping[str, Callable[..., float]],
) -> list[Figure]:
    orders = {}
    rows = Similar(built, "rows")
    for name, by in ways.items():
        rows.by = by
        if "vector" not in by or rows.encode is not None:
            orders[name] = [found(rows, one) for one in queries]
    return compared(TASK, orders, grades, data, measures)
