"""Fusion: against a plain restatement, and what must hold for any two rankings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medloom.search.fusion import fuse, weight_of

_SCORES = st.dictionaries(st.integers(0, 30), st.floats(-5, 40, allow_nan=False), max_size=20)


def _best_first(scores):
    return sorted(scores.items(), key=lambda one: -one[1])


def _scaled(scores):
    low, high = min(scores.values(), default=0), max(scores.values(), default=0)
    return {k: (v - low) / (high - low) if high > low else 1.0 for k, v in scores.items()}


@given(_SCORES, _SCORES, st.floats(0, 1))
def test_scores_are_those_of_the_formula(lexical, dense, weight):
    found = fuse(_best_first(lexical), _best_first(dense), dense_weight=weight)
    words, vectors = _scaled(lexical), _scaled(dense)
    wanted = {
        key: (1 - weight) * words.get(key, 0) + weight * vectors.get(key, 0)
        for key in lexical.keys() | dense.keys()
    }
    assert {key: score for key, score, _ in found} == pytest.approx(wanted)
    scores = [score for _, score, _ in found]
    assert scores == sorted(scores, reverse=True)
    assert all(sum(parts.values()) == pytest.approx(score) for _, score, parts in found)


@given(_SCORES, _SCORES, st.floats(0.1, 9), st.floats(-3, 3))
def test_the_scale_of_scores_does_not_matter(lexical, dense, factor, shift):
    words = [(key, round(score)) for key, score in _best_first(lexical)]
    other = [(key, score * factor + shift) for key, score in words]
    one, two = fuse(words, _best_first(dense)), fuse(other, _best_first(dense))
    assert {k: s for k, s, _ in one} == pytest.approx({k: s for k, s, _ in two}, abs=1e-6)


def test_ranks_as_in_the_paper():
    found = fuse([("a", 3.0), ("b", 2.0)], [("b", 0.9)], method="ranks")
    assert [key for key, _, _ in found] == ["b", "a"]
    assert found[0][1] == pytest.approx(1 / 62 + 1 / 61)


def test_only_the_first_rows_are_looked_at():
    lexical = [(n, 100.0 - n) for n in range(50)]
    assert [key for key, _, _ in fuse(lexical, [], looked_at=3)] == [0, 1, 2]
    assert fuse([], []) == []


def test_alike_scores_keep_their_order():
    assert [k for k, _, _ in fuse([("b", 1.0), ("a", 1.0)], [])] == ["b", "a"]


def test_an_encoder_that_was_not_measured_counts_half():
    assert weight_of("/some/model") == 0.5
