"""The numbers of an audit against published examples and against counting by hand."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medloom.audit.agreement import cohen, fleiss, krippendorff
from medloom.audit.performance import Predicted, equalised_odds
from medloom.audit.statistics import auc, chance_of, folds, share
from medloom.audit.subgroups import difference

KRIPPENDORFF = {
    "A": "1 2 3 3 2 1 4 1 2 . . .",
    "B": "1 2 3 3 2 2 4 1 2 5 . 3",
    "C": ". 3 3 3 2 3 4 2 2 5 1 .",
    "D": "1 2 3 3 2 4 4 1 2 5 1 .",
}
"""Four observers, twelve units (Krippendorff 2011, Computing Krippendorff's Alpha-Reliability)."""
FLEISS = (
    *((0, 0, 0, 0, 14), (0, 2, 6, 4, 2), (0, 0, 3, 5, 6), (0, 3, 9, 2, 0), (2, 2, 8, 1, 1)),
    *((7, 7, 0, 0, 0), (3, 2, 6, 3, 0), (2, 5, 3, 2, 2), (6, 5, 2, 1, 0), (0, 2, 2, 3, 7)),
)
"""Ten subjects, fourteen raters, five grades; kappa is 0.210."""


def test_krippendorffs_own_example() -> None:
    ratings = {
        who: [None if one == "." else one for one in said.split()]
        for who, said in KRIPPENDORFF.items()
    }
    found = krippendorff(ratings)
    assert round(found.value, 3) == 0.743
    assert found.n == 11  # one unit has a single label
    assert found.low < found.value < found.high


def test_a_published_kappa_of_fleiss() -> None:
    rows = [[str(grade) for grade, n in enumerate(row) for _ in range(n)] for row in FLEISS]
    ratings = {f"rater {n}": [row[n] for row in rows] for n in range(14)}
    assert round(fleiss(ratings).value, 3) == 0.210


def test_cohens_kappa() -> None:
    pairs = ["yy"] * 20 + ["yn"] * 5 + ["ny"] * 10 + ["nn"] * 15
    assert round(cohen([p[0] for p in pairs], [p[1] for p in pairs]).value, 6) == 0.4


def test_agreement_that_cannot_be_measured() -> None:
    assert np.isnan(cohen([None, "a"], ["a", None]).value)
    assert krippendorff({"x": ["a"] * 5, "y": ["a"] * 5}).value == 1.0  # nothing to tell apart


def test_wilsons_interval() -> None:
    assert [round(one, 4) for one in share(81, 263)[:3]] == [0.3080, 0.2553, 0.3662]
    assert share(0, 10).low == pytest.approx(0)


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=40))
def test_area_under_the_curve_is_the_share_of_pairs_in_order(rows: list[tuple[int, bool]]) -> None:
    scores = np.array([float(score) for score, _ in rows])
    positive = np.array([yes for _, yes in rows])
    pairs = list(product(scores[positive], scores[~positive]))
    found = auc(scores, positive)[0]
    if pairs:
        assert found == pytest.approx(np.mean([(a > b) + (a == b) / 2 for a, b in pairs]))
    else:
        assert np.isnan(found)


@given(st.lists(st.tuples(st.integers(0, 1), st.booleans()), min_size=1, max_size=30))
def test_a_weight_of_two_is_a_row_twice(rows: list[tuple[int, bool]]) -> None:
    scores = np.array([float(score) for score, _ in rows])
    positive = np.array([yes for _, yes in rows])
    twice = np.full((1, len(rows)), 1.0)
    twice[0, 0] = 2
    more = auc(np.r_[scores, scores[0]], np.r_[positive, positive[0]])
    np.testing.assert_allclose(auc(scores, positive, twice), more)


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 9)), min_size=1, max_size=80))
def test_folds_keep_groups_whole(rows: list[tuple[int, int]]) -> None:
    labels = np.array([label for label, _ in rows])
    _, groups = np.unique([group for _, group in rows], return_inverse=True)
    found = folds(labels, groups)
    for group in set(groups.tolist()):
        assert len(set(found[groups == group].tolist())) == 1


def test_folds_spread_labels() -> None:
    labels = np.array([0, 1] * 100)
    found = folds(labels, np.arange(200))
    counts = np.array([[(labels[found == k] == c).sum() for c in (0, 1)] for k in range(5)])
    assert (counts == 20).all()


def test_chance_of_what_is_expected() -> None:
    assert chance_of(np.array([50, 50]), np.array([0.5, 0.5]))[1] == 1.0
    assert chance_of(np.array([50, 1]), np.array([1.0, 0.0]))[1] == pytest.approx(1e-4)


def test_standardised_difference() -> None:
    assert difference(0.5, 0.5) == 0
    assert difference(1.0, 1.0) == 0
    assert round(difference(0.3, 0.5), 3) == -0.417


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 1)), min_size=30, max_size=90
    )
)
def test_equalised_odds_by_hand(rows: list[tuple[int, int, int]]) -> None:
    label, guess, group = (np.array([row[n] for row in rows]) for n in range(3))
    one = Predicted(np.arange(len(rows)), ["a", "b", "c"], label, guess, None, None)
    widest = 0.0
    for c in range(3):
        for truth in (label == c, label != c):
            held = [truth & (group == g) for g in (0, 1)]
            rates = [(guess[h] == c).mean() for h in held if h.sum() >= 5]
            widest = max([widest, *(abs(a - b) for a in rates for b in rates)])
    assert equalised_odds(one, group, [0, 1]) == pytest.approx(widest)
