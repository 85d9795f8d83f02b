"""Damage: told with the shard or the row's id, or skipped and counted; the rest is whole."""

import io

import numpy as np
import pyarrow.parquet as pq
import pytest

import medloom
from medloom.formats import tar_index
from medloom.loading import Damaged, DecodeError
from tests.loading.sets import rows_of, write

ROWS = rows_of(60, pictures=True)


def flip(path, at):
    data = bytearray(path.read_bytes())
    data[at] ^= 0xFF
    path.write_bytes(bytes(data))


@pytest.fixture
def tar(tmp_path):
    folder = write(ROWS, tmp_path, "tar", 20)
    index = tar_index.load((folder / "train-00001.tarindex").read_bytes())
    flip(folder / "train-00001.tar", int(index.offsets[index.firsts[5]]) + 40)
    return folder


@pytest.fixture
def parquet(tmp_path):
    folder = write(ROWS, tmp_path, "parquet", 20)
    path = folder / "train-00001.parquet"
    column = pq.read_metadata(path).row_group(1).column(4)
    start = column.dictionary_page_offset or column.data_page_offset
    flip(path, start + column.total_compressed_size // 2)
    return folder


def test_a_damaged_sample_is_told(tar):
    with pytest.raises(Damaged, match=r"sample 5 of .*train-00001.tar is damaged: its checksum"):
        list(medloom.stream(tar, shuffle=True))


def test_a_damaged_sample_is_skipped_and_counted(tar):
    stream = medloom.stream(tar, on_error="skip", even="drop", ranks=1)
    assert list(stream) == [row for row in ROWS if row["id"] != "case/25"]
    assert sum(stream.skipped.values()) == 1


def test_a_damaged_row_group_is_told(parquet):
    with pytest.raises(Damaged, match=r"row group 1 of .*train-00001.parquet is damaged"):
        list(medloom.stream(parquet, shuffle=True))


def test_a_damaged_row_group_is_skipped_and_the_rest_is_kept(parquet):
    stream = medloom.stream(parquet, shuffle=True, on_error="skip")
    lost = {row["id"] for row in ROWS[27:34]}
    assert sorted(row["id"] for row in stream) == sorted({row["id"] for row in ROWS} - lost)
    assert sum(stream.skipped.values()) == 7


@pytest.mark.parametrize("kind", ["tar", "parquet"])
def test_a_shard_that_is_cut_off(tmp_path, kind):
    folder = write(ROWS, tmp_path, kind, 20)
    path = folder / f"train-00002.{kind}"
    path.write_bytes(path.read_bytes()[:-12_000])
    with pytest.raises(Damaged, match=rf"train-00002.{kind} cannot be read"):
        medloom.stream(folder)


def test_a_line_that_is_no_json(tmp_path):
    folder = write(ROWS[:0] + rows_of(9), tmp_path, "jsonl", 9)
    path = folder / "train-00000.jsonl"
    lines = path.read_text().split("\n")
    path.write_text("\n".join([*lines[:3], lines[3][:-4], *lines[4:]]))
    with pytest.raises(Damaged, match=r"line 4 of .*train-00000.jsonl"):
        list(medloom.stream(folder))
    stream = medloom.stream(folder, on_error="skip")
    assert len(list(stream)) == 8


@pytest.mark.parametrize("threads", [0, 3])
def test_a_picture_that_is_none_is_told_by_its_id(tmp_path, threads):
    rows = [
        row | {"bytes": b"\xff\xd8\xffnothing" if number == 4 else row["bytes"]}
        for number, row in enumerate(ROWS)
    ]
    folder = write(rows, tmp_path, "parquet", 60)
    with pytest.raises(DecodeError, match="row 'case/4' cannot be decoded: UnidentifiedImageError"):
        list(medloom.stream(folder, decode=True, threads=threads))
    stream = medloom.stream(folder, decode=True, threads=threads, on_error="skip")
    assert len(list(stream)) == 59
    assert sum(stream.skipped.values()) == 1


def test_skipped_rows_count_as_taken(tar):
    whole = [row["id"] for row in medloom.stream(tar, on_error="skip", shuffle=True)]
    for stop in (1, 20, 40, 58):
        stream = medloom.stream(tar, on_error="skip", shuffle=True)
        rows = iter(stream)
        seen = [next(rows)["id"] for _ in range(stop)]
        again = medloom.stream(tar, on_error="skip", shuffle=True)
        again.load_state_dict(stream.state_dict())
        assert seen + [row["id"] for row in again] == whole


def test_no_pickle_is_ever_loaded():
    file = io.BytesIO()
    np.save(file, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match="allow_pickle"):
        medloom.loading.decode_array(file.getvalue())
