"""Splits: no path between parts, in any graph, however it grows."""

from collections import Counter
from random import Random

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from medloom.audit.splits import prove_splits
from medloom.kit.splitting.parting import WITHHELD
from medloom.steps.curate.folds import folds
from medloom.steps.curate.label_fraction import label_fraction
from medloom.steps.curate.shots import shots
from medloom.steps.curate.split import split
from medloom.tables.rows import Rows

PARTS = {"train": 0.5, "validation": 0.2, "test": 0.3}


def table(graph) -> dict[str, pa.Array]:
    """A graph of rows (patient, articles) as columns."""
    return {
        "id": pa.array([row[0] for row in graph], pa.string()),
        "patient_id": pa.array([row[1] for row in graph], pa.string()),
        "article_id": pa.array([row[2] for row in graph], pa.list_(pa.string())),
        "label": pa.array([row[3] for row in graph], pa.string()),
        "year": pa.array([row[4] for row in graph], pa.int64()),
    }


def parts_of(graph, before=None, **settings) -> list[str]:
    rows = Rows.of(table(graph))
    if before is not None:
        old, made = before
        rows.before = Rows.of({**table(old), "split": pa.array(made, pa.string())})
    given_ = {"by": ["patient_id", "article_id"], "parts": PARTS} | possible(graph, settings)
    return [part for part, _ in split(rows, **given_)]


def possible(graph, settings):
    """The settings without a held-out label that no row has, which is an error."""
    held = settings.get("hold_out", {}).get("label", [])
    return {} if held and not {row[3] for row in graph} & set(held) else settings


def independent_leak(graph, parts) -> bool:
    """Whether two parts are joined, by a plain walk that shares no code with the split."""
    rows_of: dict[tuple[str, str], list[int]] = {}
    keys: list[list[tuple[str, str]]] = []
    for number, (row, part) in enumerate(zip(graph, parts, strict=True)):
        mine = [("p", row[1])] if row[1] else []
        mine += [("a", one) for one in row[2] or () if one]
        keys.append(mine if part != "withheld" else [])
        for key in keys[-1]:
            rows_of.setdefault(key, []).append(number)
    seen: set[int] = set()
    for start in range(len(graph)):
        group, stack = set(), [start]
        while stack:
            one = stack.pop()
            if one not in seen:
                seen.add(one)
                group.add(parts[one])
                stack += [other for key in keys[one] for other in rows_of[key]]
        if len(group - {"withheld"}) > 1:
            return True
    return False


@st.composite
def graphs(draw, n_keys=8, first=0, size=14):
    n = draw(st.integers(0, size))
    key = st.integers(0, n_keys)
    rows = []
    for number in range(first, first + n):
        patient = draw(st.none() | key.map("p{}".format) | st.just(""))
        articles = draw(st.none() | st.lists(st.none() | key.map("a{}".format), max_size=3))
        label, year = draw(st.sampled_from(["x", "y", None])), draw(st.integers(2015, 2024))
        rows.append((f"r{number}", patient, articles, label, year))
    return rows


many = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
ways = st.sampled_from(
    [
        {},
        {"stratify": []},
        {"stratify": ["label"]},
        {"temporal": {"year": {"validation": 2019, "test": 2021}}},
        {"temporal": {"year": {"test": 2021}}, "straddling": "earliest"},
        {"hold_out": {"label": ["y"]}},
        {"hold_out": {"label": ["y"]}, "hold_out_part": "external"},
    ]
)


@many
@given(graphs(), ways, st.integers(0, 5))
def test_no_path_between_parts(graph, way, seed):
    parts = parts_of(graph, seed=seed, **way)
    assert not independent_leak(graph, parts)
    proof = prove_splits({"t": pa.table({**table(graph), "split": pa.array(parts, pa.string())})})
    assert proof.leaking_groups == 0


@many
@given(st.lists(graphs(), min_size=2, max_size=4), ways, st.randoms())
def test_old_rows_stay_while_a_table_grows(pieces, way, random):
    graph, parts, before = [], [], None
    for number, piece in enumerate(pieces):
        old = dict(zip((row[0] for row in graph), parts, strict=True))
        settings_before = possible(graph, way)
        graph = graph + [(f"{number}-{row[0]}", *row[1:]) for row in piece]
        random.shuffle(graph)
        parts = parts_of(graph, before, **way)
        assert not independent_leak(graph, parts)
        for row, part in zip(graph, parts, strict=True):
            if possible(graph, way) == settings_before and old.get(row[0], WITHHELD) != WITHHELD:
                assert part == old[row[0]]
        before = (graph, parts)


