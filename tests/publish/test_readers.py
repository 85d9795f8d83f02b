"""What is published is a source again: the same rows come back, and bad ones are in the ledger."""

import base64
import datetime
import io
import json
import tarfile
from contextlib import suppress
from pathlib import Path

import lance
import meds
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import medloom
from medloom.collection.store import Store
from medloom.collection.tags import add_tag
from medloom.errors import RecipeError
from medloom.formats import meds as meds_format
from medloom.kit.arrow_text import arrow_type_of
from medloom.kit.plain_values import fitter, type_of
from medloom.kit.reading import in_memory
from medloom.publish.release import Settings, check, publish
from medloom.step import Failure
from medloom.steps.ingest.csv import csv
from medloom.steps.ingest.jsonl import jsonl
from tests.publish.collections import build as notes
from tests.publish.collections import note, rows_of, tree

KEPT = ["parquet", "jsonl", "csv", "webdataset", "lance"]


def read(reader, place, into, **more):
    recipe = Path(f"{into}.yaml")
    recipe.parent.mkdir(parents=True, exist_ok=True)
    body = {"input": "{input}", **more} if more else "{input}"
    recipe.write_text(yaml.safe_dump({"name": "x", "tables": {"t": {"read": {reader: body}}}}))
    run = medloom.build(recipe, input=place, into=into, workers=0)
    assert all(one.balanced for one in run.tables)
    return into


def by_id(rows, drop=("source",)):
    plain = ({k: v for k, v in row.items() if k not in drop} for row in rows)
    return sorted(plain, key=lambda row: row["id"])


@pytest.fixture(scope="module")
def demo_collection(tmp_path_factory, demo):
    folder = tmp_path_factory.mktemp("demo")
    medloom.build("literature", input=demo, into=folder / "c", workers=0)
    return folder / "c"


@pytest.mark.parametrize("kind", KEPT)
@pytest.mark.parametrize("table", ["articles", "figures", "images"])
def test_the_same_rows_come_back(tmp_path, demo_collection, kind, table):
    collection = medloom.open(demo_collection)
    publish(
        collection,
        tmp_path / "out",
        Settings([table], writer=kind, shard_rows=11, documents=False),
    )
    again = read(kind, tmp_path / "out/data" / table, tmp_path / "c")
    before = by_id(rows_of(demo_collection, table), drop=())
    for row in before:
        row["source_before"] = row.pop("source")
    after = by_id(rows_of(again, "t"))
    if kind == "csv":  # it cannot tell an empty text from none
        before = [{k: None if v == "" else v for k, v in row.items()} for row in before]
    assert after == before
    schema = medloom.open(again).dataset("t").schema
    assert {f.name: f.type for f in schema if not f.name.startswith("source")} == {
        f.name: f.type for f in collection.dataset(table).schema if f.name != "source"
    }
    assert not medloom.open(again).lost().num_rows


def test_bad_lines_are_rows_of_the_ledger(tmp_path):
    lines = ['{"id": "a", "n": 1}', "{broken", '["no object"]', '{"id": "b", "n": "many"}']
    lines += ['{"id": "c", "n": 2, "new": 1}', "", '{"id": "d", "n": null}', "\x00\xff", "null"]
    (tmp_path / "in").mkdir()
    (tmp_path / "in/x.jsonl").write_bytes("\n".join(lines).encode("latin-1"))
    made = read("jsonl", tmp_path / "in", tmp_path / "c", columns={"id": "str", "n": "int"})
    assert [row["id"] for row in rows_of(made, "t")] == ["a", "c", "d"]  # without `new`
    lost = {row["row_id"]: row["reason"] for row in medloom.open(made).lost().to_pylist()}
    assert lost == {
        "x.jsonl:2": "not a JSON object",
        "x.jsonl:3": "not a JSON object",
        "x.jsonl:4": "n: a whole number was expected, not a text",
        "x.jsonl:8": "not a JSON object",
        "x.jsonl:9": "not a JSON object",
    }
    (line,) = medloom.open(made).ledger
    assert (line.rows_in, line.rows_out, line.failed, line.balanced) == (8, 3, 5, True)


