"""Drive one streaming pass: hand units to workers through Daft, survive those that die.

Daft schedules and moves the units, in child processes or on a Ray cluster; the rows themselves
are written by the workers. The receipts come back in order.
"""

import importlib.util
import os
import tempfile
from collections.abc import Iterator, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any

import daft
from daft import DataType, Series

from medloom.engine.units import Receipt, Unit
from medloom.engine.weave import Pass, Weaver
from medloom.errors import CollectionError, MedloomError

_THREADED = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_SPLIT = 8
"""A unit on which a worker died is cut into this many, until the killer is alone."""


class _Worker:
    """A Weaver in a process of Daft's."""

    def __init__(self, work: Pass, scratch: str) -> None:
        self._weaver = Weaver(work, scratch)

    @daft.method.batch(return_dtype=DataType.string(), batch_size=1)  # type: ignore[untyped-decorator]
    def weave(self, number: Series, unit: Series) -> list[str]:
        pairs = zip(number.to_pylist(), unit.to_pylist(), strict=True)
        return [self._weaver.weave(one, text) for one, text in pairs]


def stream(work: Pass, units: Sequence[Unit], workers: int) -> Iterator[tuple[Unit, Receipt]]:
    """Yield each unit with its receipt, in order.

    With no workers the units are woven in this process: for a debugger, and for steps that are
    known not to crash it.

    Raises CollectionError when a worker says that the disk is full, and RuntimeError with the
    worker's traceback for a defect of ours.
    """
    if not workers:
        yield from _here(work, units)
        return
    waiting = list(units)
    while waiting:
        alone = waiting[0].suspect
        batch = waiting[:1] if alone else list(takewhile(lambda u: not u.suspect, waiting))
        with tempfile.TemporaryDirectory(prefix="medloom-") as scratch:
            done = 0
            try:
                for receipt in _query(work, batch, workers, scratch):
                    yield batch[done], _checked(receipt)
                    done += 1
                waiting = waiting[done:]
            except RuntimeError as error:
                if not _worker_died(error):
                    raise
                started = {int(path.stem) for path in Path(scratch).glob("*.started")}
                if not any(number >= done for number in started):  # the marks are elsewhere
                    started = set(range(done, min(done + workers, len(batch))))
                unsure = list(_after_death(batch, done, started, error))
                waiting = unsure + waiting[len(batch) :]


def _here(work: Pass, units: Sequence[Unit]) -> Iterator[tuple[Unit, Receipt]]:
    with tempfile.TemporaryDirectory(prefix="medloom-") as scratch:
        weaver = Weaver(work, scratch)
        for number, unit in enumerate(units):
            yield unit, _checked(Receipt.from_json(weaver.weave(number, unit.to_json())))


def default_workers() -> int:
    """One worker for each core that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def use_runner(name: str) -> None:
    """Choose where passes run: `native` in this machine's processes, `ray` on a Ray cluster.

    Raises MedloomError for another name, or where Ray is not installed.
    """
    os.environ.setdefault("DAFT_PROGRESS_BAR", "0")
    if name == "native":
        return
    if name != "ray":
        raise MedloomError(f"no runner is called '{name}': choose native or ray")
    if importlib.util.find_spec("ray") is None:
        raise MedloomError("runner ray needs ray: pip install 'medloom[ray]'")
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    daft.set_runner_ray(noop_if_initialized=True)


def _query(work: Pass, units: Sequence[Unit], workers: int, scratch: str) -> Iterator[Receipt]:
    for library in _THREADED:  # workers share the cores: threads would only wait
        os.environ.setdefault(library, "1")
    concurrency = max(1, min(workers, len(units)))
    worker: Any = daft.cls(_Worker, use_process=True, max_concurrency=concurrency)(work, scratch)
    frame = daft.from_pydict(
        {"number": list(range(len(units))), "unit": [unit.to_json() for unit in units]}
    )
    number = daft.col("number")
    receipts = frame.into_batches(1).select(
        number, worker.weave(number, daft.col("unit")).alias("receipt")
    )
    early: dict[int, str] = {}
    due = 0
    for row in receipts.iter_rows(results_buffer_size=2 * concurrency):
        early[row["number"]] = row["receipt"]  # a cluster may answer in any order
        while due in early:
            yield Receipt.from_json(early.pop(due))
            due += 1


def _after_death(
    batch: Sequence[Unit], done: int, started: set[int], error: Exception
) -> Iterator[Unit]:
    """Cut every unit that was being worked on; a single item runs alone, and only once more."""
    for number, unit in enumerate(batch[done:], start=done):
        if number in started and unit.dead:
            raise MedloomError(f"a worker dies even without touching its work: {error}") from error
        if number in started and unit.size > 1:
            yield from unit.split(_SPLIT)
        else:
            unit.dead = number in started and unit.suspect
            unit.suspect = number in started
            yield unit


def _checked(receipt: Receipt) -> Receipt:
    if receipt.error and receipt.is_ours:
        raise CollectionError(receipt.error)
    if receipt.error:
        raise RuntimeError(f"a worker failed:\n{receipt.error}")
    return receipt


def _worker_died(error: RuntimeError) -> bool:
    text = str(error)
    return "a worker failed" not in text and any(
        sign in text for sign in ("UDF process", "ActorDied", "actor died", "WorkerCrashed")
    )
