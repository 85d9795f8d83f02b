"""The rows of a table: what the URL asks for is what is shown."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pyarrow.compute as pc
import pytest
from fastapi.testclient import TestClient
from starlette.datastructures import QueryParams

import medloom
from medloom.web.browsing.filters import OPERATORS, Filter
from medloom.web.browsing.profile import profile
from medloom.web.browsing.view import View
from tests.web.chromium import Browser
from tests.web.conftest import Served


def shown(client: TestClient, url: str) -> list[str]:
    """The ids on a page, in order."""
    page = client.get(url)
    assert page.status_code == 200, page.text
    return re.findall(r">(v\d{4})<", page.text)


def every_page(client: TestClient, url: str) -> Iterator[str]:
    """The ids on a page and those after it."""
    while url:
        text = client.get(url).text
        yield from re.findall(r">(v\d{4})<", text)
        found = re.search(r'rel="next" href="([^"]+)"', text)
        url = unescape(found[1]) if found else ""


def rows(visits: Path) -> list[dict[str, object]]:
    table = medloom.open(visits).dataset("visits").to_table()
    found: list[dict[str, object]] = table.to_pylist()
    return found


def test_pages_hold_every_row_once_in_order(client: TestClient, visits: Path) -> None:
    ids = [str(one["id"]) for one in rows(visits)]
    assert list(every_page(client, "/t/visits?show=id")) == ids
    assert list(every_page(client, "/t/visits?show=id&rows=7")) == ids


@pytest.mark.parametrize("column", ["age", "score", "site", "id", "text"])
@pytest.mark.parametrize("down", ["", "1"])
def test_rows_are_sorted_with_empty_values_last(
    client: TestClient, visits: Path, column: str, down: str
) -> None:
    table = medloom.open(visits).dataset("visits").to_table()
    values = dict(zip(table["id"].to_pylist(), table[column].to_pylist(), strict=True))
    found = list(every_page(client, f"/t/visits?show=id&sort={column}&down={down}"))
    in_order = [values[one] for one in found]
    full = [one for one in in_order if one is not None]
    assert full == sorted(full, reverse=bool(down))
    assert in_order[len(full) :] == [None] * table[column].null_count
    assert len(found) == table.num_rows


@pytest.mark.parametrize(
    ("filters", "holds"),
    [
        ([("site", "is", "north")], lambda r: r["site"] == "north"),
        ([("site", "not", "north")], lambda r: r["site"] != "north"),
        ([("text", "has", "COUGH")], lambda r: "cough" in r["text"].lower()),
        ([("age", "ge", "50"), ("age", "le", "60")], lambda r: 50 <= r["age"] <= 60),
        ([("score", "empty", "")], lambda r: r["score"] is None),
        (
            [("score", "full", ""), ("site", "is", "east")],
            lambda r: r["score"] is not None and r["site"] == "east",
        ),
        ([("text", "is", "it's")], lambda r: r["text"] == "it's"),
        ([("text", "has", "' OR 1=1 --")], lambda r: False),
        ([("text", "has", "%")], lambda r: "%" in r["text"]),
    ],
)  # fmt: skip
def test_filters_leave_what_fits(client: TestClient, visits: Path, filters, holds) -> None:  # type: ignore[no-untyped-def]
    view = View("visits", columns=("id",), filters=tuple(Filter(*one) for one in filters))
    wanted = [row["id"] for row in rows(visits) if holds(row)]
    assert list(every_page(client, view.url())) == wanted
    down = view.url(sort="id", down=True)
    assert list(every_page(client, down)) == sorted(wanted, reverse=True)


@pytest.mark.parametrize(
    "query",
    ["sort=nothing", "c=nothing&o=is&v=1", "c=age&o=like&v=1", "c=age&o=is&v=old",
     "c=age&o=is&v=99999999999999999999", "c=age&o=has&v=1"],
)  # fmt: skip
def test_what_does_not_fit_is_told(client: TestClient, query: str) -> None:
    page = client.get(f"/t/visits?{query}")
    assert page.status_code == 400
    assert 'class="told"' in page.text


@pytest.mark.parametrize(
    "query",
    ["start=-5", "start=x", "start=99999", "rows=0", "rows=99999999", "show=nothing", "c=&o=&v=",
     "start=" + "9" * 30, "start=٣"],
)  # fmt: skip
def test_odd_urls_show_a_page(client: TestClient, query: str) -> None:
    assert client.get(f"/t/visits?{query}").status_code == 200


def test_a_view_comes_back_from_its_url() -> None:
    view = View(
        "visits",
        columns=("id", "a&b"),
        sort="age",
        down=True,
        filters=(Filter("text", "has", "x=1&y"), Filter("score", "empty"), Filter("a", "is", "")),
        start=100,
        rows=20,
    )
    query = view.url().partition("?")[2]
    assert View.of("visits", QueryParams(query)) == view
    assert set(OPERATORS) >= {one.operator for one in view.filters}


def test_a_profile_says_what_a_column_holds(visits: Path) -> None:
    dataset = medloom.open(visits).dataset("visits")
    table = dataset.to_table()
    age, site, score = (profile(dataset, name) for name in ("age", "site", "score"))
    assert (age.low, age.high) == tuple(pc.min_max(table["age"]).as_py().values())
    assert sum(age.bins) == table.num_rows
    assert dict(site.top) == {
        one["values"]: one["counts"] for one in pc.value_counts(table["site"]).to_pylist()
    }
    assert score.nulls == table["score"].null_count
    assert profile(dataset, "id").top == []  # all different: nothing to choose


def test_every_column_of_a_table_has_a_profile(client: TestClient, visits: Path) -> None:
    for name in medloom.open(visits).dataset("visits").schema.names:
        assert client.get("/t/visits/profile", params={"column": name}).status_code == 200
    assert client.get("/t/visits/profile", params={"column": "nothing"}).status_code == 404


def test_a_person_filters_sorts_and_turns_pages(browser: Browser, served: Served) -> None:
    browser.go(f"{served.place}/t/visits")
    browser.until("document.querySelectorAll('aside .facet a').length > 2")
    browser.follow("aside .facet a")  # a facet of the sites
    assert "site is" in browser.text("[aria-label=Filters]")
    chosen = browser.text("[aria-label=Filters] li").split()[2]
    browser.run(
        "document.getElementById('f-c').value = 'age'; document.getElementById('f-o').value = 'ge'"
    )
    browser.click("#f-v")
    browser.type("50")
    browser.run("window.__old = true")
    browser.press("Enter", 13, "\r")
    browser.settle()
    assert browser.run("document.querySelectorAll('[aria-label=Filters] li').length") == 2
    browser.follow("thead th:nth-child(3) a")
    assert (
        browser.run("document.querySelector('th[aria-sort]').getAttribute('aria-sort')")
        == "ascending"
    )
    cells = browser.run("[...document.querySelectorAll('tbody tr')].map(r => r.cells[2].innerText)")
    assert cells == sorted(cells, key=int)
    assert min(map(int, cells)) >= 50
    sites = browser.run(
        "[...new Set([...document.querySelectorAll('tbody tr')].map(r => r.cells[1].innerText))]"
    )
    assert sites == [chosen]
    browser.follow("[aria-label=Filters] a")
    assert browser.run("document.querySelectorAll('[aria-label=Filters] li').length") == 1
    browser.run("window.__old = true")
    browser.press("n", 78, "n")
    browser.settle()
    assert "start=50" in browser.url()
    browser.run("window.__old = true")
    browser.press("p", 80, "p")
    browser.settle()
    assert "start" not in browser.url()


def test_columns_are_chosen(browser: Browser, served: Served) -> None:
    browser.go(f"{served.place}/t/visits")
    browser.click(".pop summary")
    browser.until("document.querySelector('.pop').open")
    browser.run(
        "document.querySelectorAll('.pop input[type=checkbox]').forEach(c => c.checked = false)"
    )
    browser.click(".pop input[value=score]")
    browser.follow(".pop button.main")
    assert browser.text("thead").split() == ["score"]
    assert "show=score" in browser.url()