@many
@given(graphs(), graphs(first=100), st.randoms(), st.sampled_from([{}, {"by": ["patient_id"]}]))
def test_rows_are_edited_and_go_and_still_no_path(graph, other, random, way):
    before = (graph, parts_of(graph))
    keys = [row[1:3] for row in graph + other]
    random.shuffle(keys)
    edited = [(row[0], *key, *row[3:]) for row, key in zip(graph + other, keys, strict=False)]
    edited = [row for row in edited if random.random() < 0.8]
    parts = parts_of(edited, before)
    assert not independent_leak(edited, parts)
    was = dict(zip((row[0] for row in graph), before[1], strict=True))
    for row, part in zip(edited, parts, strict=True):
        assert part in (was.get(row[0], part), "withheld") or was[row[0]] == "withheld"


@many
@given(graphs(), st.randoms(), st.sampled_from([{}, {"stratify": ["label"]}]))
def test_the_order_of_rows_does_not_matter(graph, random, way):
    parts = dict(zip((row[0] for row in graph), parts_of(graph, **way), strict=True))
    random.shuffle(graph)
    assert dict(zip((row[0] for row in graph), parts_of(graph, **way), strict=True)) == parts


@many
@given(graphs())
def test_unrelated_rows_do_not_matter(graph):
    others = [(f"o{n}", f"other{n % 7}", [f"other{n % 11}"], None, 2020) for n in range(20)]
    assert parts_of(graph + others)[: len(graph)] == parts_of(graph)


@many
@given(graphs(), graphs(first=100))
def test_two_tables_agree(graph, other):
    parts = parts_of(other, stratify=["label"])
    images = pa.table({**table(other), "split": pa.array(parts, pa.string())})
    rows = Rows.of(table(graph), images=Rows(images))
    keys = ["patient_id", "article_id"]
    mine = [part for part, _ in split(rows, by=keys, parts=PARTS, agree=["images"])]
    reports = pa.table({**table(graph), "split": pa.array(mine, pa.string())})
    assert prove_splits({"images": images, "reports": reports}).leaking_groups == 0


def test_what_another_table_has_in_two_parts_is_withheld():
    images = Rows.of({"id": ["i", "j"], "patient_id": ["p", "p"], "split": ["train", "test"]})
    rows = Rows.of({"id": ["1", "2"], "patient_id": ["p", "q"]}, images=images)
    made = split(rows, by=["patient_id"], parts=PARTS, agree=["images"])
    assert made[0] == ("withheld", "patient_id links it to several parts of another table")
    assert made[1][0] in PARTS


def test_a_chain_of_keys_is_one_group():
    chain = [(f"r{n}", f"p{n // 2}", [f"a{(n + 1) // 2}"], None, 2020) for n in range(1000)]
    assert len(set(parts_of(chain))) == 1


def test_a_bridge_is_withheld_and_says_why():
    old = [(f"r{n}", f"p{n}", [], None, 2020) for n in range(20)]
    made = parts_of(old)
    train, test = made.index("train"), made.index("test")
    new = [*old, ("new", f"p{train}", [f"a{test}"], None, 2020), ("far", "p99", [], None, 2020)]
    old[test] = (f"r{test}", f"p{test}", [f"a{test}"], None, 2020)
    new[test] = old[test]
    rows = Rows.of(table(new))
    rows.before = Rows.of({**table(old), "split": pa.array(made)})
    answers = split(rows, by=["patient_id", "article_id"], parts=PARTS)
    assert [part for part, _ in answers[:20]] == made
    assert answers[20] == ("withheld", "patient_id, article_id link it to train and test")
    assert answers[21][0] in PARTS


def test_only_the_bridge_is_withheld_of_a_chain():
    old = [("a", "p1", [], None, 2020), ("b", "p2", [], None, 2020)]
    chain = [(f"n{n}", None, [f"a{n}", f"a{n + 1}"], None, 2020) for n in range(10)]
    ends = [("x", "p1", ["a0"], None, 2020), ("y", "p2", ["a10"], None, 2020)]
    parts = parts_of([*old, *chain, *ends], (old, ["train", "test"]))
    assert parts[:2] == ["train", "test"]
    assert Counter(parts)["withheld"] == 1


def test_a_new_key_column_withholds_rather_than_moves():
    graph = [("a", "p1", ["x"], None, 2020), ("b", "p2", ["x"], None, 2020)]
    parts = parts_of(graph, (graph, ["train", "test"]))
    assert sorted(parts) == ["test", "withheld"]


def test_shares_are_kept_by_hash_and_by_strata():
    graph = [(f"r{n}", f"p{n}", [], "xy"[n % 10 == 0], 2020) for n in range(5000)]
    for way in ({}, {"stratify": ["label"]}):
        counts = Counter(parts_of(graph, **way))
        assert counts["train"] == pytest.approx(2500, abs=1 if way else 150)
    labelled = Counter(
        (row[3], part) for row, part in zip(graph, parts_of(graph, stratify=["label"]), strict=True)
    )
    assert labelled["y", "test"] == pytest.approx(150, abs=1)


