"""Pages of rows; what strangers wrote stays text; clicks in a browser."""

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import medloom
from medloom.web.records import article, citing, relations, rows, shapes
from medloom.web.records.highlight import Layer, rendered
from tests.web.chromium import Browser
from tests.web.conftest import Served, browsing, client_of, serving

ATTACK = "\"><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
TABLE = (
    "<table><tr><td onclick=x()>5</td><td><script>x()</script>"
    "<a href='javascript:x()'>y</a></td></tr></table>"
)
RECIPE = """
name: papers
tables:
  articles: {read: {jsonl: "{input}/articles.jsonl"}}
  passages: {read: {jsonl: "{input}/passages.jsonl"}}
  figures: {read: {jsonl: "{input}/figures.jsonl"}}
  panels: {read: {jsonl: "{input}/panels.jsonl"}}
  tables: {read: {jsonl: "{input}/tables.jsonl"}}
"""
CONCEPT = {"id": "HP:0001945", "name": "Fever", "terminology": "hpo", "score": 1.0}


def span(start: int, end: int, label: str, **said: bool) -> dict[str, object]:
    return {"start": start, "end": end, "label": label, "concepts": [CONCEPT], "assertion": said}


def mention(kind: str, target: str, start: int, end: int) -> dict[str, object]:
    return {"kind": kind, "target_id": target, "start": start, "end": end}


def written(folder: Path, name: str, rows_: list[dict[str, object]]) -> None:
    (folder / f"{name}.jsonl").write_text("".join(json.dumps(one) + "\n" for one in rows_))


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two articles; the second cites the first, and its author is an attacker."""
    folder = tmp_path_factory.mktemp("papers")
    given_ = folder / "in"
    given_.mkdir()
    base = {"journal": "Journal of Tests", "license": "CC-BY", "year": 2020, "authors": []}
    cites = [{"ref_id": "B1", "title": "First", "authors": ["A B"], "pmid": "11", "doi": None,
              "pmcid": None, "source": "J", "year": 2020, "raw": "First 2020"}]  # fmt: skip
    written(given_, "articles", [
        {"id": "A1", "title": "First", "pmid": "11", "references": [], **base},
        {"id": "A2", "title": f"Second {ATTACK}", "pmid": "12", "references": cites, **base},
    ])  # fmt: skip
    place = {"article_id": "A2", "part": "body", "section": ["Results"], "section_kind": "results"}
    text = "No fever but cough in Figure 1 and mg/m2 [1]."
    written(given_, "passages", [
        {"id": "A2/p/1", "kind": "heading", "order": 1, "text": "Results", **place},
        {"id": "A2/p/2", "kind": "paragraph", "order": 2, "text": text, **place,
         "marks": [{"start": 39, "end": 40, "kind": "sup"}],
         "mentions": [mention("figure", "A2/fig/1", 22, 30), mention("reference", "B1", 41, 44)],
         "spans": [span(3, 8, "finding", negated=True), span(13, 18, "symptom")]},
        {"id": "A2/p/3", "kind": "paragraph", "order": 3, "text": ATTACK, **place},
    ])  # fmt: skip
    said = {"passage_id": "A2/p/2", "start": 22, "end": 30, "panels": [], "sentence": text}
    written(given_, "figures", [
        {"id": "A2/fig/1", "article_id": "A2", "label": "Figure 1", "files": [],
         "caption": f"(a) A heart. (b) A lung. {ATTACK}",
         "mentions": [said]},
        {"id": "odd ?&#%/../'\"é", "article_id": "A2", "label": "Figure 2", "files": [],
         "caption": "An odd id.", "mentions": []},
    ])  # fmt: skip
    panel = {"figure_id": "A2/fig/1", "article_id": "A2"}
    written(given_, "panels", [
        {"id": "A2/fig/1/a", "letters": ["a"], "caption": "", "start": 0, "end": 12, **panel},
        {"id": "A2/fig/1/b", "letters": ["b"], "caption": "", "start": 13, "end": 24, **panel},
    ])  # fmt: skip
    written(given_, "tables", [{"id": "A2/table/1", "article_id": "A2", "label": "Table 1",
                                "caption": "Values.", "cells": [], "html": TABLE}])  # fmt: skip
    (folder / "recipe.yaml").write_text(RECIPE)
    medloom.build(folder / "recipe.yaml", input=given_, into=folder / "c", workers=0)
    return folder / "c"


@pytest.fixture(scope="module")
def served_papers(papers: Path) -> Iterator[Served]:
    """The papers behind a real server."""
    with serving(papers) as made:
        yield made


@pytest.fixture(scope="module")
def reader(served_papers: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser that has opened the papers."""
    with browsing(served_papers, tmp_path_factory.mktemp("profile")) as opened:
        yield opened


def page(folder: Path, table: str, id_: str, **more: str) -> str:
    answer = client_of(folder).get(f"/t/{table}/r", params={"id": id_, **more})
    assert answer.status_code == 200
    return answer.text


def test_tables_are_known_by_their_columns(papers: Path) -> None:
    collection = medloom.open(str(papers))
    found = {table: shapes.kind(collection, table) for table in collection.tables}
    assert found == {
        "articles": "article",
        "passages": "passage",
        "figures": "figure",
        "panels": "panel",
        "tables": "table",
    }


