"""Sections of notes: where headers begin, and what kind they are.

MTSamples: `tests/annotate/gold_sections.jsonl` has the headers of 47 notes (by a hash of the text;
place and kind only). The rows of the source repeat 186 texts; the 17 that are in no even row are
held out. The gold is what a reader left of our output and added to it, so it flatters us where
one could cut otherwise. ACI-Bench: its headers are lines in capitals behind an empty line; what is
counted is how many are found, and which of ours are none (parts of lists, inline headers).
MTS-Dialog: the section's header in front of its text must give the kind that its name means.
The peer, medspaCy's sectionizer with its own rules, is given lines instead of commas, and measured
by places only, for its kinds are others. Parts of an examination (`HEENT:`) are no headers in the
gold; it costs the peer precision that it finds some.
"""

import csv
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.common import (
    Counts,
    Figure,
    cpu_seconds,
    peer_python,
    run_peer,
    scores,
)
from medloom.kit.lines import paragraphs
from medloom.steps.annotate.note_sections import note_sections

GOLD = Path(__file__).parents[2] / "tests/annotate/gold_sections.jsonl"
ADAPTER = Path(__file__).parent / "with_medspacy_sections.py"
MTSAMPLES = "notes/notes_medcat_mtsamples/pt_notes.csv"
ACI = "notes/dialog_aci_bench/data/challenge_data/{}.csv"
MTS = "notes/dialog_mts/Main-Dataset/MTS-Dialog-TrainingSet.csv"
_CAPITALS = re.compile(r"(?:^|(?<=\n\n))[A-Z][A-Z /&,-]{2,58}[A-Z]:?(?=\s*\n)")
MEANT = {
    "FAM/SOCHX": "social_history",
    "GENHX": "history_of_present_illness",
    "PASTMEDICALHX": "past_medical_history",
    "CC": "chief_complaint",
    "PASTSURGICAL": "past_surgical_history",
    "ALLERGY": "allergies",
    "ROS": "review_of_systems",
    "MEDICATIONS": "medications",
    "ASSESSMENT": "assessment",
    "EXAM": "physical_exam procedure",
    "DIAGNOSIS": "diagnosis",
    "DISPOSITION": "disposition",
    "PLAN": "plan",
    "EDCOURSE": "emergency_department_course",
    "IMMUNIZATIONS": "immunizations",
    "IMAGING": "imaging",
    "GYNHX": "gynecologic_history",
    "PROCEDURES": "procedure",
    "LABS": "labs",
}


def measure(data: Path, peers_env: Path | None) -> list[Figure]:
    """Scores on the three sets, and the speed on MTSamples."""
    csv.field_size_limit(sys.maxsize)
    step = note_sections.body()
    texts = list(dict.fromkeys(row["text"] for row in _rows(data / MTSAMPLES)))
    seconds = cpu_seconds(lambda: step(texts))
    size = sum(len(text.encode()) for text in texts)
    speed = Figure(
        "sections", "medloom", "MB/s", size / 1e6 / seconds, size, data=f"MTSamples, {len(texts)}"
    )
    ours = [*_mtsamples(step, texts), *_aci(step, data), *_mts(step, data), speed]
    return ours + _medspacy(texts, peers_env)


def _medspacy(texts: list[str], peers_env: Path | None) -> list[Figure]:
    contender = "medspacy 1.3.1"
    folder = peers_env or Path(".peers")
    python = peer_python("medspacy-sections", ["medspacy==1.3.1", "setuptools<81"], folder)
    if python is None:
        return [Figure("sections", contender, "F1", 0, 0, note="could not be installed")]
    made = run_peer(python, ADAPTER, [_in_lines(text) for text in texts])
    if "failed" in made:
        return [Figure("sections", contender, "F1", 0, 0, note=made["failed"])]
    gold = {one["id"]: one for one in map(json.loads, GOLD.read_text().splitlines())}
    counts: dict[str, list[Counts]] = {}
    for text, headers in zip(texts, made["headers"], strict=True):
        if one := gold.get(_id(text)):
            places = {start for start, _ in one["headers"]}
            counts.setdefault(one["set"], []).append(_counts(places, {at for at, _ in headers}))
    size = sum(len(text.encode()) for text in texts)
    speed = Figure("sections", contender, "MB/s", size / 1e6 / made["seconds"], size)
    found = [
        figure
        for name, some in counts.items()
        for figure in scores(
            "sections, place", contender, some, f"MTSamples, {len(some)} notes, {name}"
        )
    ]
    return [*found, speed]


def _in_lines(text: str) -> str:
    """The text with line breaks for the commas that they became; places stay what they are."""
    starts = {start for start, _ in paragraphs(text, notes=True)}
    return "".join(
        "\n" if one == "," and at + 1 + _spaces(text, at + 1) in starts else one
        for at, one in enumerate(text)
    )


def _spaces(text: str, at: int) -> int:
    return len(text[at : at + 9]) - len(text[at : at + 9].lstrip())


def _id(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _mtsamples(step: note_sections.body, texts: list[str]) -> list[Figure]:
    gold = [json.loads(line) for line in GOLD.read_text().splitlines()]
    by_hash = {_id(text): text for text in texts}
    found = []
    for name in dict.fromkeys(one["set"] for one in gold):
        rows = [one for one in gold if one["set"] == name and one["id"] in by_hash]
        made = step([by_hash[one["id"]] for one in rows])
        pairs = [
            (
                {(start, kind) for start, kind in one["headers"]},
                {(section.start, section.kind) for section in sections if section.header},
            )
            for one, sections in zip(rows, made, strict=True)
        ]
        data = f"MTSamples, {len(rows)} notes, {name}"
        found += scores("sections, place and kind", "medloom", [_counts(*p) for p in pairs], data)
        places = [_counts({a for a, _ in gold}, {a for a, _ in ours}) for gold, ours in pairs]
        found += scores("sections, place", "medloom", places, data)
    return found


def _aci(step: note_sections.body, data: Path) -> list[Figure]:
    figures = []
    for part, seen in (("train", "seen while building"), ("valid", "held out")):
        texts = [row["note"].replace("\r\n", "\n") for row in _rows(data / ACI.format(part))]
        made = step(texts)
        pairs = [
            (
                {match.start() for match in _CAPITALS.finditer(text)},
                {one.start for one in sections if one.header and one.rule != "part"},
            )
            for text, sections in zip(texts, made, strict=True)
        ]
        label = f"ACI-Bench {part}, {len(texts)} notes, {seen}"
        figures += scores("sections, place", "medloom", [_counts(*pair) for pair in pairs], label)
    return figures


def _mts(step: note_sections.body, data: Path) -> list[Figure]:
    rows = [row for row in _rows(data / MTS) if row["section_header"] in MEANT]
    made = step([f"{row['section_header']}:\n{row['section_text']}" for row in rows])
    right = sum(
        bool(sections) and sections[0].kind in MEANT[row["section_header"]].split()
        for row, sections in zip(rows, made, strict=True)
    )
    data_label = "MTS-Dialog, names of sections, seen while building"
    return [
        Figure(
            "sections, kind", "medloom", "accuracy", right / len(rows), len(rows), data=data_label
        )
    ]


def _counts(gold: set[object], made: set[object]) -> Counts:
    return Counts(len(gold & made), len(made - gold), len(gold - made))
