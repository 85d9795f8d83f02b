"""A collection, a client with the cookie, and a browser in front of a served collection."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import medloom
from tests.web.chromium import Browser, program

pytest.importorskip("fastapi")
pytest.importorskip("jinja2")

from fastapi.testclient import TestClient  # noqa: E402

from medloom.web.app import create_app  # noqa: E402
from medloom.web.settings import Settings  # noqa: E402

RECIPE = """
name: visits
tables:
  visits:
    about: One visit a row.
    read: {csv: {where: "{input}"}}
    steps:
      - drop_short_text: {min_characters: 12}
"""
"""A recipe whose step drops rows."""


def rows(n_rows: int) -> list[str]:
    """Lines of a CSV file; each tenth text is too short, and one is hostile."""
    lines = ["id,site,age,score,text"]
    for n in range(n_rows):
        text = "short" if n % 10 == 9 else f"Patient {n} came with a cough and fever."
        if n == 3:
            text = "<script>document.title='owned'</script><b onclick=x>bold</b> & more"
        score = "" if n % 7 == 0 else f"{n / 4}"
        lines.append(f'v{n:04d},{("north", "south", "east")[n % 3]},{20 + n % 60},{score},"{text}"')
    return lines
