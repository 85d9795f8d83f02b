"""What the index finds is what a look at every text finds, for any query."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medloom.errors import MedloomError
from medloom.search.index import index
from medloom.search.matching import matches, tokens
from medloom.search.parsing import parse
from medloom.search.searcher import Searcher
from tests.search.helpers import build

_WORDS = ["fever", "fevers", "no", "cough", "heart", "attack", "IL-2", "naïve", "attacks", "2"]
_LONG = " padding words that make this column a long one beside the title " * 4
ROWS = [
    {
        "id": f"d{n:02}",
        "title": " ".join(_WORDS[(n * k) % 10] for k in (1, 3)) + " one title",
        "body": " ".join(_WORDS[(n * n + k * n + k) % 10] for k in range(1, 5)) + _LONG,
    }
    for n in range(30)
]
_LEAVES = st.sampled_from(
    [*_WORDS, '"no fever"', '"heart attack"', "title:fever", "body:cough", "title:heart",
     "-body:no", 'body:"heart attack"', "-cough", "fev*", "title:att*", "cuogh~2", "body:haert~2",
     "zebra", "IL*"]
)  # fmt: skip
_QUERIES = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda p: f"({' AND '.join(p)})"),
        st.lists(inner, min_size=2, max_size=3).map(lambda p: f"({' OR '.join(p)})"),
        st.lists(inner, min_size=2, max_size=3).map(lambda p: f"({' '.join(p)})"),
        inner.map(lambda p: f"NOT {p}"),
    ),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def searcher(tmp_path_factory):
    uri = build(tmp_path_factory.mktemp("texts"), ROWS)
    (done,) = index(uri, encoder="none")
    assert done.text == ("title", "body")
    made = Searcher.open(uri, expander=lambda query: query)
    assert made._table("docs").layout.fields == ("title",)
    return made


@settings(max_examples=500, deadline=None, derandomize=True)
@given(_QUERIES)
def test_the_index_and_the_texts_agree(searcher, typed):
    found, told = answer(searcher, typed)
    if told:
        assert "fix:" in told
        return
    tree = parse(typed)
    texts = {row["id"]: {c: tokens(row[c]) for c in ("title", "body")} for row in ROWS}
    assert found == {id for id, one in texts.items() if matches(tree, one)}


def answer(searcher, typed):
    """The ids that a query finds, or what is wrong with it."""
    try:
        return {hit.id for hit in searcher.find(parse(typed), limit=100).hits}, ""
    except MedloomError as error:
        return set(), str(error)
