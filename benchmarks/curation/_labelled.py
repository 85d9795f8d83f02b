"""Texts with labels that people gave: what filters are measured on."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.curation._known_good import documents, screening

_SECTIONS = ("introduction", "methods", "results", "discussion")
_TYPES = {
    "research-article": "study",
    "review-article": "review",
    "case-report": "case",
    "systematic-review": "review",
    "brief-report": "study",
}
_MOST = 3000


class Labelled(NamedTuple):
    """A set of texts with labels; texts of a group are never learned from and tested."""

    name: str
    texts: list[str]
    labels: list[str]
    groups: list[str]


def labelled(data: Path) -> Iterator[Labelled]:
    """Sets of texts, a few thousand rows each."""
    for name in ("Nagtegaal_2019", "ADHD", "Antihistamines"):
        rows = [(f"{t} {a}", str(y), t) for one, t, a, y in screening(data) if one == name]
        yield _made(f"screening {name}: included", rows)
    yield _made("section of a PMC paragraph", list(_sections(data)))
    yield _made("type of the article of a PMC paragraph", list(_types(data)))
    yield _made("header of a note's section", list(_headers(data)))
    yield _made("PubMedQA: yes, no, maybe", list(_pubmedqa(data)))
    yield _made("MEDEC: a note with an error", list(_medec(data)))


def _made(name: str, rows: list[tuple[str, str, str]]) -> Labelled:
    return Labelled(name, *(list(one) for one in zip(*rows, strict=True)))


def _sections(data: Path) -> Iterator[tuple[str, str, str]]:
    found = [
        (one.text, one.section_kind, one.article_id)
        for document in documents(data)
        for one in document.passages
        if one.kind == "paragraph" and one.section_kind in _SECTIONS and len(one.text) > 100
    ]
    yield from found[:_MOST]


def _types(data: Path) -> Iterator[tuple[str, str, str]]:
    for document in documents(data):
        kind = _TYPES.get(document.articles[0].article_type or "")
        long = [one for one in document.passages if one.kind == "paragraph" and len(one.text) > 200]
        if kind:
            yield from ((one.text, kind, one.article_id) for one in long[:12])


def _headers(data: Path) -> Iterator[tuple[str, str, str]]:
    file = data / "notes/dialog_mts/Main-Dataset/MTS-Dialog-TrainingSet.csv"
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    counts = {one["section_header"]: 0 for one in rows}
    for one in rows:
        counts[one["section_header"]] += 1
    for one in rows:
        if counts[one["section_header"]] >= 25:
            yield one["section_text"], one["section_header"], one["ID"]


def _pubmedqa(data: Path) -> Iterator[tuple[str, str, str]]:
    rows = json.loads((data / "questions/qa_pubmedqa/dev500.json").read_text("utf-8"))
    for key, one in rows.items():
        yield " ".join([one["QUESTION"], *one["CONTEXTS"]]), one["final_decision"], key


def _medec(data: Path) -> Iterator[tuple[str, str, str]]:
    folder = data / "questions/qa_medec/MEDEC-MS"
    (file,) = folder.glob("*.csv")
    with file.open(encoding="utf-8", newline="") as opened:
        for one in csv.DictReader(opened):
            # A note is there with its error and without: they begin alike.
            yield one["Text"], one["Error Flag"], one["Text"][:80]
