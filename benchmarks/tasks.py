"""Run the tasks of a part of the benchmarks, one module a task.

python -m benchmarks.annotation [TASK ...] --data DIR [--peers-env DIR] [--json OUT]
python -m benchmarks.curation   [TASK ...] --data DIR [--peers-env DIR] [--json OUT]

`--data` (or MEDLOOM_DATA) is the folder with `annotation/`, `literature/`, `notes/`, ...
"""

import argparse
import importlib
import json
import os
import pkgutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.common import Figure
from benchmarks.literature import machine


def tasks(part: str) -> list[str]:
    """The modules of a part that measure something; those in `with_` and `_` help them."""
    package = importlib.import_module(f"benchmarks.{part}")
    names = [one.name for one in pkgutil.iter_modules(package.__path__)]
    return sorted(name for name in names if not name.startswith(("with_", "_")))


def measure(
    part: str, data: Path, peers_env: Path | None, names: Sequence[str] = ()
) -> dict[str, Any]:
    """Run tasks of a part, telling each figure; return all as plain JSON."""
    made: dict[str, Any] = {"machine": machine(), "figures": []}
    with tempfile.TemporaryDirectory(prefix="medloom-peers-") as throw_away:
        for name in names or tasks(part):
            module = importlib.import_module(f"benchmarks.{part}.{name}")
            for one in module.measure(data, peers_env or Path(throw_away)):
                print(_line(one), flush=True)
                made["figures"].append(one._asdict())
    return made


def main(part: str) -> None:
    """Run the tasks of a part and print one line a figure."""
    parser = argparse.ArgumentParser(
        prog=f"python -m benchmarks.{part}", description=f"Measure {part}."
    )
    parser.add_argument("tasks", nargs="*", metavar="TASK", help=", ".join(tasks(part)))
    parser.add_argument("--data", type=Path, default=os.environ.get("MEDLOOM_DATA"))
    parser.add_argument("--peers-env", type=Path, help="keep the peers' environments here")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    if given.data is None:
        parser.error("say where the data is: --data DIR, or MEDLOOM_DATA")
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    made = measure(part, Path(given.data), given.peers_env, given.tasks)
    if given.json:
        given.json.write_text(json.dumps(made, indent=1))


def _line(one: Figure) -> str:
    interval = f" [{one.low:.3f}, {one.high:.3f}]" if one.low is not None else ""
    goal = f" goal {one.goal:g}" if one.goal is not None else ""
    return (
        f"{one.task:16} {one.contender:28} {one.metric:12} {one.value:10.3f}{interval}"
        f" n={one.n}{goal} {one.data} {one.note}"
    )
