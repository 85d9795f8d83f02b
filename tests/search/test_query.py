"""Queries: any text is read or told to be wrong, and what is printed is read again as the same."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from medloom.search.parsing import MOST_CHARACTERS, QueryError, parse, plain

_PIECES = st.sampled_from(
    ["fever", "AND", "OR", "NOT", "(", ")", "-(", '"', "-cough", "title:", "title:x", "a*", "b~2",
     "~", "*", "-", "--x", ":", "é", "染色", "IL-2", "HP:0001250", "\x00", "\u2028", " ", "^", "()"]
)  # fmt: skip


@settings(max_examples=600, deadline=None)
@given(
    st.one_of(
        st.text(), st.lists(_PIECES, max_size=12).map(" ".join), st.lists(_PIECES).map("".join)
    )
)
@example("-(a b) c")
@example("(a) AND ((b))")
@example('x "a\nb"')
def test_any_text_is_read_or_told_and_printed_and_read_again(typed):
    try:
        tree = parse(typed)
    except QueryError as error:
        told = error
        tree = None
    if tree is None:
        assert 0 <= told.place <= len(typed)
        return
    assert parse(str(tree)) == tree


@given(st.text())
def test_a_plain_text_is_never_wrong(text):
    plain(text)


@pytest.mark.parametrize(
    ("typed", "place", "told"),
    [
        ("fever AND", 6, "nothing follows AND"),
        ("OR fever", 0, "nothing is before OR"),
        ("fever AND OR cough", 6, "nothing follows AND"),
        ("(fever cough", 0, "never closed"),
        ("fever) cough", 5, "closes nothing"),
        ('fever "no cough', 6, "no partner"),
        ("-fever", 0, "only says what to leave out"),
        ("  ", 0, "no word"),
        ("fever NOT", 6, "nothing follows NOT"),
        ("NOT NOT fever", 0, "nothing follows NOT"),
        ("title:(a b)", 0, "before a parenthesis"),
    ],
)
def test_the_place_of_a_mistake_is_told(typed, place, told):
    with pytest.raises(QueryError, match=told) as caught:
        parse(typed)
    assert caught.value.place == place
    lines = str(caught.value).splitlines()
    assert lines[1].strip() in typed + " "
    assert lines[2].index("^") - 2 == place


def test_a_query_of_10_megabytes_is_told():
    with pytest.raises(QueryError, match="at most 20,000 are read") as caught:
        parse("fever " * 1_700_000)
    assert len(str(caught.value)) < 1000
    assert len(plain("fever " * 1_700_000).parts) <= MOST_CHARACTERS


def test_deep_nesting_is_told_and_does_not_exhaust_the_stack():
    with pytest.raises(QueryError, match="parentheses in each other"):
        parse("(" * 9000 + "a" + ")" * 9000)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("heart attack", "heart attack"),
        ("heart attack OR stroke", "(heart AND attack) OR stroke"),
        ("a AND NOT b", "a AND -b"),
        ("HP:0001250 http://x.org/y", "HP:0001250 http://x.org/y"),
        ("effect: of", "effect of"),
        ('title:"vitamin A" -title:x', 'title:"vitamin A" -title:x'),
    ],
)
def test_what_is_understood(typed, printed):
    assert str(parse(typed)) == printed
