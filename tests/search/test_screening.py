"""Screening: the order, the decisions, the stopping rule, and the command."""

import json
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import medloom
from medloom.cli import app
from medloom.errors import CollectionError, InputError, MedloomError
from medloom.search.screening import session
from medloom.search.screening.decisions import DecisionLog, Verdict, decisions, standing
from medloom.search.screening.features import features
from medloom.search.screening.ranker import Ranker
from medloom.search.screening.simulation import by_chance, play, starts
from medloom.search.screening.stopping import chance_of_missing

_ON = ("nudge", "clinician", "guideline", "prescribing", "reminder", "behaviour")
_OFF = ("tumour", "receptor", "mouse", "surgery", "enzyme", "fracture", "genome", "lesion")


def made_up(n: int, share: float = 0.08, seed: int = 1) -> tuple[list[str], list[bool]]:
    """Records whose words tell, not always, whether they belong."""
    draw = np.random.default_rng(seed)
    labels = (draw.random(n) < share).tolist()
    labels[:2] = [True, False]
    texts = []
    for label in labels:
        n_on = draw.binomial(12, 0.6 if label else 0.08)
        words = [*draw.choice(_ON, n_on), *draw.choice(_OFF, 30 - n_on)]
        texts.append(" ".join(draw.permutation(words)))
    return texts, labels


@pytest.fixture(scope="module")
def review(tmp_path_factory):
    folder = tmp_path_factory.mktemp("screening")
    texts, labels = made_up(60, 0.2)
    rows = [f'r{n},"{t}",,{int(y)}' for n, (t, y) in enumerate(zip(texts, labels, strict=True))]
    (folder / "found.csv").write_text("\n".join(["id,title,abstract,label_included", *rows]))
    into = folder / "review"
    medloom.build("screening", input=folder / "found.csv", into=into, workers=0)
    return into


@pytest.fixture
def fresh(review, request):
    name = request.node.name.replace("[", "-").replace("]", "")
    read = session.Settings("records", ("title", "abstract"), "nudges for clinicians")
    return session.start(str(review), name, read)


