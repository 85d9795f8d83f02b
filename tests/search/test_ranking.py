"""Measures of rankings against counts by hand and against scikit-learn."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medloom.kit.ranking import (
    average_precision,
    mean,
    ndcg,
    paired_difference,
    precision,
    recall,
    reciprocal_rank,
    work_saved,
)

RANKED = ["d1", "d2", "d3", "d4", "d5"]
GRADES = {"d1": 0, "d2": 2, "d4": 1, "d9": 1}


def test_by_hand():
    gained = 2 / math.log2(3) + 1 / math.log2(5)
    best = 2 + 1 / math.log2(3) + 1 / math.log2(4)
    assert ndcg(RANKED, GRADES) == pytest.approx(gained / best)
    assert ndcg(RANKED, GRADES, k=1) == 0
    assert recall(RANKED, GRADES) == pytest.approx(2 / 3)
    assert recall(RANKED, GRADES, k=3) == pytest.approx(1 / 3)
    assert precision(RANKED, GRADES, k=10) == pytest.approx(0.2)
    assert average_precision(RANKED, GRADES) == pytest.approx((1 / 2 + 2 / 4) / 3)
    assert reciprocal_rank(RANKED, GRADES) == 0.5
    assert reciprocal_rank(RANKED, GRADES, k=1) == 0


def test_where_nothing_is_relevant_all_are_zero():
    for measure in (ndcg, recall, precision, average_precision, reciprocal_rank):
        assert measure(RANKED, {}) == measure([], GRADES) == measure(RANKED, {"d1": 0}) == 0


def test_an_id_that_stands_twice_counts_once():
    assert ndcg(["d2", "d2", "d4"], GRADES) == ndcg(["d2", "d4"], GRADES)
    assert recall(["d2", "d2", "d4"], GRADES, k=2) == pytest.approx(2 / 3)
    assert average_precision(["d2", "d2"], {"d2": 1}) == 1


def test_work_saved():
    assert work_saved([1] * 5 + [0] * 95) == pytest.approx(0.9)  # reads all 5: .95 - .05
    assert work_saved([0] * 95 + [1] * 5) == pytest.approx(-0.05)
    assert work_saved([1] * 19 + [0] * 80 + [1]) == pytest.approx(0.81 - 0.05)
    assert work_saved([1] * 19 + [0] * 80 + [1], recall=1.0) == 0
    assert work_saved([0, 0]) == work_saved([]) == 0


def test_as_scikit_learn_counts():
    metrics = pytest.importorskip("sklearn.metrics")
    draw = np.random.default_rng(7)
    for _ in range(50):
        n = int(draw.integers(2, 30))
        grades, k = draw.integers(0, 4, n), int(draw.integers(1, 12))
        scores = draw.permutation(n).astype(float)
        ids = [str(i) for i in np.argsort(-scores)]
        judged = {str(i): int(grade) for i, grade in enumerate(grades)}
        assert ndcg(ids, judged, k) == pytest.approx(metrics.ndcg_score([grades], [scores], k=k))
        if grades.any():
            wanted = metrics.average_precision_score(grades > 0, scores)
            assert average_precision(ids, judged) == pytest.approx(wanted)


@given(
    st.lists(st.sampled_from("abcdefgh"), max_size=12),
    st.dictionaries(st.sampled_from("abcdefghij"), st.integers(0, 3)),
    st.integers(1, 12),
)
def test_all_lie_between_nought_and_one(ranked, grades, k):
    for measure in (ndcg, recall, precision, average_precision, reciprocal_rank):
        assert 0 <= measure(ranked, grades, k) <= 1 + 1e-12
    best = sorted(grades, key=lambda one: -grades[one])
    assert ndcg(best, grades, k) == pytest.approx(1.0 if any(grades.values()) else 0.0)


def test_intervals():
    draw = np.random.default_rng(1)
    a = draw.random(200)
    b = a - 0.1 + 0.01 * draw.standard_normal(200)
    middle, low, high = paired_difference(a, b)
    assert 0.09 < low < middle < high < 0.11
    alone = mean(a)
    assert alone.high - alone.low > 5 * (high - low)  # pairing narrows it
    assert paired_difference(a, b) == (middle, low, high)
    assert mean([]).n == 0
    with pytest.raises(ValueError, match="differ in number"):
        paired_difference([1.0], [1.0, 2.0])
