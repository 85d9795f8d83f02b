"""Recipes that are edited between builds, and inputs that fail in between."""

import os
import shutil
from collections import Counter
from pathlib import Path

import pytest

import medloom
from medloom.engine import weave
from tests.engine.helpers import contents, is_balanced, rows

HEAD = "name: test\ntables:\n"
DOCS = '  {name}: {{read: {{jats: "{place}"}}, store: {store}, steps: [{steps}]}}\n'


def table(name, parent, *steps, store="true"):
    return f"  {name}: {{from: {parent}, store: {store}, steps: [{', '.join(steps)}]}}\n"


def docs(name="documents", place="{input}", store="false", steps=""):
    return DOCS.format(name=name, place=place, store=store, steps=steps)


@pytest.fixture
def build(tmp_path, articles):
    def run(*parts, into="c", **more):
        path = tmp_path / f"{into}.yaml"
        path.write_text(HEAD + "".join(parts))
        given = {"input": articles} if "{input}" in path.read_text() else {}
        return medloom.build(path, into=tmp_path / into, workers=0, **given, **more)

    return run


def check(tmp_path, build, *parts):
    """The edited collection is what a fresh build of the recipe is."""
    assert is_balanced(tmp_path / "c")
    build(*parts, into="fresh")
    assert contents(tmp_path / "c") == contents(tmp_path / "fresh")


def test_a_root_renamed_and_renamed_back(tmp_path, build):
    def recipe(root):
        return docs(root), table("passages", root, "passages")

    for root in ("documents", "docs", "documents"):
        build(*recipe(root))
    check(tmp_path, build, *recipe("documents"))


def test_a_table_moved_to_another_root(tmp_path, articles, build):
    shutil.move(articles / "PMC990000001", tmp_path / "other" / "PMC990000001")
    roots = docs("a", articles), docs("b", tmp_path / "other")
    build(*roots, table("passages", "a", "passages"))
    build(*roots, table("passages", "b", "passages"))
    assert {row["source"] for row in rows(tmp_path / "c", "passages")} == {
        f"PMC990000001/{path.name}" for path in (tmp_path / "other").rglob("*.nxml")
    }
    check(tmp_path, build, *roots, table("passages", "b", "passages"))


def test_rows_dropped_right_behind_the_reader_come_back(tmp_path, build):
    for parent in (docs(), ""):

        def recipe(few, parent=parent):
            step = f"has_few_figures: {{at_least: {few}}}"
            if parent:
                return parent, table("d", "documents", step)
            return (docs("d", store="true", steps=step),)

        build(*recipe(3))
        build(*recipe(0))
        check(tmp_path, build, *recipe(0))
        shutil.rmtree(tmp_path / "c")
        shutil.rmtree(tmp_path / "fresh")


def test_images_added_below_stored_documents(tmp_path, build):
    stored = docs(store="true")
    build(stored, table("articles", "documents", "articles"))
    more = (
        stored,
        table("articles", "documents", "articles"),
        table("images", "documents", "images"),
    )
    build(*more)
    assert rows(tmp_path / "c", "images")
    check(tmp_path, build, *more)


def test_tables_that_are_not_stored_are_counted_once(tmp_path, build):
    def recipe(shortest, *more):
        middle = table(
            "middle",
            "documents",
            "passages",
            f"is_short: {{min_characters: {shortest}}}",
            store="false",
        )
        return docs(), middle, table("p", "middle", "age_mentions"), *more

    build(*recipe(40))
    build(*recipe(30))
    build(*recipe(30, table("q", "middle", "shout")))
    check(tmp_path, build, *recipe(30, table("q", "middle", "shout")))


def test_a_whole_table_step_put_behind_and_taken_away(tmp_path, build):
    log = tmp_path / "log"
    steps = ["passages", f"counted: {{log: {log}, tag: x}}"]
    build(docs(), table("p", "documents", *steps))
    calls = len(log.read_text().splitlines())
    build(docs(), table("p", "documents", *steps, "drop_doubles"))
    assert len(log.read_text().splitlines()) == calls
    check(tmp_path, build, docs(), table("p", "documents", *steps, "drop_doubles"))
    shutil.rmtree(tmp_path / "fresh")
    calls = len(log.read_text().splitlines())
    build(docs(), table("p", "documents", *steps))
    assert len(log.read_text().splitlines()) == calls
    check(tmp_path, build, docs(), table("p", "documents", *steps))


