"""Run the ```console blocks of a page again, so that they show what the code does now.

A block holds commands after `$ ` and what they answer. They run in a folder of their own where
`medloom-demo` is the demo's collection and `articles` holds four of its articles. Blocks of Python
or YAML whose first line is a comment with a file name are written there first.
"""

import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from medloom import demo
from medloom.cli import main

BLOCK = "```console\n"
_FENCED = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_FILE = re.compile(r"# ([\w./-]+\.(?:py|yaml|txt))\n")
_COMMAND = re.compile(r"^\$ ((?:.*\\\n)*.*)$", re.MULTILINE)
_ARTICLES = ("PMC990000001", "PMC990000002", "PMC990000021", "PMC990000025")
_WIDTH = "96"


def refreshed(text: str) -> str:
    """A page with the answers that its commands give now."""
    with tempfile.TemporaryDirectory(prefix="medloom-docs-") as folder, _at(Path(folder)):
        return _FENCED.sub(_block, text)


def commands(text: str, languages: tuple[str, ...] = ("console", "sh")) -> list[str]:
    """The commands that a page shows, one string each."""
    found = []
    for block in _FENCED.finditer(text):
        if block[1] not in languages:
            continue
        body = block[2] if block[1] == "console" else re.sub(r"(?m)^(?!\s|#|$)", "$ ", block[2])
        found += [one.replace("\\\n", " ") for one in _COMMAND.findall(body)]
    return found


def _block(block: re.Match[str]) -> str:
    language, body = block[1], block[2]
    if language in ("python", "yaml") and (name := _FILE.match(body)):
        Path(name[1]).write_text(body, encoding="utf-8")
    if language != "console":
        return block[0]
    answers = (f"$ {shown}\n{_answer(shown)}" for shown in _COMMAND.findall(body))
    return f"{BLOCK}{''.join(answers)}```"


def _answer(command: str) -> str:
    line, _, head = command.replace("\\\n", " ").partition(" | head -n ")
    words = shlex.split(line)
    given = {}
    while "=" in words[0]:  # MEDLOOM_SECRET=... medloom
        name, _, value = words.pop(0).partition("=")
        given[name] = value
    if words[0] != "medloom":
        subprocess.run(line, shell=True, check=True)
        return ""
    with _environ(given):
        answer = run_medloom(words[1:])
    lines = [one.rstrip() for one in answer.strip("\n").split("\n")] if answer.strip() else []
    return "".join(f"{one}\n" for one in (lines[: int(head)] if head else lines))


@contextlib.contextmanager
def _environ(given: dict[str, str]) -> Iterator[None]:
    """Set variables for one command; the folder of the page can be imported from already."""
    before = dict(os.environ)
    os.environ.update({name: value for name, value in given.items() if name != "PYTHONPATH"})
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def run_medloom(arguments: list[str]) -> str:
    """What a command prints; of one that fails, also what it says of the error."""
    out, told = io.StringIO(), io.StringIO()
    before, sys.argv = sys.argv, ["medloom", *arguments]
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(told):
            main()
    except SystemExit as stop:
        if stop.code:
            return out.getvalue() + told.getvalue()
    finally:
        sys.argv = before
    return out.getvalue()


@contextlib.contextmanager
def _at(folder: Path) -> Iterator[None]:
    """Be in a folder as a user would, with the demo in it."""
    here, environment = Path.cwd(), dict(os.environ)
    os.environ.update(COLUMNS=_WIDTH, PYTHONPATH=f"{folder}:{environment.get('PYTHONPATH', '')}")
    sys.path.insert(0, str(folder))
    shutil.copytree(demo_collection(), folder / "medloom-demo")
    for name in _ARTICLES:
        shutil.copytree(demo.path() / name, folder / "articles" / name)
    shutil.copytree(demo.path() / "PMC990000005", folder / "more" / "PMC990000005")
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(here)
        os.environ.clear()
        os.environ.update(environment)
        sys.path.remove(str(folder))
        for name, module in list(sys.modules.items()):
            if str(getattr(module, "__file__", "")).startswith(str(folder)):
                del sys.modules[name]


@cache
def demo_collection() -> Path:
    """A folder with the demo's collection, built once."""
    folder = Path(tempfile.mkdtemp(prefix="medloom-docs-")) / "medloom-demo"
    run_medloom(["demo", str(folder)])
    return folder
