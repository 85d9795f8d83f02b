"""What is mentioned together, and how much more often than by chance."""

import math

import daft
import pytest

from medloom.steps.annotate.cooccurrence import cooccurrence
from medloom.steps.annotate.cooccurrence_statistics import cooccurrence_statistics
from medloom.tables.spans import Assertion, Concept, span_of


def mentions(text: str, *words: str, **rest):
    return [span_of(text, text.index(w), text.index(w) + len(w), "THING", **rest) for w in words]


def rows(text: str, *words: str, text_id: str = "t", article_id: str = "a", **settings):
    return list(cooccurrence(text_id, article_id, text, mentions(text, *words), **settings))


def pairs(made):
    return [(row.left_name, row.right_name) for row in made if row.right_id]


TEXT = "A cat saw a dog. A cow slept."


def test_sentences_or_whole_texts():
    assert pairs(rows(TEXT, "cat", "dog", "cow")) == [("cat", "dog")]
    whole = rows(TEXT, "cat", "dog", "cow", within="text")
    assert pairs(whole) == [("cat", "cow"), ("cat", "dog"), ("cow", "dog")]


def test_a_thing_counts_once_in_a_sentence_and_never_with_itself():
    concept = Concept("X:1", "feline", "x")
    text = "A cat is a Cat, felines say."
    spans = mentions(text, "cat", "Cat", "felines", concepts=(concept,))
    made = list(cooccurrence("t", "a", text, spans))
    assert [(row.left_id, row.right_id) for row in made] == [(None, None), ("X:1", None)]


def test_the_units_of_a_text_are_counted_even_if_nothing_is_mentioned():
    (row,) = rows(TEXT)
    assert (row.left_id, row.n_units) == (None, 2)
    assert rows("")[0].n_units == 1


def test_nested_mentions_are_no_pair():
    text = "lung cancer"
    assert pairs(rows(text, "lung", "lung cancer")) == []


def test_labels_and_absent_things_may_be_left_out():
    text = "A cat and no dog."
    spans = mentions(text, "cat") + mentions(text, "dog", assertion=Assertion(negated=True))
    assert pairs(cooccurrence("t", "a", text, spans, keep_negated=False)) == []
    assert pairs(cooccurrence("t", "a", text, spans)) == [("cat", "dog")]
    assert pairs(cooccurrence("t", "a", text, spans, labels=["OTHER"])) == []


@pytest.fixture
def statistics():
    """Ten texts: cat in 4, dog in 5, both in 3 texts of 2 documents; cow in one, alone."""
    texts = ["cat dog", "cat dog", "cat dog", "cat", "dog", "dog", "cow", "x", "x", "x"]
    made = []
    for number, text in enumerate(texts):
        words = [word for word in text.split() if word != "x"]
        made += rows(
            text, *words, text_id=f"t{number}", article_id=f"a{number // 2}", within="text"
        )
    frame = daft.from_pylist([row._asdict() for row in made])
    return cooccurrence_statistics(frame).to_pylist()


def test_counts(statistics):
    (row,) = statistics
    assert (row["left_name"], row["right_name"]) == ("cat", "dog")
    counts = ("n_together", "n_left", "n_right", "n_texts", "n_documents")
    assert [row[name] for name in counts] == [3, 4, 5, 10, 2]
    assert row["example_ids"] == ["t0", "t1", "t2"]


def test_measures_against_a_table_of_two_by_two_done_by_hand(statistics):
    (row,) = statistics
    # both 3, cat alone 1, dog alone 2, neither 4; by chance 2, 2, 3, 3
    assert row["expected"] == pytest.approx(2.0)
    assert row["pmi"] == pytest.approx(math.log2(1.5))
    assert row["npmi"] == pytest.approx(math.log2(1.5) / math.log2(10 / 3))
    by_hand = 2 * (
        3 * math.log(3 / 2) + math.log(1 / 2) + 2 * math.log(2 / 3) + 4 * math.log(4 / 3)
    )
    assert row["llr"] == pytest.approx(by_hand)
    assert row["chi2"] == pytest.approx(1 / 2 + 1 / 2 + 1 / 3 + 1 / 3)


def test_things_that_never_stand_apart():
    made = rows("cat dog", "cat", "dog", within="text") + rows("x", text_id="u", within="text")
    (row,) = cooccurrence_statistics(daft.from_pylist([r._asdict() for r in made])).to_pylist()
    assert row["npmi"] == pytest.approx(1.0)
    assert row["llr"] == pytest.approx(4 * math.log(2))


def test_rare_pairs_may_be_left_out_and_no_pairs_are_no_error():
    made = rows("cat dog", "cat", "dog") + rows("cat dog", "cat", "dog", text_id="u")
    frame = daft.from_pylist([r._asdict() for r in made])
    assert cooccurrence_statistics(frame, least_together=3).to_pylist() == []
    assert len(cooccurrence_statistics(frame, least_together=2).to_pylist()) == 1
