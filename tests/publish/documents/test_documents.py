"""Documents of a release: validated by the tools that read them, complete, and never guessed."""

import hashlib
import json
import logging
from pathlib import Path
from typing import Any

import mlcroissant
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from medloom.collection.collection import Collection
from medloom.errors import CollectionError, InputError
from medloom.publish.documents import documentation_complete, write_documents
from medloom.publish.documents.answers import Answers, read_answers
from medloom.publish.documents.citation import citation
from medloom.publish.documents.croissant import croissant, person, semantic
from medloom.publish.documents.questions import questions
from tests.audit import made

ALL_ANSWERS = {
    "title": "Made notes",
    "description": "Notes that nobody wrote.",
    "creators": ["Doe, Jo; Example Clinic; 0000-0002-1825-0097", "The Notes Group"],
    "contact": "jo@example.org",
    "license": "CC-BY-4.0",
    "keywords": ["notes", "made"],
    "languages": ["en"],
    "url": "https://example.org/notes",
    "how_to_cite": "Doe J. Made notes. 2026.",
    **dict.fromkeys(("purpose", "ethics", "consent", "intended_uses"), "none: it is made"),
    **dict.fromkeys(("out_of_scope", "maintainer"), "see contact"),
}


def release(collection: Collection, folder: Path) -> dict[str, Any]:
    """A release as `medloom publish` leaves it, cut by `split`."""
    tables = {}
    for name in collection.tables:
        table = collection.dataset(name).to_table()
        splits = {}
        parts = table["split"] if "split" in table.column_names else pa.array(["all"] * len(table))
        for part in sorted(set(parts.to_pylist())):
            rows = table.filter(pc.equal(parts, part))
            path = folder / f"data/{name}/{part}-00000-0123abcd.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(rows, path)
            shard = {
                "path": path.relative_to(folder).as_posix(),
                "rows": len(rows),
                "bytes": path.stat().st_size,
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            }
            splits[part] = {"rows": len(rows), "shards": [shard]}
        tables[name] = {
            "writer": "parquet",
            "about": f"Rows of {name}.",
            "rows": len(table),
            "columns": {field.name: str(field.type) for field in table.schema},
            "splits": splits,
        }
    return {
        "format": 1,
        "name": "made",
        "version": "v1.0",
        "created": "2026-01-02T03:04:05+00:00",
        "collection": {"recipe": "made", "digest": "0" * 16, "build": 1},
        "tables": tables,
    }


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    notes = made.notes(12)
    n = len(notes["id"])
    spans = [[{"start": 0, "end": 3, "label": "X", "concepts": [{"id": "1"}]}], []] * (n // 2)
    files = pa.array([made.picture(False, False, k) for k in range(3)], pa.large_binary())
    images = {"id": ["a", "b", "c"], "bytes": files, "part": ["x", "y", "z"]}
    return made.collection(tmp_path / "c", notes={**notes, "spans": spans}, images=images)


def test_croissant_is_valid_and_loads_every_table(collection: Collection, tmp_path: Path) -> None:
    Answers.of(collection).give(ALL_ANSWERS)
    folder = tmp_path / "release"
    manifest = release(collection, folder)
    write_documents(collection, folder, manifest)
    logging.disable(logging.WARNING)
    found = mlcroissant.Dataset(folder / "croissant.json")
    logging.disable(logging.NOTSET)
    assert not found.metadata.issues.errors
    assert not found.metadata.issues.warnings
    rows = list(found.records("notes"))
    assert len(rows) == manifest["tables"]["notes"]["rows"]
    by_id = {row["notes/id"].decode(): row for row in rows}
    assert by_id["n0-0"]["notes/split_of_file"] == b"test"
    assert by_id["n1-0"]["notes/split_of_file"] == b"train"
    held = next(row for row in rows if row["notes/spans"])
    assert held["notes/spans"][0]["notes/spans/label"] == b"X"
    assert next(iter(found.records("images")))["images/bytes"].size == (96, 96)


def test_the_card_names_every_file_for_hugging_face(collection: Collection, tmp_path: Path) -> None:
    Answers.of(collection).give(ALL_ANSWERS)
    manifest = release(collection, tmp_path / "r")
    write_documents(collection, tmp_path / "r", manifest)
    text = (tmp_path / "r/README.md").read_text("utf-8")
    header = yaml.safe_load(text.split("---\n")[1])
    named = {
        one["split"]: one["path"]
        for config in header["configs"]
        if config["config_name"] == "notes"
        for one in config["data_files"]
    }
    assert named["test"] == ["data/notes/test-00000-0123abcd.parquet"]
    assert header["license"] == "cc-by-4.0"
    assert header["language"] == ["en"]
    assert all((tmp_path / "r" / path).exists() for paths in named.values() for path in paths)


def test_same_collection_and_answers_same_bytes(collection: Collection, tmp_path: Path) -> None:
    manifest = release(collection, tmp_path / "a")
    (tmp_path / "b").mkdir()
    made_once = [one.read_bytes() for one in write_documents(collection, tmp_path / "a", manifest)]
    again = [one.read_bytes() for one in write_documents(collection, tmp_path / "b", manifest)]
    assert made_once == again


def test_documents_hold_no_path_of_this_machine(collection: Collection, tmp_path: Path) -> None:
    manifest = release(collection, tmp_path / "a")
    for file in write_documents(collection, tmp_path / "a", manifest):
        assert "/somewhere" not in file.read_text("utf-8")
        assert str(tmp_path) not in file.read_text("utf-8")


def test_computed_answers_stand_in_the_sheets(collection: Collection, tmp_path: Path) -> None:
    write_documents(collection, tmp_path, release(collection, tmp_path))
    sheet = (tmp_path / "HEALTHSHEET.md").read_text("utf-8")
    for told in ("12 values of `patient_id`", "train 27, test 9", "2010 to 2020", "A ", "36 rows"):
        assert told in sheet
    assert "Answered" not in sheet
    assert sheet.count("*Not answered.*") > 20


def test_a_release_wants_answers(collection: Collection) -> None:
    missing = documentation_complete(collection)
    assert "consent" in missing
    assert "title" not in missing  # the recipe has a name
    assert "license" not in missing  # all rows have the same
    Answers.of(collection).give(ALL_ANSWERS)
    assert documentation_complete(collection) == []


def test_citation_names_people_and_groups(collection: Collection, tmp_path: Path) -> None:
    Answers.of(collection).give(ALL_ANSWERS)
    write_documents(collection, tmp_path, release(collection, tmp_path))
    found = yaml.safe_load((tmp_path / "CITATION.cff").read_text("utf-8"))
    assert found["cff-version"] == "1.2.0"
    assert found["authors"] == [
        {
            "family-names": "Doe",
            "given-names": "Jo",
            "affiliation": "Example Clinic",
            "orcid": "https://orcid.org/0000-0002-1825-0097",
        },
        {"name": "The Notes Group"},
    ]
    assert (found["license"], found["version"]) == ("CC-BY-4.0", "v1.0")
    assert found["date-released"] == "2026-01-02"


def test_a_licence_that_spdx_does_not_know_is_left_out() -> None:
    about = {"title": "t", "description": "d", "license": "ask us"}
    assert "license" not in yaml.safe_load(citation({}, about))


def test_answers_are_never_lost(collection: Collection) -> None:
    answers = Answers.of(collection)
    answers.give({"purpose": "first"})
    answers.give({"purpose": "second"})
    answers.give({"purpose": "", "contact": "x"})
    again = Answers.of(collection)
    assert again.given == {"purpose": "second", "contact": "x"}
    assert again.earlier == [{"question": "purpose", "answer": "first"}]


def test_an_answer_to_no_question(collection: Collection) -> None:
    with pytest.raises(InputError, match="no question porpose; questions: access"):
        Answers.of(collection).give({"porpose": "x"})


def test_a_damaged_file_of_answers_is_told_and_kept(collection: Collection) -> None:
    file = Path(collection.uri, "documentation.yaml")
    for text in ("answers: [", "answers: 7", "just words"):
        file.write_text(text)
        with pytest.raises(CollectionError, match="mend it by hand"):
            Answers.of(collection)
        assert file.read_text() == text


def test_answers_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"purpose": "x"}))
    assert read_answers(str(tmp_path / "a.json")) == {"purpose": "x"}
    (tmp_path / "b.yaml").write_text("- x")
    with pytest.raises(InputError, match="holds no answers"):
        read_answers(str(tmp_path / "b.yaml"))
    with pytest.raises(InputError, match="cannot be read"):
        read_answers(str(tmp_path / "missing.yaml"))


