"""Filters learned from labels: the classifier, its file, its steps, its commands."""

import csv
import json

import numpy as np
import pyarrow as pa
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import settings as fuzz
from hypothesis import strategies as st
from pydantic import ValidationError

from medloom.cli import app
from medloom.kit.text_classifier import ModelFileError, auc, load, out_of_fold, scored, train
from medloom.kit.text_classifier.fitting import calibrate, fit, folds, softmax
from medloom.kit.text_classifier.hashing import counted
from medloom.kit.text_classifier.minimize import minimize
from medloom.steps.curate.keep_best import keep_best
from medloom.steps.curate.keep_scored import keep_scored
from medloom.steps.curate.score_text import score_text
from medloom.tables.arrow import to_arrow
from medloom.tables.rows import Rows
from medloom.tables.text_labels import LabelScore

HEART = "chest pain angina troponin stent coronary infarction murmur valve".split()  # noqa: SIM905
SKIN = "rash itching eczema dermatitis plaque nevus psoriasis blister".split()  # noqa: SIM905


def made(n: int, seed: int = 0, noise: float = 0.3) -> tuple[list[str], list[str]]:
    """Texts of two sorts, with some words of the other."""
    draw = np.random.default_rng(seed)
    labels = ["heart" if one else "skin" for one in draw.random(n) < 0.4]
    texts = []
    for label in labels:
        own, other = (HEART, SKIN) if label == "heart" else (SKIN, HEART)
        words = [draw.choice(other if draw.random() < noise else own) for _ in range(6)]
        texts.append(f"Patient {draw.integers(1000)} with " + " and ".join(words))
    return texts, labels


@pytest.fixture(scope="module")
def model_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("models") / "m.npz"
    train(*made(300))[0].save(path)
    return path


def test_it_tells_texts_that_it_did_not_see():
    model, _ = train(*made(300))
    texts, labels = made(300, seed=1)
    heart, skin = scored(model.labels, labels, model.probabilities(texts))
    assert (heart.label, skin.label) == ("heart", "skin")
    assert heart.auc > 0.85  # nobody could tell all: words of the other sort are in each text
    assert heart.auc_low < heart.auc < heart.auc_high
    assert heart.calibration_error < 0.1


def test_the_same_texts_make_the_same_file(tmp_path):
    for name in ("a", "b"):
        train(*made(60))[0].save(tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_saved_model_says_the_same(model_file):
    texts, _ = made(50, seed=2)
    model, _ = train(*made(300))
    there, here = load(model_file).probabilities(texts), model.probabilities(texts)
    assert np.abs(there - here).max() < 0.01  # weights are stored in half precision
    assert model_file.stat().st_size < 50_000


def test_probabilities_do_not_hang_on_the_batch():
    model, _ = train(*made(100))
    texts, _ = made(30, seed=3)
    together = model.probabilities(texts)
    alone = np.concatenate([model.probabilities([one]) for one in texts])
    assert np.allclose(together, alone)


@fuzz(max_examples=60)
@given(st.lists(st.text(max_size=60), max_size=6))
def test_any_texts_can_be_scored(texts):
    model = _small()
    chances = model.probabilities(texts)
    assert chances.shape == (len(texts), 2)
    assert np.allclose(chances.sum(axis=1), 1)


def _small(known=[]):  # noqa: B006 - made once
    if not known:
        known.append(train(*made(40))[0])
    return known[0]


def test_no_text_of_a_group_is_judged_by_a_model_that_saw_the_group():
    """Each group has a word of its own that gives its label away."""
    draw = np.random.default_rng(0)
    groups = [f"g{n}" for n in range(20) for _ in range(5)]
    labels = [str(draw.integers(2)) for _ in range(20) for _ in range(1)]
    labels = [one for one in labels for _ in range(5)]
    texts = [f"{group}word {group}word" for group in groups]
    names, known = out_of_fold(texts, labels, groups)
    _, leaked = out_of_fold(texts, labels, [str(n) for n in range(100)])
    truth = np.array(labels) == names[1]
    assert auc(truth, leaked[:, 1]) > 0.9
    assert auc(truth, known[:, 1]) < 0.75


@given(st.lists(st.tuples(st.text(max_size=3), st.integers(0, 2)), min_size=1, max_size=60))
def test_folds_keep_groups_together(rows):
    groups, labels = zip(*rows, strict=True)
    found = folds(groups, np.array(labels), 5)
    for group in set(groups):
        assert len({fold for fold, one in zip(found, groups, strict=True) if one == group}) == 1
    assert set(found.tolist()) <= set(range(5))


def test_fitting_finds_the_least_loss():
    rows = counted(["a b", "a", "b c", "c", "a c"], pairs=False)
    labels = np.array([0, 0, 1, 1, 0])
    linear = fit(rows, labels, 2, penalty=0.5)
    chances = softmax(linear.scores(rows))
    for number in range(2):  # where the slope is zero there is no better place
        slope = rows.transposed_times(chances[:, number] - (labels == number))
        assert np.abs(slope + 2 * 0.5 * linear.weights[number]).max() < 0.02


def test_calibration_makes_boastful_scores_honest():
    draw = np.random.default_rng(1)
    honest = draw.normal(size=4000)
    labels = (draw.random(4000) < 1 / (1 + np.exp(-honest))).astype(np.int64)
    scores = np.column_stack([np.zeros(4000), honest * 5])
    assert calibrate(scores, labels)[0] == pytest.approx(0.2, abs=0.03)


def test_minimize_follows_a_bent_valley():
    def valley(x):
        a, b = x
        value = (1 - a) ** 2 + 100 * (b - a * a) ** 2
        return float(value), np.array([-2 * (1 - a) - 400 * a * (b - a * a), 200 * (b - a * a)])

    assert minimize(valley, np.array([-1.2, 1.0]), 500, 1e-14) == pytest.approx([1, 1], abs=1e-3)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 4)), min_size=2, max_size=40))
