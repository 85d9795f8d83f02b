"""Builds by name, what changed between two and why, and old builds that are forgotten."""

import json

import pytest
import yaml
from click.testing import CliRunner

import medloom
from medloom.cli import app
from medloom.collection.tags import add_tag, prune, tags_of
from medloom.errors import CollectionError
from medloom.publish.differences import changelog_entry, difference
from tests.publish.collections import build, note, rows_of, write_lines


def run(*words):
    return CliRunner().invoke(app, list(map(str, words)), catch_exceptions=False)


@pytest.fixture
def grown(tmp_path):
    """Three builds: ten notes, then five more, then one file with other notes in it."""
    first, second = [note(n) for n in range(10)], [note(n) for n in range(10, 15)]
    collection = build(tmp_path / "notes", first, second)
    changed = [{**one, "text": "Other words."} if one["n"] == 3 else one for one in first[:-1]]
    write_lines(tmp_path / "notes/in/0.jsonl", changed)
    medloom.build(
        tmp_path / "notes/recipe.yaml", input=tmp_path / "notes/in", into=collection, workers=0
    )
    return collection


def test_a_tag_opens_a_build(grown):
    assert run("tag", grown, "v1.0", "--build", 1, "-m", "the first").exit_code == 0
    assert run("tag", grown, "v2").exit_code == 0
    assert medloom.open(grown, version="v1.0").table("notes").count_rows() == 10
    assert medloom.open(grown, version="v2").record["run"] == 3
    assert medloom.open(grown, version="2").table("notes").count_rows() == 15
    shown = run("show", grown, "notes", "--tag", "v1.0", "--json", "--limit", 99)
    assert len(shown.stdout.splitlines()) == 10
    listed = [json.loads(line) for line in run("versions", grown, "--json").stdout.splitlines()]
    assert [(one["build"], one["tags"], one["rows"]) for one in listed] == [
        *((1, ["v1.0"], 10), (2, [], 15), (3, ["v2"], 14)),
    ]
    assert tags_of(medloom.open(grown).store)["v1.0"]["message"] == "the first"


def test_tags_that_cannot_be_given(grown):
    store = medloom.open(grown).store
    add_tag(store, "v1", 1)
    add_tag(store, "v1", 1)
    with pytest.raises(CollectionError, match="v1 is build 1 already"):
        add_tag(store, "v1", 2)
    add_tag(store, "v1", 2, move=True)
    with pytest.raises(CollectionError, match="no name for a tag"):
        add_tag(store, "1.0", 2)
    with pytest.raises(CollectionError, match="no finished build 9"):
        add_tag(store, "v9", 9)
    with pytest.raises(CollectionError, match=r"no tag v7 in .*; tags: v1"):
        medloom.open(grown, version="v7")


def test_what_changed_and_why(grown):
    found = difference(medloom.open(grown, 1), medloom.open(grown, 3))
    (one,) = found.tables
    assert (one.rows_before, one.rows_after) == (10, 14)
    assert (one.added, one.removed, one.changed, one.unchanged) == (5, 1, 1, 8)
    assert one.why == {
        "added": {"its source is new": 5},
        "removed": {"its source changed": 1},
        "changed": {"its source changed": 1},
    }
    assert one.changed_columns == {"text": 1}
    assert one.examples["changed"] == ["n3"]
    assert found.made == ["input of notes: 1 sources became 2"]
    assert changelog_entry(found)[-1] == (
        "- `notes`: 5 rows added (its source is new), 1 removed (its source changed), "
        "1 changed (its source changed)"
    )
    same = difference(medloom.open(grown, 2), medloom.open(grown, 2))
    assert changelog_entry(same) == ["- No row changed."]


