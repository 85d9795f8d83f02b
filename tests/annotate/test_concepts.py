"""Spans of concepts: exact places, reasons, choices, short forms, and loose names."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medloom.steps.annotate.concepts import concepts
from medloom.steps.annotate.expand_abbreviations import expand_abbreviations
from medloom.tables import Span
from medloom.tables.spans import Abbreviation, Concept, MadeBy, covered
from medloom.terminology.compiling import compile_to
from medloom.terminology.examples import toy
from medloom.terminology.model import Entry, Synonym, Terminology

TOY = str(toy().path)


@pytest.fixture(scope="module")
def organs(tmp_path_factory):
    """A terminology whose synonyms teach that renal is of the kidney, and small is hypoplastic."""
    entries = [Entry("O:0", "Finding")]
    for number, organ in enumerate(("cyst", "tumor", "infection", "failure", "stone"), 1):
        name, other = f"Kidney {organ}", f"Renal {organ}"
        entries.append(Entry(f"O:{number}", name, (Synonym(other),), ("O:0",)))
    entries += [
        Entry("O:10", "Renal hypoplasia", parents=("O:0",)),
        Entry("O:11", "Abnormality of the kidney", parents=("O:0",)),
        Entry("O:12", "Palmar pits", parents=("O:0",)),
        Entry("O:13", "Plantar pits", parents=("O:0",)),
        Entry("O:14", "Renal cell carcinoma", parents=("O:0",)),
    ]
    path = tmp_path_factory.mktemp("organs") / "organs.lexicon"
    compile_to(path, Terminology("organs", entries, "1"))
    return str(path)


def found(text, **settings):
    step = concepts(**{"terminology": TOY, **settings})
    return [(one.text, one.concepts[0].id, one.made_by.rule) for one in step([text])[0]]


def test_a_span_says_what_made_it():
    (span,) = concepts(terminology=TOY)(["A heart attack."])[0]
    assert span.concepts == (Concept("TOY:2", "Myocardial infarction", "toy 1", 1.0),)
    assert span.made_by == MadeBy("concepts", "toy 1", toy().digest, "case")


def test_modes():
    assert found("heart attack") == [("heart attack", "TOY:2", "case")]
    assert len(found("heart attack", mode="all")) == 2


def test_nested_keeps_what_is_above():
    text = "neoplasm of the heart attack"
    assert [one[1] for one in found(text)] == ["TOY:5", "TOY:2"]
    assert [one[1] for one in found(text, mode="nested")] == ["TOY:5", "TOY:4", "TOY:2"]
    assert [one[1] for one in found("heart attack", mode="nested")] == ["TOY:2"]


def test_choices(tmp_path):
    text = "Growth of a tumor in the heart"
    assert [one[1] for one in found(text)] == ["TOY:4", "TOY:4", "TOY:3"]
    assert [one[1] for one in found(text, scopes=["exact"])] == ["TOY:4", "TOY:3"]
    assert [one[1] for one in found(text, under=["TOY:3"])] == ["TOY:3"]
    stop = tmp_path / "stop.txt"
    stop.write_text("growths  # any variant\nTOY:3\n")
    assert found(text, stop=str(stop)) == [("tumor", "TOY:4", "case")]
    assert found("An mi.") == []
    assert found("An mi.", ambiguous=True) == [("mi", "TOY:2", "case")]


def test_settings_are_checked_with_the_recipe(tmp_path):
    for wrong in ({"stop": str(tmp_path / "no")}, {"mode": "some"}, {"terminology": "no-such"}):
        with pytest.raises(ValueError, match=r"no file|Input should|no terminology"):
            concepts.using(**{"terminology": TOY, **wrong})


@pytest.mark.parametrize(
    ("text", "id", "rule"),
    [
        ("hypoplasia of the left kidneys", "O:10", "equivalent"),
        ("cysts in the kidney", "O:1", "word-order"),
        ("infection of both kidneys", "O:3", "word-order"),
        ("renal and hepatic failure", "O:4", "coordination"),
        ("palmar and plantar pits", "O:12", "coordination"),
        ("kidney parenchymal infection", "O:3", "apart"),
    ],
)
def test_loose_names(organs, text, id, rule):
    assert (id, rule) in [one[1:] for one in found(text, terminology=organs, loose=True)]
    assert id not in [one[1] for one in found(text, terminology=organs)]


@pytest.mark.parametrize(
    "text", ["renal carcinoma cells", "pits. Palmar", "the kidney (a cyst)", "failure, renal"]
)
def test_what_only_has_the_words_is_no_name(organs, text):
    assert not found(text, terminology=organs, loose=True)


def test_parallel_parts_have_fragments(organs):
    spans = concepts(terminology=organs, loose=True)(["Palmar, dorsal and plantar pits"])[0]
    assert [one.text for one in spans] == ["Palmar pits", "plantar pits"]


@settings(max_examples=60)
@given(
    st.lists(
        st.sampled_from(
            ["heart", "attack", " ", "tumour", "of", "the", "é", "😀", "e\u0301", "-", ".", "ßs"]
        )
    ).map(" ".join)
)
def test_places_are_exact(text):
    step = concepts(terminology=TOY, mode="all", loose=True)
    for span in step([text, "", text])[2]:
        assert covered(text, span.start, span.end, span.fragments) == span.text


def test_a_short_form_has_the_concept_of_its_long_form_everywhere():
    rows = ["Heart attack (HA) is bad.", "After HA."]
    spans = concepts(terminology=TOY)(rows)
    uses = [
        [Abbreviation(14, 16, "HA", "Heart attack")],
        [Abbreviation(6, 8, "HA", "heart attack")],
    ]
    expanded = expand_abbreviations(rows, spans, uses)
    assert [[one.text for one in row] for row in expanded] == [["Heart attack", "HA"], ["HA"]]
    assert expanded[1][0].concepts[0].id == "TOY:2"
    assert expanded[1][0].made_by.rule == "abbreviation"


def test_a_short_form_of_something_else_loses_its_hit():
    rows = ["Mutual information (MI) and MI."]
    spans = concepts(terminology=TOY)(rows)
    assert [one.text for one in spans[0]] == ["MI", "MI"]
    uses = [[Abbreviation(at, at + 2, "MI", "Mutual information") for at in (20, 28)]]
    assert expand_abbreviations(rows, spans, uses) == [[]]
    other = [[Span(28, 30, "x", "MI", concepts=(Concept("X", "mutual information", "x"),))]]
    assert expand_abbreviations(rows, other, uses) == other
