"""Assertions of mentions: cues, scopes, sections, languages, rules of one's own, any text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from benchmarks.annotation.negation import counted, gold, ours
from benchmarks.common import f1
from medloom.step import Kind
from medloom.steps.annotate.assertion import assertion
from medloom.tables import Span
from medloom.tables.spans import Assertion


def judged(text: str, *mentions: str, **settings: object) -> list[Assertion]:
    spans = [Span(text.index(m), text.index(m) + len(m), "FINDING", m) for m in mentions]
    (row,) = assertion(**settings)([text], [spans])
    assert [span.text for span in row] == list(mentions)
    for span in row:
        for cue in span.assertion.cues:
            assert text[cue.start : cue.end] == cue.text
    return [span.assertion for span in row]


def said(one: Assertion) -> set[str]:
    names = ("negated", "uncertain", "historical", "hypothetical", "conditional")
    other = {one.experiencer} - {"patient"}
    return {name for name in names if getattr(one, name)} | other


@pytest.mark.parametrize(
    ("text", "mention", "expected"),
    [
        ("There is no rash.", "rash", {"negated"}),
        ("She denies cough, fever, night sweats, chills or chest pain.", "chest pain", {"negated"}),
        ("Rash is absent.", "Rash", {"negated"}),
        ("No signs of infection.", "signs of infection", {"negated"}),
        ("Fever: denied", "Fever", {"negated"}),
        ("Denies: fever", "fever", {"negated"}),
        ("Pulmonary embolism was ruled out.", "Pulmonary embolism", {"negated"}),
        ("No rash but fever.", "fever", set()),
        ("No rash. Fever.", "Fever", set()),
        ("No rash; fever.", "fever", set()),
        ("- No rash\n- Fever", "Fever", set()),
        ("No increase in nodules.", "nodules", set()),
        ("Tuberculosis could not be ruled out.", "Tuberculosis", {"uncertain"}),
        ("Gram negative sepsis.", "sepsis", set()),
        ("Probable pneumonia.", "pneumonia", {"uncertain"}),
        ("Rule out stroke.", "stroke", {"uncertain"}),
        ("Findings suspicious for metastasis.", "metastasis", {"uncertain"}),
        ("Pneumonia vs atelectasis.", "Pneumonia", {"uncertain"}),
        ("History of stroke.", "stroke", {"historical"}),
        ("No history of stroke.", "stroke", {"negated", "historical"}),
        ("Stroke in 1998.", "Stroke", {"historical"}),
        ("History of present illness: cough.", "cough", set()),
        ("Come back if fever develops.", "fever", {"hypothetical"}),
        ("Chest pain on exertion.", "Chest pain", {"conditional"}),
        ("Her mother had breast cancer.", "breast cancer", {"family"}),
        ("The mother reports that he has a cough.", "cough", set()),
        ("His roommate has influenza.", "influenza", {"other"}),
    ],
)
def test_what_a_note_says(text, mention, expected):
    (one,) = judged(text, mention)
    assert said(one) == expected


def test_the_cue_and_its_rule_are_told():
    (one,) = judged("There is no evidence of tuberculosis.", "tuberculosis")
    (cue,) = one.cues
    assert (cue.attribute, cue.text) == ("negated", "no evidence of")
    assert cue.rule.startswith("negated.before: ")


def test_white_space_in_a_cue_is_any_white_space():
    (one,) = judged("There is no \n  evidence   of tuberculosis.", "tuberculosis")
    assert one.cues[0].text == "no \n  evidence   of"


def test_sections_speak_for_what_stands_in_them():
    text = "FAMILY HISTORY: Gout. Asthma.\nPAST MEDICAL HISTORY:\nMeasles.\nEXAM: Rash."
    one, two, three, four = judged(text, "Gout", "Asthma", "Measles", "Rash")
    assert said(one) >= {"family"}
    assert said(two) >= {"family"}
    assert said(three) == {"historical"}
    assert said(four) == set()


def test_literature_has_cues_of_its_own():
    text = "Gene A was not associated with gout. Rats developed asthma."
    one, two = judged(text, "gout", "asthma", domain="literature")
    assert (said(one), said(two)) == ({"negated"}, {"other"})
    assert said(judged(text, "asthma")[0]) == set()


@pytest.mark.parametrize(
    ("language", "text", "mention", "expected"),
    [
        ("es", "No se observan adenopatías.", "adenopatías", {"negated"}),
        ("es", "No se puede descartar neumonía.", "neumonía", {"uncertain"}),
        ("es", "Niega fiebre, tos y disnea.", "disnea", {"negated"}),
        ("es", "Serología negativa.", "Serología", {"negated"}),
        ("es", "Madre con diabetes.", "diabetes", {"family"}),
        ("es", "Antecedentes de asma.", "asma", {"historical"}),
        ("es", "Diagnostico probable: gripe.", "gripe", {"uncertain"}),
        ("de", "Kein Anhalt für Pneumonie.", "Pneumonie", {"negated"}),
        ("de", "V. a. Lungenembolie.", "Lungenembolie", {"uncertain"}),
        ("de", "Z. n. Myokardinfarkt.", "Myokardinfarkt", {"historical"}),
        ("de", "Eine Fraktur ist nicht auszuschliessen.", "Fraktur", {"uncertain"}),
        ("de", "Fieber wurde verneint.", "Fieber", {"negated"}),
        ("fr", "Pas d'argument pour une embolie.", "embolie", {"negated"}),
        ("fr", "Absence d’anémie.", "anémie", {"negated"}),
        ("fr", "Une fracture ne peut être exclue.", "fracture", {"uncertain"}),
        ("fr", "Antecedent d'asthme.", "asthme", {"historical"}),
        ("fr", "Sa mère a un diabète.", "diabète", {"family"}),
    ],
)
def test_other_languages(language, text, mention, expected):
    (one,) = judged(text, mention, language=language)
    assert said(one) == expected


def test_rules_of_ones_own(tmp_path):
    file = tmp_path / "rules.yaml"
    file.write_text("language: nl\nnegated:\n  before: [geen]\n", "utf-8")
    (one,) = judged("Geen koorts.", "koorts", rules=str(file))
    assert said(one) == {"negated"}


def test_rules_can_extend_a_language(tmp_path):
    file = tmp_path / "rules.yaml"
    file.write_text(
        "language: en\nextends: en\ndrop: [no]\nnegated:\n  before: [nix]\n", encoding="utf-8"
    )
    one, two, three = judged(
        "No rash. Nix fever. Denies gout.", "rash", "fever", "gout", rules=str(file)
    )
    assert (said(one), said(two), said(three)) == (set(), {"negated"}, {"negated"})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "cannot be read"),
        ("a: [", "is not YAML"),
        ("language: en\nnegatd: {}\n", "negatd"),
        ("language: en\nnegated: {before: ['(no']}\n", "bracket is not closed"),
        ("language: en\nextends: xx\n", "extends 'xx'"),
    ],
)
def test_wrong_rules_are_told_before_the_first_row(tmp_path, text, message):
    file = tmp_path / "rules.yaml"
    if text is not None:
        file.write_text(text, "utf-8")
    with pytest.raises(ValidationError, match=message):
        assertion.using(rules=str(file))


def test_an_unknown_language_is_told():
    with pytest.raises(ValidationError, match="de, en, es, fr"):
        assertion.using(language="xx")


def test_changed_rules_change_the_digest(tmp_path):
    file = tmp_path / "rules.yaml"
    file.write_text("language: en\nnegated: {before: ['no']}\n", "utf-8")
    before = assertion.using(rules=str(file)).digest
    file.write_text("language: en\nnegated: {before: [never]}\n", "utf-8")
    assert assertion.using(rules=str(file)).digest != before
    assert assertion.kind is Kind.UPDATES


STEP = assertion()


@given(
    st.lists(
        st.sampled_from(["no ", "İ", "rash", ". ", "\n", "не", "שלום ", "e\u0301", "😀", ": "])
    )
)
def test_any_text_keeps_its_offsets(parts):
    text = "".join(parts)
    spans = [
        Span(at, at + 4, "X", "rash") for at in range(len(text)) if text[at : at + 4] == "rash"
    ]
    (row,) = STEP([text], [spans])
    assert [span._replace(assertion=None) for span in row] == spans
    for span in row:
        assert all(text[c.start : c.end] == c.text for c in span.assertion.cues)


def test_a_long_text_without_sentences_is_no_trouble():
    text = "no rash " * 10_000
    spans = [Span(at, at + 4, "X", "rash") for at in range(3, len(text), 8)]
    (row,) = STEP([text], [spans])
    assert all(span.assertion.negated for span in row)


def test_the_negex_set_is_met(data):
    for items in gold(data / "annotation/negex_gold/rsAnnotations_dev1200.txt"):
        counts = counted(
            [one.negation == "Negated" for one in items], [one.negated for one in ours(items)]
        )
        assert f1(counts)[2] > 0.95
