"""Ranges over HTTP, the cache, failures of the network: a real server counts what it sends."""

import time

import fsspec
import numpy as np
import pytest

import medloom
from medloom.errors import MedloomError, SourceError
from medloom.loading import ranges
from medloom.loading.cache import Cache
from tests.loading.sets import picture, rows_of, server, write

ROWS = [
    row | {"bytes": picture(number, size=(120, 130))} for number, row in enumerate(rows_of(120))
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("served")
    write(ROWS, folder / "parquet", "parquet", 120, group=15)
    write(ROWS, folder / "tar", "tar", 120)
    return folder


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    monkeypatch.setattr(ranges, "PAUSE_SECONDS", 0.01)


FILES = {"parquet": "parquet/train-00000.parquet", "tar": "tar/train-00000.tar"}


@pytest.mark.parametrize("kind", FILES)
def test_all_rows_over_http(folder, kind):
    with server(folder) as served:
        stream = medloom.stream(f"{served.uri}/{FILES[kind]}", None, shuffle=True, window_rows=30)
        assert sorted(row["id"] for row in stream) == sorted(row["id"] for row in ROWS)
        size = (folder / FILES[kind]).stat().st_size
        assert served.sent_bytes < 1.2 * size
        assert served.ranges < 40


@pytest.mark.parametrize(("kind", "share"), [("parquet", 0.03), ("tar", 0.05)])
def test_columns_are_all_that_is_fetched(folder, kind, share):
    with server(folder) as served:
        stream = medloom.stream(f"{served.uri}/{FILES[kind]}", None, columns=["id", "label"])
        assert [row["label"] for row in stream] == [row["label"] for row in ROWS]
        assert served.sent_bytes < share * (folder / FILES[kind]).stat().st_size


@pytest.mark.parametrize(("kind", "share"), [("parquet", 0.2), ("tar", 0.2)])
def test_rows_of_other_blocks_are_not_fetched(folder, kind, share):
    with server(folder) as served:
        wanted = {row["id"] for row in ROWS[50:60]}
        stream = medloom.stream(f"{served.uri}/{FILES[kind]}", None)
        stream.source.kept = np.arange(50, 60)
        assert {row["id"] for row in stream} == wanted
        assert served.sent_bytes < share * (folder / FILES[kind]).stat().st_size


def test_a_rank_fetches_only_its_part(folder):
    with server(folder) as served:
        given = {"shuffle": True, "window_rows": 15, "ranks": 4, "rank": 2}
        stream = medloom.stream(f"{served.uri}/{FILES['parquet']}", None, **given)
        assert len(list(stream)) == 30
        assert served.sent_bytes < 0.3 * (folder / FILES["parquet"]).stat().st_size


def test_a_foreign_tar_over_http(folder, tmp_path):
    (tmp_path / "a.tar").write_bytes((folder / FILES["tar"]).read_bytes())
    with server(tmp_path) as served:
        stream = medloom.stream(f"{served.uri}/a.tar", None, cache=tmp_path / "cache")
        assert list(stream) == ROWS


@pytest.mark.parametrize("kind", FILES)
def test_a_second_epoch_comes_from_the_cache(folder, tmp_path, kind):
    with server(folder) as served:
        uri = f"{served.uri}/{FILES[kind]}"
        first = list(medloom.stream(uri, None, cache=tmp_path))
        sent = served.sent_bytes
        stream = medloom.stream(uri, None, cache=tmp_path)
        assert list(stream) == first == ROWS
        assert served.sent_bytes - sent < 0.1 * sent


def test_a_network_that_fails_for_a_while(folder):
    with server(folder) as served:
        stream = medloom.stream(f"{served.uri}/{FILES['tar']}", None, window_rows=30, shuffle=True)
        seen = 0
        for _ in stream:
            seen += 1
            if seen % 30 == 1:
                served.failures = 2
        assert seen == 120


def test_a_network_that_is_gone(folder):
    with server(folder) as served:
        uri = f"{served.uri}/{FILES['tar']}"
    began = time.monotonic()
    with pytest.raises(MedloomError, match="cannot"):
        medloom.stream(uri, None)
    assert time.monotonic() - began < 20


def test_what_is_not_there(folder):
    with server(folder) as served, pytest.raises((MedloomError, FileNotFoundError)):
        medloom.stream(f"{served.uri}/no.parquet", None)


def test_a_server_without_ranges_is_told(folder):
    with (
        server(folder, answers_ranges=False) as served,
        pytest.raises(SourceError, match="ranges"),
    ):
        ranges.Place(served.uri).read(FILES["tar"], 100, 200)


def test_the_cache_keeps_to_its_size(tmp_path):
    cache = Cache(tmp_path, most_bytes=10_000)
    for number in range(300):
        data = bytes([number % 256]) * 500
        assert cache.get(str(number), lambda data=data: data) == data
        assert sum(one.stat().st_size for one in tmp_path.glob("*/*")) < 11_000
    cache.sweep()
    assert sum(one.stat().st_size for one in tmp_path.glob("*/*")) <= 10_000


def test_the_cache_never_hands_out_damage(tmp_path):
    cache = Cache(tmp_path, 10_000)
    cache.get("a", lambda: b"sound")
    (path,) = tmp_path.glob("*/*")
    for bad in (b"", b"so", b"xxxxx" + path.read_bytes()[5:]):
        path.write_bytes(bad)
        assert cache.get("a", lambda: b"sound") == b"sound"


@pytest.mark.parametrize("kind", ["parquet", "tar"])
def test_a_folder_of_an_object_store(folder, kind):
    store = fsspec.filesystem("memory")
    store.put(str(folder / kind), f"/bucket/{kind}", recursive=True)
    try:
        stream = medloom.stream(f"memory://bucket/{kind}", where="label = 2", columns=["id"])
        assert [row["id"] for row in stream] == [row["id"] for row in ROWS if row["label"] == 2]
        some = medloom.stream(f"memory://bucket/{kind}/train-*0.{kind}", None)
        assert list(some) == ROWS
    finally:
        store.rm("/bucket", recursive=True)
