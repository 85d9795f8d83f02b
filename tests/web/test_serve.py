"""The command: it prints a link, answers, and stops cleanly."""

import signal
import socket
import urllib.request
from pathlib import Path

from click.testing import CliRunner

from medloom.cli import app
from medloom.errors import CollectionError, MissingExtraError
from tests.web.conftest import Served, start


def test_ctrl_c_stops_cleanly(visits: Path) -> None:
    process = start(visits)
    assert process.stdout is not None
    assert process.stderr is not None
    link = process.stdout.readline().split()[-1]
    with urllib.request.urlopen(link) as answer:
        assert answer.status == 200
    process.send_signal(signal.SIGINT)
    process.wait(30)
    assert process.stderr.read() == ""
    assert process.returncode == 0


def test_it_listens_on_the_loopback_only(served: Served) -> None:
    port = int(served.place.rpartition(":")[2])
    with socket.socket() as other:
        other.settimeout(5)
        assert other.connect_ex(("127.0.0.2", port)) != 0
    assert served.place.startswith("http://127.0.0.1:")


def test_what_is_wrong_is_told_without_a_traceback(visits: Path, tmp_path: Path) -> None:
    missing = CliRunner().invoke(app, ["serve", str(tmp_path)])
    assert isinstance(missing.exception, CollectionError)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        found = CliRunner().invoke(app, ["serve", str(visits), "--port", port])
    assert isinstance(found.exception, CollectionError)
    assert "--port 0" in str(found.exception)


def test_a_missing_extra_is_named(visits: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("medloom.web.serving.find_spec", lambda name: None)
    found = CliRunner().invoke(app, ["serve", str(visits)])
    assert isinstance(found.exception, MissingExtraError)
    assert "pip install 'medloom[serve]'" in str(found.exception)
