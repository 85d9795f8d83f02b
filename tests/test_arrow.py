"""Python values to Arrow and back."""

from dataclasses import dataclass
from typing import NamedTuple

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medloom.tables import Assertion, Concept, Cue, Mark, Range, Span
from medloom.tables.arrow import arrow_type, from_arrow, is_row_type, plain, schema_of, to_arrow


class Inner(NamedTuple):
    words: list[str]
    span: Span | None


@dataclass(frozen=True)
class Outer:
    id: str
    number: float | None
    inners: list[Inner] | None
    blob: bytes


places, words = st.integers(0, 99), st.text(max_size=5)


def tuples(rows):
    return st.lists(rows, max_size=2).map(tuple)


cues = st.builds(Cue, words, places, places, words, words)
assertions = st.builds(Assertion, st.booleans(), cues=tuples(cues))
spans = st.builds(
    Span,
    places,
    places,
    words,
    fragments=tuples(st.builds(Range, places, places)),
    concepts=tuples(st.builds(Concept, words, words, words, st.none())),
    assertion=st.none() | assertions,
    score=st.none() | st.floats(0, 1),
    made_by=st.none(),
)
inners = st.builds(Inner, st.lists(st.text(max_size=4), max_size=3), st.none() | spans)
outers = st.builds(
    Outer,
    st.text(max_size=5),
    st.none() | st.floats(allow_nan=False),
    st.none() | st.lists(inners, max_size=3),
    st.binary(max_size=5),
)


@given(st.lists(outers, max_size=6))
def test_rows_come_back_as_they_were(rows):
    array = to_arrow(rows, Outer)
    assert array.type == arrow_type(Outer)
    assert from_arrow(array, Outer) == rows
    assert array.to_pylist() == [plain(row) for row in rows]
    assert array.equals(pa.array([plain(row) for row in rows], arrow_type(Outer)))


@given(st.lists(outers, min_size=3, max_size=6))
def test_slices_come_back_as_they_were(rows):
    assert from_arrow(to_arrow(rows, Outer)[1:], Outer) == rows[1:]


def test_types():
    assert schema_of(Mark).names == ["start", "end", "kind"]
    assert is_row_type(Outer)
    assert not is_row_type(tuple)
    with pytest.raises(TypeError, match="no Arrow type for dict"):
        arrow_type(dict[str, str])
