"""The interview, and what comes of it in a release."""

import json
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from click.testing import CliRunner

from medloom.cli import app
from medloom.errors import MedloomError
from medloom.publish.documents.questions import questions
from tests.audit import made

REQUIRED = [one.id for one in questions() if one.required]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made.collection(tmp_path / "made", notes=made.notes(6))
    return tmp_path / "made"


def run(*said: str, typed: str = "") -> Any:
    return CliRunner().invoke(app, list(said), input=typed, standalone_mode=False)


def kept(folder: Path) -> dict[str, Any]:
    return yaml.safe_load((folder / "documentation.yaml").read_text("utf-8"))["answers"]


def test_it_asks_what_is_open_and_keeps_each_answer_at_once(folder: Path) -> None:
    found = run("document", str(folder), typed="Notes.\nDoe, Jo\nRoe, Ann\n\n\n-\n")
    assert isinstance(found.exception, click.Abort)  # the input ended in the midst of it
    assert kept(folder) == {
        "description": "Notes.",
        "creators": ["Doe, Jo", "Roe, Ann"],
        "purpose": "not applicable",
    }
    again = run("document", str(folder), typed="jo@example.org\n")
    assert "In two or three sentences" not in again.output
    assert kept(folder)["contact"] == "jo@example.org"


def test_one_question_again(folder: Path) -> None:
    run("document", str(folder), "--question", "contact", typed="old\n")
    found = run("document", str(folder), "--question", "contact", typed="new\n")
    assert "so far: old" in found.output
    body = yaml.safe_load((folder / "documentation.yaml").read_text("utf-8"))
    assert body["earlier"] == [{"question": "contact", "answer": "old"}]
    assert isinstance(run("document", str(folder), "--question", "x").exception, MedloomError)


def test_check_tells_scripts_what_is_open(folder: Path, tmp_path: Path) -> None:
    found = run("document", str(folder), "--check")
    assert found.return_value == 1
    assert "required  consent" in found.output
    given = tmp_path / "answers.json"
    given.write_text(json.dumps(dict.fromkeys(REQUIRED, "said")))
    assert run("document", str(folder), "--answers", str(given)).return_value == 0
    assert run("document", str(folder), "--check").return_value == 0
    told = [json.loads(line) for line in run("document", str(folder), "--json").output.splitlines()]
    assert {one["id"]: one["answer"] for one in told if one["required"]} == {
        name: ["said"] if name == "creators" else "said" for name in REQUIRED
    }


def test_nothing_open(folder: Path, tmp_path: Path) -> None:
    given = tmp_path / "answers.yaml"
    given.write_text(yaml.safe_dump({one.id: "said" for one in questions()}))
    run("document", str(folder), "--answers", str(given))
    assert run("document", str(folder), "--all").output.startswith("nothing is open")


def test_the_guideline_as_a_command(tmp_path: Path) -> None:
    span = {"start": 0, "end": 5, "label": "Finding"}
    rows = {"id": ["a", "b"], "text": ["Fever.", "Cough."], "spans": [[span], [span]]}
    made.collection(tmp_path / "made", texts=rows)
    (tmp_path / "d.yaml").write_text("Finding: What a doctor finds.")
    said = ("guideline", str(tmp_path / "made"), "texts", "--definitions", str(tmp_path / "d.yaml"))
    assert "What a doctor finds." in run(*said).output
    (line,) = run(*said, "--json").output.splitlines()
    assert json.loads(line)["mentions"] == 2
    run(*said, "--out", str(tmp_path / "out"))
    assert (tmp_path / "out/guideline.html").exists()