def test_auc_is_the_share_of_pairs_in_order(pairs):
    truth, score = (np.array(one) for one in zip(*pairs, strict=True))
    good, bad = score[truth], score[~truth]
    if len(good) and len(bad):
        wins = (good[:, None] > bad).mean() + 0.5 * (good[:, None] == bad).mean()
        assert auc(truth, score.astype(float)) == pytest.approx(wins)


@pytest.mark.parametrize(
    ("labels", "message"),
    [(["a", "a"], "two labels or more"), (["a", "b"], "a single text")],
)
def test_too_few_labels_are_told(labels, message):
    with pytest.raises(ValueError, match=message):
        train(["x", "y"], labels)


def test_a_file_that_is_no_model_is_told(tmp_path):
    file = tmp_path / "x.npz"
    file.write_bytes(b"PK nothing")
    for path in (file, tmp_path / "absent.npz"):
        with pytest.raises(ModelFileError):
            load(path)
        with pytest.raises(ValidationError):
            score_text.using(model=str(path))


def test_rows_are_stale_when_the_model_changes(tmp_path):
    file = tmp_path / "m.npz"
    train(*made(60))[0].save(file)
    before = score_text.using(model=str(file)).digest
    train(*made(61))[0].save(file)
    assert score_text.using(model=str(file)).digest != before


def test_scores_lead_to_what_is_kept(model_file):
    texts = ["coronary stent and angina", "itching rash and eczema"]
    (heart, scores), (skin, others) = score_text(model=str(model_file))(texts)
    assert (heart, skin) == ("heart", "skin")
    assert keep_scored(scores, labels=["heart"]) is None
    assert keep_scored(others, labels=["heart"]).startswith("heart: 0.")
    held = to_arrow([scores, others], list[LabelScore])
    hints = {"id": str, "text_scores": list[LabelScore]}
    rows = Rows(pa.table({"id": ["1", "2"], "text_scores": held}), hints)
    assert keep_best(rows, label="skin", share=0.5)[1] is None
    assert "rank 2 of 2, kept 1" in keep_best(rows, label="skin", share=0.5)[0]


def test_the_commands_train_and_test(tmp_path):
    for name, seed in (("learn", 0), ("test", 1)):
        with (tmp_path / f"{name}.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerows([("text", "label"), *zip(*made(200, seed), strict=True)])
    model, learn = str(tmp_path / "m.npz"), str(tmp_path / "learn.csv")
    made_ = CliRunner().invoke(app, ["filter", "train", learn, "--out", model, "--json"])
    assert made_.exit_code == 0, made_.output
    run = CliRunner().invoke(app, ["filter", "test", model, str(tmp_path / "test.csv"), "--json"])
    rows = [json.loads(line) for line in run.output.splitlines()]
    assert [one["label"] for one in rows] == ["heart", "skin"]
    assert rows[0]["AUC"] > 0.85


def test_a_trusted_seed_against_a_pool(tmp_path):
    texts, labels = made(300)
    for name, wanted in (("pool", {"heart", "skin"}), ("seed", {"heart"})):
        rows = [t for t, one in zip(texts, labels, strict=True) if one in wanted]
        lines = (json.dumps({"text": one}) for one in rows)
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines))
    command = ["filter", "train", str(tmp_path / "pool.jsonl"), "--out", str(tmp_path / "m.npz")]
    run = CliRunner().invoke(app, [*command, "--trusted", str(tmp_path / "seed.jsonl")])
    assert run.exit_code == 0, run.output
    model = load(tmp_path / "m.npz")
    assert model.labels == ("pool", "trusted")
    heart, skin = model.probabilities(["coronary stent and angina", "itching rash and eczema"])
    assert heart[1] > skin[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--label", "lable"], "has no column 'lable'; columns there: text, label"),
        (["--text", "label"], "two labels or more"),
    ],
)
def test_wrong_columns_are_told(tmp_path, arguments, message):
    file = tmp_path / "a.csv"
    file.write_text("text,label\nx,a\ny,a\n")
    out = ["--out", str(tmp_path / "m.npz")]
    run = CliRunner().invoke(app, ["filter", "train", str(file), *out, *arguments])
    assert message in str(run.exception)
