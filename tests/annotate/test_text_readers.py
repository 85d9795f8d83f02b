"""Plain notes and annotated corpora as texts, through recipes, and out again by the command."""

import csv
import importlib
import io
import json
from itertools import chain
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import medloom
from medloom.cli import app
from medloom.cli.export import _ANNOTATIONS
from medloom.errors import NotThisFormat, RecipeError, SourceError
from medloom.formats import bioc, brat, pubtator
from medloom.formats.loss import Losses
from medloom.kit.reading import in_memory
from medloom.publish.annotations import FORMATS
from medloom.recipe import Recipe
from medloom.registry import load_reader
from medloom.tables.spans import Attribute
from medloom.tables.texts import Text
from tests.annotate.formats import WAYS


def notes(key, data, **settings):
    data = data.encode() if isinstance(data, str) else data
    return list(load_reader("texts")(in_memory(key, data), **settings))


def test_a_text_file_is_one_row():
    (row,) = notes("ward/n7.txt", "\ufeffNo \U0001f600 rash.\r\n")
    assert (row.id, row.document_id, row.kind) == ("ward/n7", "ward/n7", "note")
    assert row.text == "No \U0001f600 rash.\r\n"


def test_columns_of_a_table():
    data = 'nr,visit,sort,note,sex\n7,a,report,"No rash,\nno ""pain"".",F\n7,a,,Fever.,\n'
    first, second = notes(
        "a.csv",
        data,
        text_column="note",
        id_column="nr",
        document_column="visit",
        kind_column="sort",
    )
    assert (first.id, second.id, first.document_id) == ("7", "7-2", "a")
    assert (first.text, first.kind, second.kind) == ('No rash,\nno "pain".', "report", "note")
    assert (first.attributes, second.attributes) == ([Attribute("sex", "F")], [])


def test_json_lines_keep_values_of_all_kinds():
    line = json.dumps({"text": "No rash", "age": 7, "codes": ["a"], "note": None})
    (row,) = notes("a.jsonl", line)
    assert row.attributes == [Attribute("age", "7"), Attribute("codes", '["a"]')]
    (row,) = notes("a.jsonl", line, keep=["age"])
    assert row.attributes == [Attribute("age", "7")]


def test_rows_without_text_are_told_after_all_others():
    reader = load_reader("texts")(in_memory("a.tsv", b"id\ttext\n1\tOne\n2\n3\tThree\n"))
    assert [next(reader).text, next(reader).text] == ["One", "Three"]
    with pytest.raises(SourceError, match="1 rows have no 'text': 2"):
        next(reader)


@pytest.mark.parametrize(
    ("key", "data", "error"),
    [
        ("a.csv", b"id,body\n1,x\n", "no column text; columns: id, body"),
        ("a.csv", b"", "no header"),
        ("a.txt", b"\xff\xfa", "not utf-8: byte 0"),
    ],
)
def test_files_that_cannot_be_read(key, data, error):
    with pytest.raises((SourceError, NotThisFormat), match=error):
        notes(key, data)


def test_another_encoding():
    assert notes("a.txt", "café".encode("cp1252"), encoding="cp1252")[0].text == "café"
    with pytest.raises(ValueError, match="no encoding is called"):
        load_reader("texts").using(encoding="utf-9")


def test_a_long_note_is_no_fault():
    (row,) = notes("a.csv", "text\n" + "a" * 3_000_000)
    assert len(row.text) == 3_000_000


@given(st.lists(st.text(max_size=30), min_size=1, max_size=4), st.sampled_from(["csv", "jsonl"]))
def test_texts_come_as_they_are(found, ending):
    file = io.StringIO(newline="")
    if ending == "csv":
        writer = csv.writer(file)
        writer.writerows([["n", "text"], *([str(n), one] for n, one in enumerate(found))])
    else:
        file.writelines(json.dumps({"n": n, "text": one}) + "\n" for n, one in enumerate(found))
    rows = notes(f"a.{ending}", file.getvalue().encode("utf-8", "surrogatepass"))
    assert [row.text for row in rows] == [
        one.replace("\0", "\N{REPLACEMENT CHARACTER}") for one in found
    ]
    assert len({row.id for row in rows}) == len(rows)


# Recipes and the command

CORPUS = (
    "7|t|Drug A and pain.\n7|a|No fever.\n7\t0\t6\tDrug A\tChemical\tD001\n"
    "7\t11\t15\tpain\tDisease\tD002\n7\tCID\tD001\tD002\n\n8|t|\U0001f600 Rash.\n8|a|\n"
    "8\t2\t6\tRash\tDisease\t-1\n"
)


@pytest.fixture(scope="module")
def collection(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "in").mkdir()
    (folder / "in" / "a.pubtator").write_text(CORPUS)
    (folder / "in" / "b.pubtator").write_text("To do: ask Ruth.")
    medloom.build("annotated", into=folder / "out", workers=0, input=folder / "in")
    return folder / "out"


def test_a_corpus_by_a_recipe(collection):
    built = medloom.open(str(collection))
    assert [row["id"] for row in built.table("texts").to_pylist()] == ["7", "8"]
    (lost,) = built.lost("texts").to_pylist()
    assert (lost["outcome"], lost["source"]) == ("dropped", "b.pubtator")


def test_the_recipe_says_which_formats_there_are():
    with pytest.raises(RecipeError, match="no reader has this name"):
        Recipe.load("annotated", {"input": ".", "format": "pubtaror"})


