"""Measure annotation.

python -m benchmarks.annotation [TASK ...] --data DIR [--peers-env DIR] [--json OUT]

`--data` (or MEDLOOM_DATA) is the folder with `annotation/`, `terminology/`, `notes/`, ...
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

import benchmarks.annotation as here
from benchmarks.annotation.common import Figure
from benchmarks.literature import machine

NOT_TASKS = {"common", "page", "__main__"}


def tasks() -> list[str]:
    """The modules of this package that measure something."""
    names = [one.name for one in pkgutil.iter_modules(here.__path__)]
    return sorted(name for name in names if name not in NOT_TASKS and not name.startswith("with_"))


def measure(data: Path, peers_env: Path | None, names: Sequence[str] = ()) -> dict[str, Any]:
    """Run tasks, telling each figure; return all as plain JSON."""
    made: dict[str, Any] = {"machine": machine(), "figures": []}
    with tempfile.TemporaryDirectory(prefix="medloom-peers-") as throw_away:
        for name in names or tasks():
            module = importlib.import_module(f"benchmarks.annotation.{name}")
            for one in module.measure(data, peers_env or Path(throw_away)):
                print(_line(one), flush=True)
                made["figures"].append(one._asdict())
    return made


def main() -> None:
    """Run the tasks and print one line a figure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tasks", nargs="*", metavar="TASK", help=", ".join(tasks()))
    parser.add_argument("--data", type=Path, default=os.environ.get("MEDLOOM_DATA"))
    parser.add_argument("--peers-env", type=Path, help="keep the peers' environments here")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    if given.data is None:
        parser.error("say where the data is: --data DIR, or MEDLOOM_DATA")
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    made = measure(Path(given.data), given.peers_env, given.tasks)
    if given.json:
        given.json.write_text(json.dumps(made, indent=1))


def _line(one: Figure) -> str:
    interval = f" [{one.low:.3f}, {one.high:.3f}]" if one.low is not None else ""
    goal = f" goal {one.goal:g}" if one.goal is not None else ""
    return (
        f"{one.task:16} {one.contender:28} {one.metric:12} {one.value:10.3f}{interval}"
        f" n={one.n}{goal} {one.data} {one.note}"
    )


if __name__ == "__main__":
    main()