def test_a_row_that_a_step_drops_is_explained_by_the_ledger(tmp_path):
    collection = build(tmp_path / "notes", [note(n) for n in range(10)])
    recipe = yaml.safe_load((tmp_path / "notes/recipe.yaml").read_text())
    (tmp_path / "steps").mkdir()
    (tmp_path / "steps/few.py").write_text(_STEPS)
    changed = tmp_path / "steps/changed.yaml"
    recipe["tables"]["notes"]["steps"] = ["few:is_small", "few:doubled"]
    changed.write_text(yaml.safe_dump(recipe))
    medloom.build(changed, input=tmp_path / "notes/in", into=collection, workers=0)
    found = difference(medloom.open(collection, 1), medloom.open(collection))
    (one,) = found.tables
    assert one.why["removed"] == {"dropped by is_small: too small": 4}
    assert one.columns == ["twice is new (int64)"]
    assert (one.added, one.changed, one.unchanged) == (0, 0, 6)
    assert "notes: step is_small is new" in found.made
    back = difference(medloom.open(collection), medloom.open(collection, 1))
    assert back.tables[0].why["added"] == {"before, it was dropped by is_small: too small": 4}
    told = run("diff", collection, 1)
    assert "dropped by is_small" in told.stdout
    as_json = json.loads(run("diff", collection, 1, "--json").stdout)
    assert as_json["tables"][0]["removed"] == 4


_STEPS = '''"""Steps for a test."""

from medloom.step import adds, drops


@drops
def is_small(n: int) -> str | None:
    """Drop small ones."""
    return "too small: below 4" if n < 4 else None


@adds("twice")
def doubled(n: int) -> int:
    """Add twice the number."""
    return 2 * n
'''


def test_drift_between_versions(tmp_path):
    columns = {"id": "str", "age": "float", "sex": "str"}
    rows = [{"id": f"r{n}", "age": float(n % 40), "sex": "FM"[n % 2]} for n in range(200)]
    collection = build(tmp_path / "n", rows, columns=columns)
    older = [{**row, "age": row["age"] + 30} for row in rows]
    write_lines(tmp_path / "n/in/0.jsonl", older)
    medloom.build(tmp_path / "n/recipe.yaml", input=tmp_path / "n/in", into=collection, workers=0)
    found = json.loads(run("diff", collection, 1, "--drift", "--json").stdout)
    assert [one["column"] for one in found["drift"]] == ["age"]
    assert "age" in run("diff", collection, 1, "--drift").stdout.split("other values:")[1]


def test_rows_with_the_same_id_and_nulls_are_compared(tmp_path):
    columns = {"id": "str", "x": "float", "tags": "list[str]"}
    rows = [{"id": "a", "x": 1.5, "tags": ["p"]}, {"id": "a", "x": None, "tags": None}]
    collection = build(tmp_path / "n", rows, columns=columns)
    write_lines(tmp_path / "n/in/0.jsonl", [rows[0], {**rows[1], "tags": []}])
    medloom.build(tmp_path / "n/recipe.yaml", input=tmp_path / "n/in", into=collection, workers=0)
    (one,) = difference(medloom.open(collection, 1), medloom.open(collection)).tables
    assert (one.changed, one.unchanged, one.changed_columns) == (1, 1, {"tags": 1})


def test_pruning_keeps_tagged_builds_and_the_last(grown):
    store = medloom.open(grown).store
    add_tag(store, "v1.0", 1)
    before = rows_of(grown, "notes")
    assert prune(store, 1) == [2]
    assert rows_of(grown, "notes") == before
    assert medloom.open(grown, version="v1.0").table("notes").count_rows() == 10
    with pytest.raises(CollectionError, match="no finished build 2"):
        medloom.open(grown, 2)
    assert len(store.dataset("notes").versions()) <= 3
    assert prune(store, 1) == []
    assert run("prune", grown).exit_code == 0
    run_ = medloom.build(
        grown.parent / "recipe.yaml", input=grown.parent / "in", into=grown, workers=0
    )
    assert (run_.new, run_.kept) == (0, 2)


def test_a_build_after_a_kill_does_not_delete_tagged_versions(grown):
    store = medloom.open(grown).store
    add_tag(store, "v1.0", 1)
    store.remove_orphans("notes")
    assert medloom.open(grown, version="v1.0").table("notes").count_rows() == 10
