"""The search index: which columns it holds, growth, loss, damage, and searches while it is made."""

import json
import shutil
import signal
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

import medloom
from medloom.errors import CollectionError, InputError
from medloom.search.index import index
from medloom.search.index_files import remove_old
from medloom.search.index_rows import joined_text
from medloom.search.index_state import NoIndexError, State
from medloom.search.layout import Layout, layout_of
from medloom.search.searcher import Searcher
from tests.search.helpers import build, in_a_process, rebuild, write


def rows(numbers, word="fever"):
    return [
        {"id": f"d{n:04}", "title": f"Case number {n}", "text": f"A {word} of kind{n} here."}
        for n in numbers
    ]


def found(uri, query, **more):
    return [hit.id for hit in Searcher.open(uri).find(query, expand=False, **more).hits]


def total(uri, query):
    return Searcher.open(uri).find(query, count=True, expand=False).total


def no_vectors(uri, **more):
    (one,) = index(uri, encoder="none", **more)
    return one.rows, one.added, one.removed


def test_columns_that_look_like_texts_are_searched(tmp_path):
    uri = build(
        tmp_path,
        [
            {
                "id": f"a {n} b",
                "title": "Two words",
                "body": "Longer text with words " * 20,
                "doi": "10.1000/x",
                "parent_id": "some parent here",
                "license": "CC-BY",
                "html": "<p>not this one</p>",
                "keywords": ["night blindness", "eye"],
                "scores": [1.5, 2.5],
                "year": 2000,
            }
            for n in range(4)
        ],
    )
    layout = layout_of(medloom.open(uri).dataset("docs"))
    assert set(layout.text) == {"title", "body", "keywords"}
    assert set(layout.fields) == {"title", "keywords"}
    assert {"doi", "license", "year", "parent_id", "scores"} <= set(layout.filters)
    assert layout.key == "id"


def test_text_columns_can_be_chosen_and_are_remembered(tmp_path):
    uri = build(tmp_path, rows(range(3)))
    no_vectors(uri, text_columns={"docs": ["title"]})
    assert found(uri, "fever") == []
    assert len(found(uri, "case")) == 3
    build(tmp_path, rows(range(3, 5)))
    assert no_vectors(uri) == (5, 2, 0)
    assert found(uri, "fever") == []
    with pytest.raises(CollectionError, match="no column nothing in docs"):
        no_vectors(uri, text_columns={"docs": ["nothing"]})
    with pytest.raises(CollectionError, match="no table 'x' here"):
        index(uri, ["x"])


def test_titles_count_twice_and_texts_are_kept_apart():
    batch = pa.record_batch({"title": ["A b", None], "text": ["c", "d"]})
    layout = layout_of_batch(batch)
    assert joined_text(batch, layout).to_pylist()[0].split("\n")[::2] == ["A b", "A b", "c"]


def layout_of_batch(batch):
    return Layout(None, tuple(batch.schema.names), (), (), ())


def test_growth_reads_only_what_is_new(tmp_path):
    uri = build(tmp_path, rows(range(50)))
    assert no_vectors(uri) == (50, 50, 0)
    assert no_vectors(uri) == (50, 0, 0)
    for step in range(1, 5):
        build(tmp_path, rows(range(step * 100, step * 100 + 5), word="cough"))
        searcher = Searcher.open(uri)
        (note,) = searcher.find("fever", expand=False).notes
        assert note.startswith("docs: 5 rows are not indexed yet: medloom index")
        assert no_vectors(uri) == (50 + step * 5, 5, 0)
        assert total(uri, "cough") == step * 5
        assert Searcher.open(uri).find("fever", expand=False).notes == ()
    assert total(uri, "fever OR cough") == 70
    state = State.load(medloom.open(uri).store)
    dataset = medloom.open(uri).store.dataset(state.tables["docs"].dataset)
    assert dataset.stats.index_stats("words of _text")["num_indices"] <= 2
    assert dataset.stats.index_stats("words of _text")["num_unindexed_rows"] == 0


