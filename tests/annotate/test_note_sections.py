"""Sections of notes and reports."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from medloom.steps.annotate.note_sections import note_sections


def kinds(text: str) -> list[str]:
    return [one.kind for one in note_sections()([text])[0]]


def test_headers_on_their_own_lines() -> None:
    text = (
        "CHIEF COMPLAINT\n\nCough.\n\nPAST HISTORY\n\nMedical\nAsthma.\n\nEXAM\n\n- Lungs: Clear."
    )
    assert kinds(text) == ["chief_complaint", "past_medical_history", "physical_exam"]


def test_headers_before_a_colon_and_their_places() -> None:
    text = "Seen today.\nHPI: Cough.\nMeds: Aspirin 81 mg\nBeagle count: 3\nA/P:\n1. Rest"
    found = note_sections()([text])[0]
    assert [(one.kind, one.title) for one in found] == [
        ("text", None),
        ("history_of_present_illness", "HPI"),
        ("medications", "Meds"),
        ("assessment_and_plan", "A/P"),
    ]
    assert text[found[2].start : found[2].end] == "Meds: Aspirin 81 mg\nBeagle count: 3"
    assert found[2].header is not None
    assert text[found[2].header.start : found[2].header.end] == "Meds:"
    assert found[2].code == "10160-0"


def test_line_breaks_that_became_commas() -> None:
    text = (
        "PAST MEDICAL HISTORY:, Gout, asthma.,ALLERGIES:,  None.,MEDICATIONS,1.  Iron.,PLAN:,Rest."
    )
    found = note_sections()([text])[0]
    assert [one.kind for one in found] == [
        "past_medical_history",
        "allergies",
        "medications",
        "plan",
    ]
    assert text[found[0].start : found[0].end] == "PAST MEDICAL HISTORY:, Gout, asthma."


def test_reports_in_one_paragraph() -> None:
    assert kinds("Indication: Cough. Findings: Clear lungs. Impression: Normal chest.") == [
        "reason_for_referral",
        "findings",
        "impression",
    ]
    assert kinds("FINDINGS: Clear. IMPRESSION: Normal.") == ["findings", "impression"]


def test_the_exam_of_a_report_is_the_study() -> None:
    assert kinds("NAME: A B\nEXAM: CT\nTECHNIQUE: Axial.\nFINDINGS: None.") == [
        "identification",
        "procedure",
        "technique",
        "findings",
    ]
    assert kinds("HPI: Cough.\nEXAM: Clear lungs.\nPLAN: Rest.")[1] == "physical_exam"


def test_windows_line_ends() -> None:
    assert kinds("TIDES\r\n\r\nHigh.\r\n\r\nPLAN\r\n\r\nRest.\r\n") == ["other", "plan"]


def test_parts_of_an_examination_stay_in_it() -> None:
    text = "PHYSICAL EXAM:\nVITAL SIGNS: BP 120/80\nHEENT: Normal\nSMELL: Good\nLABS: None"
    assert kinds(text) == ["physical_exam", "labs"]
    assert kinds("VITALS: BP 120/80\nHEENT: Normal\nNECK: Supple") == [
        "vital_signs",
        "physical_exam",
    ]


def test_capitals_that_nobody_knows() -> None:
    assert kinds("PLAN: Rest.\nTIDE TABLES: High at noon.") == ["plan", "other"]
    assert kinds("PLAN: Rest.\n1. TIDE TABLES: High at noon.\nNO KNOWN ALLERGIES") == ["plan"]


def test_longer_titles_that_contain_a_known_one() -> None:
    found = note_sections()(["PERTINENT ADMISSION LABORATORY DATA TODAY: Hb 9"])[0]
    assert [(one.kind, one.rule) for one in found] == [("labs", "contains")]


def test_no_headers_and_no_text() -> None:
    assert kinds("The patient is well. She came for: a check.") == ["text"]
    assert kinds("") == []


def test_a_vocabulary_of_ones_own(tmp_path: Path) -> None:
    mine = tmp_path / "kinds.yaml"
    mine.write_text("kinds: {tides: {titles: [tide tables]}}")
    step = note_sections.using(vocabulary=str(mine))
    found = note_sections(vocabulary=str(mine))(["TIDE TABLES: High."])[0]
    assert found[0].kind == "tides"
    digest = step.digest
    mine.write_text("kinds: {tides: {titles: [tides]}}")
    assert note_sections.using(vocabulary=str(mine)).digest != digest


@pytest.mark.parametrize("content", [None, "kinds: 3", "a: [", "just text"])
def test_a_vocabulary_that_is_wrong_fails_with_the_recipe(
    tmp_path: Path, content: str | None
) -> None:
    mine = tmp_path / "kinds.yaml"
    if content is not None:
        mine.write_text(content)
    with pytest.raises(ValidationError, match=r"kinds\.yaml"):
        note_sections.using(vocabulary=str(mine))


PIECES = st.sampled_from(
    [
        "PLAN",
        ":",
        ",",
        ".",
        "\n",
        " ",
        "Labs",
        "HEENT:",
        "1. ",
        "- ",
        "😀",
        "e\u0301",
        "ש",
        "X-RAY:",
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES).map("".join)))
def test_sections_follow_each_other_inside_the_text(text: str) -> None:
    at = 0
    for one in note_sections()([text])[0]:
        assert at <= one.start < one.end <= len(text)
        if one.header:
            assert one.title in text[one.start : one.header.end]
            assert one.start <= one.header.start <= one.header.end <= one.end
        at = one.end


def test_long_texts() -> None:
    assert note_sections()(["PLAN: rest. " * 30_000])
    assert note_sections()(["A:" * 100_000, "\n" * 500_000, "PLAN\n\n" * 5_000])
