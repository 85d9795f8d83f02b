"""From interests to a digest: what is new, what answers, why, and what marks do to it."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from lxml import etree

import medloom
from medloom.cli import app
from medloom.errors import CollectionError, InputError, RecipeError
from medloom.feed import digests, interests, state
from medloom.feed.arrivals import arrivals
from medloom.feed.files import held


def run(*arguments: object, code: int = 0) -> Result:
    done = CliRunner().invoke(app, ["feed", *map(str, arguments)])
    assert done.exit_code == code, (done.output, done.exception)
    return done


def items(folder: Path, *more: object) -> list[dict[str, Any]]:
    done = run("digest", folder, "--json", "--since", 1, *more)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_what_is_new(folder: Path) -> None:
    collection = medloom.open(folder)
    assert {one.place.id for one in arrivals(collection, 1)} == {
        "doi:10.1000/e",
        "doi:10.1000/f",
        "doi:10.1000/g",
    }
    assert len(arrivals(collection, 0)) == 7
    assert {one.build for one in arrivals(collection, 0)} == {1, 2}
    assert arrivals(collection, 2) == []


def test_a_digest_with_reasons(folder: Path) -> None:
    run("add", folder, "heart", "--query", "heart failure -mice", "--author", "Ada Ng")
    run("add", folder, "skin", "--like", "10.1000/b", "--journal", "The J Loom")
    first, second = items(folder)
    assert first["id"] == "doi:10.1000/e"
    assert first["interests"]["heart"][:2] == ["matches 'heart', 'failure' in title", "by Ada Ng"]
    assert first["interests"]["skin"] == ["in J Loom"]
    assert second["id"] == "doi:10.1000/f"
    assert "near doi:10.1000/b" in second["interests"]["skin"]
    assert [
        one["name"] for one in map(json.loads, run("list", folder, "--json").stdout.splitlines())
    ] == [
        "heart",
        "skin",
    ]
    run("remove", folder, "skin")
    assert [one["id"] for one in items(folder)] == ["doi:10.1000/e"]


def test_nothing_is_remembered_unless_asked(folder: Path) -> None:
    run("add", folder, "heart", "--query", "heart")
    before = run("digest", folder).stdout
    assert "doi:10.1000/e" in before
    run("digest", folder, "--record")
    again = run("digest", folder).stdout
    assert "Nothing that came answers" in again
    assert items(folder, "--old")[0]["id"] == "doi:10.1000/e"


def test_read_papers_and_marks(folder: Path) -> None:
    run("add", folder, "both", "--query", "heart OR rash OR wool")
    order = [one["id"] for one in items(folder)]
    assert set(order) == {"doi:10.1000/e", "doi:10.1000/f", "doi:10.1000/g"}
    run("read", folder, "10.1000/e")
    assert "doi:10.1000/e" not in [one["id"] for one in items(folder)]
    run("read", folder, "10.1000/e", "--not")
    run("down", folder, "10.1000/g", "--interest", "both")
    assert "doi:10.1000/g" not in [one["id"] for one in items(folder)]
    run("unmark", folder, "10.1000/g", "--interest", "both")
    assert len(items(folder)) == 3


@pytest.mark.parametrize(("wanted", "first"), [("10.1000/a", "e"), ("10.1000/b", "f")])
def test_marks_move_the_ranking(folder: Path, wanted: str, first: str) -> None:
    run("add", folder, "both", "--query", "title:heart OR title:rash")
    other = "10.1000/b" if first == "e" else "10.1000/a"
    run("up", folder, wanted)
    run("down", folder, other)
    assert items(folder)[0]["id"] == f"doi:10.1000/{first}"


def test_pages_and_feeds_are_written(folder: Path, tmp_path: Path) -> None:
    run("add", folder, "heart", "--query", "heart")
    files = {name: tmp_path / f"d.{name}" for name in ("html", "text", "rss", "atom")}
    run("digest", folder, "--record", *(x for n, p in files.items() for x in (f"--{n}", p)))
    page = files["html"].read_text()
    assert "Heart failure in men &lt;b&gt;&amp; women" in page
    assert "<script" not in page
    assert "<img" not in page
    etree.HTML(page)
    assert max(map(len, files["text"].read_text().splitlines())) <= 78
    first = files["rss"].read_bytes()
    run("digest", folder, "--rss", files["rss"])  # nothing new: the recorded one stays in the feed
    guids = [
        etree.fromstring(one).findall(".//guid")[0].text
        for one in (first, files["rss"].read_bytes())
    ]
    assert guids[0] == guids[1]


def test_errors_tell_what_to_do(folder: Path) -> None:
    store = medloom.open(folder).store
    with pytest.raises(InputError, match="feed add"):
        digests.make(medloom.open(folder), state.State())
    for text, told in [
        ("- {name: a, queries: ['x AND']}", "nothing follows AND"),
        ("- {name: a}", "says nothing"),
        ("- {queries: [x]}", "no fit name"),
        ("{a: b}", "not a list"),
        ("- [", "not YAML"),
        ("- {name: a, queries: [x]}\n- {name: a, queries: [y]}", "two interests"),
        ("- {name: a, queries: {b: c}}", "list of texts"),
    ]:
        with pytest.raises(RecipeError, match=told):
            interests.parsed(text, "interests")
    run("add", folder, "a", "--query", "x")
    for since in ("never", "2026-13-45", "99"):
        with pytest.raises((InputError, CollectionError)):
            digests.make(medloom.open(folder), state.State(), since)
    (folder / "feed" / "state.json").write_text("{")
    with pytest.raises(CollectionError, match="damaged"):
        state.load(store)
    with held(store), pytest.raises(CollectionError, match="in use"), held(store):
        pass


def test_dates_since(folder: Path) -> None:
    run("add", folder, "heart", "--query", "heart")
    assert "0 of 0" in run("digest", folder, "--since", "2999-01-01").stdout
    assert "of 7 new" in run("digest", folder, "--since", "2000-01-01").stdout


def test_related(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "r.html"
    done = run("related", folder, "10.1000/e", "--json", "--html", page)
    told = json.loads(done.stdout)
    assert [one["accession"] for one in told["datasets"]] == ["GSE99999"]
    assert told["similar"][0]["id"] == "doi:10.1000/a"
    assert "GSE99999" in page.read_text()
    assert "&lt;b&gt;" in page.read_text()
    assert "GSE99999" in run("related", folder, "10.1000/e").stdout
