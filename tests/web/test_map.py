"""The map: the same picture each time, honest about what is left out, and a lasso that saves."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fastapi.testclient import TestClient

import medloom
from medloom.web.records import projection, subsets, vectors
from medloom.web.records.colours import NONE, coloured
from tests.web.conftest import Served, browsing, client_of, serving

N = 600
RECIPE = 'name: points\ntables:\n  rows: {read: {parquet: "{input}"}}\n'


@pytest.fixture(scope="module")
def points(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three groups far from each other; every fiftieth row lacks a vector, or has one of NaN."""
    folder = tmp_path_factory.mktemp("points")
    (folder / "in").mkdir()
    random = np.random.default_rng(4)
    group = np.arange(N) % 3
    centres = np.eye(3, 8) * 10
    values: list[list[float] | None] = [
        (centres[one] + random.normal(size=8)).tolist() for one in group
    ]
    for n in range(0, N, 100):
        values[n], values[n + 50] = None, [float("nan")] * 8
    table = pa.table(
        {
            "id": [f"r{n}" for n in range(N)],
            "text": [f"Row <b>{n}</b>" for n in range(N)],
            "group": [f"group {one}" for one in group],
            "number": np.arange(N) / 10,
            "embedding": pa.array(values, pa.list_(pa.float32())),
        }
    )
    pq.write_table(table, folder / "in" / "a.parquet")
    (folder / "recipe.yaml").write_text(RECIPE)
    medloom.build(folder / "recipe.yaml", input=folder / "in", into=folder / "c", workers=0)
    return folder / "c"


@pytest.fixture(scope="module")
def client(points: Path) -> TestClient:
    return client_of(points)


@pytest.fixture(scope="module")
def served_points(points: Path) -> Iterator[Served]:
    with serving(points) as made:
        yield made


