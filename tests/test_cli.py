"""The command, as a user types it."""

import csv
import json
import subprocess
import sys
import time

import pyarrow.parquet as pq
import pytest

from tests.engine.helpers import recipe


def medloom(*args, code=0):
    done = subprocess.run(
        [sys.executable, "-m", "medloom", *map(str, args)],
        text=True,
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == code, (done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    return done


def lines(*args):
    return [json.loads(line) for line in medloom(*args, "--json").stdout.splitlines()]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cli") / "demo"
    return folder, medloom("demo", folder)


def test_demo_tells_what_it_made_and_what_to_try(built):
    folder, done = built
    assert "documents" in done.stdout
    assert "Try next:" in done.stdout
    assert "26 sources read" in done.stderr
    again = medloom("demo", folder)
    assert "0 sources read, 26 kept" in again.stderr


def test_info(built):
    shown = medloom("info", built[0]).stdout
    for part in ("literature", "26 sources", "passages", "lxml"):
        assert part in shown
    (record,) = lines("info", built[0])
    assert record["complete"]
    assert record["tables"]["figures"]["steps"][0]["name"] == "figures"


def test_ledger(built):
    rows = {row["table"]: row for row in lines("ledger", built[0])}
    assert (
        rows["documents"] | {"rows_in": 26, "rows_out": 24, "dropped": 1, "failed": 1}
        == rows["documents"]
    )
    assert all(row["balanced"] for row in rows.values())
    assert "missing file" in medloom("ledger", built[0]).stdout
    (lost,) = lines("ledger", built[0], "images")
    assert lost["reason"].startswith("missing file: ")
    assert lost["source"].startswith("PMC9900000")
    assert "no table 'nope'" in medloom("ledger", built[0], "nope", code=2).stderr
    assert "parents" in medloom("ledger", built[0], "passages", "--steps").stdout


def test_show(built):
    assert "caption" in medloom("show", built[0]).stdout
    assert len(lines("show", built[0], "figures", "--limit", "3")) == 3
    rows = lines(
        "show",
        built[0],
        "articles",
        "--columns",
        "id,license",
        "--where",
        "license = 'CC-BY'",
        "--limit",
        "100",
    )
    assert rows
    assert all(row["license"] == "CC-BY" for row in rows)
    assert rows[0]["id"] in medloom("show", built[0], "articles", "--id", rows[0]["id"]).stdout
    assert "no row 'x'" in medloom("show", built[0], "articles", "--id", "x", code=2).stderr
    assert (
        "no column nope"
        in medloom("show", built[0], "articles", "--columns", "nope", code=2).stderr
    )
    assert (
        "cannot read" in medloom("show", built[0], "articles", "--where", "nope = 1", code=2).stderr
    )
    assert "no table 'x'" in medloom("show", built[0], "x", code=2).stderr
    assert "no collection" in medloom("show", "/no/where", code=2).stderr


def test_query(built):
    sql = (
        "select f.article_id, count(*) n from figures f join articles a on a.id = f.article_id "
        "group by f.article_id order by n desc"
    )
    rows = lines("query", built[0], sql, "--limit", "5")
    assert rows[0]["n"] >= rows[-1]["n"] >= 1
    assert "cannot run the query" in medloom("query", built[0], "select x from y", code=2).stderr


@pytest.mark.parametrize("kind", ["parquet", "jsonl", "csv"])
def test_export(built, tmp_path, kind):
    out = tmp_path / f"images.{kind}"
    medloom("export", built[0], "images", out, "--to", kind)
    if kind == "parquet":
        ids = pq.read_table(out)["id"].to_pylist()
    elif kind == "jsonl":
        ids = [json.loads(line)["id"] for line in out.read_text().splitlines()]
    else:
        csv.field_size_limit(10**8)
        with out.open(newline="") as file:
            ids = [row["id"] for row in csv.DictReader(file)]
    assert ids == [
        row["id"] for row in lines("show", built[0], "images", "--limit", "999", "--columns", "id")
    ]


def test_export_says_what_it_can_write(built, tmp_path):
    assert (
        "parquet, jsonl, csv"
        in medloom("export", built[0], "images", tmp_path / "x.xls", code=2).stderr
    )


def test_recipes_and_steps():
    assert {"literature", "pubmed", "bioc"} <= {row["recipe"] for row in lines("recipes")}
    assert "images" in medloom("steps").stdout
    shown = medloom("steps", "images").stdout
    for part in ("max_megapixels", "200", ">>>", "list[Figure]"):
        assert part in shown
    assert "did you mean images" in medloom("steps", "image", code=2).stderr
    assert "*.nxml" in medloom("steps", "jats").stdout


def test_check(tmp_path):
    assert "no problems" in medloom("check", "literature").stdout
    bad = recipe(tmp_path / "bad.yaml", "is_shrt", "age_mentions: {max_age: 3}")
    told = medloom("check", bad, code=2).stderr
    assert "did you mean is_short?" in told
    assert "did you mean max_age_years?" in told
    done = medloom("check", bad, "--json", code=2)
    assert len(done.stdout.splitlines()) == 2


def test_build_errors_are_plain(tmp_path):
    into = tmp_path / "c"
    assert "--input PATH" in medloom("build", "literature", "--into", into, code=2).stderr
    assert (
        "no such file"
        in medloom("build", "literature", "--input", "/no", "--into", into, code=2).stderr
    )
    assert (
        "NAME=VALUE" in medloom("build", "literature", "--set", "x", "--into", into, code=2).stderr
    )
    assert (
        "nothing in the recipe uses"
        in medloom(
            "build", "literature", "--input", "/no", "--set", "x=1", "--into", into, code=2
        ).stderr
    )


def test_help_is_quick():
    best = 9.0
    for _ in range(3):
        started = time.perf_counter()
        medloom("--help")
        best = min(best, time.perf_counter() - started)
    assert best < 0.5
