"""Re-ranking: what it must do for any texts, and that it sees what words do not."""

from hypothesis import given, settings
from hypothesis import strategies as st

from medloom.search.rerank import rerank

_TEXTS = st.lists(st.text(max_size=30), max_size=6)


@settings(max_examples=40)
@given(st.text(max_size=20), _TEXTS, st.floats(0, 1))
def test_scores_stay_in_order_and_range(query, texts, weight):
    found = rerank(query, texts, [float(len(texts) - n) for n in range(len(texts))], weight=weight)
    assert len(found) == len(texts)
    assert all(-1e-9 <= one <= 1 + 1e-9 for one in found)


def test_without_weight_the_order_stays():
    found = rerank("fever", ["x", "fever", "y"], [9.0, 5.0, 1.0], weight=0)
    assert found == [1.0, 0.5, 0.0]


def test_the_text_with_the_words_comes_first():
    texts = ["A fracture of the hip.", "Aspirin prevents stroke.", "Aspirin was given."]
    found = rerank("aspirin for prevention of stroke", texts, [1.0, 1.0, 1.0])
    assert found.index(max(found)) == 1


def test_like_words_count():
    texts = ["A fracture of the hip.", "Myocardial infarction in elderly patients."]
    found = rerank("heart attack", texts, [1.0, 1.0], weight=1.0)
    assert found[1] > found[0]


def test_what_is_exact_is_nearest():
    found = rerank("fever", ["fever", "hip"], [0.0, 1.0], encoder="static", weight=1.0)
    assert found == [1.0, 0.0]
