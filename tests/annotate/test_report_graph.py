"""Entities of reports, their relations, and RadGraph's format; on labelled sentences, too."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from benchmarks.annotation.report_graph import measure
from medloom.recipe import Recipe
from medloom.steps.annotate.assertion import assertion
from medloom.steps.annotate.radgraph import radgraph
from medloom.steps.annotate.report_entities import report_entities
from medloom.steps.annotate.report_relations import report_relations
from medloom.tables.spans import Relation, Span


def graph(text: str) -> tuple[list[Span], list[Relation]]:
    (spans,) = assertion()([text], report_entities()([text]))
    return spans, report_relations(text, spans)


def related(text: str) -> set[tuple[str, str, str]]:
    spans, relations = graph(text)
    words = {span.key: span.text for span in spans}
    return {(words[one.head], one.kind, words[one.tail]) for one in relations}


def labels(text: str) -> dict[str, str]:
    spans, relations = graph(text)
    entities = json.loads(radgraph(text, spans, relations))["entities"]
    return {one["tokens"]: one["label"] for one in entities.values()}


def test_what_is_absent_uncertain_and_there():
    assert labels("No pneumothorax.") == {"pneumothorax": "OBS-DA"}
    assert labels("Possible pneumonia.") == {"pneumonia": "OBS-U"}
    assert labels("The lungs are clear.") == {"lungs": "ANAT-DP", "clear": "OBS-DP"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Small effusion.", ("Small", "modify", "effusion")),
        ("Opacity in the right lower lobe.", ("right", "modify", "lobe")),
        ("Opacity in the right lower lobe.", ("Opacity", "located_at", "lobe")),
        ("Hilar lymphadenopathy.", ("lymphadenopathy", "located_at", "Hilar")),
        ("The lungs and pleura are clear.", ("clear", "located_at", "lungs")),
        ("The lungs and pleura are clear.", ("clear", "located_at", "pleura")),
        ("Normal gallbladder wall.", ("Normal", "located_at", "wall")),
        ("Nodules and masses in the liver.", ("Nodules", "located_at", "liver")),
        ("Opacity consistent with pneumonia.", ("Opacity", "suggestive_of", "pneumonia")),
        ("Heart size is normal.", ("size", "modify", "Heart")),
        ("There is a 4 mm nodule.", ("4 mm", "modify", "nodule")),
    ],
)
def test_how_entities_hang_together(text, expected):
    assert expected in related(text)


def test_sentences_are_not_crossed():
    assert not related("Nodule. In the liver.")


def test_plurals_are_found_without_being_listed():
    assert [span.text for span in graph("Opacities, masses, stenoses.")[0]] == [
        "Opacities",
        "masses",
        "stenoses",
    ]


def test_radgraph_counts_tokens_from_0():
    made = json.loads(radgraph("(No) rash, 4 mm.", [Span(11, 15, "Observation")], []))
    assert made["text"] == "( No ) rash , 4 mm ."
    assert (made["entities"]["1"]["start_ix"], made["entities"]["1"]["end_ix"]) == (5, 6)


def test_a_lexicon_of_ones_own(tmp_path):
    file = tmp_path / "lexicon.yaml"
    file.write_text("anatomy: {a: [fin]}\nobservations: {b: [rot]}\nmodifiers: {}\n", "utf-8")
    (spans,) = report_entities(lexicon=str(file))(["Rot of the fins."])
    assert [(one.text, one.label) for one in spans] == [("Rot", "Observation"), ("fins", "Anatomy")]


@pytest.mark.parametrize("text", ["anatomy: [", "anatomy: {a: [x]}\n", "anatomy: {a: ['(']}\n"])
def test_a_wrong_lexicon_is_told_before_the_first_row(tmp_path, text):
    file = tmp_path / "lexicon.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(ValidationError, match=r"lexicon\.yaml|bracket"):
        report_entities.using(lexicon=str(file))


@given(
    st.lists(
        st.sampled_from(["lung", "No ", "mass", " in ", ". ", "\n", "İ", "😀", "e\u0301", " "])
    )
)
def test_any_text_keeps_its_offsets(parts):
    text = "".join(parts)
    spans, relations = graph(text)
    keys = {span.key for span in spans}
    assert all(text[span.start : span.end] == span.text for span in spans)
    assert {one.head for one in relations} | {one.tail for one in relations} <= keys


def test_the_recipe_has_no_problems():
    assert [table.name for table in Recipe.load("report-graph").tables] == ["reports"]


def test_labelled_sentences_are_met(data: Path):
    figures = {(one.task, one.metric): one.value for one in measure(data, None)}
    assert figures["report graph, entities", "F1"] > 0.75
    assert figures["report graph, relations", "F1"] > 0.45
