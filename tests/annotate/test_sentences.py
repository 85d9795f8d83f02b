"""Sentences of prose and of notes."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from medloom.kit.lines import looks_like_notes
from medloom.kit.sentences import split
from medloom.steps.annotate.sentences import sentences


def cut(text: str, style: str = "auto", language: str = "en") -> list[str]:
    return [text[one.start : one.end] for one in split(text, style, language)]


@pytest.mark.parametrize(
    "parts",
    [
        ["We saw it.", "It was new."],
        ["See Fig. 2 and Table 3.", "Mice were fed."],
        ["As in Lee et al. (2003) and vs. controls.", "The rest, e.g. fat, was not."],
        ["Cells died at E9.5.", "Embryos were kept (pH 7.4).", "Then they grew."],
        ["We cloned it.", "cDNA was made.", "p53 rose.", "α-Actin did not."],
        ["Growth of E. coli in medium.", "S. aureus did not grow."],
        ["A gift from P. Gruss and A. Lee.", "We thank B. May."],
        ["Probes for gene A and gene D.", "Southern blots are shown."],
        ["Two strains were used.", "(a) Wild type.", "(b) Mutant."],
        ["It rose in mice.12,13", "The cause is unknown [4].", "It fell (see above.)", "It ended."],
        ["Why not?", "Because!", "So…", "Done"],
        ["Accession no. AC0123 was used.", "Exp. 2 failed on Jan. 3."],
        ["He came from the U.S. in May.", "U.S. law holds."],
        ["Treated for 10 min.", "Samples were washed."],
    ],
)
def test_prose(parts: list[str]) -> None:
    assert cut(" ".join(parts), "prose") == parts


def test_missing_spaces_before_a_first_word() -> None:
    assert cut("It was seen.The rash fell. Val.Met is one.") == [
        "It was seen.",
        "The rash fell.",
        "Val.Met is one.",
    ]


def test_wrapped_lines_are_joined_and_others_are_not() -> None:
    wrapped = (
        "The patient is a man of sixty years who came with\n"
        "pain in the chest and a cough that had begun two\n"
        "days before. He was afebrile.\n\nCourse"
    )
    assert len(cut(wrapped)) == 3
    assert cut("A title\nOne sentence. Another.") == ["A title", "One sentence.", "Another."]


def test_notes() -> None:
    text = "VITALS\nBP 120/80\nno pain. no fever\n1. Aspirin.\n2. Rest"
    assert looks_like_notes(text)
    assert cut(text) == [
        "VITALS",
        "BP 120/80",
        "no pain.",
        "no fever",
        "1. Aspirin.",
        "2. Rest",
    ]


def test_line_breaks_that_became_commas() -> None:
    text = "ALLERGIES:,None.,PLAN: , 1.  Rest, as before.,2.  Aspirin 81 mg."
    assert cut(text) == [
        "ALLERGIES:",
        "None.",
        "PLAN:",
        "1.  Rest, as before.",
        "2.  Aspirin 81 mg.",
    ]


def test_other_languages_and_scripts() -> None:
    assert cut("Acude la Dra. Ruiz. Niega fiebre.", language="es") == [
        "Acude la Dra. Ruiz.",
        "Niega fiebre.",
    ]
    assert cut("Z.n. Sturz, z.B. Treppe. Keine Fraktur.", language="de")[-1] == "Keine Fraktur."
    assert len(cut("Vu par le Dr. Roux. Pas de fièvre.", language="fr")) == 2
    assert len(cut("患者发热。没有咳嗽！")) == 2
    assert len(cut("المريض بخير. لا حمى؟ نعم.")) == 3


def test_a_list_of_ones_own(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text("never: foo")
    step = sentences.using(language=str(mine))
    before = step.digest
    assert cut("A foo. Bar came. Foo.", language=str(mine)) == ["A foo. Bar came.", "Foo."]
    mine.write_text("never: bar")
    assert sentences.using(language=str(mine)).digest != before


def test_a_language_that_is_not_there() -> None:
    with pytest.raises(ValidationError, match="none of de, en, es, fr"):
        sentences.using(language="xx")


MARKS = [". ", "\n", ".", "? ", ",", ":, ", ".,", "(", ")", '"', " [1] ", "…", "。", "\u2028"]
WORDS = ["Dr. ", "E. ", "a", "Z", "7", "é", "e\u0301", "😀", "ש", "\u00a0", "\x1c", "12 ", "the "]
PIECES = st.sampled_from([*MARKS, *WORDS])


@given(st.one_of(st.text(), st.lists(PIECES).map("".join)), st.sampled_from(["prose", "notes"]))
def test_every_character_is_in_one_sentence_or_between(text: str, style: str) -> None:
    at = 0
    for one in split(text, style):
        assert one.start >= at
        assert not text[at : one.start].replace(",", "").strip()
        assert text[one.start : one.end] == text[one.start : one.end].strip() != ""
        at = one.end
    assert not text[at:].replace(",", "").strip()


def test_long_texts_cost_their_length() -> None:
    assert split("." * 300_000 + " " + ".)" * 300_000 + "! ? " * 100_000)
    assert split("a" * 5_000_000 + ". " + "b." * 100_000)
    assert len(split("\n" * 1_000_000 + "One. Two.")) == 2
    assert split(" " * 1_000_000) == []