def export(collection, out, *options, code=0):
    result = CliRunner().invoke(app, ["export", str(collection), "texts", str(out), *options])
    assert (result.exit_code if code == 0 else bool(result.exception)) == bool(code), result.output
    return result


def test_help_and_formats_agree():
    assert list(FORMATS) == list(_ANNOTATIONS)
    text = CliRunner().invoke(app, ["export", "--help"]).output
    assert all(name in text for name in FORMATS)
    assert {name.removesuffix("-parquet") for name in WAYS} >= {*FORMATS} - {"hf-tokens"}


def test_the_page_says_what_each_format_loses():
    page = Path(__file__).parents[2] / "docs/how-to/exchange-annotations.md"
    said = " ".join(page.read_text(encoding="utf-8").split())
    for one in FORMATS.values():
        module = importlib.import_module(f"medloom.formats.{one.module}")
        assert [what for what in module.LOSSES if " ".join(what.split()) not in said] == []


@pytest.mark.parametrize("name", FORMATS)
def test_export_and_read_again(collection, tmp_path, name):
    readers = {"bioc-xml": "annotated_bioc", "bioc-json": "annotated_bioc"}
    endings = {"bioc-xml": ".xml", "label-studio": ".json", "bioc-json": ".json"}
    endings |= {"docbin": ".spacy", "hf-tokens": ".jsonl"}
    folder = FORMATS[name].in_folder
    out = tmp_path / "corpus"
    target = out if folder else out / f"a{endings.get(name, f'.{name}')}"
    told = export(collection, target, "--to", name).stderr
    assert "2 rows of texts" in told
    assert "cannot hold" in told
    reader = readers.get(name, name.replace("-", "_"))
    again = tmp_path / "again"
    medloom.build("annotated", into=again, workers=0, input=out, settings={"format": reader})
    again = medloom.open(str(tmp_path / "again")).table("texts").to_pylist()
    labels = [span["label"] for row in again for span in row["spans"]]
    assert labels == ["Chemical", "Disease", "Disease"]
    assert all(not issue for issue in issues(again))
    assert [span["text"] for row in again for span in row["spans"]] == ["Drug A", "pain", "Rash"]


def issues(rows):
    every = chain.from_iterable(row["attributes"] for row in rows)
    return [one["value"] for one in every if one["name"] == "issue"]


def test_export_tells_what_is_lost(collection, tmp_path):
    told = export(collection, tmp_path / "a.conll", "--to", "conll").stderr
    assert "1 relations left out" in told
    assert "2 mentions whose concepts are left out" in told


def test_export_of_parquet_has_named_tags(collection, tmp_path):
    export(collection, tmp_path / "a.parquet", "--to", "hf-tokens")
    data = (tmp_path / "a.parquet").read_bytes()
    rows = list(load_reader("hf_tokens")(in_memory("a.parquet", data)))
    assert [span.label for row in rows for span in row.spans] == ["Chemical", "Disease", "Disease"]


def test_export_of_columns_that_do_not_fit(collection, tmp_path):
    for options in (["--spans", "text"], ["--text", "body"], ["--columns", "id"]):
        result = export(collection, tmp_path / "x", "--to", "conll", *options, code=1)
        assert result.exception is not None
    assert not list(tmp_path.iterdir())


def test_export_does_not_write_into_a_full_folder(collection, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    result = export(collection, tmp_path, "--to", "brat", code=1)
    assert "new or empty" in str(result.exception)
    assert [one.name for one in tmp_path.iterdir()] == ["mine.txt"]


# Real files


def test_real_pubtator_files_come_back_the_same(data):
    for file in sorted((data / "annotation/ner_pubtator").rglob("*.PubTator")):
        rows = list(pubtator.read(file.read_bytes()))
        assert len(rows) > 100
        misfits = [a for row in rows for a in row.attributes]
        assert len(misfits) <= 20
        for name in ("pubtator", "bioc-xml"):
            for row in rows[:60]:
                again, losses = WAYS[name](row)
                assert again._replace(kind=row.kind, attributes=row.attributes) == row
                assert not losses


def test_real_brat_files_come_back_the_same(data):
    files = sorted((data / "annotation/phi_meddocan").rglob("*.ann"))[:100]
    for file in files:
        text = file.with_suffix(".txt").read_bytes()
        row = brat.read(text, [file.read_bytes()], file.stem)
        assert row.spans
        assert not row.attributes
        losses = Losses()
        (_, text_again), (_, lines) = brat.write([[row]], losses)
        assert (text_again, losses) == (text, Losses())
        assert brat.read(text_again, [lines], file.stem) == row


def test_real_notes(data):
    file = next((data / "notes").rglob("pt_notes.csv"))
    rows = notes("pt_notes.csv", file.read_bytes(), document_column="subject_id")
    assert len(rows) > 1000
    assert len({row.id for row in rows}) == len(rows)
    assert {"gender", "category"} <= {one.name for one in rows[0].attributes}


def test_real_texts_through_bioc(data):
    file = next((data / "notes").rglob("MTS-Dialog-TrainingSet.csv"))
    rows = notes(file.name, file.read_bytes(), text_column="section_text", id_column="ID")
    texts = [Text(*row[:4], [], [], row.attributes) for row in rows]
    out = io.BytesIO()
    bioc.write_xml(([text] for text in texts), out)
    assert [row.text for row in bioc.read(out.getvalue())] == [row.text for row in rows]
