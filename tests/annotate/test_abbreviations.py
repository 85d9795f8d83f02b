"""Short forms: what a document defines, and where it uses it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medloom.kit.short_forms import definitions
from medloom.steps.annotate.abbreviations import abbreviations


def pairs(text: str) -> list[tuple[str, str]]:
    return [(one.short, one.long) for one in definitions(text)]


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("We used magnetic resonance imaging (MRI) first.", "MRI", "magnetic resonance imaging"),
        ("An electrocardiogram (ECG) was normal.", "ECG", "electrocardiogram"),
        ("Levels of messenger RNA (mRNA) rose.", "mRNA", "messenger RNA"),
        ("The area under the curve [AUC] was small.", "AUC", "area under the curve"),
        ("Heart rate (HR; beats/min) fell.", "HR", "Heart rate"),
    ],
)
def test_a_long_form_before_brackets(text, short, long):
    assert pairs(text) == [(short, long)]


@pytest.mark.parametrize(
    "text",
    ["", "()", "(", "A group of men (n = 12) came.", "Pain fell (Table 2).", "It rose (p < 0.01)."],
)
def test_other_brackets_define_nothing(text):
    assert pairs(text) == []


def test_every_use_in_a_document_means_what_one_of_its_texts_defines():
    texts = ["PE and outcome", "Pulmonary embolism (PE) kills. PEs are common.", "PE", ""]
    found = abbreviations(["t", "a", "b", "c"], texts)
    assert [[use.short for use in row] for row in found] == [["PE"], ["PE", "PE"], ["PE"], []]
    assert {use.long for row in found for use in row} == {"Pulmonary embolism"}
    assert {use.defined_in for row in found for use in row} == {"a"}
    assert [use.long_start for use in found[1]] == [0, None]


@given(st.lists(st.text(alphabet="aAbBé́ߪא🫀 (),.[]-/2α\n", max_size=60), max_size=4))
def test_offsets_are_exact(texts):
    found = abbreviations([str(n) for n in range(len(texts))], texts)
    for text, row in zip(texts, found, strict=True):
        for use in row:
            assert text[use.start : use.end] == use.short
            if use.long_start is not None:
                assert text[use.long_start : use.long_end] == use.long
