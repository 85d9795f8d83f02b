"""Selection: even shares, clusters of clusters, informativeness, difficulty; drift of tables."""

import json
from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import settings as fuzz
from hypothesis import strategies as st

import medloom
from medloom.audit.drift import chi_square, drift, jensen_shannon, kolmogorov_smirnov
from medloom.cli import app
from medloom.kit.selection import choose, cluster_levels, even_shares, projected
from medloom.steps.curate.balanced_sample import balanced_sample
from medloom.steps.curate.difficulty import difficulty
from medloom.steps.curate.diverse_sample import diverse_sample
from medloom.steps.curate.informativeness import informativeness
from medloom.steps.curate.paragraph_type import paragraph_type
from medloom.tables.rows import Rows


@given(st.lists(st.integers(0, 30), max_size=8), st.integers(0, 100))
def test_shares_are_as_even_as_sizes_allow(sizes, total):
    shares = even_shares(sizes, total)
    assert sum(shares) == min(total, sum(sizes))
    assert all(0 <= share <= size for share, size in zip(shares, sizes, strict=True))
    open_ = [share for share, size in zip(shares, sizes, strict=True) if share < size]
    if open_:  # what is not used up has as much as any, within one
        assert min(open_) >= max(shares) - 1


def labelled(n_common: int = 90, n_rare: int = 10) -> Rows:
    labels = ["common"] * n_common + ["rare"] * n_rare
    ids = [f"r{n}" for n in range(len(labels))]
    return Rows.of({"id": ids, "label": labels, "score": list(range(len(labels)))})


def test_a_balanced_sample_is_even_and_the_same_again():
    rows = labelled()
    reasons = balanced_sample(rows, by=["label"], n_rows=30)
    kept = [one for one, reason in zip(rows.column("label"), reasons, strict=True) if not reason]
    assert Counter(kept) == {"common": 20, "rare": 10}
    assert reasons == balanced_sample(rows, by=["label"], n_rows=30)
    assert reasons != balanced_sample(rows, by=["label"], n_rows=30, seed=1)
    assert "label common: 20 of 90 kept" in reasons


def test_a_balanced_sample_takes_what_is_preferred():
    reasons = balanced_sample(labelled(), by=["label"], n_rows=4, prefer="score")
    assert [n for n, reason in enumerate(reasons) if not reason] == [88, 89, 98, 99]


def test_a_balanced_sample_does_not_hang_on_the_order_of_rows():
    rows = labelled()
    back = Rows(rows.take(list(range(99, -1, -1)), "id", "label", "score"))
    reasons = balanced_sample(rows, by=["label"], n_rows=10)
    assert balanced_sample(back, by=["label"], n_rows=10) == reasons[::-1]


def test_nulls_are_a_group_and_all_fit():
    rows = Rows.of({"id": ["a", "b", "c"], "site": ["x", None, None]})
    assert balanced_sample(rows, by=["site"], n_rows=9) == [None, None, None]
    assert sum(one is None for one in balanced_sample(rows, by=["site"], n_rows=2)) == 2


def test_clusters_are_found_again():
    draw = np.random.default_rng(0)
    centres = draw.normal(size=(5, 8)) * 20
    truth = np.repeat(np.arange(5), 40)
    vectors = (centres[truth] + draw.normal(size=(200, 8))).astype(np.float32)
    found = cluster_levels(vectors, [5, 2])
    for one in range(5):
        assert len(set(found[truth == one, 0].tolist())) == 1
    assert len(set(found[:, 0].tolist())) == 5
    assert (cluster_levels(vectors, [5, 2]) == found).all()


def test_a_diverse_sample_keeps_what_is_rare():
    common = [f"Blood pressure was measured at visit {n}." for n in range(95)]
    rare = [f"Retinal detachment of the {side} eye." for side in ("left", "right")]
    rare += ["Snake bite of the hand.", "Bagpipe lung in a musician.", "Scurvy in a teenager."]
    texts = common + rare
    rows = Rows.of({"id": [str(n) for n in range(100)], "text": texts})
    kept = [n for n, one in enumerate(diverse_sample(rows, n_rows=20)) if one is None]
    assert len(kept) == 20
    assert len([n for n in kept if n >= 95]) >= 3  # one of twenty, were it drawn by chance


