"""Two lists of mentions become one, by the policy that a recipe names."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from medloom.steps.annotate.merge_spans import merge_spans
from medloom.tables.spans import Attribute, Concept, MadeBy, Span

DICTIONARY, MODEL = MadeBy("concepts", "hpo"), MadeBy("tag_onnx", "model.onnx")


def span(start, end, label="D", score=None, made_by=DICTIONARY, **rest):
    return Span(start, end, label, score=score, made_by=made_by, **rest)


def test_what_both_found_is_one_mention_with_all_that_is_known_of_it():
    first = span(0, 5, score=0.7, concepts=(Concept("A:1", "a", "t"),))
    second = span(0, 5, score=0.6, made_by=MODEL, concepts=(Concept("A:2", "b", "t"),))
    (found,) = merge_spans([first], [second], agreement=0.2)
    assert found.score == 0.9
    assert found.made_by == DICTIONARY
    assert [one.id for one in found.concepts] == ["A:1", "A:2"]
    assert found.attributes == (Attribute("also_by", "tag_onnx"),)


def test_agreement_is_never_more_than_certain():
    (found,) = merge_spans([span(0, 5, score=0.9)], [span(0, 5, score=0.8)], agreement=0.5)
    assert found.score == 1


def test_a_label_rules_out_others_only_where_it_should():
    gene, disease = span(0, 3, "Gene", 0.5), span(0, 8, "Disease", 0.5, MODEL)
    assert merge_spans([gene], [disease]) == [disease]
    assert merge_spans([gene], [disease], across_labels=False) == [disease, gene]


def test_priority_names_steps_and_labels():
    ours, theirs = span(0, 3, "D", 0.1), span(0, 8, "D", 0.9, MODEL)
    assert merge_spans([ours], [theirs], overlaps="priority", priority=["concepts"]) == [ours]
    assert merge_spans([ours], [theirs], overlaps="priority", priority=["tag_onnx"]) == [theirs]


def test_ties_go_to_the_first_list():
    ours, theirs = span(0, 4, "A", 0.5), span(2, 6, "B", 0.5, MODEL)
    assert merge_spans([ours], [theirs]) == [ours]


places = st.lists(
    st.builds(
        lambda start, length, label: span(start, start + length, label),
        st.integers(0, 30), st.integers(1, 9), st.sampled_from("AB"),
    ),
    max_size=8,
)  # fmt: skip


@given(places, places)
def test_nothing_is_invented_and_what_stays_does_not_overlap(ours, theirs):
    found = merge_spans(ours, theirs)
    known = {(one.start, one.end, one.label) for one in (*ours, *theirs)}
    assert {(one.start, one.end, one.label) for one in found} <= known
    assert all(a.end <= b.start for a, b in pairwise(found))
    everything = merge_spans(ours, theirs, overlaps="keep")
    assert {(one.start, one.end, one.label) for one in everything} == known
