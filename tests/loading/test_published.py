"""What Medloom publishes is what is streamed: every writer, and the collection itself."""

import datetime
import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import medloom
from medloom.errors import InputError, MedloomError
from medloom.publish.release import Settings, publish
from tests.loading.sets import rows_of, server

RECIPE = """
name: cases
tables:
  figures:
    read: {parquet: "{input}"}
  notes:
    read: {parquet: "{input}"}
"""
ROWS = [
    row
    | {
        "split": "test" if number % 4 == 3 else "train",
        "tags": ["a"] * (number % 3),
        "day": datetime.date(2020, 1, 1 + number % 28),
        "mask of lung": bytes([number]) * 9,
    }
    for number, row in enumerate(rows_of(60, pictures=True))
]
TRAIN = [row for row in ROWS if row["split"] == "train"]


@pytest.fixture(scope="module")
def collection(tmp_path_factory):
    folder = tmp_path_factory.mktemp("built")
    (folder / "in").mkdir()
    pq.write_table(pa.Table.from_pylist(ROWS), folder / "in/rows.parquet")
    (folder / "recipe.yaml").write_text(RECIPE)
    medloom.build(folder / "recipe.yaml", input=folder / "in", into=folder / "cases", workers=1)
    return folder / "cases"


@pytest.fixture(scope="module")
def releases(collection, tmp_path_factory):
    folder, made = tmp_path_factory.mktemp("releases"), {}
    for writer in ("parquet", "webdataset", "jsonl", "csv", "lance"):
        given = Settings(writer=writer, shard_rows=20)
        publish(medloom.open(collection), folder / writer, given)
        made[writer] = folder / writer
    return made


def same(row, kept):
    """Whether a row is what was published."""
    return all(row[name] == value for name, value in kept.items())


def test_a_collection_is_streamed(collection):
    rows = list(medloom.stream(collection, "train", table="figures"))
    assert len(rows) == len(TRAIN)
    assert all(same(row, kept) for row, kept in zip(rows, TRAIN, strict=True))
    with pytest.raises(InputError, match=r"say which table: table= in .*; tables: figures, notes"):
        medloom.stream(collection)


@pytest.mark.parametrize("writer", ["parquet", "webdataset", "jsonl", "csv", "lance"])
def test_a_release_is_streamed(releases, writer):
    rows = list(medloom.stream(releases[writer], "train", table="figures"))
    assert len(rows) == len(TRAIN)
    for row, kept in zip(rows, TRAIN, strict=True):
        assert same(row, kept), (row, kept)
    shuffled = medloom.stream(releases[writer], "test", table="figures", shuffle=True)
    assert sorted(row["id"] for row in shuffled) == sorted(
        row["id"] for row in ROWS if row["split"] == "test"
    )


@pytest.mark.parametrize("writer", ["parquet", "webdataset", "jsonl", "csv", "lance"])
def test_a_condition_and_columns_of_a_release(releases, writer):
    stream = medloom.stream(
        releases[writer],
        table="figures",
        where="year >= 2010 and label = 2",
        columns=["id", "mask of lung"],
    )
    expected = [
        {"id": row["id"], "mask of lung": row["mask of lung"]}
        for row in TRAIN
        if (row["year"] or 0) >= 2010 and row["label"] == 2
    ]
    assert list(stream) == expected
    assert expected


@pytest.mark.parametrize("writer", ["parquet", "webdataset", "jsonl", "csv"])
def test_a_release_over_http(releases, writer):
    with server(releases[writer]) as served:
        rows = list(medloom.stream(served.uri, "train", table="figures", shuffle=True, seed=2))
    local = list(medloom.stream(releases[writer], "train", table="figures", shuffle=True, seed=2))
    assert rows == local
    assert len(rows) == len(TRAIN)


def test_a_lance_release_over_http_is_refused(releases):
    with server(releases["lance"]) as served, pytest.raises(MedloomError, match="over HTTP"):
        medloom.stream(served.uri, table="figures")


def test_splits_and_tables_of_a_release(releases):
    with pytest.raises(InputError, match="splits: train, test"):
        medloom.stream(releases["parquet"], "validation", table="figures")
    with pytest.raises(InputError, match="no table 'x'"):
        medloom.stream(releases["parquet"], table="x")
    assert len(medloom.stream(releases["parquet"], None, table="figures")) == 60


@pytest.mark.parametrize("writer", ["parquet", "webdataset"])
def test_a_shard_that_is_not_there(releases, tmp_path, writer):
    folder = shutil.copytree(releases[writer], tmp_path / "copy")
    ending = {"parquet": "parquet", "webdataset": "tar"}[writer]
    next(folder.glob(f"data/figures/train-00001*.{ending}")).unlink()
    with pytest.raises(MedloomError, match="train-00001"):
        medloom.stream(folder, table="figures")