@given(st.dictionaries(st.sampled_from([q.id for q in questions()]), st.text(max_size=40)))
def test_any_answer_comes_back(tmp_path_factory: pytest.TempPathFactory, said: Any) -> None:
    place = str(tmp_path_factory.mktemp("answers") / "documentation.yaml")
    Answers(place).give(said)
    lists = {one.id for one in questions() if one.list}
    kept = {
        name: [t for line in text.splitlines() if (t := line.strip())]
        if name in lists
        else "\n".join(text.splitlines()).strip()
        for name, text in said.items()
    }
    assert Answers(place).given == {name: one for name, one in kept.items() if one}


def test_every_question_is_asked_once_and_somewhere() -> None:
    ids = [one.id for one in questions()]
    assert len(ids) == len(set(ids))
    assert {one.id for one in questions("datasheet")} < set(ids)
    assert len(questions("healthsheet")) == len(ids)


@given(st.text(max_size=30))
def test_any_line_is_a_person(line: str) -> None:
    assert all(isinstance(part, str) for part in person(line))


@pytest.mark.parametrize(
    ("said", "found"), [("v1", "1.0.0"), ("2026.1", "2026.1.0"), ("", "0.0.0"), ("x", "0.0.0")]
)
def test_versions_for_croissant(said: str, found: str) -> None:
    assert semantic(said) == found


def test_a_writer_that_croissant_cannot_read_has_files_and_no_records() -> None:
    shard = {"path": "data/t/all-00000.tar", "rows": 1, "bytes": 1, "sha256": "0" * 64}
    table = {"writer": "webdataset", "about": "", "columns": {"id": "string"}, "rows": 1}
    manifest = {"tables": {"t": {**table, "splits": {"all": {"rows": 1, "shards": [shard]}}}}}
    found = croissant(manifest, {"title": "t", "description": "d"}, {}, {})
    assert [one["@type"] for one in found["distribution"]] == ["cr:FileObject"]
    assert "recordSet" not in found


def test_a_list_is_one_cell_of_a_csv_file() -> None:
    shard = {"path": "data/t/all-00000.csv", "rows": 1, "bytes": 1, "sha256": "0" * 64}
    columns = {"tags": "list<item: string>", "n": "int64"}
    table = {"about": "", "columns": columns, "rows": 1}
    table["splits"] = {"all": {"rows": 1, "shards": [shard]}}
    for writer, repeated in (("csv", None), ("parquet", True)):
        manifest = {"tables": {"t": {**table, "writer": writer}}}
        found = croissant(manifest, {"title": "t", "description": "d"}, {}, {})
        fields = {one["name"]: one for one in found["recordSet"][1]["field"]}
        assert fields["tags"].get("repeated") is repeated
        assert (fields["tags"]["dataType"], fields["n"]["dataType"]) == ("sc:Text", "sc:Integer")
