"""A collection, a client with the cookie, and a browser in front of a served collection."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

import medloom
from tests.web.chromium import Browser, program

pytest.importorskip("fastapi")
pytest.importorskip("jinja2")

from fastapi.testclient import TestClient

from medloom.web.app import create_app
from medloom.web.settings import Settings

RECIPE = """
name: visits
tables:
  visits:
    about: One visit a row.
    read: {csv: {input: "{input}"}}
    steps:
      - keep_only: {reads: {value: age}, least: 30}
  adults:
    about: Visits of people over 40.
    from: visits
    steps:
      - keep_only: {reads: {value: age}, least: 40}
"""
HOSTILE = "<script>document.title='owned'</script><img src=x onerror=alert(1)> & more"


class Served(NamedTuple):
    """A collection that is served by `medloom serve`."""

    folder: Path
    link: str
    """The link that opens it once."""
    process: "subprocess.Popen[str]"

    @property
    def place(self) -> str:
        """The address without the token, and without a slash at its end."""
        return self.link.partition("/?")[0]


def lines(n_rows: int, first: int = 0) -> list[str]:
    """Lines of a CSV file of visits; the text of number 13 is hostile."""
    found = ["id,site,age,score,text"]
    for n in range(first, first + n_rows):
        text = HOSTILE if n == 13 else f"Patient {n} came with a cough and fever."
        score = "" if n % 7 == 0 else f"{n / 4}"
        found.append(f'v{n:04d},{("north", "south", "east")[n % 3]},{20 + n % 60},{score},"{text}"')
    return found


def build(folder: Path, *sizes: int, recipe: str = RECIPE) -> Path:
    """Build `folder/c` once a size, each with so many visits in one more file."""
    (folder / "in").mkdir(parents=True, exist_ok=True)
    (folder / "recipe.yaml").write_text(recipe)
    for size in sizes:
        n_files = len(list((folder / "in").iterdir()))
        text = "\n".join(lines(size, 1000 * n_files)) + "\n"
        (folder / "in" / f"{n_files}.csv").write_text(text)
        medloom.build(folder / "recipe.yaml", input=folder / "in", into=folder / "c", workers=0)
    return folder / "c"


@pytest.fixture(scope="session")
def visits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A collection of two builds: 160 visits, then 30 more; none may change it."""
    return build(tmp_path_factory.mktemp("visits"), 160, 30)


def client_of(folder: Path) -> TestClient:
    """A client that has opened the link and holds the cookie."""
    settings = Settings(hosts=("testserver",), sql_seconds=120)
    client = TestClient(create_app(str(folder), settings))
    assert client.get("/", params={"token": settings.token}).status_code == 200
    client.headers["x-csrf-token"] = settings.csrf
    return client


@pytest.fixture
def client(visits: Path) -> TestClient:
    """A client of the visits."""
    return client_of(visits)


@pytest.fixture(scope="session")
def served(visits: Path) -> Iterator[Served]:
    """The visits behind a real server."""
    with serving(visits) as made:
        yield made


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    """A collection behind a real server."""
    process = start(folder)
    assert process.stdout is not None
    yield Served(folder, process.stdout.readline().split()[-1], process)
    process.terminate()
    process.wait(60)
    process.stdout.close()
    if process.stderr is not None:
        process.stderr.close()


def start(folder: Path, *options: str) -> "subprocess.Popen[str]":
    """Run `medloom serve` on any free port; its first line ends with the link."""
    command = [sys.executable, "-m", "medloom", "serve", str(folder), "--port", "0", *options]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


@pytest.fixture(scope="session")
def browser(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser that has opened the link."""
    with browsing(served, tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@contextmanager
def browsing(served: Served, profile: Path) -> Iterator[Browser]:
    """A browser that has opened the link of a served collection."""
    if program() is None:
        pytest.skip("no Chromium here")
    with Browser(profile) as opened:
        opened.go(served.link)
        opened.until("!!document.querySelector('nav')")
        yield opened