def test_rows_that_are_gone_or_changed(tmp_path):
    uri = build(tmp_path, rows(range(20)))
    build(tmp_path, rows(range(20, 25)))
    no_vectors(uri)
    write(tmp_path / "in", "001.jsonl", rows(range(20, 23)) + rows([24], word="rash"))
    rebuild(tmp_path)
    assert no_vectors(uri) == (24, 1, 2)
    assert total(uri, "fever") == 23
    assert found(uri, "rash") == ["d0024"]
    assert found(uri, "kind23") == []
    (tmp_path / "in" / "001.jsonl").unlink()
    rebuild(tmp_path)
    assert no_vectors(uri)[0] == 20
    assert found(uri, "rash") == []
    assert total(uri, "fever") == 20


def test_an_open_searcher_sees_new_rows(tmp_path):
    uri = build(tmp_path, rows(range(5)))
    no_vectors(uri)
    searcher = Searcher.open(uri)
    assert searcher.find("cough", expand=False).hits == ()
    build(tmp_path, rows(range(5, 8), word="cough"))
    no_vectors(uri)
    deadline = time.monotonic() + 20
    while not searcher.find("cough", expand=False).hits and time.monotonic() < deadline:
        time.sleep(0.1)
    assert len(searcher.find("cough", expand=False).hits) == 3


def test_pages_of_equal_scores_do_not_overlap(tmp_path):
    uri = build(tmp_path, [{"id": f"d{n}", "text": "the same fever"} for n in range(350)])
    no_vectors(uri)
    pages = [found(uri, "fever", limit=30, offset=at) for at in range(0, 360, 30)]
    seen = [one for page in pages for one in page]
    assert len(seen) == len(set(seen)) == 350


def test_a_damaged_index_is_told_and_made_anew(tmp_path):
    uri = build(tmp_path, rows(range(5)))
    no_vectors(uri)
    state = Path(uri, "search/search.json")
    sound = state.read_text()
    for broken in ("{", "[]", '{"format": 99}', '{"format": 1, "tables": {"docs": {"x": 1}}}'):
        state.write_text(broken)
        with pytest.raises(NoIndexError, match="--rebuild"):
            Searcher.open(uri)
        with pytest.raises(NoIndexError, match="--rebuild"):
            no_vectors(uri)
    assert no_vectors(uri, rebuild=True) == (5, 5, 0)
    state.write_text(sound)
    for folder in Path(uri, "search").glob("docs-*.lance"):
        shutil.rmtree(folder)
    with pytest.raises(NoIndexError, match="gone or damaged"):
        found(uri, "fever")
    assert no_vectors(uri) == (5, 5, 5)
    assert len(found(uri, "fever")) == 5


def test_damaged_files_of_words_are_told(tmp_path):
    uri = build(tmp_path, rows(range(5)))
    no_vectors(uri)
    for file in Path(uri, "search").rglob("*_invert.lance"):
        file.write_bytes(b"")
    with pytest.raises(CollectionError, match="--rebuild"):
        found(uri, "fever")
    no_vectors(uri, rebuild=True)
    assert len(found(uri, "fever")) == 5


def test_tables_of_an_index_that_nothing_reads_are_taken_away(tmp_path):
    uri = build(tmp_path, rows(range(5)))
    no_vectors(uri)
    searcher = Searcher.open(uri)
    no_vectors(uri, rebuild=True)
    assert len(list(Path(uri, "search").glob("docs-*.lance"))) == 2
    assert len(searcher.find("fever").hits) == 5
    store = medloom.open(uri).store
    state = State.load(store)
    assert len(remove_old(store, state, kept_seconds=-1)) == 1
    assert [one.name for one in Path(uri, "search").glob("docs-*.lance")] == [
        state.tables["docs"].dataset.removeprefix("search/") + ".lance"
    ]
    assert len(found(uri, "fever")) == 5


def test_the_index_never_touches_the_tables(tmp_path):
    uri = build(tmp_path, rows(range(5)))
    before = {name: medloom.open(uri).dataset(name).version for name in ("docs",)}
    files = set(Path(uri, "tables").rglob("*"))
    no_vectors(uri)
    assert {name: medloom.open(uri).dataset(name).version for name in before} == before
    assert set(Path(uri, "tables").rglob("*")) == files


KILLED = """
import os, signal, sys
from medloom.search.index import index
def stop(table, done, rows):
    if done > int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
index(sys.argv[1], encoder="none", progress=stop, rebuild=sys.argv[3] == "rebuild")
"""