def test_a_diverse_sample_of_vectors_that_are_given():
    vectors = [[0.0, 0.0]] * 8 + [[9.0, 9.0], None]
    rows = Rows.of({"id": list("abcdefghij"), "vector": vectors})
    reasons = diverse_sample(rows, n_rows=2, vectors="vector", n_clusters=[2])
    assert reasons[8] is None
    assert diverse_sample(rows, n_rows=10, vectors="vector") == [None] * 10


@fuzz(max_examples=50)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=12))
def test_any_texts_have_vectors(texts):
    vectors = projected(texts)
    assert vectors.shape == (len(texts), 64)
    lengths = np.linalg.norm(vectors, axis=1)
    assert all(one == pytest.approx(1, abs=1e-5) or one == 0 for one in lengths)


def test_nothing_to_choose_from():
    assert choose([], [], 3) == set()
    empty = Rows.of({"id": pa.array([], pa.string()), "text": pa.array([], pa.string())})
    assert diverse_sample(empty, n_rows=3) == []
    assert informativeness(empty) == []


def test_standing_phrases_inform_less_than_findings():
    texts = ["See text for details."] * 20 + ["Bilateral hilar lymphadenopathy with nodules."]
    found = informativeness(Rows.of({"id": [str(n) for n in range(21)], "text": texts}))
    assert found[20].bits_per_word > 2 * found[0].bits_per_word
    assert found[20].bits > found[0].bits
    (nothing,) = informativeness(Rows.of({"id": ["a"], "text": ["..."]}))
    assert (nothing.bits, nothing.n_words) == (0, 0)


@pytest.mark.parametrize(
    ("grades", "band"),
    [([1, 1], "always"), ([0, 0], "never"), ([1, 0, 0, 0], "hard"), ([1, 0], "medium"),
     ([1, 1, 1, 0], "easy"), ([None, 1.0, 0.0], "medium")],
)  # fmt: skip
def test_difficulty(grades, band):
    assert difficulty(grades).band == band


@pytest.mark.parametrize(
    ("text", "section", "article", "kind"),
    [
        ("A 5-day-old boy was jaundiced.", "introduction", "research-article", "clinical_case"),
        ("The mean age was 54 years.", "results", "research-article", "study"),
        ("Patients were 18-year-old women.", "methods", "research-article", "study"),
        ("Gout is old.", "introduction", "review-article", "review"),
        ("Funded by nobody.", "funding", "review-article", "other"),
        ("Gout is old.", "other", None, "other"),
    ],
)
def test_paragraph_type(text, section, article, kind):
    assert paragraph_type(text, section, article) == kind


def test_the_same_table_does_not_drift():
    table = pa.table({"age": [30.0, 40, 50] * 20, "sex": ["F", "M", None] * 20})
    assert [one.size for one in drift(table, table).columns] == [0, 0]
    assert drift(table, table).large == []


def test_what_changed_is_told():
    draw = np.random.default_rng(0)
    before = pa.table({"id": [str(n) for n in range(900)], "age": draw.normal(50, 9, 900),
                       "sex": ["F", "M", "M"] * 300, "old": [1] * 900})  # fmt: skip
    after = pa.table({"id": [str(n) for n in range(900)], "age": draw.normal(60, 9, 900),
                      "sex": ["M"] * 900, "new": [1] * 900})  # fmt: skip
    found = drift(before, after)
    assert (found.only_before, found.only_after) == (["old"], ["new"])
    assert {one.column for one in found.large} == {"age", "sex"}
    sex = next(one for one in found.columns if one.column == "sex")
    assert {one.value: (one.before, one.after) for one in sex.shifts} == {
        "F": (pytest.approx(1 / 3), 0),
        "M": (pytest.approx(2 / 3), 1),
    }


