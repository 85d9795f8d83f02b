"""Sentences and citations of a model's answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medloom.answers.statements import Said, said


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("A helps [1].", [("A helps.", (1,))]),
        ("A helps. [1]", [("A helps.", (1,))]),
        ("A helps.[1][2] B hurts [3].", [("A helps.", (1, 2)), ("B hurts.", (3,))]),
        ("A helps [1, 3; 5].", [("A helps.", (1, 3, 5))]),
        ("A helps [1-3].", [("A helps.", (1, 2, 3))]),
        ("A helps [1 and 2].", [("A helps.", (1, 2))]),
        ("A [1] helps B [2].", [("A helps B.", (1, 2))]),
        ("- A helps [1].\n- B hurts [2].", [("A helps.", (1,)), ("B hurts.", (2,))]),
        ("**Answer:** A helps [1].", [("A helps.", (1,))]),
        ("Findings:\nA helps [1].", [("A helps.", (1,))]),
        ("1. A helps by 1.5 mg [1].", [("A helps by 1.5 mg.", (1,))]),
        ("A helps.", [("A helps.", ())]),
        ("[1]", []),
        ("", []),
        ("A helps [1-999].", [("A helps.", tuple(range(1, 52)))]),
    ],
)
def test_sentences_and_citations(answer: str, found: list[tuple[str, tuple[int, ...]]]) -> None:
    assert said(answer) == [Said(*one) for one in found]


@given(st.text(alphabet="aB .,[]-1239;\n*!?", max_size=200))
def test_any_answer_can_be_read(answer: str) -> None:
    for one in said(answer):
        assert any(letter.isalnum() for letter in one.text)
        assert len(one.citations) == len(set(one.citations))
