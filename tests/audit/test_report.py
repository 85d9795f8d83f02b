"""The audit as a command, as a page and as JSON; sections on tables of other kinds."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from medloom.audit import page
from medloom.audit.agreement import ratings_of
from medloom.audit.findings import Chart, Mark
from medloom.audit.probes import probe
from medloom.audit.report import audit
from medloom.audit.subject import Subject, read_predictions, read_reference
from medloom.audit.svg import drawn
from medloom.audit.view import View
from medloom.cli import app
from medloom.errors import InputError, MedloomError
from tests.audit import made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    notes = made.notes(60)
    notes["label"][0] = '<script>alert("x")</script>'
    notes["id"][0] = "<b>n0</b>"
    notes["split"][0] = "train"
    where = tmp_path_factory.mktemp("made")
    made.collection(where, notes=notes)
    return where


def run(*said: str) -> Any:
    return CliRunner().invoke(app, ["audit", *said], standalone_mode=False)


def test_the_page_fetches_nothing_and_escapes_what_data_holds(folder: Path, tmp_path: Path) -> None:
    found = run(str(folder), "--out", str(tmp_path / "page"))
    assert found.return_value == 0, found.output
    text = (tmp_path / "page/index.html").read_text("utf-8")
    assert not re.findall(r'(?:src|href)="(?!#)', text)
    assert "<script" not in text
    assert "<b>n0</b>" not in text
    assert "&lt;b&gt;n0&lt;/b&gt;" in text
    assert "{{" not in text
    told = json.loads((tmp_path / "page/audit.json").read_text("utf-8"))
    assert told["counts"]["problem"] >= 1
    assert all(one["score"] is None or one["evidence"] for one in told["rubric"])


def test_json_of_a_part(folder: Path) -> None:
    found = run(str(folder), "--splits", "--json")
    assert found.return_value == 1  # there is a leak
    told = json.loads(found.output)
    assert [one["key"] for one in told["sections"]] == ["leaks"]
    assert told["sections"][0]["findings"][0]["rows"][:1] == ["<b>n0</b>"]


def test_phi_alone_is_fine(folder: Path) -> None:
    found = run(str(folder), "--phi")
    assert (found.return_value, found.output) == (0, "fine     Identifying data in texts (notes)\n")


def test_predictions_and_reference_from_files(folder: Path, tmp_path: Path) -> None:
    notes = made.notes(60)
    lines = ["id,prediction,score"]
    lines += [f"{i},{one},{0.9 if one == 'yes' else 0.2}" for i, one in zip(
        notes["id"], notes["label"], strict=True)]  # fmt: skip
    (tmp_path / "p.csv").write_text("\n".join(lines))
    (tmp_path / "r.csv").write_text("group,value,share\nsex,F,0.5\nsex,M,0.5\n")
    said = ("--predictions", str(tmp_path / "p.csv"), "--reference", str(tmp_path / "r.csv"))
    told = json.loads(run(str(folder), *said, "--groups", "sex,site", "--json").output)
    shown = next(one for one in told["sections"] if one["key"] == "performance")
    rows = shown["listings"][0]["rows"]
    assert [row[0] for row in rows] == ["sex", "site"]
    assert [row[1] for row in rows] == [2, 3]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (("--label", "nope"), "no column nope; columns: age, "),
        (("--groups", "sex,shoe"), "no column shoe"),
        (("--table", "cases"), "no table 'cases' here; tables: notes"),
        (("--predictions", "nowhere.csv"), "no such column in notes, no such file"),
    ],
)
def test_what_is_named_and_not_there(folder: Path, said: tuple[str, ...], told: str) -> None:
    found = run(str(folder), *said)
    assert isinstance(found.exception, MedloomError)
    assert told in str(found.exception)


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"sex": {"F": 0.2}}', '{"sex": 3}', '{"sex": {"F": "x"}}', "{}"]
)
def test_a_reference_that_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "r.json").write_text(text)
    with pytest.raises(InputError):
        read_reference(tmp_path / "r.json")


def test_predictions_that_are_none(tmp_path: Path) -> None:
    for name, text in (("p.csv", "a,b\n1,2\n"), ("p.jsonl", "{"), ("p.parquet", "x")):
        (tmp_path / name).write_text(text)
        with pytest.raises(InputError):
            read_predictions(tmp_path / name)


def test_predictions_of_other_rows(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("id,prediction\nzzz,yes\n")
    found = run(str(folder), "--predictions", str(tmp_path / "p.csv"))
    assert "no id fits a row of a table" in str(found.exception)


def test_annotators_as_rows(tmp_path: Path) -> None:
    columns = {"item_id": list("aabbc"), "annotator": ["ann", "bob"] * 2 + ["ann"]}
    columns["label"] = ["x"] * 5
    view = View(made.collection(tmp_path, judgements=columns), "judgements")
    assert ratings_of(view) == {"ann": ["x", "x", "x"], "bob": ["x", "x", None]}


def test_columns_of_the_source_are_columns(tmp_path: Path) -> None:
    said = [[{"name": "Gender", "value": "F"}, {"name": "text", "value": "x"}], None, []]
    columns = {"id": ["a", "b", "c"], "text": ["one", "two", "three"], "attributes": said}
    view = View(made.collection(tmp_path, notes=columns), "notes")
    assert view.role("sex") == "Gender"
    assert view.texts("Gender") == ["F", None, None]
    assert view.texts("text") == ["one", "two", "three"]


def test_an_empty_collection_and_one_row(tmp_path: Path) -> None:
    none = {name: made.pa.array([], made.pa.string()) for name in ("id", "text", "label", "split")}
    found = audit(Subject(made.collection(tmp_path / "none", notes=none)))
    assert found.counts["problem"] == 0
    one = {"id": ["a"], "text": ["x y z"], "label": ["p"], "split": ["train"], "sex": ["F"]}
    found = audit(Subject(made.collection(tmp_path / "one", notes=one)))
    assert page.page(found).startswith("<!doctype html>")


def test_labels_of_all_types(tmp_path: Path) -> None:
    n = 60
    for kind, label in {
        "bool": [k % 2 == 0 for k in range(n)],
        "int": [k % 3 for k in range(n)],
        "list": [["a"] if k % 2 else ["a", "b"] for k in range(n)],
        "spans": [[{"start": 0, "end": 1, "label": "X"}] if k % 2 else [] for k in range(n)],
        "null": [None] * n,
    }.items():
        columns = {"id": [str(k) for k in range(n)], "label": label, "site": ["A", "B"] * (n // 2)}
        found = audit(Subject(made.collection(tmp_path / kind, notes=columns), label="label"))
        assert page.page(found)


def test_values_that_are_not_numbers_in_charts() -> None:
    nan = float("nan")
    chart = Chart("points", "t & u", (Mark("a <b>", nan, nan, nan), Mark("c", 1.0)), reference=0.5)
    text = drawn(chart)
    assert "nan" not in text
    assert "a &lt;b&gt;" in text
    assert "not defined" in text


def test_a_probe_without_enough_patients() -> None:
    labels = [frozenset([one]) for one in "ab" * 60]
    assert (
        probe(made.pa.array([0.0] * 120).to_numpy(), labels, made.pa.array([0, 1] * 60).to_numpy())
        is None
    )


def test_predictions_are_of_one_table_of_several(tmp_path: Path) -> None:
    notes = made.notes(60)
    others = {"id": [f"o{n}" for n in range(60)], "label": ["a", "b"] * 30, "site": ["A"] * 60}
    collection = made.collection(tmp_path / "c", notes=notes, others=others)
    lines = [f"{i},{one}" for i, one in zip(notes["id"], notes["label"], strict=True)]
    (tmp_path / "p.csv").write_text("\n".join(["id,prediction", *lines]))
    for said in (str(tmp_path / "p.csv"), "prediction"):
        found = audit(Subject(collection, predictions=said), ("performance",))
        assert [one.table for one in found.sections] == ["notes"]