def test_temporal_latest_leaves_nothing_later_in_training():
    graph = [(f"r{n}", f"p{n % 40}", [], None, 2015 + n % 9) for n in range(200)]
    parts = parts_of(graph, temporal={"year": {"validation": 2019, "test": 2021}})
    assert all(row[4] < 2019 for row, p in zip(graph, parts, strict=True) if p == "train")
    parts = parts_of(
        graph, temporal={"year": {"validation": 2019, "test": 2021}}, straddling="earliest"
    )
    assert all(row[4] >= 2021 for row, p in zip(graph, parts, strict=True) if p == "test")


def test_temporal_on_dates_and_missing_ones():
    rows = Rows.of({"id": ["a", "b", "c"], "date": ["2020-12-31", "2021-07-01", None]})
    cuts = {"date": {"test": "2021-07-01"}}
    made = split(rows, by=["id"], parts={"train": 0.5, "test": 0.5}, temporal=cuts)
    assert made == [("train", None), ("test", None), ("withheld", "no date")]


def test_a_held_out_site_is_tested_alone():
    graph = [(f"r{n}", f"p{n % 31}", [], "ABC"[n % 3], 2020) for n in range(90)]
    parts = parts_of(graph, hold_out={"label": ["C"]})
    sites = {part: {r[3] for r, p in zip(graph, parts, strict=True) if p == part} for part in PARTS}
    assert sites["test"] == {"C"}
    assert "C" not in sites["train"] | sites["validation"]


def test_whole_sites_go_to_parts_and_stay_there():
    graph = [(f"r{n}", f"p{n}", [], "ABCDEFGH"[n % 8], 2020) for n in range(160)]
    parts = parts_of(graph[:80], hold_out_column="label")
    placed = {row[3]: part for row, part in zip(graph, parts, strict=False)}
    assert set(placed.values()) == set(PARTS)
    more = graph + [(f"s{n}", f"q{n}", [], "XYZ"[n % 3], 2020) for n in range(300)]
    again = parts_of(more, (graph[:80], parts), hold_out_column="label")
    assert {row[3]: part for row, part in zip(graph, again, strict=False)} == placed
    assert "withheld" not in again


@pytest.mark.parametrize(
    "wrong",
    [
        {"parts": {"train": 1.0}},
        {"parts": {"train": 0.9, "withheld": 0.1}},
        {"parts": {"train": 0.9, "te/st": 0.1}},
        {"parts": {"train": 1.0, "test": 0.0}},
        {"by": "patient_id"},
    ],
)
def test_settings_are_checked_before_any_row(wrong):
    with pytest.raises(ValidationError):
        split.using(**{"by": ["patient_id"]} | wrong)


@pytest.mark.parametrize(
    ("way", "says"),
    [
        ({"temporal": {"year": {"validation": 2019}}}, "name the last of"),
        ({"temporal": {"year": {"validation": 2022, "test": 2020}}}, "do not go up"),
        ({"temporal": {"year": {"test": "2020"}}}, "as numbers"),
        ({"temporal": {"year": {"test": 2020}}, "hold_out": {"label": ["x"]}}, "exclude"),
        ({"by": ["flag"]}, "a key is text"),
        ({"hold_out": {"label": ["x", "typo"]}}, "no row has the label that is held out: typo"),
    ],
)
def test_what_cannot_be_split_is_said(way, says):
    columns = table([("a", "p", [], "x", 2020)]) | {"flag": pa.array([{"a": 1}])}
    with pytest.raises(ValueError, match=says):
        split(Rows.of(columns), **{"by": ["patient_id"], "parts": PARTS} | way)


@pytest.mark.parametrize(
    "column",
    [
        pa.array([7, 7, None]),
        pa.array([7.0, 7.0, None]),
        pa.array(["a", " a ", ""]),
        pa.array(["a", "a", None]).dictionary_encode(),
        pa.array([["a", "b"], ["b"], []]),
        pa.array([[["a"]], [["b"], ["a"]], [[]]]),
    ],
)
def test_keys_of_many_types(column):
    rows = {"id": ["1", "2", "3"], "key": column}
    for seed in range(30):
        first, second, _ = split(Rows.of(rows), by=["key"], parts=PARTS, seed=seed)
        assert first == second
    for number in range(3):
        parts = ["test" if n == number else "train" for n in range(3)]
        table = pa.table({**rows, "split": pa.array(parts)})
        assert prove_splits({"t": table}, by=["key"]).holds == (number == 2)


