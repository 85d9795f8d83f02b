"""What is planted is found, and named; where nothing is planted, nothing is found."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from medloom.audit.findings import Finding, Level
from medloom.audit.report import Audit, audit
from medloom.audit.subject import Subject
from tests.audit import made


def looked_at(folder: Path, notes: dict[str, list[Any]], **said: Any) -> Audit:
    return audit(Subject(made.collection(folder, notes=notes), **said))


def asked(folder: Path, notes: dict[str, list[Any]], key: str) -> list[Finding]:
    return audit(Subject(made.collection(folder, notes=notes)), (key,)).findings


def of(found: Audit, key: str) -> list[Finding]:
    return [one for section in found.sections if section.key == key for one in section.findings]


@pytest.fixture
def notes() -> dict[str, list[Any]]:
    return made.notes()


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_clean_collection_raises_nothing(tmp_path: Path, seed: int) -> None:
    found = looked_at(tmp_path, made.notes(seed=seed))
    assert found.findings == []
    asked = {one.key for one in found.sections if one.not_asked is None}
    assert {"leaks", "shortcuts", "performance", "agreement", "privacy", "subgroups"} <= asked
    points, most = found.score
    assert points == most


def test_a_site_that_predicts_the_label_is_a_shortcut(tmp_path: Path, notes: Any) -> None:
    draw = random.Random(1)
    notes["site"] = [
        ("A" if one == "yes" else "B") if draw.random() < 0.9 else "C" for one in notes["label"]
    ]
    found = asked(tmp_path, notes, "shortcuts")
    assert [(one.level, one.what) for one in found] == [
        (Level.PROBLEM, "Site alone predicts `label`.")
    ]
    assert "AUC 0.9" in found[0].evidence


@pytest.mark.parametrize(
    ("name", "what"),
    [("year", "Year"), ("text", "Text length"), ("age", "Missingness"), ("scanner", "Scanner")],
)
def test_other_shortcuts(tmp_path: Path, notes: Any, name: str, what: str) -> None:
    label = notes["label"]
    pairs = list(zip(label, notes.get(name, label), strict=True))
    if name == "year":
        notes["year"] = [2018 if one == "yes" else year for one, year in pairs]
    elif name == "text":
        notes["text"] = [f"{t} {'tender swollen ' * 20}" if one == "yes" else t for one, t in pairs]
    elif name == "age":
        notes["age"] = [None if one == "yes" else age for one, age in pairs]
    else:
        notes["manufacturer"] = ["Acme" if one == "yes" else "Other" for one in label]
    found = asked(tmp_path, notes, "shortcuts")
    assert f"{what} alone predicts `label`." in [one.what for one in found]


def test_a_shortcut_that_one_patient_has_is_not_one(tmp_path: Path) -> None:
    """A feature that tells patients apart, and no more, does not predict others' labels."""
    notes = made.notes(60)
    notes["site"] = [f"site of {one}" for one in notes["patient_id"]]
    assert asked(tmp_path, notes, "shortcuts") == []


def test_marks_in_images_are_shortcuts(tmp_path: Path) -> None:
    draw = random.Random(0)
    label = [draw.choice(["yes", "no"]) for _ in range(200)]
    for name, marked, bright in (("markers", True, False), ("border", False, True)):
        files = [
            made.picture(marked and one == "yes", bright and one == "yes", n)
            for n, one in enumerate(label)
        ]
        columns = {
            "id": [f"i{n}" for n in range(200)],
            "bytes": made.pa.array(files, made.pa.large_binary()),
            "label": label,
        }
        found = audit(Subject(made.collection(tmp_path / name, images=columns)), ("shortcuts",))
        told = [one.what.lower() for one in found.findings]
        assert any(name in one for one in told), told
    clean = {**columns, "bytes": made.pa.array([made.picture(False, False, n) for n in range(200)])}
    found = audit(Subject(made.collection(tmp_path / "clean", images=clean)), ("shortcuts",))
    assert found.findings == []


def test_a_rare_class(tmp_path: Path, notes: Any) -> None:
    notes["label"][:9] = ["maybe"] * 9
    found = asked(tmp_path, notes, "balance")
    assert [one.what for one in found] == ["The class maybe is rare."]
    assert found[0].n_rows == 9
    assert "n0-0" in found[0].rows


