"""Labels that are wrong: changed ones are found, by the method of the paper."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import settings as fuzz
from hypothesis import strategies as st

from medloom.kit.label_noise import confident_joint, find_noise
from medloom.steps.curate.label_errors import label_errors
from medloom.tables.arrow import to_arrow
from medloom.tables.rows import Rows
from medloom.tables.text_labels import LabelScore


def drawn(n: int, n_classes: int, share: float, seed: int = 0):
    """Labels of which a share is changed, and probabilities of a good model."""
    draw = np.random.default_rng(seed)
    truth = draw.integers(0, n_classes, n)
    changed = draw.random(n) < share
    shift = draw.integers(1, n_classes, n)
    scores = draw.normal(size=(n, n_classes))
    scores[np.arange(n), truth] += 3
    chances = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    return np.where(changed, (truth + shift) % n_classes, truth), changed, chances


@pytest.mark.parametrize("share", [0.05, 0.1, 0.2])
@pytest.mark.parametrize("n_classes", [2, 4])
def test_changed_labels_are_found(share, n_classes):
    labels, changed, chances = drawn(2000, n_classes, share)
    found = find_noise(labels, chances).is_wrong
    assert (found & changed).sum() / changed.sum() > 0.8
    assert (found & changed).sum() / found.sum() > 0.7


def test_the_joint_by_hand():
    """Thresholds are .75 for 0 and .6 for 1: row 2 is surely 1, row 5 surely 0."""
    sure = np.array([0.9, 0.95, 0.4, 0.3, 0.1, 0.8])
    labels = np.array([0, 0, 0, 1, 1, 1])
    joint = confident_joint(labels, np.column_stack([sure, 1 - sure]))
    assert joint.tolist() == [[2, 1], [1, 2]]
    noise = find_noise(labels, np.column_stack([sure, 1 - sure]))
    assert np.flatnonzero(noise.is_wrong).tolist() == [2, 5]


@fuzz(max_examples=100)
@given(st.integers(2, 5), st.integers(2, 40), st.integers(0, 10_000))
def test_the_joint_adds_up(n_classes, n, seed):
    draw = np.random.default_rng(seed)
    labels = draw.integers(0, n_classes, n)
    chances = draw.dirichlet(np.ones(n_classes), n)
    noise = find_noise(labels, chances)
    assert noise.joint.sum(axis=1).tolist() == np.bincount(labels, minlength=n_classes).tolist()
    assert not (noise.is_wrong & (noise.likeliest == labels)).any()


def table(n: int = 120):
    draw = np.random.default_rng(4)
    words = {"heart": ["angina", "stent", "valve"], "skin": ["rash", "itching", "nevus"]}
    labels = [("heart", "skin")[n % 2] for n in range(n)]
    texts = [f"{draw.choice(words[one])} and {draw.choice(words[one])}" for one in labels]
    return texts, labels


def test_texts_with_a_wrong_label_are_found():
    texts, labels = table()
    labels[7], labels[20] = "heart", "skin"
    rows = Rows.of({"id": [str(n) for n in range(120)], "text": texts, "label": labels})
    found = label_errors(rows)
    assert [n for n, one in enumerate(found) if one.is_issue] == [7, 20]
    assert (found[7].suggested, found[20].suggested) == ("skin", "heart")
    ranked = sorted(range(120), key=lambda n: -found[n].score)
    assert set(ranked[:2]) == {7, 20}


def test_rows_that_cannot_be_judged_get_null():
    texts, labels = table()
    labels[0], labels[1] = None, "once"
    rows = Rows.of({"id": [str(n) for n in range(120)], "text": texts, "label": labels})
    found = label_errors(rows)
    assert (found[0], found[1]) == (None, None)
    assert all(found[2:])
    alone = Rows.of({"id": ["a", "b"], "text": ["x", "y"], "label": ["one", "one"]})
    assert label_errors(alone) == [None, None]


def test_probabilities_that_are_given_are_used():
    sure = [0.9, 0.9, 0.1, 0.1, 0.1, 0.1]
    scores = [[LabelScore("a", one), LabelScore("b", 1 - one)] for one in sure]
    held = to_arrow(scores, list[LabelScore])
    columns = {"id": list("123456"), "label": list("aaabbb"), "scores": held}
    found = label_errors(Rows(pa.table(columns)), probabilities="scores")
    assert [one.is_issue for one in found] == [False, False, True, False, False, False]
    assert found[2].suggested == "b"


def test_it_looks_at_the_columns_that_settings_name():
    step = label_errors.using(label="modality", group="patient_id", probabilities=None)
    assert {"modality", "patient_id", "id", "text"} == set(step.reads)