def test_more_nulls_are_a_drift():
    before = pa.table({"site": ["a", "b"] * 50})
    after = pa.table({"site": ["a", None] * 50})
    assert drift(before, after).columns[0].missing_after == 0.5
    assert drift(before, after).columns[0].is_large
    none = pa.table({"site": pa.array([None] * 100, pa.string())})
    assert drift(before, none).columns[0].is_large


def test_texts_drift_by_their_words():
    before = pa.table({"text": ["The trial was randomised and blind to all.",
                                "We gave one dose to each of the patients."] * 40})  # fmt: skip
    after = pa.table({"text": ["El ensayo fue aleatorizado y ciego para todos.",
                               "Dimos una dosis a cada uno de los pacientes."] * 40})  # fmt: skip
    (one,) = drift(before, after).columns
    assert (one.kind, one.is_large) == ("text", True)


def test_two_draws_of_one_source_rarely_drift():
    draw = np.random.default_rng(7)
    tables = [
        pa.table({"x": draw.normal(size=400), "y": draw.choice(list("abcd"), 400)})
        for _ in range(20)
    ]
    assert not any(drift(a, b).large for a in tables[:10] for b in tables[10:])


@pytest.mark.parametrize(
    ("before", "after", "p"),
    [
        ((30, 70), (45, 55), 0.0285),
        ((10, 20, 30), (20, 20, 20), 0.0695),
        ((50, 50), (51, 49), 0.8875),
        ((10, 20, 30, 40), (15, 25, 20, 40), 0.3136),
    ],
)
def test_chi_square_by_known_values(before, after, p):
    found = chi_square(np.array(before, float), np.array(after, float))
    assert found == pytest.approx(p, abs=1e-3)


def test_distances_by_hand():
    assert kolmogorov_smirnov(np.array([1.0, 2, 3]), np.array([1.0, 2, 3])) == (0, 1)
    assert jensen_shannon(np.array([0.5, 0.5]), np.array([0.5, 0.5])) == 0
    assert jensen_shannon(np.array([1.0, 0]), np.array([0.5, 0.5])) == pytest.approx(
        0.3113, abs=1e-4
    )


def test_all_of_it_in_a_build(tmp_path):
    """Poor text goes, wrong labels are marked, an even sample stays; nothing is lost."""
    words = {"heart": "Angina and a raised troponin", "skin": "An itching rash with plaques"}
    lines = [
        {"id": f"{label}{n}", "label": label, "text": f"{text} were seen on day {n} of his stay."}
        for label, text in words.items()
        for n in range(12)
    ]
    lines[3]["label"] = "skin"
    lines.append({"id": "poor", "label": "skin", "text": "n/a"})
    source = tmp_path / "rows.jsonl"
    source.write_text("\n".join(map(json.dumps, lines)))
    recipe = tmp_path / "sample.yaml"
    recipe.write_text("""\
name: sample
tables:
  rows:
    read: {jsonl: "{input}"}
    steps:
      - text_quality
      - drop_poor_text
      - label_errors
      - informativeness
      - balanced_sample: {by: [label], n_rows: 10}
""")
    into = tmp_path / "made"
    command = ["build", str(recipe), "--input", str(source), "--into", str(into), "--workers", "0"]
    run = CliRunner().invoke(app, command)
    assert run.exit_code == 0, run.output
    collection = medloom.open(str(into))
    (ledger,) = collection.ledger
    assert ledger.balanced
    kept = [row for batch in collection.scan("rows") for row in batch.to_pylist()]
    assert Counter(row["label"] for row in kept) == {"heart": 5, "skin": 5}
    assert all(row["quality"]["language"] == "en" for row in kept)
    lost = {row["row_id"]: row["reason"] for row in collection.lost().to_pylist()}
    assert lost.pop("poor") == "too_short: 2 words, least 7"
    assert all(one.startswith("label ") for one in lost.values())
    wrong = {row["id"] for row in kept if row["label_issue"]["is_issue"]}
    assert wrong <= {"heart3"}