def test_a_source_that_cannot_be_read_again_is_a_failed_row(tmp_path, articles, build):
    first = docs(), table("p", "documents", "passages")
    build(*first)
    article = next((articles / "PMC990000003").glob("*.nxml"))
    held = article.read_bytes()
    status = article.stat()
    article.write_bytes(b"<" * len(held))  # as many bytes, at the same time: it seems unchanged
    os.utime(article, ns=(status.st_atime_ns, status.st_mtime_ns))
    second = *first, table("figures", "documents", "figures")
    build(*second)
    assert is_balanced(tmp_path / "c")
    (lost,) = medloom.open(tmp_path / "c").lost("documents").to_pylist()
    assert lost["source"].startswith("PMC990000003/")
    assert not any(r["source"].startswith("PMC990000003/") for r in rows(tmp_path / "c", "p"))
    article.write_bytes(held)
    build(*second)
    assert any(r["source"].startswith("PMC990000003/") for r in rows(tmp_path / "c", "p"))


def test_values_that_do_not_fit_fail_alone(tmp_path, build):
    recipe = (
        docs(),
        table("p", "documents", "passages", "misfit"),
        table("q", "documents", "passages", "misfit_pair"),
    )
    build(*recipe)
    assert is_balanced(tmp_path / "c")
    collection = medloom.open(tmp_path / "c")
    texts = [row["text"] for row in rows(tmp_path / "c", "p")]
    assert texts
    assert not any(len(text) % 7 == 0 or len(text) % 11 == 0 for text in texts)
    assert {row["reason"].split(":")[0] for row in collection.lost("p").to_pylist()} == {
        "TypeError",
        "ArrowInvalid",
    }
    assert collection.lost("q").num_rows
    check(tmp_path, build, *recipe)


def test_whole_table_steps_without_ids(tmp_path, build):
    recipe = docs(), table("p", "documents", "passages", "bare"), table("u", "p", "distinct_texts")
    build(*recipe)
    assert is_balanced(tmp_path / "c")
    u = next(one for one in medloom.open(tmp_path / "c").ledger if one.table == "u")
    p = next(one for one in medloom.open(tmp_path / "c").ledger if one.table == "p")
    assert (u.rows_in, u.dropped) == (p.rows_out, p.rows_out - u.rows_out)
    assert u.dropped > 0


def test_settings_that_json_does_not_know(tmp_path, build):
    recipe = (
        docs(),
        table("p", "documents", "passages", f"dated: {{where: {tmp_path}, day: 2015-01-02}}"),
    )
    build(*recipe)
    assert rows(tmp_path / "c", "p")[0]["day"] == f"2015-01-02 {tmp_path}"
    assert build(*recipe).remade == []


def test_names_that_are_not_unicode(tmp_path, articles, build):
    article = next((articles / "PMC990000003").glob("*.nxml"))
    odd = Path(str(articles) + "/caf\udce9.nxml")
    article.rename(odd)
    build(docs(), table("articles", "documents", "articles"))
    assert {"caf\\udce9.nxml"} & {row["source"] for row in rows(tmp_path / "c", "articles")}


def test_rows_of_large_sources_come_back_in_order(tmp_path, monkeypatch):
    monkeypatch.setattr(weave, "_CHUNK_ROWS", 7)
    records = "".join(
        f"<PubmedArticle><MedlineCitation><PMID>{n}</PMID><Article>"
        f"<ArticleTitle>{'x' * (n % 9 + 1)}</ArticleTitle></Article>"
        f"</MedlineCitation></PubmedArticle>"
        for n in range(1, 60)
    )
    source = tmp_path / "p.xml"
    source.write_text(f"<PubmedArticleSet>{records}</PubmedArticleSet>")

    def build(shortest, into):
        path = tmp_path / f"{into}.yaml"
        path.write_text(
            HEAD
            + f"  documents: {{read: {{pubmed: {source}}}, store: false}}\n"
            + table("p", "documents", "passages", f"is_short: {{min_characters: {shortest}}}")
        )
        medloom.build(path, into=tmp_path / into, workers=0)

    build(8, "c")
    build(2, "c")
    build(2, "fresh")
    assert contents(tmp_path / "c") == contents(tmp_path / "fresh")


