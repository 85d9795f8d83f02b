"""Pattern relations, and the candidates that a document offers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from medloom.steps.annotate.pattern_relations import pattern_relations
from medloom.steps.annotate.relation_candidates import relation_candidates
from medloom.steps.annotate.relation_pairs import relation_pairs
from medloom.tables import Span
from medloom.tables.spans import Concept


def spans_of(text: str, **labels: str) -> list[Span]:
    """Spans of the words that are named, by label."""
    found = []
    for label, words in labels.items():
        for word in words.split("|"):
            start = text.index(word)
            found.append(Span(start, start + len(word), label, word))
    return found


def related(text: str, **labels: str) -> set[tuple[str, str, str]]:
    spans = spans_of(text, **labels)
    words = {span.key: span.text for span in spans}
    (row,) = pattern_relations()([text], [spans])
    assert all(one.made_by.rule for one in row)
    return {(one.kind, words[one.head], words[one.tail]) for one in row}


@pytest.mark.parametrize(
    ("text", "head", "tail", "kind"),
    [
        ("Cisplatin-induced deafness is known.", "Cisplatin", "deafness", "induces"),
        ("Deafness caused by cisplatin.", "cisplatin", "Deafness", "induces"),
        ("Cisplatin is used for the treatment of sarcoma.", "Cisplatin", "sarcoma", "treats"),
        ("Patients with sarcoma were treated with cisplatin.", "cisplatin", "sarcoma", "treats"),
    ],
)
def test_what_words_between_mentions_state(text, head, tail, kind):
    assert (kind, head, tail) in related(text, Chemical=head, Disease=tail)


def test_genes_cause_diseases():
    text = "ABCD1 mutations cause adrenoleukodystrophy."
    assert related(text, Gene="ABCD1", Disease="adrenoleukodystrophy") == {
        ("causes", "ABCD1", "adrenoleukodystrophy")
    }


def test_a_list_is_related_as_a_whole():
    text = "Cisplatin induced deafness, nausea and vomiting."
    found = related(text, Chemical="Cisplatin", Disease="deafness|nausea|vomiting")
    assert {tail for _, _, tail in found} == {"deafness", "nausea", "vomiting"}


def test_denials_and_other_sentences_are_not_related():
    assert not related(
        "Cisplatin was not associated with deafness.", Chemical="Cisplatin", Disease="deafness"
    )
    assert not related(
        "Cisplatin was given. Deafness came.", Chemical="Cisplatin", Disease="Deafness"
    )


def test_patterns_of_ones_own(tmp_path):
    file = tmp_path / "patterns.yaml"
    file.write_text(
        "patterns:\n- {id: p, kind: made_of, head: a, pattern: '{a} (from|of) {b}'}\n", "utf-8"
    )
    text = "cheese from milk"
    (row,) = pattern_relations(patterns=str(file))([text], [spans_of(text, A="cheese", B="milk")])
    assert [(one.kind, one.made_by.rule) for one in row] == [("made_of", "p")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("patterns:\n- {id: p, kind: k, head: a, pattern: '{a} x'}\n", "two mentions"),
        ("patterns:\n- {id: p, kind: k, head: a, pattern: '{a} (x {b}'}\n", "p: "),
        ("patterns: [", "is not YAML"),
        ("patterns:\n- {id: p}\n", "patterns.0.kind"),
        (None, "cannot be read"),
    ],
)
def test_wrong_patterns_are_told_before_the_first_row(tmp_path, text, message):
    file = tmp_path / "patterns.yaml"
    if text:
        file.write_text(text, "utf-8")
    with pytest.raises(ValidationError, match=message):
        pattern_relations.using(patterns=str(file))


@given(
    st.lists(st.sampled_from(["drug", "-induced ", "pain", ". ", "\n", "😀", "\ue000", "e\u0301 "]))
)
def test_any_text_relates_only_its_own_spans(parts):
    text = "".join(parts)
    spans = [
        Span(at, at + 4, label, word)
        for word, label in (("drug", "Chemical"), ("pain", "Disease"))
        for at in range(len(text))
        if text[at : at + 4] == word
    ]
    keys = {span.key for span in spans}
    (row,) = pattern_relations()([text], [spans])
    assert {one.head for one in row} | {one.tail for one in row} <= keys


def test_candidates_join_the_mentions_of_a_concept():
    texts = ["Cisplatin harms.", "Hearing loss was seen. CDDP caused it."]
    drug, loss = Concept("MESH:D1", "Cisplatin", "mesh"), Concept("MESH:D2", "Deafness", "mesh")
    spans = [
        [Span(0, 9, "Chemical", "Cisplatin", concepts=(drug,))],
        [
            Span(0, 12, "Disease", "Hearing loss", concepts=(loss,)),
            Span(23, 27, "Chemical", "CDDP", concepts=(drug,)),
        ],
    ]
    step = relation_pairs(heads=["Chemical"], tails=["Disease"])
    first, second = step(["d", "d"], ["d/1", "d/2"], texts, spans)
    assert second == []
    (pair,) = relation_candidates(first)
    assert (pair.head, pair.tail, pair.tail_name) == ("MESH:D1", "MESH:D2", "Deafness")
    assert (pair.n_head_mentions, pair.distance_sentences) == (2, 1)
    assert pair.text_ids == ["d/2", "d/2"]
    assert pair.kind is None


def test_candidates_of_one_sentence_come_with_it():
    text = "Yes. Cisplatin and deafness. No."
    spans = spans_of(text, Chemical="Cisplatin", Disease="deafness")
    ((pair,),) = relation_pairs(heads=["Chemical"], tails=["Disease"])(
        ["d"], ["t"], [text], [spans]
    )
    assert pair.sentences == ["Cisplatin and deafness."]
    assert pair.distance_characters == 5
