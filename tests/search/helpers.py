"""Small collections to search, built from JSON lines."""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import medloom

RECIPE = """\
name: test
tables:
  docs:
    read: {jsonl: "{input}"}
"""


def write(folder: Path, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows as one source."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows))


def build(folder: Path, rows: Iterable[Mapping[str, Any]], into: str | None = None) -> str:
    """A collection with one table `docs` of these rows; a second call with more rows grows it."""
    recipe = folder / "r.yaml"
    recipe.parent.mkdir(parents=True, exist_ok=True)
    recipe.write_text(RECIPE)
    given = folder / "in"
    number = len(list(given.glob("*.jsonl"))) if given.is_dir() else 0
    write(given, f"{number:03}.jsonl", rows)
    return rebuild(folder, into)


def rebuild(folder: Path, into: str | None = None) -> str:
    """Build again from what is in the folder of sources now."""
    place = into or str(folder / "c")
    medloom.build(folder / "r.yaml", input=folder / "in", into=place, workers=1)
    return place


def in_a_process(code: str, *arguments: str) -> "subprocess.Popen[str]":
    """Run Python code in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
