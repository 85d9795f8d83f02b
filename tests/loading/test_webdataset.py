"""Tars of samples: the same bytes, every value back, foreign tars, damage."""

import datetime
import io
import tarfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medloom.errors import SourceError
from medloom.formats import tar_index
from medloom.formats.webdataset import key_of, write_shard
from medloom.formats.webdataset_read import key_and_extension, read_shard, scan
from tests.loading.sets import picture, rows_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {"id": st.text(min_size=1, max_size=90)},
        optional={
            "text": st.text(max_size=30),
            "label": st.integers(-5, 5),
            "bytes": st.binary(max_size=600) | st.just(picture(1)),
            "mask": st.binary(max_size=20),
            "spans": JSON,
        },
    ),
    max_size=6,
)


def written(rows):
    file, index = io.BytesIO(), io.BytesIO()
    return write_shard(rows, file, index=index), file, index.getvalue()


@given(ROWS)
def test_every_row_comes_back(rows):
    shard, file, _ = written(rows)
    assert shard.rows == len(rows)
    assert shard.size == len(file.getvalue())
    assert list(read_shard(file)) == rows


@given(ROWS)
def test_the_index_is_what_a_scan_finds(rows):
    shard, file, index = written(rows)
    made, found = tar_index.load(index), scan(file, shard.size)
    assert len(made) == len(found) == len(rows)
    for number in range(len(rows)):
        assert made.sample(number)._replace(crc=0) == found.sample(number)


@given(ROWS)
def test_names_are_safe_and_unique(rows):
    _, file, _ = written(rows)
    file.seek(0)
    with tarfile.open(fileobj=file) as tar:
        names = tar.getnames()
    assert len(set(names)) == len(names)
    keys = [key_and_extension(name)[0] for name in names]
    assert len(set(keys)) == len(rows)
    assert all(key.isascii() and len(key) < 90 and "/" not in key for key in keys)


def test_the_same_rows_give_the_same_bytes():
    first, second = written(rows_of(20, pictures=True)), written(rows_of(20, pictures=True))
    assert first[0] == second[0]
    assert first[1].getvalue() == second[1].getvalue()
    with tarfile.open(fileobj=io.BytesIO(first[1].getvalue())) as tar:
        assert {(one.mtime, one.uid, one.uname, one.mode) for one in tar} == {(0, 0, "", 0o644)}


def test_rows_with_one_id_are_told_apart():
    _, file, _ = written([{"id": "a", "text": "1"}, {"id": "a", "text": "2"}])
    assert [row["text"] for row in read_shard(file)] == ["1", "2"]


def test_ids_that_look_alike_have_keys_of_their_own():
    assert len({key_of(one) for one in ("a/b", "a b", "a_b", "a.b", "a__b", "a")}) == 6


def test_values_that_json_has_not():
    row = {"id": "a", "day": datetime.date(2020, 1, 2), "n": np.int64(3), "v": np.zeros(2)}
    _, file, _ = written([row])
    assert list(read_shard(file)) == [{"id": "a", "day": "2020-01-02", "n": 3, "v": [0.0, 0.0]}]


def test_a_row_without_a_picture_has_no_file_for_it():
    _, file, _ = written([{"id": "a", "bytes": None, "text": None}])
    file.seek(0)
    with tarfile.open(fileobj=file) as tar:
        assert tar.getnames() == ["a.json"]
    assert list(read_shard(file)) == [{"id": "a", "bytes": None, "text": None}]


def foreign(files, form=tarfile.GNU_FORMAT):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=form) as tar:
        for name, data in files:
            info = tarfile.TarInfo(name)
            info.size, info.mtime, info.uname = len(data), 1e9, "someone"
            tar.addfile(info, io.BytesIO(data))
    return file


@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT, tarfile.USTAR_FORMAT])
def test_a_tar_of_others(form):
    long = "n" * 90 if form == tarfile.USTAR_FORMAT else "n" * 150
    file = foreign(
        [
            ("./README", b"not a sample"),
            ("train/0001.jpg", picture(1, "JPEG")),
            ("train/0001.seg.png", picture(2)),
            ("train/0001.cls", b"4\n"),
            ("__meta.json", b"{}"),
            (f"train/{long}.txt", "naïve".encode()),
            (f"train/{long}.json", b'["not", "an", "object"]'),
        ],
        form,
    )
    first, second = read_shard(file)
    assert first == {
        "id": "train/0001",
        "bytes": picture(1, "JPEG"),
        "seg": picture(2),
        "label": 4,
    }
    assert second == {"id": f"train/{long}", "text": "naïve", "json": ["not", "an", "object"]}


@pytest.mark.parametrize("data", [b"", b"x" * 2000, b"\x1f\x8b" + b"\0" * 600])
def test_what_is_no_tar(data):
    with pytest.raises(SourceError, match="not a tar"):
        scan(io.BytesIO(data), len(data))


def test_a_tar_that_is_cut_off():
    _, file, _ = written(rows_of(5, pictures=True))
    with pytest.raises(SourceError):
        list(read_shard(io.BytesIO(file.getvalue()[:3000])))


@given(st.binary(max_size=80), st.integers(0, 300))
def test_a_damaged_index_is_told(noise, cut):
    _, _, index = written(rows_of(3))
    for bad in (noise, index[: min(cut, len(index) - 1)], index + b"x"):
        with pytest.raises(SourceError, match="index"):
            tar_index.load(bad)