def test_steps_by_document_see_whole_documents(tmp_path, build, monkeypatch):
    monkeypatch.setattr(weave, "_CHUNK_ROWS", 2)

    def recipe(*steps, change=()):
        return docs(), table("p", "documents", "passages", *change, *steps)

    build(*recipe("place_in_document"))
    made = rows(tmp_path / "c", "p")
    by_article = Counter(row["article_id"] for row in made)
    assert {row["place"].partition("/")[2] for row in made} == set(map(str, by_article.values()))
    build(*recipe("shout", "place_in_document"))
    check(tmp_path, build, *recipe("shout", "place_in_document"))
    shutil.rmtree(tmp_path / "fresh")
    build(*recipe("place_in_document", change=["drop_doubles"]))
    check(tmp_path, build, *recipe("place_in_document", change=["drop_doubles"]))


def test_documents_of_a_large_source_are_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(weave, "_CHUNK_ROWS", 3)
    records = "".join(
        f"<PubmedArticle><MedlineCitation><PMID>{n}</PMID><Article><ArticleTitle>A</ArticleTitle>"
        "<Abstract><AbstractText>B</AbstractText><AbstractText>C</AbstractText></Abstract>"
        "</Article></MedlineCitation></PubmedArticle>"
        for n in range(1, 9)
    )
    (tmp_path / "p.xml").write_text(f"<PubmedArticleSet>{records}</PubmedArticleSet>")
    path = tmp_path / "c.yaml"
    path.write_text(
        HEAD
        + f"  documents: {{read: {{pubmed: {tmp_path / 'p.xml'}}}, store: false}}\n"
        + table("p", "documents", "passages", "place_in_document")
    )
    medloom.build(path, into=tmp_path / "c", workers=0)
    assert {row["place"][-2:] for row in rows(tmp_path / "c", "p")} == {"/3"}


def test_a_document_that_raises_fails_whole(tmp_path, build):
    build(docs(), table("p", "documents", "passages"))
    sizes = Counter(row["article_id"] for row in rows(tmp_path / "c", "p"))
    refused, size = sizes.most_common()[-1]
    step = f"place_in_document: {{refuse: {size}}}"
    build(docs(), table("p", "documents", "passages", step))
    lost = medloom.open(tmp_path / "c").lost("p").to_pylist()
    assert sum(row["row_id"].startswith(refused) for row in lost) == size
    assert len(lost) == size * list(sizes.values()).count(size)
    check(tmp_path, build, docs(), table("p", "documents", "passages", step))


def test_a_step_that_updates_runs_again_from_what_it_read(tmp_path, build):
    def recipe(to, *more):
        steps = ["passages", "age_mentions", f"round_ages: {{to: {to}}}", *more]
        return docs(), table("p", "documents", *steps)

    build(*recipe(10))
    labels = {span["label"] for row in rows(tmp_path / "c", "p") for span in row["ages"]}
    assert labels
    assert all(label.isdigit() for label in labels)
    build(*recipe(7, "shout"))
    build(*recipe(5, "shout"))
    check(tmp_path, build, *recipe(5, "shout"))


def test_a_step_works_on_other_columns(tmp_path, build):
    step = "age_mentions: {reads: {text: abstract}, makes: {ages: abstract_ages}}"
    recipe = docs(), table("a", "documents", "articles", step)
    build(*recipe)
    assert any(row["abstract_ages"] for row in rows(tmp_path / "c", "a"))
    check(tmp_path, build, *recipe)


def test_a_sum_of_a_table_loses_nothing(tmp_path, articles, build):
    recipe = docs(), table("p", "documents", "passages"), table("n", "p", "texts_of_documents")
    build(*recipe)
    by_article = Counter(row["article_id"] for row in rows(tmp_path / "c", "p"))
    counted = {row["article_id"]: row["n_texts"] for row in rows(tmp_path / "c", "n")}
    assert counted == by_article
    (line,) = (one for one in medloom.open(tmp_path / "c").ledger if one.table == "n")
    assert (line.rows_in, line.rows_out, line.dropped) == (len(counted), len(counted), 0)
    assert line.parents == sum(by_article.values())
    shutil.rmtree(articles / "PMC990000001")
    build(*recipe)
    check(tmp_path, build, *recipe)
