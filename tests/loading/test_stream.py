"""Streams over every format: order, resume, columns, conditions."""

import pickle
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import medloom
from medloom.errors import InputError, MedloomError
from tests.loading.sets import KINDS, picture, rows_of, write

ROWS = rows_of(100, pictures=False)
PICTURES = rows_of(23, pictures=True)


@pytest.fixture(scope="module")
def sets(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sets")
    return {kind: write(ROWS, folder / kind, kind, 30) for kind in KINDS}


def opened(sets, kind, **given):
    return medloom.stream(sets[kind], None if kind == "lance" else "train", **given)


def ids(rows):
    return [row["id"] for row in rows]


@pytest.mark.parametrize("kind", KINDS)
def test_rows_come_as_they_are_and_in_order(sets, kind):
    stream = opened(sets, kind)
    assert len(stream) == 100
    assert list(stream) == ROWS


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shuffle", [True, "exact"])
def test_epochs_have_all_rows_and_orders_of_their_own(sets, kind, shuffle):
    stream = opened(sets, kind, shuffle=shuffle, seed=3)
    first, second = list(stream), list(stream)
    assert sorted(ids(first)) == sorted(ids(second)) == sorted(ids(ROWS))
    assert ids(first) != ids(second)
    assert ids(opened(sets, kind, shuffle=shuffle, seed=3)) == ids(first)
    assert ids(opened(sets, kind, shuffle=shuffle, seed=3, epoch=1)) == ids(second)
    assert ids(opened(sets, kind, shuffle=shuffle, seed=4)) != ids(first)


def test_an_exact_shuffle_is_the_same_in_every_format(sets):
    orders = {tuple(ids(opened(sets, kind, shuffle="exact"))) for kind in KINDS}
    assert len(orders) == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("stop", [0, 1, 31, 64, 99, 100])
def test_a_stream_goes_on_where_it_was_killed(sets, kind, stop):
    given = {"shuffle": True, "seed": 1, "window_rows": 40, "ranks": 2, "rank": 1}
    whole = opened(sets, kind, **given)
    expected = ids(whole) + ids(whole)
    running, seen = opened(sets, kind, **given), []
    while len(seen) < stop:
        for row in running:
            seen.append(row["id"])
            if len(seen) == stop:
                break
    state = running.state_dict()
    assert len(str(state)) < 500
    again = opened(sets, kind, **given)
    again.load_state_dict(state)
    assert (seen + ids(again) + ids(again))[:100] == expected


@pytest.mark.parametrize("all_states", [True, False])
def test_ranks_share_and_others_go_on(sets, all_states):
    given = {"shuffle": True, "window_rows": 16, "even": "pad"}
    # One state says it all where all ranks took as many rows; here they did.
    four = [opened(sets, "tar", rank=rank, ranks=4, **given) for rank in range(4)]
    seen, states = [], []
    for stream in four:
        rows = iter(stream)
        seen += [next(rows)["id"] for _ in range(7)]
        states.append(stream.state_dict())
    for rank in range(3):
        stream = opened(sets, "tar", rank=rank, ranks=3, **given)
        stream.load_state_dict(states if all_states else states[0])
        seen += ids(stream)
    assert set(seen) == set(ids(ROWS))
    assert len(seen) - 100 < 3


def test_a_state_of_another_order_is_refused(sets):
    state = opened(sets, "tar", shuffle=True).state_dict()
    for given in ({"seed": 9}, {"shuffle": "exact"}, {"where": "label = 1"}, {"window_rows": 5}):
        other = opened(sets, "tar", **({"shuffle": True} | given))
        with pytest.raises(MedloomError, match="another stream"):
            other.load_state_dict(state)
    with pytest.raises(MedloomError, match="state"):
        opened(sets, "tar").load_state_dict({"epoch": 1})


@pytest.mark.parametrize("kind", KINDS)
def test_a_condition_picks_rows_and_columns(sets, kind):
    stream = opened(sets, kind, where="year >= 2015 and label = 1", columns=["id", "year"])
    expected = [
        {"id": row["id"], "year": row["year"]}
        for row in ROWS
        if (row["year"] or 0) >= 2015 and row["label"] == 1
    ]
    assert len(stream) == len(expected) > 5
    assert list(stream) == expected


@pytest.mark.parametrize("kind", KINDS)
def test_ids_pick_rows(sets, kind):
    stream = opened(sets, kind, ids={"case/7", "case/70", "case/none"}, columns=["text"])
    assert list(stream) == [{"text": ROWS[7]["text"]}, {"text": ROWS[70]["text"]}]
    assert list(opened(sets, kind, ids=[])) == []


@pytest.mark.parametrize("kind", ["parquet", "lance"])
def test_what_does_not_fit_is_told(sets, kind):
    with pytest.raises(MedloomError, match=r"no column colour here; columns: id, label"):
        opened(sets, kind, columns=["id", "colour"])
    with pytest.raises(MedloomError, match=r"where='size > 2'.*columns:"):
        opened(sets, kind, where="size > 2")


def test_places_that_hold_nothing(tmp_path, sets):
    (tmp_path / "README.md").write_text("x")
    with pytest.raises(InputError, match="nothing to stream"):
        medloom.stream(tmp_path)
    with pytest.raises(InputError, match=r"no split 'test'.*splits: train"):
        medloom.stream(sets["tar"], "test")
    with pytest.raises(InputError, match="no splits; take all of it: split=None"):
        medloom.stream(sets["lance"])
    write(ROWS[:5], tmp_path, "jsonl", 5)
    write(ROWS[:5], tmp_path, "tar", 5)
    with pytest.raises(InputError, match=r"several kinds.*\.jsonl, \.tar"):
        medloom.stream(tmp_path)


def test_one_file_and_a_pattern(sets):
    one = medloom.stream(sets["parquet"] / "train-00001.parquet", None)
    assert list(one) == ROWS[30:60]
    some = medloom.stream(f"{sets['tar']}/train-0000[02].tar", None)
    assert list(some) == ROWS[:30] + ROWS[60:90]


@pytest.mark.parametrize("kind", KINDS)
def test_a_stream_travels_to_another_process(sets, kind):
    stream = opened(sets, kind, shuffle=True)
    rows = iter(stream)
    seen = [next(rows) for _ in range(10)]
    other = pickle.loads(pickle.dumps(stream))
    assert sorted(ids(seen) + ids(other)) == sorted(ids(ROWS))


def test_the_order_is_the_same_in_another_process(sets):
    code = (
        "import medloom, sys; print([r['id'] for r in"
        " medloom.stream(sys.argv[1], shuffle=True, seed=8)])"
    )
    command = [sys.executable, "-R", "-c", code, str(sets["tar"])]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said.strip() == str(ids(opened(sets, "tar", shuffle=True, seed=8)))


def test_pictures_become_arrays(tmp_path):
    folder = write(PICTURES, tmp_path, "tar", 10)
    for row, kept in zip(medloom.stream(folder, decode=True), PICTURES, strict=True):
        assert row["bytes"].shape == (12, 16, 3)
        assert row["bytes"].dtype == np.uint8
        assert row["text"] == kept["text"]
    hooked = medloom.stream(folder, decode={"bytes": len}, threads=3, shuffle=True)
    assert sorted(row["bytes"] for row in hooked) == sorted(len(one["bytes"]) for one in PICTURES)


def test_nulls_and_kinds_of_columns(tmp_path):
    table = pa.table(
        {
            "id": ["a", "b", "c"],
            "bytes": pa.array([None, b"", b"x"], pa.large_binary()),
            "text": pa.array(["é", None, ""], pa.large_string()),
            "score": pa.array([1.5, None, 2.5]),
            "flag": [True, None, False],
            "tags": [["u"], [], None],
            "kind": pa.array(["p", "q", "p"]).dictionary_encode(),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=2)
    stream = medloom.stream(tmp_path, None, shuffle=True)
    assert sorted(stream, key=lambda row: row["id"]) == table.to_pylist()


def test_no_rows_at_all(tmp_path):
    pq.write_table(pa.table({"id": pa.array([], pa.string())}), tmp_path / "train.parquet")
    stream = medloom.stream(tmp_path, shuffle=True, even="pad", ranks=3)
    assert list(stream) == []
    assert stream.epoch == 1


def test_a_picture_of_its_own_size():
    decode = medloom.loading.decode_image(size=(8, 6), mode="L")
    assert decode(picture(3, "JPEG")).shape == (6, 8)
