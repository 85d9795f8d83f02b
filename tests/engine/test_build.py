"""A recipe into a collection: rows, ledger, growth, steps that change, sources that change."""

import shutil

import pytest

import medloom
from medloom.engine import bench
from medloom.errors import InputError, RecipeError
from tests.engine.helpers import contents, is_balanced, recipe, rows


def build(recipe_path, articles, into, **settings):
    return medloom.build(recipe_path, input=articles, into=into, settings=settings, workers=0)


def test_rows_pass_through_steps_of_every_kind(tmp_path, articles):
    path = recipe(
        tmp_path / "r.yaml",
        "is_short: {min_characters: 30}",
        "age_mentions",
        "shout",
        more="""\
  words:
    from: passages
    steps: [words]
  unique:
    from: words
    steps: [drop_doubles, shout: {mark: "!"}]
""",
    )
    build(path, articles, tmp_path / "c")
    passages, words = rows(tmp_path / "c", "passages"), rows(tmp_path / "c", "words")
    assert passages
    assert all(len(p["text"]) >= 30 and p["loud"] == p["text"].upper() for p in passages)
    assert any(p["ages"] for p in passages)
    expected = [w for p in passages for w in p["text"].split() if not w.isdigit()]
    assert [w["text"] for w in words] == expected
    unique = rows(tmp_path / "c", "unique")
    assert {w["text"] for w in unique} == set(expected)
    assert len(unique) == len(set(expected))
    assert all(w["loud"] == w["text"].upper() + "!" for w in unique)
    assert is_balanced(tmp_path / "c")


def test_lost_rows_are_kept_with_step_reason_and_source(tmp_path, articles):
    path = recipe(
        tmp_path / "r.yaml", "is_short: {min_characters: 60}", "fragile: {poison: patient}"
    )
    build(path, articles, tmp_path / "c")
    plain = recipe(tmp_path / "p.yaml")
    build(plain, articles, tmp_path / "all")
    texts = [row["text"] for row in rows(tmp_path / "all", "passages")]
    lost = medloom.open(tmp_path / "c").lost("passages").to_pylist()
    dropped = [row for row in lost if row["outcome"] == "dropped"]
    failed = [row for row in lost if row["outcome"] == "failed"]
    assert len(dropped) == sum(len(text) < 60 for text in texts)
    assert len(failed) == sum(len(text) >= 60 and "patient" in text for text in texts) > 0
    assert failed[0]["reason"] == "ValueError: found 'patient'"
    assert failed[0]["source"].startswith("PMC99")
    assert "patient" in failed[0]["row"]
    assert dropped[0]["reason"] == "is_short(min_characters=60)"
    assert is_balanced(tmp_path / "c")


def test_a_batch_step_fails_only_for_the_bad_row(tmp_path, articles):
    article = next(articles.rglob("*.nxml"))
    article.write_text(article.read_text().replace("</body>", "<p>raise me, please</p></body>"))
    path = recipe(tmp_path / "r.yaml", "shout")
    build(path, articles, tmp_path / "c")
    (lost,) = medloom.open(tmp_path / "c").lost("passages").to_pylist()
    assert lost["reason"] == "ValueError: asked to raise"


def test_two_builds_are_identical_row_for_row(tmp_path, articles):
    path = recipe(tmp_path / "r.yaml", "is_short", "age_mentions")
    build(path, articles, tmp_path / "a")
    medloom.build(path, input=articles, into=tmp_path / "b", workers=2)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_only_new_files_are_read(tmp_path, articles, demo):
    path = recipe(tmp_path / "r.yaml", "is_short")
    build(path, articles, tmp_path / "c")
    shutil.copytree(demo / "PMC990000007", articles / "PMC990000007")
    run = build(path, articles, tmp_path / "c")
    assert (run.new, run.kept, run.changed, run.gone) == (1, 6, 0, 0)
    build(path, articles, tmp_path / "fresh")
    assert contents(tmp_path / "c") == contents(tmp_path / "fresh")


def test_changed_and_removed_files(tmp_path, articles):
    path = recipe(tmp_path / "r.yaml", "is_short")
    build(path, articles, tmp_path / "c")
    shutil.rmtree(articles / "PMC990000002")
    changed = next((articles / "PMC990000003").glob("*.nxml"))
    changed.write_bytes(
        changed.read_bytes().replace(b"</body>", b"<p>A late addition here.</p></body>")
    )
    run = build(path, articles, tmp_path / "c")
    assert (run.new, run.kept, run.changed, run.gone) == (1, 4, 1, 1)
    texts = [row["text"] for row in rows(tmp_path / "c", "passages")]
    assert texts.count("A late addition here.") == 1
    assert not any(
        row["source"].startswith("PMC990000002") for row in rows(tmp_path / "c", "articles")
    )
    assert is_balanced(tmp_path / "c")
    old = medloom.open(tmp_path / "c", version=1)
    assert (
        old.table("articles").count_rows()
        > medloom.open(tmp_path / "c").table("articles").count_rows()
    )


