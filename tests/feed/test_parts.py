"""Matching, learning and the finder of data sets, each alone."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medloom.feed.articles import Known
from medloom.feed.datasets import datasets
from medloom.feed.interests import Interest
from medloom.feed.matching import Fields, match
from medloom.feed.ranking import Marks, Ranker
from medloom.search.parsing import QueryError, parse

PAPER = Known(
    *("articles", "a", "IL-2 in Ménière's diseases", "No rash; vitamin A was given in 2 doses."),
    *(("Ng AB", "Loom Group"), "J Loom", "2024-03", ("Vertigo/therapy",), ("pmid:7",)),
)


@pytest.mark.parametrize(
    ("query", "is_met"),
    [
        ("meniere", True),
        ('"meniere disease"', False),  # an apostrophe and its s stand between
        ('"vitamin A"', True),
        ('"vitamin B"', False),
        ("IL-2", True),
        ("IL-3", False),
        ("title:vitamin", False),
        ("abstract:vitamin", True),
        ("author:ng AND year:2024", True),
        ("journal:loom -rash", False),
        ("vertig*", True),
        ("vertogo~", True),
        ("vertxgx~1", False),
        ("(cat OR rash) AND NOT dog", True),
        ("dose AND cat", False),
        ("nosuchfield:x", False),
        ("vertigo unicorn unicorns", False),
    ],
)
def test_queries(query: str, is_met: bool) -> None:
    assert (match(parse(query), Fields(PAPER)) is not None) == is_met


@settings(max_examples=150, deadline=None)
@given(st.text('ab "()-*~:ORNTD', max_size=25), st.text(max_size=30))
def test_any_query_and_text(query: str, text: str) -> None:
    try:
        tree = parse(query)
    except QueryError:
        return
    found = match(tree, Fields(Known("t", "a", text, text)))
    assert found is None or 0 <= found.score <= 1


def papers(*titles: str) -> list[Known]:
    return [Known("articles", f"p{n}", title) for n, title in enumerate(titles)]


OLD = papers("heart of rats", "skin of men", "broken leg", "lung cancer", "liver in mice", "eye")


def order(marks: Marks, *titles: str) -> list[str]:
    interest = Interest("a", like=("x",))
    ranked = Ranker.of(interest, marks, OLD).order(papers(*titles))
    return [one.article.title for one in ranked]


def test_dislikes_move_papers_down() -> None:
    come = ("heart of mice", "heart failure drugs")
    liked = [Known("articles", "x", "heart mice failure drugs")]
    for disliked in come:
        marks = Marks(liked, [Known("articles", "y", f"{disliked} {disliked}")])
        assert order(marks, *come)[-1] == disliked


def test_nothing_to_learn_from() -> None:
    ranker = Ranker.of(Interest("a", authors=("Ng",)), Marks(), [])
    (one,) = ranker.rank([PAPER, *papers("x")])
    assert (one.article.id, one.reasons) == ("a", ("by Ng",))
    assert Ranker.of(Interest("a", queries=("x",)), Marks(), []).rank([]) == []
    empty = Known("articles", "z")
    assert Ranker.of(Interest("a", like=("z",)), Marks([empty]), OLD).rank([empty]) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("GSE12345, GSE1 and GSE99.", ["GSE12345", "GSE99"]),
        ("https://www.ncbi.nlm.nih.gov/geo/query/acc.cgi?acc=GSE777", ["GSE777"]),
        ("https://clinicaltrials.gov/study/NCT01234567", ["NCT01234567"]),
        ("(PRJNA123456; SRP012345)", ["PRJNA123456", "SRP012345"]),
        ("phs000178.v1.p1 E-MTAB-123 PXD012345", ["phs000178.v1.p1", "E-MTAB-123", "PXD012345"]),
        ("PDB ID: 1abc and 2XYZ", ["1ABC", "2XYZ"]),
        ("PDB entries 1234 and 9999", []),
        ("in 2019-2020, 1ABC, grant R01GSE12345", []),
        ("doi:10.5061/dryad.abc12, 10.1371/journal.pone.1", ["10.5061/dryad.abc12"]),
        ("https://doi.org/10.6084/m9.figshare.123.v2.", ["10.6084/m9.figshare.123.v2"]),
        ("EudraCT 2004-000446-20", ["2004-000446-20"]),
        ("NCT012345678", []),
    ],
)
def test_data_sets(text: str, wanted: list[str]) -> None:
    found = datasets(text)
    assert [one.accession for one in found] == wanted
    assert all(text[one.start : one.end].upper() == one.accession.upper() for one in found)


@settings(max_examples=100, deadline=None)
@given(st.text("GSE10.5/dryPDBID: -NCT,()", max_size=80))
def test_data_sets_of_any_text(text: str) -> None:
    found = datasets(text)
    assert all(text[a.start : a.end].upper() == a.accession.upper() for a in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
