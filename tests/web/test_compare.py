"""Two builds side by side: what the differences say is on the page."""

from pathlib import Path

from fastapi.testclient import TestClient

import medloom
from medloom.publish.differences import difference
from tests.web.conftest import build, client_of


def wait(client: TestClient, url: str) -> str:
    """The page, once it is made."""
    while "Comparing" in (text := client.get(url).text):
        pass
    return text


def test_the_last_two_builds_are_compared(client: TestClient, visits: Path) -> None:
    found = difference(medloom.open(visits, 1), medloom.open(visits, 2))
    text = wait(client, "/compare")
    assert found.made
    for told in found.made:
        assert told in text
    for one in found.tables:
        assert f"{one.added} added, {one.removed} removed, {one.changed} changed" in text
        for reasons in one.why.values():
            assert all(why in text for why in reasons)


def test_builds_are_chosen_and_wrong_ones_told(client: TestClient) -> None:
    assert "Nothing: the same recipe" in wait(client, "/compare?before=2&after=2")
    answer = client.get("/compare?before=1&after=9")
    assert answer.status_code == 400
    assert "no finished build 9; builds: 1, 2" in answer.text
    assert client.get("/compare?before=x").status_code == 400


def test_one_build_has_nothing_beside_it(tmp_path: Path) -> None:
    client = client_of(build(tmp_path, 30))
    assert "There is one build only" in client.get("/compare").text
