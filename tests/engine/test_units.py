"""Units of work: cut them, and nothing is lost, doubled or out of order."""

import json

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from medloom.engine.revive import cut_rows, revive
from medloom.engine.units import Unit
from medloom.kit.sources import Source

SCHEMA = pa.schema([("n", pa.float64())])


def woven(units, n_rows):
    """What workers would see: stored rows 0, 1, 2..., and revived rows at their places."""
    table = pa.table({"n": [float(n) for n in range(n_rows)]}, schema=SCHEMA)
    seen = []
    for unit in units:
        part = table.slice(unit.start, unit.stop - unit.start)
        seen += revive(part, unit.start, unit.revived)["n"].to_pylist()
    return seen


places = st.lists(st.integers(0, 20), max_size=12).map(sorted)


@given(st.integers(0, 20), places, st.integers(2, 9))
def test_a_split_unit_is_the_same_work_in_smaller_parts(n_rows, at, parts):
    revived = [(min(place, n_rows), json.dumps({"n": 100.0 + i})) for i, place in enumerate(at)]
    whole = Unit([], 0, n_rows, revived)
    pieces = whole.split(parts)
    assert woven(pieces, n_rows) == woven([whole], n_rows)
    if whole.size > 1:
        assert all(0 < piece.size < whole.size for piece in pieces)


@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 4)), min_size=1, max_size=8),
    st.integers(1, 9),
)
def test_cut_rows_gives_every_row_once_and_in_order(sources, size):
    names = [f"s{n}" for n in range(len(sources))]
    per_source = {name: rows for name, (rows, _) in zip(names, sources, strict=True) if rows}
    lost = {
        name: [(min(i, rows), json.dumps({"n": 1000.0 + n * 10 + i})) for i in range(gone)]
        for n, (name, (rows, gone)) in enumerate(zip(names, sources, strict=True))
    }
    total = sum(per_source.values())
    units = cut_rows(names, per_source, lost, size, done=0)
    whole = cut_rows(names, per_source, lost, 10**9, done=0)
    assert woven(units, total) == woven(whole, total)
    done = units[0].size if units else 0
    assert woven(cut_rows(names, per_source, lost, size, done), total) == woven(units[1:], total)


def test_a_unit_travels_with_one_copy_of_a_shared_list():
    beside = [f"image-{n}.jpg" for n in range(1000)]
    sources = [Source(f"{n}.xml", f"/in/{n}.xml", None, 1, "", beside) for n in range(50)]
    text = Unit(sources).to_json()
    assert text.count("image-7.jpg") == 1
    back = Unit.from_json(text)
    assert back.sources == sources
    assert back.sources[0].beside is back.sources[49].beside
