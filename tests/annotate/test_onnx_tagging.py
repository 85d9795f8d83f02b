"""Any ONNX token classifier tags texts of any length exactly as if it saw them whole."""

import json
import string

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from medloom.steps.annotate.tag_onnx import tag_onnx
from medloom.tagging.merging import mentions, tags, word_starts
from medloom.tagging.windows import batches, parts, windows

LABELS = ("O", "B-Gene", "I-Gene", "B-Drug", "I-Drug")
REACH = 2
"""Tokens to each side that the model of these tests sees."""


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A random model of a few letters, in the three files that exporters write."""
    folder = tmp_path_factory.mktemp("model")
    write_tokenizer(folder)
    write_network(folder / "model.onnx")
    config = {"id2label": dict(enumerate(LABELS)), "max_position_embeddings": 4096}
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def write_tokenizer(folder):
    letters = string.ascii_lowercase + string.digits
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *letters, *(f"##{one}" for one in letters)]
    made = Tokenizer(models.WordPiece({w: n for n, w in enumerate(words)}, unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    made.save(str(folder / "tokenizer.json"))


def write_network(path):
    """The label scores of a token are a sum over it and its neighbours."""
    draw = np.random.default_rng(7)
    table = draw.normal(size=(76, 8)).astype(np.float32)
    table[0] = table[2] = table[3] = 0  # neither padding nor window edges count
    kernel = draw.normal(size=(len(LABELS), 8, 2 * REACH + 1)).astype(np.float32)
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["seen"]),
        helper.make_node("Transpose", ["seen"], ["across"], perm=[0, 2, 1]),
        helper.make_node("Conv", ["across", "kernel"], ["sums"], pads=[REACH, REACH]),
        helper.make_node("Transpose", ["sums"], ["logits"], perm=[0, 2, 1]),
    ]
    shape = ["batch", "tokens"]
    graph = helper.make_graph(
        nodes, "toy",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, shape)],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [*shape, len(LABELS)])],
        [numpy_helper.from_array(table, "table"), numpy_helper.from_array(kernel, "kernel")],
    )  # fmt: skip
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(made, str(path))


def step(model, **settings):
    return tag_onnx(model=str(model), **settings)


def places(spans):
    return [(one.start, one.end, one.label, round(one.score, 3)) for one in spans]


def test_long_texts_are_tagged_as_if_seen_whole(model):
    text = " ".join(f"ab{n} cd, é{n % 7}" for n in range(120))
    (whole,) = step(model, window=4096)([text])
    (through,) = step(model, window=40, overlap=16)([text])
    assert len(whole) > 50
    assert places(through) == places(whole)


def test_a_batch_of_any_make_up_gives_what_each_text_gives_alone(model):
    texts = ["", "ab", "gene ab12 drug " * 30, "  ", "x" * 90, "ab cd ef"]
    alone = [step(model)([text])[0] for text in texts]
    for batch_tokens in (16, 300, 4096):
        together = step(model, batch_tokens=batch_tokens)(texts)
        assert [places(one) for one in together] == [places(one) for one in alone]


@settings(max_examples=60)
@given(st.lists(st.text(alphabet="ab1 é\u0301𝒳😀אبΩ,-\n\t", max_size=60), max_size=4))
def test_places_are_exact_in_any_script(model, texts):
    for text, spans in zip(texts, step(model, window=20, overlap=8)(texts), strict=True):
        for one in spans:
            assert text[one.start : one.end] == one.text
            assert one.text == one.text.strip() != ""


def test_very_long_texts_and_words_pass(model):
    text = "a" * 120_000 + " " + "drug 12, " * 12_000
    (spans,) = step(model)([text])
    assert spans[-1].end > 200_000
    assert all(text[one.start : one.end] == one.text for one in spans)


def test_who_made_it_is_told_with_the_digest_of_the_model(model):
    spans = step(model)(["gene ab12 drug " * 5])[0]
    assert spans[0].made_by.step == "tag_onnx"
    assert spans[0].made_by.resource == "model.onnx"
    assert len(spans[0].made_by.digest) == 16
    assert {one.label for one in step(model, labels=["Drug"])(["gene ab12 " * 9])[0]} == {"Drug"}


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ("model.onnx", "no model.onnx"),
        ("tokenizer.json", "no tokenizer.json"),
        ("config.json", "no config.json"),
    ],
)
def test_a_missing_file_is_told_when_the_recipe_is_checked(model, tmp_path, broken, told):
    for file in model.iterdir():
        if file.name != broken:
            (tmp_path / file.name).write_bytes(file.read_bytes())
    with pytest.raises(ValueError, match=told):
        tag_onnx.using(model=str(tmp_path))


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        ("model.onnx", b"no model", "ONNX Runtime cannot open it"),
        ("tokenizer.json", b"{}", "not a tokenizer"),
        ("config.json", b'{"id2label": {"1": "O"}}', "no labels in `id2label`"),
    ],
)
def test_a_wrong_file_is_told_when_the_recipe_is_checked(model, tmp_path, file, content, told):
    for one in model.iterdir():
        (tmp_path / one.name).write_bytes(one.read_bytes())
    (tmp_path / file).write_bytes(content)
    with pytest.raises(ValueError, match=told):
        tag_onnx.using(model=str(tmp_path))


def test_other_weights_are_another_digest(model, tmp_path):
    before = tag_onnx.using(model=str(model)).digest
    for one in model.iterdir():
        (tmp_path / one.name).write_bytes(one.read_bytes())
    (tmp_path / "config.json").write_text(
        json.dumps({"id2label": dict(enumerate(reversed(LABELS)))})
    )
    assert tag_onnx.using(model=str(tmp_path)).digest != before


def decoded(labels, aggregation="first", opens=None):
    """The mentions where each token is one letter wide and as sure as can be."""
    known = sorted(set(labels) | {"O"})
    sure = np.eye(len(known), dtype=np.float32)[[known.index(one) for one in labels]]
    at = [(n, n + 1) for n in range(len(labels))]
    found = mentions(sure, at, opens or [True] * len(at), tags(dict(enumerate(known))), aggregation)
    return [(one.start, one.end, one.label) for one in found]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["B-X", "I-X", "O", "B-X", "B-X"], [(0, 2, "X"), (3, 4, "X"), (4, 5, "X")]),
        (["I-X", "I-X", "I-Y"], [(0, 2, "X"), (2, 3, "Y")]),
        (["B-X", "E-X", "I-X", "S-X", "S-X"], [(0, 2, "X"), (2, 3, "X"), (3, 4, "X"), (4, 5, "X")]),
        (["B-X", "L-X", "U-X", "O"], [(0, 2, "X"), (2, 3, "X")]),
        (["X", "X", "O", "Y", "X"], [(0, 2, "X"), (3, 4, "Y"), (4, 5, "X")]),
        (["B_X", "I_X"], [(0, 2, "X")]),
    ],
)
def test_tags_of_all_schemes_are_read(labels, expected):
    assert decoded(labels) == expected


def test_the_tokens_of_a_word_decide_together():
    sure = np.array([[0.6, 0.4], [0.05, 0.95], [0.4, 0.6]], np.float32)
    at, opens, known = [(0, 2), (2, 3), (4, 5)], [True, False, True], tags({0: "O", 1: "X"})
    first = mentions(sure, at, opens, known, "first")
    assert [(one.start, one.end) for one in first] == [(4, 5)]
    for aggregation, score in (("max", (0.95 + 0.6) / 2), ("mean", (0.675 + 0.6) / 2)):
        (one,) = mentions(sure, at, opens, known, aggregation)
        assert (one.start, one.end) == (0, 5)
        assert one.score == pytest.approx(score, abs=1e-4)


@given(st.integers(0, 90), st.integers(3, 20), st.data())
def test_windows_keep_every_token_once(n, size, data):
    overlap = data.draw(st.integers(0, size - 1))
    opens = data.draw(st.lists(st.booleans(), min_size=n, max_size=n))
    made = windows(opens, size, overlap)
    kept = [at for one in made for at in range(one.first, one.last)]
    assert kept == list(range(n))
    for one in made:
        assert one.start <= one.first <= one.last <= one.end <= one.start + size


@given(st.text(alphabet="ab \n", max_size=200), st.integers(1, 30))
def test_parts_are_the_whole_text(text, size):
    made = list(parts(text, size))
    assert "".join(part for _, part in made) == text
    assert all(text[start : start + len(part)] == part for start, part in made)


@given(st.lists(st.integers(1, 50), max_size=40))
def test_batches_hold_everything_once(lengths):
    made = batches(lengths, 100)
    assert sorted(at for batch in made for at in batch) == list(range(len(lengths)))
    assert all(len(b) == 1 or lengths[b[0]] * len(b) <= 100 for b in made)


def test_word_starts_follow_the_tokenizer():
    assert word_starts([(0, 2), (2, 3), (3, 4), (5, 6)], [0, 0, 1, 1]) == [True, False, True, True]