def test_an_article_is_put_together_in_order(papers: Path) -> None:
    collection = medloom.open(str(papers))
    made = article.assemble(collection, "articles", rows.row(collection, "articles", "A2") or {})
    kinds = [one.kind for one in made.body]
    assert kinds[:3] == ["heading", "text", "figure"]  # the figure behind its first mention
    assert sorted(kinds[3:]) == ["figure", "table", "text"]
    assert made.legend.counts == {"finding": 1, "symptom": 1}
    assert made.legend.flags == {"negated": 1}
    html = str(next(one.html for one in made.body if one.id == "A2/p/2"))
    assert 'class="hl c0 is-negated"' in html
    assert 'data-concept="HP:0001945"' in html
    assert 'href="#a-A2_fig_1"' in html
    assert 'href="#a-ref-B1"' in html
    assert "<sup>2</sup>" in html
    assert made.cited["B1"]["id"] == "A1"


def test_an_article_says_what_cites_it(papers: Path) -> None:
    collection = medloom.open(str(papers))
    first = rows.row(collection, "articles", "A1") or {}
    assert [one["id"] for one in citing.citing(collection, "articles", first)] == ["A2"]
    assert "Cited by" in page(papers, "articles", "A1")
    assert "In this collection" in page(papers, "articles", "A2")


def test_the_neighbours_of_a_row_are_its_rows_before_and_after(papers: Path) -> None:
    collection = medloom.open(str(papers))
    place = rows.place_of_id(collection, "passages", "A2/p/2")
    assert place is not None
    assert (place.position, place.n_rows, place.before, place.after) == (1, 3, "A2/p/1", "A2/p/3")
    assert rows.place_of_id(collection, "passages", "A2/p/") is None


def test_rows_that_name_each_other_are_linked(papers: Path) -> None:
    collection = medloom.open(str(papers))
    found = {one.table: one.n_rows for one in relations.children(collection, "articles", "A2")}
    assert found == {"passages": 3, "figures": 2, "panels": 2, "tables": 1}
    row = rows.row(collection, "panels", "A2/fig/1/a") or {}
    named = {
        one.column: (one.table, one.id) for one in relations.parents(collection, "panels", row)
    }
    assert named == {"figure_id": ("figures", "A2/fig/1"), "article_id": ("articles", "A2")}


@pytest.mark.parametrize(
    ("table", "id_"),
    [("articles", "A2"), ("passages", "A2/p/3"), ("figures", "A2/fig/1"), ("tables", "A2/table/1")],
)
@pytest.mark.parametrize("plain", ["", "1"])
def test_what_a_row_holds_stays_text(papers: Path, table: str, id_: str, plain: str) -> None:
    text = page(papers, table, id_, **({"plain": plain} if plain else {}))
    assert "<script>document" not in text
    assert "<img src=x" not in text
    assert "onclick=x()" not in text.replace("&lt;td onclick=x()", "")
    assert 'href="javascript:' not in text


def test_odd_ids_are_found_by_their_links(papers: Path) -> None:
    odd = "odd ?&#%/../'\"é"
    assert "An odd id." in page(papers, "figures", odd)
    client = client_of(papers)
    for wrong in ("../../etc/passwd", "' OR 1=1 --", "\x00", "", "a" * 5000, "%2e%2e"):
        assert client.get("/t/figures/r", params={"id": wrong}).status_code == 404
    assert client.get("/t/figures/r", params={"row": 99}).status_code == 404
    assert client.get("/t/figures/r", params={"row": -1}).status_code == 404
    assert client.get("/t/figures/r").status_code == 404
    assert client.get("/t/..%2f..%2fetc/r", params={"id": "x"}).status_code == 404


def test_a_figure_tells_where_the_text_mentions_it(papers: Path) -> None:
    text = page(papers, "figures", "A2/fig/1")
    assert "<mark>Figure 1</mark>" in text
    assert "/t/articles/r?id=A2#a-A2_p_2" in text
    assert 'data-panel="a"' in text
    assert 'data-panel="b"' in text


LAYERS = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 12), st.sampled_from("abi")), max_size=8
)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=12), LAYERS)
def test_any_layers_nest_and_keep_the_text(text: str, places: list[tuple[int, int, str]]) -> None:
    html = str(rendered(text, [Layer(start, end, tag) for start, end, tag in places]))
    held: list[str] = []
    for closing, tag in re.findall(r"<(/?)([abi])>", html):
        if closing:
            assert held.pop() == tag
        else:
            held.append(tag)
    assert not held
    assert unescape(re.sub(r"</?[abi]>", "", html)) == text


def test_a_reader_switches_annotations_off_and_reads_what_they_say(
    reader: Browser, served_papers: Served
) -> None:
    reader.go(f"{served_papers.place}/t/articles/r?id=A2")
    assert reader.run("document.title").endswith("Medloom")
    reader.run("document.querySelector('.hl[data-concept]').focus()")
    told = reader.text(".tip")
    assert "Fever" in told
    assert "HP:0001945" in told
    assert "negated" in told
    reader.press("Escape")
    assert reader.run("!document.querySelector('.tip')")
    reader.click("ml-entities input[value=finding]")
    reader.until("document.querySelectorAll('.paper .hl.off').length === 1")
    reader.click("[data-none]")
    reader.until("document.querySelectorAll('.paper .hl.off').length === 2")
    assert not [one for one in reader.complaints() if "favicon" not in one]


def test_a_reader_goes_on_with_a_key_and_sees_one_panel(
    reader: Browser, served_papers: Served
) -> None:
    reader.go(f"{served_papers.place}/t/figures/r?id=A2/fig/1")
    reader.click("button.panel[data-panel=b]")
    reader.until("document.querySelector('.panel-text.lit').dataset.panel === 'b'")
    reader.run("window.__old = true; document.activeElement.blur()")
    reader.press("j", 74, "j")
    reader.settle()
    assert "An odd id." in reader.text()
    assert "owned" not in reader.run("document.title")
