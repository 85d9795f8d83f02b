"""The lineage page shows what made each table and leads to every lost row."""

import re
from html import unescape
from pathlib import Path

from fastapi.testclient import TestClient

import medloom
from medloom.web.lineage.flow import flow
from medloom.web.lineage.graph import graph
from medloom.web.lineage.nodes import nodes
from tests.web.chromium import Browser
from tests.web.conftest import Served


def test_tables_stand_after_their_parents(visits: Path) -> None:
    known = nodes(medloom.open(visits))
    assert [(one.name, one.parent, one.depth) for one in known] == [
        ("visits", None, 0),
        ("adults", "visits", 1),
    ]
    assert known[0].settings["keep_only"]["least"] == 30


def test_pictures_name_every_table_and_escape_it(visits: Path) -> None:
    known = nodes(medloom.open(visits))
    known[0].name = "<b>&"
    known[1].parent = "<b>&"
    for picture in (flow(known), graph(known)):
        assert "<b>" not in picture
        assert "adults" in picture


def test_every_lost_row_is_reached(client: TestClient, visits: Path) -> None:
    lost = medloom.open(visits).lost("visits")
    assert lost.num_rows > 30
    page = client.get("/lineage").text
    links = [unescape(one) for one in re.findall(r'href="(/lineage/lost/visits[^"]*)"', page)]
    assert links == ["/lineage/lost/visits?step=keep_only&outcome=dropped"]
    found: list[str] = []
    url = links[0]
    while url:
        text = client.get(url).text
        found += re.findall(r"<b>(v\d{4})</b>", text)
        after = re.search(r'rel="next" href="([^"]+)"', text)
        url = unescape(after[1]) if after else ""
    assert found == lost["row_id"].to_pylist()
    assert "is less than 30" in text


def test_rows_of_no_step_are_none(client: TestClient) -> None:
    assert "No row." in client.get("/lineage/lost/visits?step=nothing").text
    assert "No row." in client.get("/lineage/lost/visits?step=' OR 1=1").text
    assert client.get("/lineage/lost/nothing").status_code == 404


def test_a_person_goes_from_the_picture_to_a_lost_row(browser: Browser, served: Served) -> None:
    browser.go(f"{served.place}/")
    browser.run("window.__old = true")
    browser.run(
        "document.querySelector('.flow a').dispatchEvent(new MouseEvent('click', {bubbles: true}))"
    )
    browser.settle()
    assert browser.url().endswith("/lineage#visits")
    browser.follow("#visits td a")
    browser.click("details.lost summary")
    browser.until("document.querySelector('details.lost').open")
    assert "is less than 30" in browser.text("details.lost dl")
    assert "0.csv" in browser.text("details.lost dl")
