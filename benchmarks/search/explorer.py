"""`medloom serve`: from nothing to the first page, and pages of a table of a million rows.

Peers were measured by hand, the same way (a fresh environment, `pip install`, until a page comes):
FiftyOne did not start without a database daemon, Label Studio took 177 s and 811 MB.
"""

import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from http.cookiejar import CookieJar
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from statistics import median

from fastapi.testclient import TestClient
from packaging.requirements import Requirement

from benchmarks.common import Figure
from benchmarks.search._million import N_ROWS, million
from medloom.web.app import create_app
from medloom.web.settings import Settings

_ROUNDS = 3
_PAGES = {
    "the first rows": "/t/passages",
    "rows in the middle": "/t/passages?start=500000",
    "sorted by a number": "/t/passages?sort=year&down=1",
    "sorted by a text": "/t/passages?sort=journal",
    "filtered by a number": "/t/passages?c=year&o=ge&v=2020",
    "filtered by a value": "/t/passages?c=journal&o=is&v=Journal+of+dose+risk",
    "filtered by words": "/t/passages?c=text&o=has&v=renal+acute",
    "filtered and sorted": "/t/passages?c=license&o=is&v=CC0&sort=score",
    "the last page": "/t/passages?start=1000000",
    "a column: numbers": "/t/passages/profile?column=score",
    "a column: values": "/t/passages/profile?column=journal",
    "a column: texts": "/t/passages/profile?column=text",
    "at a glance": "/t/passages/glance",
    "home": "/",
    "lineage": "/lineage",
}


def measure(data: Path, peers_env: Path | None) -> list[Figure]:
    """Measure pages, the start, and a fresh installation."""
    with tempfile.TemporaryDirectory() as folder:
        made = million(Path(folder))
        return [*_pages(made), *_start(made, sys.executable, ""), *_install(made, Path(folder))]


def _pages(made: Path) -> Iterator[Figure]:
    """Wall time in the server, the first time (nothing is remembered) and after it."""
    settings = Settings(hosts=("testserver",))
    client = TestClient(create_app(str(made), settings))
    client.get("/", params={"token": settings.token})
    client.get("/t/passages?show=id")  # the engine is awake
    data = f"{N_ROWS:,} synthetic rows"
    later: list[float] = []
    for what, url in _PAGES.items():
        first, *others = (_timed(lambda url=url: client.get(url)) for _ in range(1 + 7))
        later += [wall for wall, _ in others]
        wall = median(wall for wall, _ in others)
        page = f"{what}; {data}"
        yield Figure("explorer", "medloom", "ms, once remembered", wall, 7, data=page, goal=200)
        told = f"{first[1]:.0f} ms of CPU the first time"
        yield Figure("explorer", "medloom", "ms, first time", first[0], 1, data=page, note=told)
    later.sort()
    worst = later[int(0.95 * len(later))]
    yield Figure(
        "explorer", "medloom", "ms, p95 of all pages", worst, len(later), data=data, goal=200
    )


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000


def _start(made: Path, python: str, where: str) -> Iterator[Figure]:
    """Seconds from the command to the whole first page."""
    seconds = median(first_page(made, python) for _ in range(_ROUNDS))
    data = f"{N_ROWS:,} synthetic rows"
    yield Figure(
        "explorer", "medloom", f"s to the first page{where}", seconds, _ROUNDS, data=data, goal=2
    )


def first_page(made: Path, python: str) -> float:
    """Start the command, open its link, read the first page; give the seconds."""
    start = time.perf_counter()
    command = [python, "-m", "medloom", "serve", str(made), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        link = process.stdout.readline().split()[-1]
        jar = urllib.request.HTTPCookieProcessor(CookieJar())
        opener = urllib.request.build_opener(jar)
        opener.open(link).read()
        page = opener.open(link.partition("?")[0]).read()
        seconds = time.perf_counter() - start
        process.terminate()
    assert b"passages" in page
    return seconds


def _install(made: Path, folder: Path) -> Iterator[Figure]:
    """A fresh environment: seconds from `pip install` to the first page, and megabytes."""
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-m", "venv", str(folder / "env")], check=True)
    python = str(folder / "env" / "bin" / "python")
    start = time.perf_counter()
    install = [python, "-m", "pip", "install", "--quiet", f"{root}[serve]"]
    subprocess.run(install, check=True)
    first_page(made, python)
    seconds = time.perf_counter() - start
    told = "with the core and its dependencies, from the package index"
    yield Figure("explorer", "medloom", "s: install to first page", seconds, 1, goal=60, note=told)
    core, all_ = closure("medloom", ()), closure("medloom", ("serve",))
    size = sum(map(megabytes, all_ - core))
    told = ", ".join(sorted(all_ - core))
    yield Figure("explorer", "medloom", "MB beyond the core", size, 1, goal=100, note=told)


def closure(name: str, extras: tuple[str, ...]) -> set[str]:
    """All packages that one needs, itself too."""
    found: set[str] = set()
    waiting = [(name, extras)]
    while waiting:
        one, wanted = waiting.pop()
        try:
            required = distribution(one).requires or []
        except PackageNotFoundError:
            continue
        found.add(one.lower())
        for text in required:
            need = Requirement(text)
            if need.marker and not any(
                need.marker.evaluate({"extra": extra}) for extra in (*wanted, "")
            ):
                continue
            if need.name.lower() not in found:
                waiting.append((need.name, tuple(need.extras)))
    return found


def megabytes(name: str) -> float:
    """The size of an installed package."""
    files = distribution(name).files or []
    return sum(path.stat().st_size for one in files if (path := Path(one.locate())).exists()) / 1e6
