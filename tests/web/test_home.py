"""The first page says what is in a collection; pages are usable without a mouse and in the dark."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import medloom
from medloom.web.browsing.coverage import coverage
from tests.web.chromium import Browser
from tests.web.conftest import Served, build, client_of

PAGES = [
    "/",
    "/t/visits",
    "/t/visits?c=site&o=is&v=north&sort=age&down=1",
    "/t/visits?c=site&o=is&v=nowhere",
    "/sql",
    "/lineage",
    "/lineage/lost/visits",
    "/compare",
    "/nothing",
]


def test_the_first_page_counts_what_is_there(client: TestClient, visits: Path) -> None:
    collection = medloom.open(visits)
    text = client.get("/").text
    for one in collection.ledger:
        told = (
            f"{one.table}: {one.rows_in:,} rows in, {one.rows_out:,} kept, {one.dropped:,} dropped"
        )
        assert told in text
    for name in collection.tables:
        assert f'href="/t/{name}"' in text
    assert "adds up" in text


def test_coverage_is_the_share_of_values(visits: Path) -> None:
    dataset = medloom.open(visits).dataset("visits")
    parts = dict(coverage(dataset).columns)
    scores = dataset.to_table()["score"]
    assert parts["score"] == pytest.approx(1 - scores.null_count / len(scores))
    assert parts["id"] == 1.0


def test_each_table_is_seen_at_a_glance(client: TestClient) -> None:
    text = client.get("/t/visits/glance").text
    assert "score: " in text
    assert "<svg" in text


def test_a_new_build_is_told_and_shown_after_a_reload(tmp_path: Path) -> None:
    folder = build(tmp_path, 40)
    client = client_of(folder)
    n_rows = client.get("/t/visits?show=id").text.count("<tr>")
    assert client.get("/build").json() == {"build": 1}
    build(tmp_path, 60)
    assert client.get("/build").json() == {"build": 2}
    assert client.get("/t/visits?show=id&rows=500").text.count("<tr>") > n_rows
    assert 'build="2"' in client.get("/").text


def test_an_open_page_tells_of_a_new_build(browser: Browser, served: Served) -> None:
    browser.go(f"{served.place}/")
    browser.run("document.querySelector('ml-newest').setAttribute('build', '1')")
    browser.run("document.querySelector('ml-newest').look()")
    browser.until("document.querySelector('ml-newest').innerText.includes('Build 2 is there')")


def test_the_keyboard_reaches_all(browser: Browser, served: Served) -> None:
    browser.go(f"{served.place}/t/visits")
    browser.press("Tab", 9)
    assert browser.run("document.activeElement.className") == "skip"
    browser.press("Enter", 13, "\r")
    browser.until("document.activeElement.id === 'content'")
    seen = set()
    for _ in range(25):
        browser.press("Tab", 9)
        seen.add(browser.run("document.activeElement.id || document.activeElement.tagName"))
        outline = browser.run("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none" or browser.run("document.activeElement.tagName") in ("BODY",)
    assert {"f-c", "f-o", "f-v", "BUTTON", "SUMMARY", "A"} <= seen


@pytest.mark.parametrize("width", [380, 1280])
def test_no_page_is_wider_than_the_window(browser: Browser, served: Served, width: int) -> None:
    browser.resize(width, 800)
    try:
        for page in PAGES:
            browser.go(served.place + page)
            assert browser.run("document.documentElement.scrollWidth") <= width, page
    finally:
        browser.resize(1280, 860)


def axe_script() -> str | None:
    """The newest axe-core that a package here carries."""
    for package in ("axe_playwright_python", "axe_core_python"):
        spec = find_spec(package)
        if spec is not None and spec.submodule_search_locations:
            return Path(spec.submodule_search_locations[0], "axe.min.js").read_text("utf-8")
    return None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_pass_axe(browser: Browser, served: Served, scheme: str) -> None:
    """axe-core comes with a package that carries its script; without it there is nothing to ask."""
    axe = axe_script()
    if axe is None:
        pytest.skip("no package with axe-core is installed: axe-core-python")
    browser.scheme(scheme)
    try:
        for page in PAGES:
            browser.go(served.place + page)
            browser.until("!document.querySelector('ml-profile[src] > span.soft.small')")
            browser.run(axe)
            found = browser.run(
                "axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.map(v =>"
                " v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html + n.failureSummary).join()))"
            )
            assert found == [], page
    finally:
        browser.scheme("light")


def test_text_has_contrast(client: TestClient) -> None:
    """WCAG AA for every role of text on every ground, in both schemes."""
    style = client.get("/static/medloom.css").text
    schemes = [dict(re.findall(r"--([\w-]+): (#\w{6})", part)) for part in style.split("}")[:2]]
    assert all(len(one) > 15 for one in schemes)
    for colours in schemes:
        for text in ("ink", "soft", "accent", "good", "warn", "bad"):
            for ground in ("paper", "back", "raised", "hover", f"{text}-soft"):
                if ground in colours:
                    assert ratio(colours[text], colours[ground]) >= 4.5, (text, ground)


def ratio(one: str, other: str) -> float:
    """The contrast of two colours, as WCAG 2 defines it."""

    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