def test_a_class_that_a_part_lacks(tmp_path: Path, notes: Any) -> None:
    at = [n for n, part in enumerate(notes["split"]) if part == "train"][:60]
    for n in at:
        notes["label"][n] = "maybe"
    found = asked(tmp_path, notes, "balance")
    assert [one.what for one in found] == ["The part test lacks 1 of 3 classes."]


def test_patients_in_two_parts(tmp_path: Path, notes: Any) -> None:
    notes["split"][0] = "train"
    found = asked(tmp_path, notes, "leaks")
    assert [one.level for one in found] == [Level.PROBLEM]
    assert "patient_id p0" in found[0].evidence
    assert "n0-0" in found[0].rows


def test_copies_in_two_parts_without_any_key(tmp_path: Path, notes: Any) -> None:
    n = notes["split"].index("train")
    notes["text"][n] = notes["text"][0].upper()
    found = asked(tmp_path, notes, "leaks")
    assert [one.level for one in found] == [Level.PROBLEM]
    assert {"n0-0", notes["id"][n]} <= set(found[0].rows)


def test_names_in_notes_are_counted_and_not_shown(tmp_path: Path, notes: Any) -> None:
    for n in range(0, 60, 3):
        notes["text"][n] += " Seen with Mr. Harold Winterbottom, MRN 4471902, tel. 555-201-3344."
    found = looked_at(tmp_path, notes)
    told = of(found, "privacy")
    assert [one.level for one in told] == [Level.PROBLEM]
    assert told[0].n_rows == 20
    everything = json.dumps(found.as_json())
    for secret in ("Winterbottom", "4471902", "555-201"):
        assert secret not in everything


def test_annotators_who_do_not_agree(tmp_path: Path, notes: Any) -> None:
    draw = random.Random(3)
    notes["annotator_2"] = [draw.choice(["yes", "no"]) for _ in notes["label"]]
    found = asked(tmp_path, notes, "agreement")
    assert [(one.level, one.what) for one in found] == [
        (Level.PROBLEM, "Annotators do not agree well.")
    ]


def test_predictions_that_fail_one_group(tmp_path: Path, notes: Any) -> None:
    other = {"yes": "no", "no": "yes"}
    draw = random.Random(4)
    notes["prediction"] = [
        other[one] if sex == "F" and draw.random() < 0.4 else one
        for one, sex in zip(notes["label"], notes["sex"], strict=True)
    ]
    found = asked(tmp_path, notes, "performance")
    assert [(one.level, one.what) for one in found] == [
        (Level.PROBLEM, "Predictions do worse in sex F.")
    ]
    wrong = [
        i
        for i, a, b in zip(notes["id"], notes["label"], notes["prediction"], strict=True)
        if a != b
    ]
    assert set(found[0].rows) <= set(wrong)
    assert found[0].n_rows == len(wrong)


def test_a_population_that_is_another(tmp_path: Path, notes: Any) -> None:
    collection = made.collection(tmp_path, notes=notes)
    for share, levels in ((0.5, []), (0.9, [Level.PROBLEM])):
        said = Subject(collection, reference={"sex": {"F": share, "M": 1 - share}})
        assert [one.level for one in audit(said, ("subgroups",)).findings] == levels


def test_missing_labels_said_in_words(tmp_path: Path, notes: Any) -> None:
    notes["sex"][:100] = ["unknown"] * 50 + [""] * 25 + [None] * 25
    found = asked(tmp_path, notes, "missing")
    assert len(found) == 1
    assert "50 null or empty, 50 that say so in words" in found[0].evidence


def test_rows_without_a_licence(tmp_path: Path, notes: Any) -> None:
    notes["license"][0] = None
    found = asked(tmp_path, notes, "licences")
    assert [one.rows for one in found] == [("n0-0",)]


def test_copies_where_no_key_is_named(tmp_path: Path, notes: Any) -> None:
    del notes["patient_id"], notes["split"][:]
    notes["split"] = ["train", "test"] * (len(notes["id"]) // 2)
    found = looked_at(tmp_path / "apart", notes)
    assert [(one.level, one.what[:28]) for one in of(found, "leaks")] == [
        (Level.WARNING, "Only copies could be looked ")
    ]
    assert next(one for one in found.rubric if one.key == "parted").score == 2
    notes["text"][1] = notes["text"][0]
    levels = [one.level for one in asked(tmp_path / "copied", notes, "leaks")]
    assert Level.PROBLEM in levels