def test_nothing_to_do(tmp_path, articles):
    path = recipe(tmp_path / "r.yaml", "is_short")
    build(path, articles, tmp_path / "c")
    before = contents(tmp_path / "c")
    run = build(path, articles, tmp_path / "c")
    assert (run.new, run.kept, run.remade) == (0, 6, [])
    assert contents(tmp_path / "c") == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (["age_mentions"], ["age_mentions: {max_age_years: 50}"]),
        (["is_short: {min_characters: 50}"], ["is_short: {min_characters: 30}"]),
        (["fragile: {poison: patient}"], ["fragile: {poison: woman}"]),
        (["is_short: {min_characters: 80}", "fragile: {poison: patient}"], ["age_mentions"]),
        (["age_mentions", "is_short"], ["age_mentions"]),
        (["age_mentions"], ["age_mentions", "is_short", "shout"]),
        (["shout"], ["words"]),
        (["words"], ["is_short", "words"]),
        (["is_short", "drop_doubles", "shout"], ["is_short", "drop_doubles", "shout: {mark: x}"]),
        (["is_short", "drop_doubles"], ["is_short: {min_characters: 10}", "drop_doubles"]),
        (["drop_doubles"], []),
    ],
)
def test_a_changed_step_gives_what_a_fresh_build_gives(tmp_path, articles, old, new):
    build(recipe(tmp_path / "r.yaml", *old), articles, tmp_path / "c")
    run = build(recipe(tmp_path / "r.yaml", *new), articles, tmp_path / "c")
    assert run.remade == ["passages"]
    assert run.new == 0
    build(recipe(tmp_path / "r.yaml", *new), articles, tmp_path / "fresh")
    assert contents(tmp_path / "c") == contents(tmp_path / "fresh")
    assert is_balanced(tmp_path / "c")


def test_steps_before_a_changed_one_do_not_run_again(tmp_path, articles):
    log = tmp_path / "log"

    def steps(mark):
        return [f"counted: {{log: {log}, tag: early}}", f"shout: {{mark: '{mark}'}}"]

    build(recipe(tmp_path / "r.yaml", *steps("!")), articles, tmp_path / "c")
    calls = len(log.read_text().splitlines())
    build(recipe(tmp_path / "r.yaml", *steps("?")), articles, tmp_path / "c")
    assert len(log.read_text().splitlines()) == calls > 0
    assert rows(tmp_path / "c", "passages")[0]["loud"].endswith("?")


def test_a_table_made_from_a_stored_one_does_not_make_that_one_again(tmp_path, articles):
    more = "  words:\n    from: passages\n    steps: [words, {step}]\n"
    log = tmp_path / "log"
    steps = [f"counted: {{log: {log}, tag: x}}"]
    build(
        recipe(tmp_path / "r.yaml", *steps, more=more.format(step="is_short: {min_characters: 3}")),
        articles,
        tmp_path / "c",
    )
    calls = len(log.read_text().splitlines())
    second = recipe(
        tmp_path / "r.yaml", *steps, more=more.format(step="is_short: {min_characters: 5}")
    )
    run = build(second, articles, tmp_path / "c")
    assert run.remade == ["words"]
    assert len(log.read_text().splitlines()) == calls
    build(second, articles, tmp_path / "fresh")
    assert contents(tmp_path / "c") == contents(tmp_path / "fresh")


def test_a_new_table_is_made_from_the_files_without_making_the_others_again(tmp_path, articles):
    build(recipe(tmp_path / "r.yaml"), articles, tmp_path / "c")
    second = recipe(
        tmp_path / "r.yaml", more="  figures:\n    from: documents\n    steps: [figures]\n"
    )
    before = medloom.open(tmp_path / "c").record["tables"]["passages"]["version"]
    run = build(second, articles, tmp_path / "c")
    assert (run.new, run.remade) == (0, [])
    assert medloom.open(tmp_path / "c").record["tables"]["passages"]["version"] == before
    build(second, articles, tmp_path / "fresh")
    assert contents(tmp_path / "c") == contents(tmp_path / "fresh")