def test_an_empty_table():
    rows = Rows.of(table([]))
    assert split(rows, by=["patient_id"], hold_out={"label": ["x"]}) == []
    assert folds(rows, by=["patient_id"]) == shots(rows, by=["patient_id"]) == []
    assert not prove_splits({}).holds


def test_pairs_that_were_computed_are_links():
    parts = pa.table({"id": ["a", "b", "c"], "split": ["train", "test", "test"]})
    proof = prove_splits({"t": parts}, pairs=[("t", "a", "c")])
    assert str(proof.leaks[0]) == "t a (train) - near-duplicate a ~ c - t c (test)"
    assert prove_splits({"t": parts}, pairs=[("t", "b", "c")]).holds


def test_an_article_and_its_figures_in_two_parts_is_a_leak():
    articles = pa.table({"id": ["a1", "a2"], "split": ["train", "test"]})
    figures = pa.table({"id": ["f"], "article_id": ["a2"], "split": ["train"]})
    tables = {"articles": articles, "figures": figures}
    assert prove_splits(tables, same={"articles.id": "article_id"}).leaking_groups == 1
    assert prove_splits(tables).skipped == ["articles"]


def test_columns_that_settings_name_are_read():
    step = split.using(by=["patient_id"], stratify=["label"], temporal={"year": {"test": 2020}})
    assert {"id", "patient_id", "label", "year"} == set(step.reads)


def test_folds_are_grouped_balanced_and_of_one_part():
    graph = [(f"r{n}", f"p{n // 3}", [], "xy"[n % 2], 2020) for n in range(300)]
    columns = {**table(graph), "split": ["train" if n < 240 else "test" for n in range(300)]}
    made = folds(Rows.of(columns), by=["patient_id"], n_folds=4, stratify=["label"], of="train")
    assert made[240:] == [None] * 60
    assert sorted(Counter(made[:240]).values()) == [60, 60, 60, 60]
    assert all(len(set(made[n : n + 3])) == 1 for n in range(0, 240, 3))
    rows = Rows.of({**columns, "id": columns["id"]})
    rows.before = Rows.of({**columns, "fold": pa.array(made, pa.int64())})
    assert folds(rows, by=["patient_id"], n_folds=4, seed=9, of="train") == made


@many
@given(graphs(size=30), st.integers(0, 3))
def test_shots_are_nested_and_of_different_groups(graph, seed):
    rows = Rows.of(table(graph))
    made = shots(rows, by=["patient_id"], k=[1, 2, 3], seeds=[seed])
    for smaller, larger in (("1", "2"), ("2", "3")):
        assert all(f"{larger}/{seed}" in one for one in made if f"{smaller}/{seed}" in one)
    for k in (1, 2, 3):
        chosen = [row for row, one in zip(graph, made, strict=True) if f"{k}/{seed}" in one]
        patients = [row[1] for row in chosen if row[1]]
        assert len(patients) == len(set(patients))
        assert all(n <= k for n in Counter(row[3] for row in chosen).values())


def test_fractions_are_nested_whole_groups_with_every_label():
    graph = [(f"r{n}", f"p{n // 2}", [], "y" if n % 100 < 2 else "x", 2020) for n in range(2000)]
    made = label_fraction(Rows.of(table(graph)), by=["patient_id"], stratify="label")
    for fraction, least in ((0.01, 20), (0.1, 200), (1.0, 2000)):
        rows = [row for row, one in zip(graph, made, strict=True) if one <= fraction]
        assert len(rows) == pytest.approx(least, abs=4)
        assert {row[3] for row in rows} == {"x", "y"}
    assert all(made[n] == made[n + 1] for n in range(0, 2000, 2))


@pytest.mark.slow
def test_twenty_thousand_graphs_that_grow():
    for number in range(20_000):
        random = Random(number)
        graph = [
            (
                f"r{n}",
                random.choice([None, f"p{random.randint(0, 12)}"]),
                [f"a{random.randint(0, 30)}" for _ in range(random.choice([0, 0, 1, 1, 2]))],
                random.choice("xyz"),
                2015 + random.randint(0, 9),
            )
            for n in range(random.randint(2, 40))
        ]
        half = graph[: len(graph) // 2]
        way = random.choice([{}, {"stratify": ["label"]}, {"hold_out": {"label": ["y"]}}])
        if "hold_out" in way and "y" not in {row[3] for row in half}:
            continue
        first = parts_of(half, **way)
        parts = parts_of(graph, (half, first), **way)
        assert not independent_leak(half, first)
        assert not independent_leak(graph, parts)
        pairs = zip(first, parts, strict=False)
        assert all(old in (new, "withheld") for old, new in pairs)
