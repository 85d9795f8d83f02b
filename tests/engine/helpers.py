"""Small recipes and ways to compare collections."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import medloom


def recipe(path: Path, *steps: str, more: str = "") -> Path:
    """Write a recipe: passages of articles, then some steps on them."""
    lines = "\n".join(f"      - {step}" for step in ("passages", *steps))
    path.write_text(f"""\
name: test
tables:
  documents:
    read: {{jats: "{{input}}"}}
    store: false
  articles:
    from: documents
    steps: [articles]
  passages:
    from: documents
    steps:
{lines}
{more}""")
    return path


def rows(uri: Path, table: str) -> list[dict[str, Any]]:
    """All rows of a table, in order."""
    return [row for batch in medloom.open(uri).scan(table) for row in batch.to_pylist()]


def contents(uri: Path) -> dict[str, Any]:
    """Everything a collection holds, to compare two of them."""
    collection = medloom.open(uri)
    held: dict[str, Any] = {name: rows(uri, name) for name in collection.tables}
    held["ledger"] = collection.ledger
    held["lost"] = sorted(map(str, collection.lost().to_pylist()))
    return held


def is_balanced(uri: Path) -> bool:
    """Whether every table's ledger adds up."""
    return all(one.balanced for one in medloom.open(uri).ledger)


def start_build(recipe: Path, into: Path, given: Path, *more: str) -> subprocess.Popen[bytes]:
    """Start a build in a process of its own, to be killed."""
    command = [
        sys.executable,
        "-m",
        "medloom",
        "build",
        str(recipe),
        "--input",
        str(given),
        "--into",
        str(into),
        *more,
    ]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