def test_a_wrong_input_leaves_no_mark(tmp_path):
    with pytest.raises(InputError, match="no such file or folder"):
        medloom.build("literature", input=tmp_path / "nowhere", into=tmp_path / "c")
    assert not (tmp_path / "c").exists()
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="no document"):
        medloom.build("literature", input=tmp_path / "empty", into=tmp_path / "c")
    with pytest.raises(RecipeError, match="--input"):
        medloom.build("literature", into=tmp_path / "c")


def test_failed_sources_can_be_read_again(tmp_path, articles):
    path = recipe(tmp_path / "r.yaml")
    broken = articles / "broken.nxml"
    broken.write_text("<article><body>")
    build(path, articles, tmp_path / "c")
    assert medloom.open(tmp_path / "c").ledger[0].failed == 1
    done = medloom.build(path, input=articles, into=tmp_path / "c", retry_failed=True)
    assert (done.new, done.kept) == (1, 6)


def test_lineage_is_recorded(tmp_path, articles):
    path = recipe(tmp_path / "r.yaml", "age_mentions: {max_age_years: 99}")
    build(path, articles, tmp_path / "c")
    record = medloom.open(tmp_path / "c").record
    assert record["recipe"]["text"] == path.read_text()
    assert record["inputs"]["documents"]["sources"] == 6
    steps = record["tables"]["passages"]["steps"]
    assert steps[-1]["settings"] == {"max_age_years": 99}
    assert steps[-1]["code"]
    assert record["code"]["medloom"] == "0.1.0"


def test_a_copy_of_an_article_is_dropped_and_comes_back(tmp_path, articles):
    original = articles / "PMC990000002"
    shutil.copytree(original, articles / "PMC990000002-again")
    path = recipe(tmp_path / "r.yaml", "is_short")
    build(path, articles, tmp_path / "c")
    ids = [row["id"] for row in rows(tmp_path / "c", "passages")]
    assert len(ids) == len(set(ids))
    (lost,) = medloom.open(tmp_path / "c").lost("documents").to_pylist()
    assert lost["source"].startswith("PMC990000002-again/")
    assert lost["reason"].startswith("the same as PMC990000002/")
    assert is_balanced(tmp_path / "c")
    shutil.rmtree(original)
    run = build(path, articles, tmp_path / "c")
    assert (run.new, run.gone) == (1, 1)
    assert not medloom.open(tmp_path / "c").lost("documents").num_rows
    build(path, articles, tmp_path / "fresh")
    assert sorted(map(str, rows(tmp_path / "c", "passages"))) == sorted(
        map(str, rows(tmp_path / "fresh", "passages"))
    )


@pytest.mark.parametrize("at_once", [True, False])
def test_the_latest_version_of_an_article_is_kept(tmp_path, at_once):
    def write(version):
        folder = tmp_path / "in" / f"PMC7.{version}"
        folder.mkdir(parents=True)
        (folder / f"PMC7.{version}.xml").write_text(
            "<article><front><article-meta><article-id pub-id-type='pmcid'>PMC7</article-id>"
            f"<article-id pub-id-type='pmc'>PMC7.{version}</article-id></article-meta></front>"
            f"<body><p>This is the text of version {version}.</p></body></article>"
        )
        (folder / f"PMC7.{version}.json").write_text(f'{{"pmcid": "PMC7", "version": {version}}}')

    path = recipe(tmp_path / "r.yaml")
    for version in (1, 2):
        write(version)
        if not at_once:
            build(path, tmp_path / "in", tmp_path / "c")
    build(path, tmp_path / "in", tmp_path / "c")
    (passage,) = rows(tmp_path / "c", "passages")
    assert passage["text"] == "This is the text of version 2."
    (lost,) = medloom.open(tmp_path / "c").lost("documents").to_pylist()
    assert lost["source"] == "PMC7.1/PMC7.1.xml"
    assert is_balanced(tmp_path / "c")


def test_many_small_builds_are_compacted(tmp_path, articles, monkeypatch):
    monkeypatch.setattr(bench, "_MOST_FRAGMENTS", 2)
    path = recipe(tmp_path / "r.yaml", "is_short", "drop_doubles")
    build(path, articles, tmp_path / "c")
    store = medloom.open(tmp_path / "c").store
    assert len(store.dataset("articles").get_fragments()) == 1
    run = build(path, articles, tmp_path / "c")
    assert run.remade == []  # joined files are not changed rows
    monkeypatch.undo()
    build(path, articles, tmp_path / "fresh")
    assert contents(tmp_path / "c") == contents(tmp_path / "fresh")
