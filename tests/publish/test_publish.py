"""Releases: the same bytes, fixed shards, only what is new, nothing of anybody else's touched."""

import hashlib
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import lance
import pyarrow.parquet as pq
import pytest
import yaml
from click.testing import CliRunner

import medloom
from medloom.cli import app
from medloom.errors import CollectionError
from medloom.publish.release import Settings, check, publish, read_manifest
from medloom.publish.release.target import Target
from tests.publish.collections import build, build_files, note, tree


def notes(start, stop, **more):
    return [note(number, **more) for number in range(start, stop)]


@pytest.fixture
def collection(tmp_path):
    return build(tmp_path / "notes", notes(0, 95))


def released(collection, out, **settings):
    return publish(medloom.open(collection), out, Settings(**settings))


def shards(manifest, table="notes"):
    splits = manifest["tables"][table]["splits"]
    return {name: [one["rows"] for one in split["shards"]] for name, split in splits.items()}


@pytest.mark.parametrize("writer", ["parquet", "jsonl", "csv", "webdataset"])
def test_another_process_writes_the_same_bytes(tmp_path, collection, writer):
    released(collection, tmp_path / "a", writer=writer, shard_rows=20)
    command = [sys.executable, "-m", "medloom", "publish", str(collection), str(tmp_path / "b")]
    command += ["--to", writer, "--shard-rows", "20"]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": "77"})
    assert tree(tmp_path / "a") == tree(tmp_path / "b")


def test_how_a_collection_grew_leaves_no_trace_in_the_shards(tmp_path, collection):
    grown = build(tmp_path / "grown", notes(0, 50), notes(50, 95))
    one = released(collection, tmp_path / "a", shard_rows=20, columns=["id", "text", "split", "n"])
    other = released(grown, tmp_path / "b", shard_rows=20, columns=["id", "text", "split", "n"])
    assert len(lance.dataset(str(grown / "tables/notes.lance")).get_fragments()) == 2
    assert one.manifest["tables"] == other.manifest["tables"]


def test_the_manifest_says_what_is_there(tmp_path, collection):
    made = released(collection, tmp_path / "out", shard_rows=30)
    manifest = json.loads((tmp_path / "out/medloom-release.json").read_text())
    assert manifest == made.manifest == read_manifest(str(tmp_path / "out"))
    assert shards(manifest) == {"train": [30, 30, 16], "test": [19]}
    table = manifest["tables"]["notes"]
    assert (table["rows"], table["writer"]) == (95, "parquet")
    assert list(table["columns"]) == ["id", "text", "split", "n", "source"]
    assert manifest["created"] == medloom.open(collection).record["finished"]
    for split in table["splits"].values():
        for shard in split["shards"]:
            data = (tmp_path / "out" / shard["path"]).read_bytes()
            assert len(data) == shard["bytes"]
            assert hashlib.sha256(data).hexdigest() == shard["sha256"]
            assert pq.read_table(tmp_path / "out" / shard["path"]).num_rows == shard["rows"]
    told = subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=tmp_path / "out")
    assert told.returncode == 0
    assert check(str(tmp_path / "out")) == []


def test_rows_of_a_split_keep_the_order_of_the_table(tmp_path, collection):
    made = released(collection, tmp_path / "out", shard_rows=30)
    found = [
        number
        for shard in made.manifest["tables"]["notes"]["splits"]["train"]["shards"]
        for number in pq.read_table(tmp_path / "out" / shard["path"])["n"].to_pylist()
    ]
    assert found == [number for number in range(95) if number % 5]


def test_a_grown_table_only_adds_shards(tmp_path):
    collection = build(tmp_path / "notes", notes(0, 100))
    released(collection, tmp_path / "out", shard_rows=20)
    before = {p: p.stat().st_mtime_ns for p in (tmp_path / "out/data").rglob("*.parquet")}
    build(tmp_path / "notes", notes(0, 100), notes(100, 130))
    made = released(collection, tmp_path / "out", shard_rows=20)
    after = {p: p.stat().st_mtime_ns for p in (tmp_path / "out/data").rglob("*.parquet")}
    assert shards(made.manifest) == {"train": [20] * 5 + [4], "test": [20, 6]}
    assert (made.written, made.kept, made.removed) == (3, 5, 0)
    kept = {shard for shard in before if shard in after}
    assert len(kept) == 5
    assert all(before[shard] == after[shard] for shard in kept)
    assert released(collection, tmp_path / "out", shard_rows=20).written == 0