def run(*words: object) -> str:
    done = CliRunner().invoke(app, [str(one) for one in words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_much_less_is_read_than_by_chance():
    texts, labels = made_up(400)
    for begin in starts(labels, 3, seed=5):
        assert play(Ranker(texts), labels, begin).wss() > 0.5
        assert abs(by_chance(labels, begin, 3).wss()) < 0.15


def test_a_question_is_enough_to_begin():
    texts, labels = made_up(300)
    order = Ranker(texts, "guideline reminders for the clinician: prescribing behaviour").order({})
    assert sum(labels[one] for one in order[:20]) > 8 * 20 * sum(labels) / len(labels) / 2


def test_the_same_decisions_give_the_same_order():
    texts, labels = made_up(200)
    decided = {n: labels[n] for n in range(40)}
    backwards = dict(reversed(decided.items()))
    first = Ranker(texts, seed=3).order(decided)
    assert first.tolist() == Ranker(texts, seed=3).order(backwards).tolist()
    assert sorted([*first, *decided]) == list(range(200))


@pytest.mark.parametrize(
    "texts", [[], [""], ["", ""], ["one"], ["same text"] * 4, ["🫀", "\ud800"]]
)
def test_odd_records_have_an_order(texts):
    ranker = Ranker(texts, "a question")
    assert sorted(ranker.order({})) == list(range(len(texts)))
    assert ranker.order(dict.fromkeys(range(len(texts)), True)).tolist() == []


@given(st.lists(st.text(alphabet="ab c", max_size=12), max_size=8))
def test_rows_are_of_length_one_or_empty(texts):
    rows = features(texts, rarest=1)
    length = np.bincount(rows.row_numbers(), rows.values.astype(float) ** 2, rows.n_rows)
    assert rows.n_rows == len(texts)
    assert all(one == 0 or abs(one - 1) < 1e-5 for one in length)


@settings(max_examples=60)
@given(st.lists(st.booleans(), min_size=1, max_size=40), st.integers(0, 60), st.data())
def test_the_chance_is_that_of_the_hypergeometric_distribution(labels, n_unread, data):
    first = data.draw(st.integers(0, len(labels) - 1))
    n = len(labels) + n_unread
    found = chance_of_missing(labels, n, 0.95, first)
    if not n_unread or not any(labels):
        assert found == (0.0 if not n_unread else 1.0)
        return
    held = int(np.floor(sum(labels) / 0.95 - sum(labels[:first]))) + 1
    seen, drawn, urn = sum(labels[first:]), len(labels) - first, n - first
    wanted = 0.0 if held > urn else stats.hypergeom.cdf(seen, urn, held, drawn)
    assert found == pytest.approx(wanted, abs=1e-9)


def test_in_random_order_the_rule_stops_too_early_as_rarely_as_it_says():
    draw = np.random.default_rng(7)
    missed = 0
    for _ in range(400):
        labels = draw.permutation([True] * 20 + [False] * 180)
        before, n_drawn = 60, 100
        chance = chance_of_missing(labels[: before + n_drawn], 200, 0.95, before)
        missed += chance < 0.05 and labels[: before + n_drawn].mean() * 160 / 20 < 0.95
    assert missed / 400 < 0.08


def test_decisions_are_kept_with_who_and_when_and_undone(fresh):
    ids = [one.id for one in fresh.next(3)]
    fresh.decide(ids[:2], Verdict.INCLUDE, "ann", "on topic")
    fresh.decide(ids[2:], Verdict.EXCLUDE, "bo")
    fresh.decide(ids[:1], Verdict.UNDO, "ann")
    again = session.Screening(fresh.collection.uri, fresh.folder.name)
    held = standing(again.log)
    assert {id: (one.verdict.value, one.who) for id, one in held.items()} == {
        ids[1]: ("include", "ann"),
        ids[2]: ("exclude", "bo"),
    }
    assert all(one.when.startswith("20") for one in held.values())
    assert ids[0] in [one.id for one in again.next(60)]
    assert not {ids[1], ids[2]} & {one.id for one in again.next(60)}


def test_people_who_disagree_are_counted(fresh):
    fresh.decide(["r5"], Verdict.INCLUDE, "ann")
    fresh.decide(["r5"], Verdict.EXCLUDE, "bo")
    assert fresh.status().n_disputed == 1
    assert next(row for row in fresh.told() if row["id"] == "r5")["disagree"] == (
        "ann: include; bo: exclude"
    )


def test_records_in_random_order_make_the_rule_exact(fresh):
    fresh.decide([one.id for one in fresh.next(20)], Verdict.INCLUDE)
    assert not fresh.status().exact
    fresh.decide([one.id for one in fresh.next(20, by_chance=True)], Verdict.EXCLUDE)
    assert fresh.status().exact
    assert fresh.status().chance < 1


def test_a_line_that_a_crash_left_unfinished_is_passed_over(tmp_path):
    log = DecisionLog(tmp_path / "decisions.jsonl")
    log.append(decisions(["a"], Verdict.INCLUDE, "ann"))
    with log.path.open("a") as file:
        file.write('{"id": "b", "verd')
    assert [one.id for one in log] == ["a"]
    log.append(decisions(["c"], Verdict.EXCLUDE, "ann"))
    assert list(standing(log)) == ["a", "c"]


def test_people_write_at_once_and_nothing_is_lost(tmp_path):
    logs = [DecisionLog(tmp_path / "decisions.jsonl") for _ in range(8)]

    def write(number: int) -> None:
        for n in range(20):
            logs[number].append(decisions([f"{number}-{n}"], Verdict.EXCLUDE, f"p{number}"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    assert len(standing(logs[0])) == 160


def test_what_is_wrong_is_said(review, fresh):
    with pytest.raises(InputError, match="no record nobody in records"):
        fresh.decide(["nobody"], Verdict.INCLUDE)
    with pytest.raises(CollectionError, match=r"is a screening .* already"):
        session.start(str(review), fresh.folder.name, fresh.settings)
    with pytest.raises(CollectionError, match="no screening 'other'"):
        session.Screening(str(review), "other")
    with pytest.raises(CollectionError, match="no name"):
        session.Screening(str(review), "../x")
    with pytest.raises(MedloomError, match="no column summary"):
        session.start(str(review), "bad", session.Settings("records", ("summary",)))
    assert list(fresh.log) == []


def test_the_command_from_start_to_stop(review, tmp_path):
    name = ("--name", "cli")
    run("screen", "start", review, *name, "--question", "nudges", "--include", "r0")
    shown = [json.loads(one) for one in run("screen", "next", review, *name, "--json").splitlines()]
    assert len(shown) == 10
    assert set(shown[0]) == {"id", "title", "abstract", "keywords"}
    no = [word for one in shown[1:] for word in ("--exclude", one["id"])]
    run("screen", "decide", review, *name, "--include", shown[0]["id"], *no, "--who", "ann")
    page = tmp_path / "status.html"
    told = json.loads(run("screen", "status", review, *name, "--json", "--html", page))
    assert (told["n_read"], told["n_included"], told["exact"]) == (11, 2, False)
    assert shown[0]["title"] in page.read_text()
    assert "<script" not in page.read_text()
    run("screen", "export", review, tmp_path / "out.csv", *name)
    rest = tmp_path / "rest.csv"
    rest.write_text("id,decision\n" + "".join(f"r{n},excluded\n" for n in range(60)))
    run("screen", "import", review, rest, *name)
    assert "All records were read." in run("screen", "status", review, *name)


def test_a_simulation_says_what_would_have_been_saved(review):
    rows = [json.loads(one) for one in
            run("screen", "simulate", review, "--starts", 2, "--json").splitlines()]  # fmt: skip
    assert [one["records"] for one in rows] == [58, 58]
    assert all(one["wss"] > 0 for one in rows)


def test_verdicts_from_ris_are_found_by_title(review, fresh, tmp_path):
    title = fresh.records[7].texts[0]
    file = tmp_path / "in.ris"
    file.write_text(f"TY  - JOUR\nTI  - {title.upper()}\nER  - \nTY  - JOUR\nTI  - none\nER  - \n")
    name = ("--name", fresh.folder.name)
    done = CliRunner().invoke(
        app, ["screen", "import", str(review), str(file), "--all", "include", *name]
    )
    assert "1 decisions taken over; 1 lines fit no record" in done.output
    assert [one.id for one in fresh.included()] == ["r7"]
