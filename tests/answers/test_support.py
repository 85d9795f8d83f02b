"""The check of support: what it must find, and what it must not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medloom.answers.support import support

PASSAGE = [
    "OBJECTIVE To determine whether metformin lowers mortality.",
    "Metformin reduced mortality by 34% in 5,102 patients with type 2 diabetes (p = 0.01).",
    "IL-6 levels did not change during treatment with metformin.",
    "Hypoglycaemia was more frequent with sulfonylureas than with metformin.",
]


@pytest.mark.parametrize(
    ("sentence", "verdict"),
    [
        ("Metformin reduced mortality by 34% in patients with type 2 diabetes.", "supported"),
        ("Mortality was reduced by 34% with metformin.", "supported"),
        ("In 5102 patients, metformin reduced mortality.", "supported"),
        ("Metformin reduced mortality by 43% in patients with type 2 diabetes.", "unsupported"),
        ("Metformin did not reduce mortality in type 2 diabetes.", "contradicted"),
        ("Metformin increased mortality in type 2 diabetes.", "contradicted"),
        ("IL-6 levels did not change with metformin.", "supported"),
        ("IL-6 levels changed with metformin.", "contradicted"),
        ("TNF levels did not change with metformin.", "unsupported"),
        ("Hypoglycemia was more frequent with sulfonylureas.", "supported"),
        ("Aspirin prevents strokes in women.", "unsupported"),
        ("Yes.", "unsupported"),
        ("", "unsupported"),
        ("[]", "unsupported"),
    ],
)
def test_verdicts(sentence: str, verdict: str) -> None:
    found = support(sentence, PASSAGE)
    assert found.verdict == verdict, found
    assert bool(found.why) == (verdict != "supported")


def test_what_was_only_to_be_found_out_supports_nothing() -> None:
    asks = ["Objective: To determine whether statins lower mortality in women."]
    says = ["Statins lowered mortality in women."]
    sentence = "Statins lowered mortality in women."
    assert support(sentence, says).verdict == "supported"
    assert support(sentence, asks).verdict != "supported"


def test_nothing_supports_without_passages() -> None:
    assert support("Metformin reduced mortality.", []).verdict == "unsupported"


@given(st.text(max_size=120), st.lists(st.text(max_size=120), max_size=4))
def test_any_texts_can_be_checked(sentence: str, evidence: list[str]) -> None:
    found = support(sentence, evidence)
    assert 0 <= found.score <= 1
    assert found.best is None or 0 <= found.best < len(evidence)
