"""The gates of a release, and what is written once they are open."""

import json

import pytest
from click.testing import CliRunner

import medloom
from medloom.cli import app
from medloom.errors import CollectionError
from medloom.publish.documents.answers import Answers
from medloom.publish.documents.questions import questions
from medloom.publish.gates import gates
from medloom.publish.release import Settings, read_manifest
from tests.publish.collections import build, note, tree

COLUMNS = {
    **{"id": "str", "text": "str", "split": "str", "license": "str"},
    **{"patient_id": "str"},
}


def row(number, **more):
    made = {**note(number), "license": "CC-BY", "patient_id": f"p{number}", **more}
    del made["n"]
    return made


def run(*words):
    return CliRunner().invoke(app, list(map(str, words)), catch_exceptions=False)


def collection_of(tmp_path, *rows):
    collection = build(tmp_path / "notes", list(rows), columns=COLUMNS)
    answers = Answers.of(medloom.open(collection))
    answers.give({q.id: ["Nobody"] if q.list else "Answered." for q in questions() if q.required})
    return collection


@pytest.fixture
def sound(tmp_path):
    return collection_of(tmp_path, *(row(n) for n in range(20)))


def verdicts(collection, **settings):
    return {one.gate: one for one in gates(medloom.open(collection), Settings(**settings))}


def test_a_sound_dataset_is_released(tmp_path, sound):
    told = run("release", sound, "v1.0", tmp_path / "out", "--json")
    assert told.exit_code == 0, told.output
    lines = [json.loads(line) for line in told.stdout.splitlines()]
    assert {line["gate"]: line["verdict"] for line in lines} == dict.fromkeys(
        ("ledger", "splits", "licences", "phi", "documents"), "passed"
    )
    manifest = read_manifest(str(tmp_path / "out"))
    assert manifest["version"] == "v1.0"
    assert [one["gate"] for one in manifest["gates"]] == [line["gate"] for line in lines]
    assert medloom.open(sound, version="v1.0").record["run"] == 1
    again = run("release", sound, "v1.0", tmp_path / "out")
    assert again.exit_code == 0
    assert "0 files written" in again.stderr


def test_each_gate_refuses_with_its_evidence(tmp_path):
    rows = [row(n) for n in range(1, 10)]
    rows[0] |= {"patient_id": "p7", "split": "test"}
    rows[1] |= {"license": "all rights reserved"}
    rows[2] |= {"text": "Mr. John Smith, MRN 0012345, was seen on 03/04/2019."}
    collection = build(tmp_path / "notes", rows, columns=COLUMNS)
    found = verdicts(collection)
    assert {name: one.passed for name, one in found.items()} == {
        **{"ledger": True, "splits": False, "licences": False, "phi": False, "documents": False},
    }
    assert "n7 (train)" in found["splits"].details[0]["path"]
    assert "patient_id p7" in found["splits"].details[0]["path"]
    assert found["licences"].details[0]["first"] == "n2"
    (phi,) = found["phi"].details
    assert (phi["column"], phi["rows"], phi["first"]) == ("text", 1, "n3")
    assert "Smith" not in json.dumps([one.told() for one in found.values()])
    assert {"question": "license"} in found["documents"].details
    told = run("release", collection, "v1.0", tmp_path / "out")
    assert told.exit_code == 3
    assert not (tmp_path / "out").exists()
    with pytest.raises(CollectionError, match="no tag v1"):
        medloom.open(collection, version="v1.0")


def test_a_waiver_is_kept_in_the_manifest(tmp_path, sound):
    collection = collection_of(tmp_path / "more", row(1, license="CC-BY-ND"), row(2))
    told = run("release", collection, "v1.0", tmp_path / "out")
    assert told.exit_code == 3
    reason = "licences=the authors agreed on 3 May"
    told = run("release", collection, "v1.0", tmp_path / "out", "--allow", reason)
    assert told.exit_code == 0, told.output
    manifest = read_manifest(str(tmp_path / "out"))
    assert manifest["waivers"] == {"licences": "the authors agreed on 3 May"}
    assert {one["gate"]: one["verdict"] for one in manifest["gates"]}["licences"] == "waived"
    assert run("release", sound, "v1.0", tmp_path / "o", "--allow", "licences").exit_code == 2
    with pytest.raises(CollectionError, match="no gate is called taste"):
        run("release", sound, "v1.0", tmp_path / "o", "--allow", "taste=good")


def test_links_may_travel_where_content_may_not(tmp_path):
    collection = collection_of(tmp_path, row(1, license="CC-BY-NC-ND"), row(2))
    assert not verdicts(collection)["licences"].passed
    assert verdicts(collection, link_only=True)["licences"].passed


def test_publishing_can_refuse_texts_that_name_somebody(tmp_path):
    collection = collection_of(tmp_path, row(1, text="Call Dr. Mary Poppins at 555-123-4567."))
    told = run("publish", collection, tmp_path / "out", "--fail-on-phi")
    assert told.exit_code == 3
    assert "Poppins" not in told.output
    assert not (tmp_path / "out").exists()
    told = run("publish", collection, tmp_path / "out", "--fail-on-phi", "--table", "notes",
               "--columns", "id,split")  # fmt: skip
    assert told.exit_code == 0


def test_a_version_is_one_build(tmp_path, sound):
    run("release", sound, "v1.0", tmp_path / "out")
    before = tree(tmp_path / "out")
    rows = [row(n) for n in range(20)]
    build(tmp_path / "notes", rows, [row(30), row(31)], columns=COLUMNS)
    with pytest.raises(CollectionError, match=r"v1\.0 is build 1 already"):
        run("release", sound, "v1.0", tmp_path / "out")
    assert tree(tmp_path / "out") == before
    assert run("release", sound, "v1.1", tmp_path / "out").exit_code == 0
    log = (tmp_path / "out/CHANGELOG.md").read_text()
    assert log.index("## v1.1") < log.index("## v1.0")
    assert "2 rows added (its source is new)" in log
    assert read_manifest(str(tmp_path / "out"))["version"] == "v1.1"


def test_a_ledger_that_does_not_add_up_refuses(sound):
    collection = medloom.open(sound)
    counts = collection.store.dataset("ledger/counts")
    counts.delete("step_number = 0")
    record = collection.record
    record["ledger"]["ledger/counts"] = collection.store.dataset("ledger/counts").version
    collection.store.write_json("runs/000001.json", record)
    verdict = verdicts(sound)["ledger"]
    assert not verdict.passed
    assert "does not add up for notes" in verdict.evidence