def test_what_is_unchanged_is_not_even_read(tmp_path):
    columns = {"id": "str", "text": "str"}
    rows = [{"id": f"n{number}", "text": "x" * 50} for number in range(60)]
    collection = build(tmp_path / "notes", rows[:40], rows[40:], columns=columns)
    released(collection, tmp_path / "out", shard_rows=20, documents=False)
    (first, _) = lance.dataset(str(collection / "tables/notes.lance")).get_fragments()
    (file,) = first.data_files()
    data = collection / "tables/notes.lance/data" / file.path
    data.write_bytes(b"\0" * data.stat().st_size)
    made = released(collection, tmp_path / "out", shard_rows=20, documents=False)
    assert (made.written, made.kept) == (0, 3)
    with pytest.raises(OSError, match="not appear to be a Lance file"):
        released(collection, tmp_path / "other", shard_rows=20, documents=False)


def test_old_shards_go_only_when_the_new_release_is_there(tmp_path, collection):
    released(collection, tmp_path / "out", shard_rows=20)
    before = set((tmp_path / "out/data").rglob("*.parquet"))
    made = released(collection, tmp_path / "out", shard_rows=15)
    after = set((tmp_path / "out/data").rglob("*.parquet"))
    assert not before & after
    assert made.removed == len(before)
    assert check(str(tmp_path / "out")) == []


def test_a_damaged_shard_is_found(tmp_path, collection):
    made = released(collection, tmp_path / "out")
    (shard,) = made.manifest["tables"]["notes"]["splits"]["test"]["shards"]
    path = tmp_path / "out" / shard["path"]
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    assert check(str(tmp_path / "out")) == [shard["path"]]
    path.unlink()
    assert check(str(tmp_path / "out")) == [shard["path"]]
    assert released(collection, tmp_path / "out").written == 1
    assert check(str(tmp_path / "out")) == []


def test_splits_without_a_name_and_with_odd_names(tmp_path):
    rows = [note(1), note(2, split=None), note(3, split="site A/b")]
    collection = build(tmp_path / "notes", rows)
    made = released(collection, tmp_path / "out")
    assert shards(made.manifest) == {"train": [1], "site_A_b": [1], "unsplit": [1]}
    clash = build(tmp_path / "clash", [note(1, split="a b"), note(2, split="a/b")])
    with pytest.raises(CollectionError, match="two splits"):
        released(clash, tmp_path / "clash/out")


def test_rows_that_are_withheld_are_counted_and_not_published(tmp_path):
    collection = build(tmp_path / "n", [note(1), note(2, split="withheld"), note(3)])
    table = released(collection, tmp_path / "out").manifest["tables"]["notes"]
    assert (table["rows"], table["withheld"], list(table["splits"])) == (2, 1, ["train"])


def test_an_empty_table_has_a_shard_with_its_columns(tmp_path, collection):
    made = released(collection, tmp_path / "out", where="n > 1000")
    (shard,) = made.manifest["tables"]["notes"]["splits"]["all"]["shards"]
    assert pq.read_schema(tmp_path / "out" / shard["path"]).names[:2] == ["id", "text"]


def test_it_does_not_write_among_other_files(tmp_path, collection):
    (tmp_path / "home").mkdir()
    (tmp_path / "home/thesis.tex").write_text("do not touch")
    with pytest.raises(CollectionError, match=r"holds other files \(thesis\.tex\)"):
        released(collection, tmp_path / "home")
    with pytest.raises(CollectionError, match="is a collection"):
        released(collection, collection)
    released(collection, tmp_path / "out")
    (tmp_path / "out/NOTES.txt").write_text("mine")
    released(collection, tmp_path / "out", shard_rows=10)
    assert (tmp_path / "out/NOTES.txt").read_text() == "mine"


def test_it_does_not_replace_another_dataset(tmp_path, collection, demo):
    released(collection, tmp_path / "out")
    before = tree(tmp_path / "out")
    medloom.build("literature", input=demo, into=tmp_path / "other", workers=0)
    with pytest.raises(CollectionError, match="holds a release of notes, and this is literature"):
        released(tmp_path / "other", tmp_path / "out")
    assert tree(tmp_path / "out") == before


