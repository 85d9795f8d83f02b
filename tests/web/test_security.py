"""Nobody but the browser that has the link sees a page, and pages run nothing of a row."""

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from medloom.web.app import create_app
from medloom.web.settings import LOOPBACK, Settings
from tests.web.chromium import Browser
from tests.web.conftest import HOSTILE, Served, client_of

PAGES = ["/", "/t/visits", "/sql", "/lineage", "/compare", "/build", "/t/visits/profile?column=age"]


def fresh(visits: Path, **more: object) -> tuple[TestClient, Settings]:
    settings = Settings(hosts=(*LOOPBACK, "testserver"), **more)  # type: ignore[arg-type]
    return TestClient(create_app(str(visits), settings)), settings


@pytest.mark.parametrize("page", [*PAGES, "/nothing", "/image/visits/bytes?id=v1", "/search?q=a"])
def test_no_page_without_the_cookie(visits: Path, page: str) -> None:
    client, _ = fresh(visits)
    for answer in (client.get(page), client.head(page), client.get(page, params={"token": "x"})):
        assert answer.status_code == 403
        assert "v0013" not in answer.text
        assert "set-cookie" not in answer.headers


def test_the_link_works_once_and_a_new_one_is_announced(visits: Path) -> None:
    announced: list[str] = []
    client, settings = fresh(visits, announce=announced.append)
    token = settings.token
    first = client.get("/", params={"token": token})
    assert first.status_code == 200
    assert re.search("HttpOnly; SameSite=Strict", first.headers["set-cookie"])
    assert client.get("/").status_code == 200
    stranger = TestClient(client.app)
    assert stranger.get("/", params={"token": token}).status_code == 403
    assert len(announced) == 1
    assert announced[0] != token
    assert stranger.get("/").status_code == 403
    assert len(announced) == 1  # the new one has not been used: nobody can fill the terminal
    assert stranger.get("/", params={"token": announced[0]}).status_code == 200


def test_the_link_leads_nowhere_else(visits: Path) -> None:
    client, settings = fresh(visits)
    answer = client.get("http://testserver//evil.example/a", params={"token": settings.token})
    assert answer.status_code == 200
    assert 'href="/evil.example/a"' in answer.text
    assert "//evil.example" not in answer.text


def test_an_empty_token_opens_nothing(visits: Path) -> None:
    client, settings = fresh(visits)
    client.get("/", params={"token": settings.token})
    stranger = TestClient(client.app)
    for query in ("?token=", "?token", "?token=&token=", ""):
        assert stranger.get(f"/{query}").status_code == 403


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "", "localhost@evil.example", "[", "0.0.0.0"]
)
def test_other_names_of_the_server_are_refused(visits: Path, host: str) -> None:
    client = client_of(visits)
    for path in ("/", "/static/medloom.css"):
        assert client.get(path, headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["localhost:9000", "127.0.0.1", "[::1]:80", "LOCALHOST"])
def test_the_names_of_this_computer_are_known(visits: Path, host: str) -> None:
    client, settings = fresh(visits)
    cookie = {"cookie": f"{settings.cookie}={settings.session}", "host": host}
    assert client.get("/", headers=cookie).status_code == 200


def test_each_post_proves_that_it_is_of_the_session(visits: Path) -> None:
    client = client_of(visits)
    token = client.headers.pop("x-csrf-token")
    query = {"q": "select 1 from visits"}
    assert client.post("/sql", data=query).status_code == 403
    assert client.post("/sql", data={**query, "csrf": "x"}).status_code == 403
    assert client.post("/sql", content=b"csrf=" + token.encode()).status_code == 403
    for headers in (
        {"origin": "http://evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"origin": "null"},
    ):
        assert (
            client.post("/sql", data={**query, "csrf": token}, headers=headers).status_code == 403
        )
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
        assert client.request(method, "/sql").status_code == 403
    good = {"origin": "null", "sec-fetch-site": "same-origin"}
    assert client.post("/sql", data={**query, "csrf": token}, headers=good).status_code == 200
    good = {"origin": "http://testserver"}
    assert client.post("/sql", data={**query, "csrf": token}, headers=good).status_code == 200
    parts = {name: (None, value) for name, value in {**query, "csrf": token}.items()}
    assert client.post("/sql", files=parts).status_code == 200


def test_large_bodies_are_refused(visits: Path) -> None:
    client = client_of(visits)
    client.app.state.settings.most_body_bytes = 1000  # type: ignore[attr-defined]
    assert client.post("/sql", data={"q": "a" * 2000}).status_code == 413


@pytest.mark.parametrize("page", [*PAGES, "/nothing", "/static/medloom.css"])
def test_policies_stand_on_every_answer(client: TestClient, page: str) -> None:
    headers = client.get(page).headers
    policy = headers["content-security-policy"]
    assert "unsafe" not in policy
    assert {"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"} <= set(
        policy.split("; ")
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("page", [one for one in PAGES if one != "/build"])
def test_pages_have_no_inline_script_or_style(client: TestClient, page: str) -> None:
    text = client.get(page).text
    assert not re.search(r"<style|<[^>]*\s(style|on\w+)=|<script(?![^>]* src=)|javascript:", text)


@pytest.mark.parametrize(
    "path",
    ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2f..%2fpyproject.toml",
     "/static//etc/passwd", "/t/..%2f..%2fledger", "/t/visits%7Echanged", "/t/ledger%2Frows"],
)  # fmt: skip
def test_paths_lead_to_no_file(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_hostile_rows_are_text(client: TestClient) -> None:
    text = client.get("/t/visits", params={"c": "id", "o": "is", "v": "v0013"}).text
    assert HOSTILE not in text
    assert "&lt;script&gt;document.title" in text
    reflected = client.get("/t/visits", params={"c": "text", "o": "has", "v": HOSTILE}).text
    assert HOSTILE not in reflected


def test_faults_show_no_inside(visits: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(hosts=("testserver",))
    client = TestClient(create_app(str(visits), settings), raise_server_exceptions=False)
    client.get("/", params={"token": settings.token})
    client.app.state.memory = object()  # type: ignore[attr-defined]
    answer = client.get("/t/visits")
    assert answer.status_code == 500
    assert "AttributeError" in answer.text
    assert "Traceback" not in answer.text
    assert "medloom/web" not in answer.text


def test_a_browser_runs_nothing_of_a_row(browser: Browser, served: Served) -> None:
    before = len(browser.complaints())
    browser.go(f"{served.place}/t/visits?c=id&o=is&v=v0013")
    assert "<script>document.title='owned'" in browser.text(".rows")
    assert browser.run("document.title") == "visits · Medloom"
    assert browser.run("document.cookie") == ""
    assert browser.complaints()[before:] == []
    assert browser.run("try { eval('1') } catch (e) { 'refused' }") in ("refused", 1)
    blocked = browser.run(
        "new Promise(done => { document.addEventListener('securitypolicyviolation',"
        " e => done(e.effectiveDirective)); const s = document.createElement('script');"
        " s.textContent = 'window.bad = 1'; document.body.append(s);"
        " setTimeout(() => done('ran'), 2000) })"
    )
    assert blocked.startswith("script-src")
    assert browser.run("window.bad === undefined") is True
