"""The same recipe on Ray gives the same rows."""

import importlib.util
import subprocess
import sys

import pytest

from tests.engine.helpers import contents, recipe


@pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="needs medloom[ray]")
def test_ray_makes_the_same_collection(tmp_path, articles):
    path = recipe(
        tmp_path / "r.yaml",
        "is_short",
        "fragile: {poison: patient}",
        "drop_doubles",
        "keep_first_texts",
        "number_rows",
        "near_duplicates",
        "drop_duplicates",
        "shout",
        more="  images:\n    from: documents\n    steps: [images]\n",
    )
    for runner in ("native", "ray"):  # a process can use one runner only
        command = [
            sys.executable,
            "-m",
            "medloom",
            "build",
            str(path),
            "--input",
            str(articles),
            "--into",
            str(tmp_path / runner),
            "--runner",
            runner,
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
        assert done.returncode == 0, done.stderr
    assert contents(tmp_path / "native") == contents(tmp_path / "ray")
