"""A page reads its rows and not the table; what was computed is not computed again."""

from pathlib import Path
from typing import Any

import lance
import numpy as np
import pyarrow as pa
import pytest

from medloom.web.browsing.coverage import coverage
from medloom.web.browsing.filters import Filter
from medloom.web.browsing.places import Remembered, page_rows, places
from medloom.web.browsing.profile import profile
from medloom.web.browsing.view import View

N_ROWS = 100_000


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A table of a hundred thousand rows in several files, with some rows deleted."""
    draw = np.random.default_rng(0)
    rows = pa.table(
        {
            "id": [f"r{n:06d}" for n in range(N_ROWS)],
            "year": draw.integers(1980, 2026, N_ROWS),
            "kind": np.array(["a", "b", "c"])[draw.integers(0, 3, N_ROWS)],
            "text": [f"{n} " * 40 for n in range(N_ROWS)],
        }
    )
    folder = str(tmp_path_factory.mktemp("large") / "t.lance")
    dataset = lance.write_dataset(rows, folder, max_rows_per_file=30_000)
    dataset.delete("id >= 'r050000' AND id < 'r050100'")
    return lance.dataset(folder)


def bytes_read(dataset: Any) -> int:
    return int(dataset.io_stats_incremental().read_bytes)


def size(dataset: Any) -> int:
    return sum(path.stat().st_size for path in Path(dataset.uri).rglob("*") if path.is_file())


@pytest.mark.parametrize("start", [0, 49_990, N_ROWS - 130])
def test_a_page_reads_little_wherever_it_lies(large: Any, start: int) -> None:
    page_rows(large, View("t"), None, ["id", "text"])  # what all pages need is read
    bytes_read(large)
    rows = page_rows(large, View("t", start=start), None, ["id", "text"])
    assert bytes_read(large) < size(large) / 20
    wanted = [n if n < 50_000 else n + 100 for n in range(start, start + 50)]
    assert rows["id"].to_pylist() == [f"r{n:06d}" for n in wanted if n < N_ROWS]


def test_order_and_filters_are_looked_up_once(large: Any) -> None:
    memory = Remembered()
    view = View("t", sort="year", down=True, filters=(Filter("kind", "is", "a"),))
    first = places(large, view, memory)
    assert first is not None
    bytes_read(large)
    again = places(large, view, memory)
    assert bytes_read(large) == 0
    assert np.array_equal(first, again)
    table = large.to_table(columns=["id", "year", "kind"]).to_pandas()
    found = table[table.kind == "a"].sort_values("year", ascending=False)
    years = page_rows(large, view, first, ["year"])["year"].to_pylist()
    assert years == found.year.head(50).tolist()
    assert len(first) == len(found)


def test_long_texts_are_looked_at_in_a_sample(large: Any) -> None:
    bytes_read(large)
    found = profile(large, "text")
    covered = coverage(large)
    assert bytes_read(large) < size(large) / 2
    assert found.sampled == 20_000
    assert found.top == []
    assert covered.rows == 2000
    assert {one.column: one.part for one in covered.columns}["text"] == 1.0
    assert dict(profile(large, "kind").top).keys() == {"a", "b", "c"}


def test_the_oldest_is_forgotten() -> None:
    memory = Remembered(most_bytes=1000)
    for n in range(5):
        memory.get(n, lambda n=n: np.full(50, n))
    assert memory.peek(0) is None
    assert memory.peek(4) is not None
    assert memory.get(0, lambda: "anew") == "anew"
