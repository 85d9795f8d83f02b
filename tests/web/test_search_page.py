"""The search page over a real index: hits, marks, facets, pages, and queries that make no sense."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from medloom.search.index import index
from medloom.web.pages.search import Asked
from tests.web.conftest import Served, browsing, build, client_of, serving


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Visits with an index."""
    folder = build(tmp_path_factory.mktemp("indexed"), 120)
    index(str(folder))
    return folder


@pytest.fixture(scope="module")
def client(indexed: Path) -> TestClient:
    return client_of(indexed)


@pytest.fixture(scope="module")
def served_index(indexed: Path) -> Iterator[Served]:
    with serving(indexed) as made:
        yield made


def test_hits_have_marks_and_links(client: TestClient) -> None:
    text = client.get("/search", params={"q": "cough", "table": "visits"}).text
    assert "<mark>cough</mark>" in text
    assert "/t/visits/r?id=v00" in text
    assert 'rel="next"' in text


def test_what_rows_hold_stays_text(client: TestClient) -> None:
    text = client.get("/search", params={"q": "script alert more"}).text
    assert "<script>document" not in text
    assert "<img src=x" not in text
    query = "<script>alert(1)</script>"
    assert query not in client.get("/search", params={"q": query}).text


def test_a_facet_narrows_down_and_is_taken_back(client: TestClient) -> None:
    asked = {"q": "cough", "table": "visits"}
    every = client.get("/search", params=asked).text
    assert "site%3Dnorth" in every
    some = client.get("/search", params={**asked, "f": "site=north"})
    assert some.status_code == 200
    assert 'aria-current="true">✕ north' in some.text
    assert "✕ south" not in some.text


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"q": "fever AND"}, "nothing follows AND"),
        ({"q": "a" * 6000}, "5,000 are the most"),
        ({"q": "cough", "f": "nothing=1"}, "no column"),
        ({"q": "nofield:cough"}, "nofield"),
    ],
)
def test_what_makes_no_sense_is_told(client: TestClient, query: dict[str, str], told: str) -> None:
    answer = client.get("/search", params=query)
    assert answer.status_code == 400
    assert told in answer.text


@pytest.mark.parametrize("wrong", ["x' OR '1'='1", "north'; drop", "%", "\\"])
def test_a_facet_is_a_value_and_never_a_condition(client: TestClient, wrong: str) -> None:
    answer = client.get("/search", params={"q": "cough", "table": "visits", "f": f"site={wrong}"})
    assert answer.status_code == 200
    assert "Nothing was found" in answer.text


@pytest.mark.parametrize("page", ["0", "-1", "x", "999999", "²"])
def test_any_page_number_is_answered(client: TestClient, page: str) -> None:
    assert client.get("/search", params={"q": "cough", "page": page}).status_code == 200


def test_why_shows_the_parts(client: TestClient) -> None:
    text = client.get("/search", params={"q": "cough", "why": "1"}).text
    assert 'class="scores"' in text
    assert "bm25" in text


def test_without_an_index_the_page_says_how_to_make_one(visits: Path) -> None:
    answer = client_of(visits).get("/search", params={"q": "cough"})
    assert answer.status_code == 200
    assert "medloom index" in answer.text


def test_the_url_holds_the_state() -> None:
    asked = Asked("a b", ("t",), "lexical", ("year=2014",), "", 3, True)
    assert asked.url() == "/search?q=a+b&table=t&mode=lexical&f=year%3D2014&why=1"
    assert asked.with_facet("year", 2014) == "/search?q=a+b&table=t&mode=lexical&why=1"


def test_a_reader_searches_narrows_down_and_opens_a_row(
    served_index: Served, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with browsing(served_index, tmp_path_factory.mktemp("profile")) as reader:
        reader.go(f"{served_index.place}/search?q=cough&table=visits")
        reader.follow('.facet a[href*="site%3Dsouth"]')
        assert "f=site%3Dsouth" in reader.url()
        reader.follow("nav[aria-label='Pages of hits'] a[rel=next]")
        assert "page=2" in reader.url()
        assert "f=site%3Dsouth" in reader.url()
        reader.follow(".hits h2 a")
        assert "/t/visits/r?id=" in reader.url()
        assert "south" in reader.text()
        assert not [one for one in reader.complaints() if "favicon" not in one]