def read(body: bytes) -> tuple[dict[str, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    size = int.from_bytes(body[:4], "little")
    told = json.loads(body[4 : 4 + size])
    n, start_ = told["n"], 4 + size
    xy = np.frombuffer(body, "<f4", 2 * n, start_).reshape(n, 2)
    return told, xy, np.frombuffer(body, "<u4", n, start_ + 8 * n)


def test_points_come_with_what_is_left_out(client: TestClient) -> None:
    answer = client.get("/map/rows/points", params={"v": "embedding", "colour": "group"})
    told, xy, places = read(answer.content)
    assert (told["n"], told["n_rows"], told["n_sampled"]) == (N - 12, N, N)
    assert np.abs(xy).max() == pytest.approx(1)
    assert 0.9 < told["explained"] <= 1
    assert sum(count for _, _, count in told["key"]) == N - 12
    assert 0 not in places
    assert 50 not in places
    assert 1 in places
    middles = np.array([xy[places % 3 == one].mean(axis=0) for one in range(3)])
    apart = min(np.linalg.norm(middles[a] - middles[b]) for a, b in ((0, 1), (0, 2), (1, 2)))
    spread = max(xy[places % 3 == one].std() for one in range(3))
    assert apart > 0.5
    assert spread < 1


def test_the_projection_is_that_of_another_library(points: Path) -> None:
    decomposition = pytest.importorskip("sklearn.decomposition")
    collection = medloom.open(str(points))
    which = vectors.of_table(collection, "rows")[0]
    made = projection.project(collection, which, "pca")
    read_ = list(vectors.read(collection, which, made.places))
    theirs = decomposition.PCA(2).fit_transform(np.concatenate([one.values for one in read_]))
    for axis in (0, 1):
        assert abs(np.corrcoef(made.points[:, axis], theirs[:, axis])[0, 1]) > 0.9999


def test_the_same_table_gives_the_same_picture(points: Path) -> None:
    collection = medloom.open(str(points))
    which = vectors.of_table(collection, "rows")[0]
    first = projection._projected(collection, which, projection.METHODS[0])
    again = projection._projected(collection, which, projection.METHODS[0])
    assert np.array_equal(first.points, again.points)


def test_a_sample_is_drawn_without_favour(points: Path) -> None:
    collection = medloom.open(str(points))
    which = vectors.of_table(collection, "rows")[0]
    drawn, n_rows = vectors.sample(collection, which, 200, 0)
    assert n_rows == N
    assert len(set(drawn.tolist())) == 200
    assert 230 < drawn.mean() < 370
    assert np.array_equal(drawn, vectors.sample(collection, which, 200, 0)[0])


def test_numbers_are_coloured_in_steps(points: Path) -> None:
    collection = medloom.open(str(points))
    made = coloured(collection, "rows", "number", np.arange(N))
    assert made.ordered
    assert len(made.key) == 8
    assert NONE not in made.codes
    assert max(count for _, _, count in made.key) <= N / 8 + 1


@pytest.mark.parametrize(
    "address",
    [
        "/map/nothing",
        "/map/rows/points?v=text",
        "/map/rows/points?v=../x",
        "/map/rows/point?row=-1",
        "/map/rows/point?row=99999999",
        "/subset/nothing",
        "/subset/..%2f..%2fmedloom",
        "/subset/medloom.json",
        "/subset/nothing/ids.json",
    ],
)
def test_what_is_not_there_is_not_found(client: TestClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_a_method_that_is_not_there_is_told(client: TestClient) -> None:
    answer = client.get("/map/rows/points", params={"v": "embedding", "method": "magic"})
    assert answer.status_code == 400
    assert "pca" in answer.text


def test_a_table_without_vectors_says_how_to_get_some(visits: Path) -> None:
    assert "medloom index" in client_of(visits).get("/map/visits").text


def test_a_subset_is_saved_once_and_given_back(client: TestClient, points: Path) -> None:
    given = {"name": "mine", "rows": [3, 1, 1, 2, 10**9, -5], "vectors": "embedding"}
    assert client.post("/map/rows/subset", json=given).json() == {"name": "mine", "rows": 3}
    held = json.loads((points / "subsets" / "mine.json").read_text())
    assert held["ids"] == ["r1", "r2", "r3"]
    assert held["table"] == "rows"
    assert held["build"] == 1
    assert client.get("/subset/mine/ids.txt").text == "r1\nr2\nr3\n"
    assert 'one_of: ["r1", "r2", "r3"]' in client.get("/subset/mine/ids.yaml").text
    assert client.get("/subset/mine/ids.exe").status_code == 404
    page = client.get("/subset/mine").text
    assert "Row &lt;b&gt;1&lt;/b&gt;" in page
    again = client.post("/map/rows/subset", json=given)
    assert again.status_code == 400
    assert "already" in again.json()["told"]
    assert subsets.names(medloom.open(str(points))) == ["mine"]


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".x", "x.json", "é", "a" * 65, "a b", "a\n"])
def test_a_subset_has_a_plain_name(client: TestClient, points: Path, name: str) -> None:
    answer = client.post("/map/rows/subset", json={"name": name, "rows": [1]})
    assert answer.status_code == 400
    assert not (points.parent / "x.json").exists()


def test_a_subset_needs_the_proof_of_a_form(client: TestClient) -> None:
    given = {"name": "stolen", "rows": [1]}
    answer = client.post("/map/rows/subset", json=given, headers={"x-csrf-token": "no"})
    assert answer.status_code == 403
    assert client.post("/map/rows/subset", json={"name": "x", "rows": "y"}).status_code == 400


def test_a_reader_draws_a_lasso_and_saves_the_rows(
    served_points: Served, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with browsing(served_points, tmp_path_factory.mktemp("profile")) as reader:
        reader.go(f"{served_points.place}/map/rows?colour=group")
        reader.until(f"document.querySelector('ml-map').dataset.ready === '{N - 12}'")
        x, y, w, h = reader.run(
            "(() => { const b = document.querySelector('ml-map').getBoundingClientRect();"
            "return [b.x, b.y, b.width, b.height]; })()"
        )
        corners = [(x + 5, y + 60), (x + w - 5, y + 60), (x + w - 5, y + h - 5), (x + 5, y + h - 5)]
        for kind, place in (
            ("mousePressed", corners[0]),
            *(("mouseMoved", one) for one in corners[1:]),
            ("mouseReleased", corners[3]),
        ):
            reader.do(
                "Input.dispatchMouseEvent",
                type=kind,
                x=place[0],
                y=place[1],
                button="left",
                clickCount=1,
            )
        reader.until("/^5[0-9][0-9] rows chosen/.test(document.querySelector('#map-chosen').value)")
        reader.click("#map-key input")
        reader.click("#map-view")
        reader.until("/^39[0-9] rows chosen/.test(document.querySelector('#map-chosen').value)")
        reader.click("#map-name")
        reader.type("lasso")
        reader.click("#map-save button")
        reader.until("!!document.querySelector('#map-saved a')")
        reader.follow("#map-saved a")
        assert reader.url().endswith("/subset/lasso")
        assert "rows of rows" in reader.text()
        assert not [one for one in reader.complaints() if "favicon" not in one]
    assert len(json.loads((served_points.folder / "subsets/lasso.json").read_text())["ids"]) > 300