def test_bad_cells_are_rows_of_the_ledger(tmp_path):
    (tmp_path / "in").mkdir()
    text = 'id,n,day\n007,1,2020-01-02\n008,x,\n009,1\n"010",2,"soon"\n'
    (tmp_path / "in/x.csv").write_text(text)
    told = {"id": "str", "n": "int", "day": "date"}
    made = read("csv", tmp_path / "in", tmp_path / "c", columns=told)
    (row,) = rows_of(made, "t")
    assert (row["id"], row["n"], row["day"]) == ("007", 1, datetime.date(2020, 1, 2))
    lost = {row["row_id"]: row["reason"] for row in medloom.open(made).lost().to_pylist()}
    assert lost == {
        "x.csv:3": "n: a whole number was expected, not a text",
        "x.csv:4": "2 cells, where the header has 3",
        "x.csv:5": "day: text of a date32[day] was expected, not another one",
    }


def test_types_are_guessed_from_lines(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.csv").write_text("id,n,x,ok,code\n1a,1,0.5,true,007\n2b,,2,false,1E5\n")
    made = read("csv", tmp_path / "in", tmp_path / "c")
    types = {f.name: str(f.type) for f in medloom.open(made).dataset("t").schema}
    assert types == {
        **{"id": "string", "n": "int64", "x": "double", "ok": "bool", "code": "string"},
        "source": "string",
    }
    (tmp_path / "j").mkdir()
    rows = [{"id": "a", "marks": [{"s": 1}]}, {"id": "b", "marks": [], "w": 0.5}]
    (tmp_path / "j/a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    made = read("jsonl", tmp_path / "j", tmp_path / "cj")
    assert [row["marks"] for row in rows_of(made, "t")] == [[{"s": 1}], []]


def test_two_types_in_one_column_are_told_before_the_build(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.jsonl").write_text('{"n": 1}\n{"n": "x"}\n')
    with pytest.raises(RecipeError, match="two types"):
        read("jsonl", tmp_path / "in", tmp_path / "c")


def test_a_whole_release_is_no_table(tmp_path):
    collection = notes(tmp_path / "n", [note(1)])
    publish(medloom.open(collection), tmp_path / "out", Settings(writer="jsonl", documents=False))
    with pytest.raises(RecipeError, match="is a whole release: give the folder of a table"):
        read("jsonl", tmp_path / "out", tmp_path / "c")


def test_files_of_other_columns_fail_alone(tmp_path):
    (tmp_path / "in").mkdir()
    for number in range(25):
        pq.write_table(pa.table({"id": [f"r{number}"]}), tmp_path / f"in/{number:02}.parquet")
    pq.write_table(pa.table({"id": ["x"], "more": [1]}), tmp_path / "in/99.parquet")
    (tmp_path / "in/98.parquet").write_bytes(b"PAR1 not really")
    made = read("parquet", tmp_path / "in", tmp_path / "c")
    assert len(rows_of(made, "t")) == 25
    lost = {row["source"]: row["reason"] for row in medloom.open(made).lost().to_pylist()}
    assert "has the column more" in lost["99.parquet"]
    assert "not a sound Parquet file" in lost["98.parquet"]


def test_a_table_of_a_collection_is_read_as_its_last_finished_build_left_it(tmp_path):
    first, more = [note(n) for n in range(5)], [note(n) for n in range(5, 8)]
    collection = notes(tmp_path / "n", first)
    add_tag(Store(str(collection)), "v1.0", 1)
    notes(tmp_path / "n", first, more)
    place = collection / "tables/notes.lance"
    store = Store(str(collection))
    store.append_rows("notes", store.dataset("notes").to_table(limit=2))  # a build is under way
    assert len(rows_of(read("lance", place, tmp_path / "c"), "t")) == 8
    assert len(rows_of(read("lance", place, tmp_path / "d", version="v1.0"), "t")) == 5
    with pytest.raises(RecipeError, match="no finished build v2"):
        read("lance", place, tmp_path / "e", version="v2")


def test_a_lance_dataset_that_grew_is_read_again(tmp_path):
    place = tmp_path / "in/d.lance"
    lance.write_dataset(pa.table({"id": ["a"]}), place)
    read("lance", tmp_path / "in", tmp_path / "c")
    lance.write_dataset(pa.table({"id": ["b"]}), place, mode="append")
    read("lance", tmp_path / "in", tmp_path / "c")
    assert [row["id"] for row in rows_of(tmp_path / "c", "t")] == ["a", "b"]


def test_foreign_samples(tmp_path):
    (tmp_path / "in").mkdir()
    files = {"a/1.jpg": b"\xff\xd8\xff", "a/1.txt": b"one", "a/1.cls": b"3"}
    files |= {"a/2.jpg": b"\xff\xd8\xfe", "a/2.txt": b"\xff", "a/2.cls": b"4"}
    files |= {"a/3.jpg": b"\xff\xd8\xfd", "a/3.txt": b"three", "a/3.cls": b"x"}
    with tarfile.open(tmp_path / "in/x.tar", "w") as archive:
        for name, data in files.items():
            (tmp_path / "file").write_bytes(data)
            archive.add(tmp_path / "file", name)
    told = {"id": "str", "bytes": "bytes", "text": "str", "label": "int"}
    made = read("webdataset", tmp_path / "in", tmp_path / "c", columns=told)
    (row,) = rows_of(made, "t")
    assert (row["id"], row["text"], row["label"]) == ("a/1", "one", 3)
    lost = {row["row_id"]: row["reason"] for row in medloom.open(made).lost().to_pylist()}
    assert lost == {
        "x.tar!a/2": "its text is not utf-8",
        "x.tar!a/3": "its class is no whole number",
    }
    whole = (tmp_path / "in/x.tar").read_bytes()
    (tmp_path / "in/x.tar").write_bytes(whole[: len(whole) // 2])
    read("webdataset", tmp_path / "in", tmp_path / "c", columns=told)
    assert medloom.open(tmp_path / "c").ledger[0].failed >= 1


def test_splits_of_huggingface_files(tmp_path):
    (tmp_path / "in/test").mkdir(parents=True)
    pq.write_table(pa.table({"id": ["a"]}), tmp_path / "in/train-00000-of-00001.parquet")
    pq.write_table(pa.table({"id": ["b"]}), tmp_path / "in/test/0.parquet")
    made = read("hf", tmp_path / "in", tmp_path / "c")
    assert {row["id"]: row["split"] for row in rows_of(made, "t")} == {"a": "train", "b": "test"}


def test_meds_is_what_the_standard_says(tmp_path, data):

    sample = data / "records/rec_meds_aces/sample_data/meds_sample"
    made = read("meds", sample, tmp_path / "c")
    before = rows_of(made, "t")
    assert {row["split"] for row in before} == {"train", "tuning", "held_out"}
    collection = medloom.open(made)
    publish(collection, tmp_path / "out", Settings(writer="meds", shard_rows=2000, documents=False))
    root = tmp_path / "out/data/t"
    seen: dict[int, Path] = {}
    files = sorted(root.glob("data/**/*.parquet"))
    assert len(files) > 3
    for file in files:
        table = meds.DataSchema.align(pq.read_table(file))
        subjects, times = table["subject_id"].to_pylist(), table["time"].to_pylist()
        early = datetime.datetime.min
        assert [*zip(subjects, (t or early for t in times), strict=True)] == sorted(
            zip(subjects, (t or early for t in times), strict=True)
        )
        for subject in set(subjects):
            assert seen.setdefault(subject, file) == file
    meds.SubjectSplitSchema.validate(pq.read_table(root / meds.subject_splits_filepath))
    meds.CodeMetadataSchema.validate(pq.read_table(root / meds.code_metadata_filepath))
    meds.DatasetMetadataSchema(**json.loads((root / meds.dataset_metadata_filepath).read_text()))
    again = rows_of(read("meds", root, tmp_path / "d"), "t")
    keys = ("subject_id", "time", "code", "split", "numeric_value")
    for row in (*before, *again):  # the standard has 32 bits for a value
        value = row["numeric_value"]
        row["numeric_value"] = None if value is None else float(np.float32(value))
    told = [sorted(str([row[k] for k in keys]) for row in rows) for rows in (before, again)]
    assert told[0] == told[1]


def test_meds_refuses_a_subject_in_two_splits(tmp_path):
    rows = [{"subject_id": 7, "code": "A", "split": split} for split in ("train", "test")]
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.jsonl").write_text("\n".join(json.dumps({**r, "time": None}) for r in rows))
    told = {"subject_id": "int", "code": "str", "split": "str", "time": "time"}
    made = read("jsonl", tmp_path / "in", tmp_path / "c", columns=told)
    with pytest.raises(medloom.errors.CollectionError, match="subject 7 is in train and in test"):
        publish(medloom.open(made), tmp_path / "out", Settings(writer="meds", documents=False))


_TYPES = st.recursive(
    st.sampled_from(["str", "int", "float", "bool"]),
    lambda inner: st.one_of(
        inner.map(lambda one: f"list<item: {one}>"),
        st.lists(inner, min_size=1, max_size=3).map(
            lambda several: "struct<" + ", ".join(f"f{i}: {t}" for i, t in enumerate(several)) + ">"
        ),
    ),
    max_leaves=5,
)


@given(_TYPES)
@settings(max_examples=60)
def test_any_type_is_read_back_from_its_text(text):
    kind = arrow_type_of(text)
    assert arrow_type_of(str(kind)) == kind


@given(st.text(max_size=40))
@settings(max_examples=200)
def test_any_text_is_a_type_or_a_plain_error(text):
    with suppress(ValueError):
        assert isinstance(arrow_type_of(text), pa.DataType)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from("abc"), inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)


@given(st.lists(st.dictionaries(st.sampled_from("xyz"), _JSON, min_size=1), min_size=1, max_size=5))
@settings(max_examples=150)
def test_json_values_fit_the_type_that_they_ask_for(values):
    try:
        kind = type_of(values)
    except ValueError:
        return
    fitted = [fitter(kind)(one) for one in values]
    held = pa.array(fitted, kind).to_pylist()
    for value, back in zip(values, held, strict=True):
        assert {k: v for k, v in back.items() if k in value and not isinstance(v, dict | list)} == {
            k: v for k, v in value.items() if not isinstance(v, dict | list)
        }


@given(st.binary(max_size=200))
@settings(max_examples=150)
def test_any_bytes_are_rows_or_failures(data):
    for reader, columns in ((jsonl, {"a": "str"}), (csv, {"a": "str"})):
        try:
            for one in reader(in_memory("x.jsonl", data), columns=columns):
                assert isinstance(one, pa.RecordBatch | Failure)
        except medloom.errors.MedloomError:
            pass


def test_bytes_and_times_of_json_lines():
    row = {"b": base64.b64encode(b"\0\1").decode(), "t": "2020-01-02 03:04:05"}
    (batch,) = jsonl(
        in_memory("x.jsonl", json.dumps(row).encode()),
        columns={"b": "bytes", "t": "timestamp[us]"},
    )
    (back,) = batch.to_pylist()
    assert back == {"b": b"\0\1", "t": datetime.datetime(2020, 1, 2, 3, 4, 5)}


def test_events_need_their_columns():
    with pytest.raises(medloom.errors.CollectionError, match="MEDS needs the columns"):
        meds_format.events(pa.table({"id": ["a"]}))


@pytest.mark.parametrize("kind", ["coco", "voc"])
def test_boxes_come_back(tmp_path, data, kind):
    """Blood smears with boxes, as somebody else drew them."""
    source = tmp_path / "in"
    source.mkdir()
    smears = data / "imaging/img_bccd"
    for file in sorted(smears.rglob("*.xml"))[:12]:
        (source / file.name).write_bytes(file.read_bytes())
        for picture in smears.rglob(f"{file.stem}.jp*g"):
            (source / picture.name).write_bytes(picture.read_bytes())
    made = read("voc", source, tmp_path / "c")
    before = rows_of(made, "t")
    assert len(before) > 5
    for out in ("one", "other"):
        settings = Settings(writer=kind, documents=False)
        publish(medloom.open(made), tmp_path / out, settings)
    assert check(str(tmp_path / "one")) == []
    assert tree(tmp_path / "one") == tree(tmp_path / "other")
    again = rows_of(read(kind, tmp_path / "one/data/t", tmp_path / "d"), "t")
    assert boxes_of(before) == boxes_of(again)


def boxes_of(rows):
    keys = ("x", "y", "width", "height", "label")
    return sorted(
        (row["file"], row["bytes"], [[box[key] for key in keys] for box in row["boxes"]])
        for row in rows
    )


def test_tables_without_boxes_are_told(tmp_path):
    collection = notes(tmp_path / "n", [note(1)])
    for kind in ("coco", "voc"):
        with pytest.raises(medloom.errors.CollectionError, match="needs the columns id, file, box"):
            publish(medloom.open(collection), tmp_path / kind, Settings(writer=kind))


def test_whole_number_ids_of_samples_are_texts(tmp_path):
    (tmp_path / "in").mkdir()
    with tarfile.open(tmp_path / "in/a.tar", "w") as tar:
        for key in (7, 8):
            data = json.dumps({"id": key, "n": 1}).encode()
            info = tarfile.TarInfo(f"{key}.json")
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    made = read("webdataset", tmp_path / "in", tmp_path / "c")
    assert [row["id"] for row in rows_of(made, "t")] == ["7", "8"]
    assert not medloom.open(made).lost().num_rows
