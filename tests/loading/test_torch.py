"""Streams in torch's DataLoader: workers, ranks, epochs, exact state."""

import pytest

torch = pytest.importorskip("torch")

import medloom  # noqa: E402
from medloom.errors import MedloomError  # noqa: E402
from medloom.loading import Damaged, DecodeError  # noqa: E402
from tests.loading.sets import rows_of, write  # noqa: E402

ROWS = rows_of(97, pictures=True)
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")


@pytest.fixture(scope="module")
def sets(tmp_path_factory):
    folder = tmp_path_factory.mktemp("torch")
    return {kind: write(ROWS, folder / kind, kind, 20) for kind in ("tar", "parquet", "lance")}


def opened(sets, kind="tar", **given):
    usual = {"shuffle": True, "window_rows": 16, "columns": ["id", "label"]}
    return medloom.stream(sets[kind], None if kind == "lance" else "train", **(usual | given))


def ids(batches):
    return [one for batch in batches for one in batch["id"]]


EVERY = sorted(row["id"] for row in ROWS)


@pytest.mark.parametrize("kind", ["tar", "parquet"])
@pytest.mark.parametrize("workers", [0, 1, 3])
def test_a_plain_loader_gives_each_row_once_and_other_epochs(sets, kind, workers):
    data = opened(sets, kind).torch()
    loader = torch.utils.data.DataLoader(data, batch_size=8, num_workers=workers)
    first, second = ids(loader), ids(loader)
    assert sorted(first) == sorted(second) == EVERY
    assert first != second
    data.set_epoch(0)
    assert ids(loader) == first


def test_persistent_workers_go_on_to_the_next_epoch(sets):
    data = opened(sets).torch()
    loader = torch.utils.data.DataLoader(data, batch_size=8, num_workers=2, persistent_workers=True)
    first, second = ids(loader), ids(loader)
    assert sorted(first) == sorted(second) == EVERY
    assert first != second
    data.set_epoch(0)
    assert ids(loader) == first


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("stop", [1, 5, 12])
def test_a_loader_goes_on_with_exactly_the_next_batch(sets, workers, stop):
    whole = [batch["id"] for batch in opened(sets).loader(7, workers=workers)]
    running = opened(sets).loader(7, workers=workers)
    batches = iter(running)
    seen = [next(batches)["id"] for _ in range(stop)]
    state = running.state_dict()
    again = opened(sets).loader(7, workers=workers)
    again.load_state_dict(state)
    rest = [batch["id"] for batch in again]
    # Which worker hands out next begins anew, the rows of each worker do not.
    assert sorted(map(tuple, seen + rest)) == sorted(map(tuple, whole))
    assert len(again) == len(whole) == len(seen) + len(rest)
    if workers == 0:
        assert seen + rest == whole


@pytest.mark.parametrize(("before", "after"), [(3, 1), (0, 2), (2, 3)])
def test_a_loader_goes_on_with_other_workers(sets, before, after):
    running = opened(sets).loader(4, workers=before)
    batches = iter(running)
    seen = ids(next(batches) for _ in range(9))
    again = opened(sets).loader(4, workers=after)
    again.load_state_dict(running.state_dict())
    assert sorted(seen + ids(again)) == EVERY
    assert len(ids(again)) == 97


@pytest.mark.parametrize("even", ["drop", "pad"])
def test_ranks_have_as_many_batches(sets, even):
    loaders = [
        opened(sets, rank=rank, ranks=3, even=even).loader(4, workers=2) for rank in range(3)
    ]
    each = [list(loader) for loader in loaders]
    assert len({len(one) for one in each}) == 1 == len({len(one) for one in loaders})
    seen = [one for batches in each for one in ids(batches)]
    assert (len(set(seen)) == 97) == (even == "pad")
    assert abs(len(seen) - 97) < 3


def test_lance_is_read_in_workers_of_their_own(sets):
    loader = opened(sets, "lance").loader(16, workers=2)
    assert sorted(ids(loader)) == EVERY
    data = opened(sets, "lance").torch()
    forked = torch.utils.data.DataLoader(data, num_workers=1, multiprocessing_context="fork")
    with pytest.raises(MedloomError, match="spawn"):
        list(forked)


def test_pictures_become_one_tensor(sets):
    stream = opened(sets, columns=["id", "bytes", "label", "year"], decode="torch")
    batch = next(iter(stream.loader(6)))
    assert batch["bytes"].shape == (6, 3, 12, 16)
    assert batch["bytes"].dtype == torch.uint8
    assert batch["label"].dtype == torch.int64
    arrays = opened(sets, columns=["id", "bytes"], decode=True)
    assert next(iter(arrays.loader(6)))["bytes"].shape == (6, 12, 16, 3)


def test_any_row_by_its_number(sets):
    for kind in ("tar", "parquet", "lance"):
        rows = opened(sets, kind, columns=["id", "text"]).map_style()
        assert len(rows) == 97
        assert rows[40] == {"id": "case/40", "text": ROWS[40]["text"]}
        assert rows[-1]["id"] == "case/96"
        assert [row["id"] for row in rows.__getitems__([5, 90, 5])] == [
            "case/5",
            "case/90",
            "case/5",
        ]
        with pytest.raises(IndexError):
            rows[97]
    loader = torch.utils.data.DataLoader(
        opened(sets, "parquet").map_style(), batch_size=10, shuffle=True, num_workers=2
    )
    assert sorted(ids(loader)) == EVERY


def test_a_worker_tells_the_row(tmp_path):
    rows = [{**row, "bytes": b"\x89PNG" if row["id"] == "case/7" else row["bytes"]} for row in ROWS]
    folder = write(rows, tmp_path, "tar", 50)
    with pytest.raises(DecodeError, match="case/7"):
        list(medloom.stream(folder, decode=True).loader(8, workers=2))
    stream = medloom.stream(folder, decode=True, on_error="skip")
    assert sum(len(batch["id"]) for batch in stream.loader(8, workers=2)) == 96
    assert sum(stream.skipped.values()) == 1
    path = folder / "train-00000.tar"
    data = bytearray(path.read_bytes())
    data[700] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(Damaged, match="sample 0 of"):
        list(medloom.stream(folder).loader(8, workers=1))


def test_a_mix_in_workers(sets):
    def mixed():
        streams = {opened(sets, "tar"): 0.7, opened(sets, "parquet", seed=5): 0.3}
        return medloom.mix(streams, seed=2, stop="each_once").loader(8, workers=2)

    whole = [tuple(batch["id"]) for batch in mixed()]
    assert sorted(one for batch in whole for one in batch) == sorted(EVERY * 2)
    running = mixed()
    batches = iter(running)
    seen = [tuple(next(batches)["id"]) for _ in range(10)]
    again = mixed()
    again.load_state_dict(running.state_dict())
    assert sorted(seen + [tuple(batch["id"]) for batch in again]) == sorted(whole)


def test_what_the_stream_says_is_not_an_option(sets):
    with pytest.raises(MedloomError, match="shuffle"):
        opened(sets).loader(4, shuffle=True)


def test_the_state_in_workers_is_that_of_stateful_loaders(sets):
    data = opened(sets).torch()
    rows = iter(data)
    seen = [next(rows)["id"] for _ in range(30)]
    again = opened(sets).torch()
    again.load_state_dict(data.state_dict())
    assert sorted(seen + [row["id"] for row in again]) == EVERY
