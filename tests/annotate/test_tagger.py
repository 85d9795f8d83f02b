"""The built-in tagger, its chain, its files, and its training."""

import itertools
import json
import threading

import click.testing
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from medloom.cli import app
from medloom.errors import MedloomError
from medloom.steps.annotate.tag import tag
from medloom.tagging import modelfile
from medloom.tagging.agreement import Found, agreed
from medloom.tagging.chains import best_tags, expectations, lattice, rules
from medloom.tagging.corpora import CorpusError, Document, Mention, read_pubtator, tags
from medloom.tagging.gazetteer import BEGIN, END, INSIDE, SINGLE, build
from medloom.tagging.pieces import LONGEST_TEXT, pieces
from medloom.tagging.tagger import Tagger
from medloom.tagging.words import SKIPPED, key64, normal

TEXTS = [
    "Two patients given lithium carbonate had tremor, and one had acute renal failure.",
    "",
    "Cisplatin-induced nephrotoxicity was less common with amifostine (12% vs. 30%).",
    "🙂 Ataxia telangiectasia is caused by mutations of ATM; breast cancer is more common.",
    "שלום: haloperidol caused catalepsy. é\u0301 ",
    " \n\t",
]


def brute_force(scores, moves):
    n_tags = scores.shape[1]
    rule = rules((n_tags - 1) // 4)
    for path in itertools.product(range(n_tags), repeat=len(scores)):
        total = rule.at_start[path[0]] + rule.at_end[path[-1]]
        total += sum(scores[at, one] for at, one in enumerate(path))
        total += sum(moves[a, b] + rule.between[a, b] for a, b in itertools.pairwise(path))
        yield path, float(total)


@pytest.mark.parametrize("seed", range(3))
def test_the_chain_agrees_with_trying_every_sequence(seed):
    draw = np.random.default_rng(seed)
    scores, moves = draw.normal(size=(11, 5)), draw.normal(size=(5, 5))
    starts, lengths = np.array([0, 5, 6]), np.array([5, 1, 5])
    where = lattice(starts, lengths)
    found = best_tags(scores, moves, where)
    chances, moved, log_z = expectations(scores, moves, where)
    wanted_z = 0.0
    wanted_moves = np.zeros((5, 5))
    for start, length in zip(starts, lengths, strict=True):
        here = slice(start, start + length)
        paths = list(brute_force(scores[here], moves))
        assert tuple(found[here]) == max(paths, key=lambda one: one[1])[0]
        weights = np.exp([score for _, score in paths])
        wanted_z += np.log(weights.sum())
        marginal = np.zeros((length, 5))
        for (path, _), weight in zip(paths, weights / weights.sum(), strict=True):
            marginal[np.arange(length), path] += weight
            np.add.at(wanted_moves, (path[:-1], path[1:]), weight)
        assert np.allclose(chances[here], marginal)
    assert log_z == pytest.approx(wanted_z)
    assert np.allclose(moved, wanted_moves)


def test_the_built_in_model_knows_diseases_and_chemicals():
    find = tag()
    first, _, third, fourth, *_ = find(TEXTS)
    assert {("lithium carbonate", "Chemical"), ("tremor", "Disease")} <= texts_of(first)
    assert ("acute renal failure", "Disease") in texts_of(first)
    assert {("Cisplatin", "Chemical"), ("nephrotoxicity", "Disease")} <= texts_of(third)
    assert ("amifostine", "Chemical") in texts_of(third)
    assert ("breast cancer", "Disease") in texts_of(fourth)
    assert all(0 < span.score <= 1 for span in first)
    assert first[0].made_by[:2] == ("tag", "mentions")


def texts_of(spans):
    return {(span.text, span.label) for span in spans}


def test_heads_labels_and_scores_are_chosen():
    both = tag(heads=[])(TEXTS[3:4])[0]
    assert {span.made_by.rule for span in both} >= {"bc5cdr", "ncbi_disease"}
    only = tag(labels=["Chemical"])(TEXTS[:1])[0]
    assert {span.label for span in only} == {"Chemical"}
    assert tag(min_score=1.01)(TEXTS) == [[]] * len(TEXTS)


def test_wrong_settings_are_told_when_the_recipe_is_checked(tmp_path):
    with pytest.raises(ValidationError, match="no tagger model nothing"):
        tag.using(model="nothing")
    with pytest.raises(ValidationError, match="there is no head bc6; the model has bc5cdr"):
        tag.using(heads=["bc6"])
    with pytest.raises(ValidationError, match="there is no label Drug"):
        tag.using(labels=["Drug"])
    broken = tmp_path / "broken.npz"
    broken.write_bytes(b"PK\x03\x04 no archive")
    with pytest.raises(ValidationError, match="not a tagger model"):
        tag.using(model=str(broken), heads=["x"])


def test_results_do_not_depend_on_the_batch():
    find = tag(heads=[])
    many = TEXTS * 40
    together = find(many)
    assert together == [find([text])[0] for text in many[:12]] * 20
    assert tag(heads=[])(many[::-1]) == together[::-1]


@settings(max_examples=40)
@given(st.lists(st.text(st.characters(exclude_categories=("Cs",)), max_size=60), max_size=4))
def test_offsets_are_exact_in_any_text(texts):
    given_ = [f"{text} lithium toxicity {text}" for text in texts]
    for text, spans in zip(given_, tag(heads=[])(given_), strict=True):
        assert all(text[span.start : span.end] == span.text != "" for span in spans)


def test_long_texts_are_cut_and_stay_exact():
    text = "Aspirin caused ulcers. " * 12_000 + "x" * (LONGEST_TEXT + 9) + " Aspirin caused ulcers."
    assert max(int(p.ends[-1] - p.starts[0]) for p in pieces([text])) <= LONGEST_TEXT
    (spans,) = tag()([text])
    assert len(spans) > 20_000
    assert all(text[span.start : span.end] == span.text for span in spans)


def test_threads_share_a_tagger():
    find, found = tag(), {}
    wanted = find(TEXTS)
    threads = [
        threading.Thread(target=lambda n=n: found.update({n: find(TEXTS)})) for n in range(4)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert all(found[n] == wanted for n in range(4))


def test_names_are_found_whatever_their_hyphens_and_plurals():
    book = build({"disease": ["breast cancer", "Crohn's disease"], "gene": ["ALL", "cancer"]})
    words = ["Breast", "-", "cancers", "and", "Crohn", "'", "s", "disease", "ALL", "all"]
    keys = np.array([key64(normal(word)) for word in words], np.uint64)
    symbols = np.array([key64("=" + word) for word in words], np.uint64)
    alone = book.of_keys(keys) | book.of_keys(symbols)
    skipped = np.array([word in SKIPPED for word in words])
    disease, gene = book.states(keys, alone, book.begins(keys), skipped)
    assert [disease[at] for at in (0, 2, 3, 4, 7)] == [BEGIN, END, 0, BEGIN, END]
    assert [gene[at] for at in (2, 8, 9)] == [SINGLE, SINGLE, 0]
    assert INSIDE not in disease


def test_tags_are_bioes():
    (piece,) = pieces(["acute renal failure after aspirin"])
    from medloom.kit.tokens import tokens  # noqa: PLC0415

    places = tokens("acute renal failure after aspirin")
    mentions = [Mention(0, 19, "D"), Mention(6, 19, "D"), Mention(26, 33, "C")]
    assert tags(places, mentions, ["C", "D"]) == [5, 6, 7, 0, 4]
    assert piece.words[0] == "acute"


PUBTATOR = """1|t|Aspirin and ulcers
1|a|Aspirin caused ulcers.
1\t0\t7\tAspirin\tChemical\tD1
1\t12\t18\tulcers\tDisease\tD2
1\tCID\tD1\tD2

"""


def test_corpora_are_read_and_wrong_ones_told(tmp_path):
    path = tmp_path / "a.PubTator"
    path.write_text(PUBTATOR)
    (document,) = read_pubtator(path, {"Chemical": "Drug"})
    assert document == Document(
        "1", "Aspirin and ulcers Aspirin caused ulcers.", (Mention(0, 7, "Drug"),)
    )
    path.write_text("1|t|Aspirin\n1\tx\n")
    with pytest.raises(CorpusError, match="not a PubTator line in document 1"):
        read_pubtator(path, {})
    with pytest.raises(CorpusError, match="no such corpus file"):
        read_pubtator(tmp_path / "b", {})


def test_a_model_of_another_format_is_refused(tmp_path, monkeypatch):
    model = modelfile.load("mentions")
    monkeypatch.setattr(modelfile, "FORMAT", 99)
    other = tmp_path / "other.npz"
    modelfile.save(other, {"heads": {}}, {}, model.gazetteer)
    monkeypatch.undo()
    with pytest.raises(MedloomError, match="format 99; this Medloom reads 1"):
        modelfile.load(str(other))


def test_a_saved_gazetteer_is_the_same(tmp_path):
    book = build({"a": ["renal failure", "ulcer"], "b": ["ulcer"]})
    place = tmp_path / "m.npz"
    modelfile.save(place, {"heads": {}, "name": "m"}, {}, book)
    loaded = modelfile.load(str(place)).gazetteer
    assert loaded.vocabularies == ("a", "b")
    assert np.array_equal(loaded.names, book.names)
    assert np.array_equal(loaded.beginnings, book.beginnings)
    first = place.read_bytes()
    modelfile.save(place, {"heads": {}, "name": "m"}, {}, book)
    assert place.read_bytes() == first


def test_the_command_shows_and_tests(tmp_path):
    run = click.testing.CliRunner()
    shown = run.invoke(app, ["tagger", "show", "--json"])
    card = json.loads(shown.output)
    assert card["heads"]["bc5cdr"] == ["Chemical", "Disease"]
    assert card["trained_on"]["bc5cdr"]["documents"] == 1000
    corpus = tmp_path / "a.PubTator"
    corpus.write_text(PUBTATOR)
    tested = run.invoke(app, ["tagger", "test", str(corpus), "--head", "bc5cdr", "--json"])
    rows = {row["label"]: row for row in map(json.loads, tested.output.splitlines())}
    assert rows["all"]["mentions"] == 2
    assert rows["all"]["recall"] == 1.0


def test_training_learns_a_tiny_corpus_twice_alike(tmp_path):
    pytest.importorskip("torch")
    from medloom.tagging.training.plan import Plan  # noqa: PLC0415
    from medloom.tagging.training.run import train_model  # noqa: PLC0415

    drugs, ills = ["zorvex", "plimab", "quintol"], ["gront fever", "blisk", "tarn disease"]
    blocks = []
    for number, (drug, ill) in enumerate(itertools.product(drugs, ills), 1):
        title, start = f"{drug} for {ill}", len(drug) + 5
        blocks.append(
            f"{number}|t|{title}\n{number}|a|None.\n"
            f"{number}\t0\t{len(drug)}\t{drug}\tDrug\n"
            f"{number}\t{start}\t{start + len(ill)}\t{ill}\tIll\n"
        )
    (tmp_path / "toy.PubTator").write_text("\n".join(blocks))
    plan = Plan.model_validate(
        {
            "name": "toy",
            "heads": {"toy": {"file": "toy.PubTator", "labels": {"Drug": "Drug", "Ill": "Ill"}}},
            "settings": {
                "epochs": 40, "documents_per_step": 3, "feature_rows": 512, "hidden_width": 32,
                "dropout": 0.1, "learning_rate": 0.01,
            },
        }
    )  # fmt: skip
    places = [tmp_path / "one.npz", tmp_path / "two.npz"]
    for place in places:
        train_model(plan, [tmp_path], place, told=lambda line: None)
    assert places[0].read_bytes() == places[1].read_bytes()
    made = Tagger(modelfile.load(str(places[0])))
    (found,) = made.mentions(["plimab for gront fever. None."])
    assert [(one.start, one.end, one.label) for one in found] == [(0, 6, "Drug"), (11, 22, "Ill")]


def test_a_wrong_plan_is_told(tmp_path):
    run = click.testing.CliRunner()
    plan = tmp_path / "plan.yaml"
    plan.write_text("name: x\nheads: {a: {labels: {}}}\n")
    command = ["tagger", "train", str(plan), "--data", str(tmp_path), "--into", str(plan)]
    told = run.invoke(app, command)
    assert isinstance(told.exception, MedloomError)


def test_short_forms_agree_with_their_long_forms():
    text = "Zorvexine (ZVX) was safe. Blisk pain scale (BPS) fell. ZVX lowered BPS; ZVX-treated."
    given_ = [Found(0, 9, "h", "Drug", 0.9), Found(44, 47, "h", "Ill", 0.5)]
    found = {text[one.start : one.end]: one.label for one in agreed(text, given_)}
    assert found == {"Zorvexine": "Drug", "ZVX": "Drug"}
    assert len(agreed(text, given_)) == 4
    assert agreed("No brackets.", given_[:1]) == given_[:1]
