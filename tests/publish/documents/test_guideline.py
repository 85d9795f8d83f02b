"""The seed of a labelling guideline, from spans."""

from pathlib import Path
from typing import Any

import pytest

from medloom.errors import CollectionError
from medloom.publish.documents.guideline import diverse, guideline
from medloom.publish.documents.guideline_page import as_html, as_markdown, write
from tests.audit import made


def span(text: str, words: str, label: str, score: float | None = None) -> dict[str, Any]:
    start = text.index(words)
    return {"start": start, "end": start + len(words), "label": label, "score": score}


TEXTS = {
    "a": ("He took aspirin for fever.", [("aspirin", "Drug", None), ("fever", "Disease", None)]),
    "b": ("PCP was ruled out.", [("PCP", "Disease", None)]),
    "c": ("PCP intoxication.", [("PCP", "Drug", 0.4), ("PCP intoxication", "Disease", None)]),
    "d": ("Given <b>ibuprofen</b> *daily*.", [("ibuprofen", "Drug", 0.3)]),
    "e": ("Fever again.", [("Fever", "Disease", None)]),
}


@pytest.fixture
def found(tmp_path: Path) -> Any:
    rows = {
        "id": list(TEXTS),
        "text": [text for text, _ in TEXTS.values()],
        "spans": [[span(text, *one) for one in some] for text, some in TEXTS.values()],
    }
    collection = made.collection(tmp_path / "c", texts=rows)
    return guideline(collection, "texts", definitions={"Drug": "What is given to treat."})


def test_labels_with_counts_and_forms(found: Any) -> None:
    told = {one.label: (one.mentions, one.texts, dict(one.forms)) for one in found.labels}
    assert told["Disease"] == (4, 4, {"fever": 2, "PCP": 1, "PCP intoxication": 1})
    assert told["Drug"][:2] == (3, 3)
    assert [one.definition for one in found.labels] == [None, "What is given to treat."]


def test_words_with_two_labels_are_borderline_and_confusions(found: Any) -> None:
    drug = next(one for one in found.labels if one.label == "Drug")
    assert [(e.mention, e.why) for e in drug.borderline] == [
        ("PCP", "the same words are elsewhere: Disease 1"),
        ("ibuprofen", "score 0.30"),
    ]
    assert drug.confusions == [("Disease", 2, "PCP")]  # the same words, and one across it
    assert "PCP" not in [e.mention for e in drug.typical]


def test_exemplars_show_the_text_around_them(found: Any) -> None:
    drug = next(one for one in found.labels if one.label == "Drug")
    first = drug.typical[0]
    assert (first.row, first.before, first.mention) == ("a", "He took ", "aspirin")
    assert first.after == " for fever."


def test_pages_escape_what_texts_hold(found: Any, tmp_path: Path) -> None:
    assert "<b>" not in as_html(found)
    assert "&lt;b&gt;" in as_html(found)
    assert "\\*daily\\*" in as_markdown(found)
    assert [one.name for one in write(found, tmp_path / "out")] == [
        "guideline.md",
        "guideline.html",
    ]


def test_nothing_labelled(tmp_path: Path) -> None:
    rows = {"id": ["a"], "text": ["x"], "spans": [[span("x", "x", "L")]]}
    collection = made.collection(tmp_path / "c", texts=rows)
    with pytest.raises(CollectionError, match="no column entities in texts"):
        guideline(collection, "texts", "entities")


def test_exemplars_differ() -> None:
    forms = ["fever", "fevers", "feverish", "hypertension", "broken leg"]
    assert diverse(forms, 3)[0] == "fever"
    assert set(diverse(forms, 3)) == {"fever", "hypertension", "broken leg"}
    assert diverse([], 3) == []
    assert sorted(diverse(forms, 99)) == sorted(forms)
