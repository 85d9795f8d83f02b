"""Queries read the tables and nothing else, within their limits."""

import csv
import io
import time
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from medloom.errors import CollectionError
from medloom.web.sql.reading_only import FUNCTIONS, reading_only
from medloom.web.sql.worker import Worker
from tests.web.chromium import Browser
from tests.web.conftest import Served, client_of

REFUSED = [
    "select * from read_csv('/etc/passwd')",
    "select * from READ_PARQUET ('/x')",
    "select * from visits, read_json('/x')",
    "select url_download('file:///etc/passwd') from visits",
    "select text.url_download() from visits",
    "select url_upload(text, '/tmp/x') from visits",
    "select file_size('/etc/passwd') from visits",
    "select decode_image_file('/x') from visits",
    "select jq(text, 'env') from visits",
    "select tokenize_encode(text, '/etc/passwd') from visits",
    "select * from '/etc/passwd'",
    "select * from '/tmp/x.csv'",
    'select * from "/tmp/x.csv"',
    'select * from "x.csv"',
    "select * from x.csv",
    "select * from visits, '/tmp/x.csv'",
    "select * from (visits, '/tmp/x.csv')",
    "select * from ('/tmp/x.csv')",
    "select * from visits join '/tmp/x.csv' on true",
    "select * from visits v join visits w on v.id in ('a', 'b'), '/tmp/x.csv'",
    "select * from (select id, age from visits) v, '/tmp/x.csv'",
    "select 1 union select * from '/tmp/x.csv'",
    "select * from/**/read_csv('/x')",
    "select read_csv/**/('/x') from visits",
    'select "url_download"(text) from visits',
    "select $$a$$ from visits",
    "select E'\\' from visits -- '",
    "select 1; drop table visits",
    "copy visits to '/tmp/x.csv'",
    "insert into visits values (1)",
    "create table x as select 1",
    "with x as (select 1) insert into visits select * from x",
    "select 1 into x from visits",
    "explain select 1",
    "describe visits",
    "use visits",
    "",
    "select `read_csv`('/x') from visits",
    "select " + "a" * 20_001,
]


@pytest.mark.parametrize("sql", REFUSED)
def test_anything_but_reading_is_refused(sql: str) -> None:
    with pytest.raises(CollectionError):
        reading_only(sql, ["visits"])


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) FROM visits;",
        "select site, avg(age) a from visits group by site having count(*) > 2 order by a, site",
        "with v as (select id from visits) select v.id from v join visits w on v.id = w.id",
        "select * from (select id from visits) x where x.id in ('a', 'b') or id like '%from (, %'",
        "select case when age > 3 then 'url_download(x)' else '--' end from visits",
        'select "age" as "how old" from visits limit 3 offset 2',
        "select age::text, cast(score as int) from visits where not (age between 3 and 4)",
        "select distinct site from visits union all select site from visits",
    ],
)
def test_reading_is_let_through(sql: str) -> None:
    assert reading_only(sql, ["visits"])


def test_no_listed_function_reads_or_writes_files() -> None:
    words = ("read", "url", "file", "load", "image", "audio", "video", "token", "jq", "config")
    assert [name for name in FUNCTIONS if any(word in name for word in words)] == []


def test_a_query_is_answered_and_saved(client: TestClient) -> None:
    query = "select site, count(*) as n from visits group by site order by site"
    page = client.post("/sql", data={"q": query})
    assert page.status_code == 200
    assert '<td class="num">' in page.text
    saved = client.post("/sql.csv", data={"q": query})
    assert saved.headers["content-disposition"] == 'attachment; filename="query.csv"'
    rows = list(csv.DictReader(io.StringIO(saved.text)))
    whole = client.post("/sql.csv", data={"q": "select id from visits"}).text
    assert [one["site"] for one in rows] == ["east", "north", "south"]
    assert sum(int(one["n"]) for one in rows) == len(whole.splitlines()) - 1


def test_mistakes_are_told(client: TestClient) -> None:
    for query, told in {
        "select nothing from visits": "nothing",
        "selec": "begins with SELECT",
        "select * from vists": "no table vists; tables: adults, visits",
    }.items():
        page = client.post("/sql", data={"q": query})
        assert page.status_code == 400
        assert told in page.text


def test_a_long_query_is_stopped_and_the_next_one_answered(visits: Path) -> None:
    client = client_of(visits)
    client.post("/sql", data={"q": "select 1 from visits"})  # the process is there
    settings = client.app.state.settings  # type: ignore[attr-defined]
    settings.sql_seconds = 0.2
    joins = "".join(f" join visits v{n} on v{n}.site = v0.site" for n in range(1, 6))
    slow = f"select count(*) as n from visits v0{joins}"
    start = time.monotonic()
    page = client.post("/sql", data={"q": slow})
    assert page.status_code == 400
    assert "took more than 0.2 seconds" in page.text
    assert time.monotonic() - start < 30
    settings.sql_seconds = 60
    assert client.post("/sql", data={"q": "select 1 from visits"}).status_code == 200


def test_rows_are_limited(client: TestClient) -> None:
    client.app.state.settings.sql_rows = 5  # type: ignore[attr-defined]
    assert "The first 5 rows" in client.post("/sql", data={"q": "select * from visits"}).text


def test_the_process_cannot_write_files(visits: Path, tmp_path: Path) -> None:
    """Even a query that was let through by mistake."""
    worker = Worker()
    out = tmp_path / "out"
    sql = f"select url_upload(encode(text, 'utf-8'), '{out}') from visits"
    with pytest.raises(CollectionError):
        worker.ask(str(visits), 2, sql, most_rows=5, seconds=60)
    worker.stop()
    assert not [one for one in tmp_path.rglob("*") if one.is_file() and one.stat().st_size]


def test_a_query_is_run_with_the_keyboard(browser: Browser, served: Served) -> None:
    browser.go(f"{served.place}/sql?q=select+text+from+visits+where+id+%3D+'v0013'")
    browser.run("document.getElementById('q').focus(); window.__old = true")
    browser.do("Input.dispatchKeyEvent", type="keyDown", key="Enter", modifiers=2)
    browser.settle()
    assert "1 row" in browser.text("h2")
    assert "<script>" in browser.text(".rows")
    assert browser.run("document.title") == "SQL · Medloom"