def test_the_command(tmp_path, collection):
    run = CliRunner().invoke
    out = str(tmp_path / "out")
    told = run(app, ["publish", str(collection), out, "--table", "notes", "--columns", "id, n"])
    assert told.exit_code == 0, told.output
    assert "95 rows of 1 tables" in told.stderr
    assert list(read_manifest(out)["tables"]["notes"]["columns"]) == ["id", "n"]
    wrong = run(app, ["publish", str(collection), out, "--columns", "id"])
    assert wrong.exit_code == 2
    told = run(app, ["publish", str(collection), out, "--table", "notes", "--where", "n < 10"])
    assert read_manifest(out)["tables"]["notes"]["rows"] == 10


def test_a_release_of_links_holds_no_text(tmp_path):
    columns = {"id": "str", "url": "str", "text": "str", "secret": "str"}
    row = {"id": "a", "url": "https://example.org/a.txt", "text": "Told here", "secret": "Hidden"}
    collection = build(tmp_path / "notes", [row], columns=columns)
    made = released(collection, tmp_path / "out", link_only=True)
    whole = b"".join(tree(tmp_path / "out").values())
    assert made.manifest["link_only"]
    assert b"Told here" not in whole
    assert b"Hidden" not in whole
    (shard,) = made.manifest["tables"]["notes"]["splits"]["all"]["shards"]
    (published,) = pq.read_table(tmp_path / "out" / shard["path"]).to_pylist()
    assert published["text_sha256"] == hashlib.sha256(b"Told here").hexdigest()
    assert (tmp_path / "out/refetch.py").is_file()


def test_two_at_once_do_not_meet(tmp_path, collection):
    with Target(str(tmp_path / "out")).lock(), pytest.raises(CollectionError, match="another pro"):
        released(collection, tmp_path / "out")


def test_a_huggingface_card_names_every_file(tmp_path, collection):
    made = released(collection, tmp_path / "out", shard_rows=30)
    head = (tmp_path / "out/README.md").read_text().split("---\n")[1]
    (config,) = yaml.safe_load(head)["configs"]
    named = {one["split"]: one["path"] for one in config["data_files"]}
    assert config["config_name"] == "notes"
    assert named == {
        name: [shard["path"] for shard in split["shards"]]
        for name, split in made.manifest["tables"]["notes"]["splits"].items()
    }


def test_a_card_that_stays_names_the_new_files(tmp_path, collection):
    released(collection, tmp_path / "out")
    readme = tmp_path / "out/README.md"
    readme.write_text(readme.read_text() + "\nWritten by hand.\n")
    made = released(collection, tmp_path / "out", shard_rows=7, documents=False)
    text = readme.read_text()
    assert "Written by hand." in text
    (config,) = yaml.safe_load(text.split("---\n")[1])["configs"]
    named = [path for one in config["data_files"] for path in one["path"]]
    assert sorted(named) == sorted(
        path.relative_to(tmp_path / "out").as_posix()
        for path in (tmp_path / "out/data").rglob("*.parquet")
    )
    assert len(named) == made.written + made.kept
    assert not (tmp_path / "out/croissant.json").exists()


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happened_before_a_release_is_that_of_its_rows(tmp_path, seed):
    """Files of rows come, change and go; each release is the one that an empty folder would get."""
    draw = random.Random(seed)
    files = {}
    for step in range(5):
        kind = draw.choice(["add", "add", "change", "drop"]) if files else "add"
        name = draw.choice(sorted(files)) if files else ""
        if kind == "add":
            files[f"f{step}"] = notes(step * 100, step * 100 + draw.randrange(1, 30))
        elif kind == "change":
            files[name] = [{**row, "text": f"Changed {step}."} for row in files[name][:-1]]
        elif len(files) > 1:
            del files[name]
        collection = build_files(tmp_path, files)
        released(collection, tmp_path / "out", shard_rows=7, documents=False)
        released(collection, tmp_path / f"fresh{step}", shard_rows=7, documents=False)
        held, fresh = tree(tmp_path / "out"), tree(tmp_path / f"fresh{step}")
        assert held.pop("README.md")  # its text stays
        assert fresh.pop("README.md")
        assert held == fresh
        assert check(str(tmp_path / "out")) == []


def test_unknown_tables_and_columns_are_told(tmp_path, collection):
    with pytest.raises(CollectionError, match="no table 'cases'"):
        released(collection, tmp_path / "a", tables=["cases"])
    with pytest.raises(CollectionError, match="no column m"):
        released(collection, tmp_path / "a", tables=["notes"], columns=["m"])
    with pytest.raises(CollectionError, match="cannot publish rows where"):
        released(collection, tmp_path / "a", where="m > 1")
    assert not Path(tmp_path, "a/medloom-release.json").exists()