@pytest.mark.parametrize("how", ["grow", "rebuild"])
def test_a_killed_run_leaves_the_old_index_whole(tmp_path, how):
    uri = build(tmp_path, rows(range(3000)))
    no_vectors(uri)
    build(tmp_path, rows(range(3000, 6000), word="cough"))
    process = in_a_process(KILLED, uri, "10", how)
    process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL
    assert total(uri, "fever") == 3000
    assert total(uri, "cough") == 0
    assert no_vectors(uri)[0] == 6000
    assert total(uri, "cough") == 3000


SEARCHES = """
import sys, time
from medloom.search.searcher import Searcher
searcher = Searcher.open(sys.argv[1])
print("open", flush=True)
counts, until = set(), time.monotonic() + float(sys.argv[2])
while time.monotonic() < until:
    counts.add(searcher.find("fever", count=True, expand=False).total)
print(sorted(counts))
"""
INDEXES = """
import sys
from medloom.search.index import index
print(index(sys.argv[1], encoder="none", rebuild=sys.argv[2] == "rebuild"))
"""


@pytest.mark.slow
def test_searches_go_on_while_the_index_grows_and_is_made_anew(tmp_path):
    uri = build(tmp_path, rows(range(500)))
    no_vectors(uri)
    search = in_a_process(SEARCHES, uri, "12")
    assert search.stdout.readline().strip() == "open"
    for step in range(1, 3):
        build(tmp_path, rows(range(step * 500, step * 500 + 500)))
        one = in_a_process(INDEXES, uri, "rebuild" if step == 2 else "grow")
        assert one.wait(timeout=120) == 0, one.stderr.read()
    out, errors = search.communicate(timeout=120)
    assert search.returncode == 0, errors
    assert set(json.loads(out)) <= {500, 1000, 1500}
    assert total(uri, "fever") == 1500


def test_two_runs_at_once_do_not_harm_each_other(tmp_path):
    uri = build(tmp_path, rows(range(2000)))
    runs = [in_a_process(INDEXES, uri, "grow") for _ in range(2)]
    told = [one.communicate(timeout=120)[1] for one in runs]
    codes = sorted(one.returncode for one in runs)
    assert codes[0] == 0
    assert codes == [0, 0] or any("is being indexed" in one for one in told)
    assert total(uri, "fever") == 2000


def test_strange_keys_and_empty_rows(tmp_path):
    odd = [
        {"id": "it's", "title": "One odd", "text": None},
        {"id": "", "title": None, "text": "two fevers"},
        {"id": "ü/ß", "title": "", "text": ""},
        {"id": 'a"b', "title": "fever with quotes", "text": "x" * 50_000},
    ]
    uri = build(tmp_path, odd)
    no_vectors(uri)
    assert set(found(uri, "fever")) == {"", 'a"b'}
    assert found(uri, "it's odd") == ["it's"]
    write(tmp_path / "in", "000.jsonl", odd[1:])
    rebuild(tmp_path)
    assert no_vectors(uri)[0] == 3
    assert found(uri, "odd") == []


def test_the_tables_own_vectors_are_searched(tmp_path):
    vectors = np.random.default_rng(3).normal(size=(20, 8))
    more = zip(rows(range(20)), vectors, strict=True)
    uri = build(tmp_path, [{**row, "embedding": list(one)} for row, one in more])
    no_vectors(uri)
    searcher = Searcher.open(uri)
    cosines = vectors @ vectors[4] / np.linalg.norm(vectors, axis=1)
    best = [f"d{n:04}" for n in np.argsort(-cosines)]
    hits = searcher.nearest("docs", vectors[4], limit=5, leave_out=["d0004"]).hits
    assert [hit.id for hit in hits] == best[1:6]
    assert hits[0].parts["vector"] == pytest.approx(
        np.sort(cosines)[-2] / np.linalg.norm(vectors[4]), abs=1e-4
    )
    where = searcher.nearest("docs", vectors[4], where="id > 'd0010'", limit=20).hits
    assert [hit.id for hit in where] == [one for one in best if one > "d0010"]
    with pytest.raises(InputError, match=r"did you mean embedding\?"):
        searcher.nearest("docs", vectors[0], column="embeding")
    with pytest.raises(InputError, match="have 8 numbers"):
        searcher.nearest("docs", vectors[0][:3])
