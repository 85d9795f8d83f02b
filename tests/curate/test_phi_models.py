"""What taggers need for texts that are not all sentences: corpora with lines, long stretches."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medloom.kit.phi.finding import Finding
from medloom.kit.phi.merging import merged
from medloom.tagging.corpora import CorpusError, Mention, read_corpus
from medloom.tagging.modelfile import load
from medloom.tagging.pieces import LONGEST_SENTENCE, stretches


def test_a_corpus_of_json_lines_keeps_line_breaks(tmp_path):
    file = tmp_path / "notes.jsonl"
    row = {"id": "a", "text": "Name:\nAna Bell", "mentions": [[6, 14, "NAME"], [0, 4, "FIELD"]]}
    file.write_text(json.dumps(row) + "\n\n")
    (document,) = read_corpus(file, {"NAME": "name"})
    assert document.text[6:14] == "Ana Bell"
    assert document.mentions == (Mention(6, 14, "name"),)


@pytest.mark.parametrize(
    "line", ["{", '{"id": "a"}', '{"id": "a", "text": "x", "mentions": [[1]]}']
)
def test_a_broken_line_is_told_with_its_number(tmp_path, line):
    file = tmp_path / "notes.jsonl"
    file.write_text(f"\n{line}\n")
    with pytest.raises(CorpusError, match=r"notes\.jsonl:2: not a document"):
        read_corpus(file, {})


@given(st.lists(st.sampled_from(["a", ".", "?", "9"]), min_size=1, max_size=900))
def test_stretches_cover_all_and_are_not_too_long(words):
    starts = stretches(words, np.ones(len(words), np.int64))
    assert starts[0] == 0
    sizes = np.diff(np.append(starts, len(words)))
    assert (sizes > 0).all()
    assert (sizes <= LONGEST_SENTENCE).all()


@pytest.mark.parametrize("name", ["phi_en", "phi_es"])
def test_models_say_what_they_learned_from(name):
    card = load(name).card
    assert card["whole_texts"] is True
    assert card["trained_on"]["phi"]["terms"]
    assert set(card["heads"]["phi"]) >= {"date", "street", "city", "phone"}


def test_numbers_are_the_rules_and_names_the_models():
    text = "Ana Bell 555-201-4433"
    rules = [Finding(9, 21, "phone", 0.95, "p", ""), Finding(0, 3, "name", 0.8, "given", "")]
    learned = [
        Finding(0, 8, "name", 0.7, "model", "m"),
        Finding(4, 21, "street", 0.99, "model", "m"),
    ]
    kinds = [(one.start, one.end, one.kind) for one in merged(text, rules, learned)]
    assert kinds == [(0, 8, "name"), (9, 21, "phone")]


def test_a_part_of_a_name_that_the_model_missed_is_kept():
    text = "Ana Bell Cruz"
    rules = [Finding(0, 13, "name", 0.9, "titled", "")]
    found = merged(text, rules, [Finding(0, 8, "name", 0.9, "model", "m")])
    assert [(one.start, one.end, one.rule) for one in found] == [
        (0, 8, "model"),
        (9, 13, "titled/rest"),
    ]
