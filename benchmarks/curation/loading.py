"""Loaders over the same real images: samples a CPU second of one worker, and exact resume.

Data: the JPEG and PNG files under 300 kB of the shared data (376 of them, 50 kB on average),
repeated to 10,000 samples of id, label and file. Each loader reads the format of its own from a
local disk, in one process, as its one worker would; `cold` is the first pass after the pages of
the files were dropped, `warm` the best of two later ones, `decoded` the same with one Pillow
call for all. Figures are samples a CPU second; the wall time of a loaded machine is in the note.

Resume: 777 samples are taken, the state goes through JSON into a new loader, and the next 2,000
ids must be those of a run that was not stopped.
"""

import json
import os
import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import lance
import pyarrow as pa
import pyarrow.parquet as pq

import medloom
from benchmarks.common import Figure, peer_python, run_peer
from benchmarks.curation.with_loaders import drop_pages, pixels, samples
from medloom.formats.webdataset import write_shard
from medloom.loading import Stream, decode_image

TASK, GOAL = "loading", 1.5
HERE = Path(__file__).parent
COUNT, DECODED, ROUNDS, SHARD, MOST_BYTES = 10_000, 200, 2, 2000, 300_000
# torch without CUDA: on an index that has none of this name, leave out "+cpu".
TORCH = "torch==2.13.0+cpu"
PEERS = {
    "webdataset": ("webdataset 1.0.2", ["webdataset==1.0.2", TORCH, "pillow"]),
    "datasets": ("HF datasets 5.2.0", ["datasets==5.2.0", TORCH, "pillow"]),
    "mosaicml": ("MosaicML streaming 0.13.0", ["mosaicml-streaming==0.13.0", TORCH, "pillow"]),
    "litdata": ("litdata 0.2.76", ["litdata==0.2.76", TORCH, "pillow"]),
}
WAYS = [
    f"{what}, {order}" for order in ("in order", "shuffled") for what in ("cold", "warm", "decoded")
]
Pass = tuple[int, float, float]


def measure(data: Path, peers_env: Path | None) -> list[Figure]:
    """Rates of ours in three formats and of the peers, the goal being 1.5 times the best peer."""
    files = sorted(
        str(path)
        for path in data.rglob("*")
        if path.suffix.lower() in (".jpg", ".jpeg", ".png") and path.stat().st_size < MOST_BYTES
    )
    given = {"images": files, "count": COUNT, "decoded": DECODED, "rounds": ROUNDS}
    scratch = Path(tempfile.mkdtemp(prefix="medloom-loading-"))
    try:
        answers = {f"medloom, {kind}": _ours(kind, given, scratch / kind) for kind in WRITERS}
        titles = {}
        for peer, (title, install) in PEERS.items() if peers_env else ():
            answers[title] = _of_peer(peer, install, given, scratch / peer, peers_env)
            titles[title] = peer
            shutil.rmtree(scratch / peer, ignore_errors=True)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return _figures(answers, set(titles))


def _of_peer(peer: str, install: list[str], given: Any, folder: Path, env: Path | None) -> Any:
    python = peer_python(f"loading-{peer}", install, env) if env else None
    if python is None:
        return {"failed": "pip cannot install it here"}
    asked = {**given, "peer": peer, "folder": str(folder)}
    return run_peer(python, HERE / "with_loaders.py", asked, timeout_seconds=1500)


def _parquet(rows: list[Any], folder: Path) -> None:
    for number, at in enumerate(range(0, len(rows), SHARD)):
        pq.write_table(
            pa.Table.from_pylist(rows[at : at + SHARD]),
            folder / f"train-{number:05}.parquet",
            row_group_size=100,
            compression="zstd",
            use_dictionary=False,
            write_page_checksum=True,
        )


def _webdataset(rows: list[Any], folder: Path) -> None:
    for number, at in enumerate(range(0, len(rows), SHARD)):
        path = folder / f"train-{number:05}.tar"
        write_shard(rows[at : at + SHARD], path, index=path.with_suffix(".tarindex"))


def _lance(rows: list[Any], folder: Path) -> None:
    batches = [pa.Table.from_pylist(rows[at : at + SHARD]) for at in range(0, len(rows), SHARD)]
    lance.write_dataset(pa.concat_tables(batches), str(folder / "train.lance"))


WRITERS: dict[str, Callable[[list[Any], Path], None]] = {
    "webdataset": _webdataset,
    "parquet": _parquet,
    "lance": _lance,
}


def _ours(kind: str, given: Any, folder: Path) -> dict[str, Any]:
    folder.mkdir(parents=True)
    WRITERS[kind](list(samples(given)), folder)
    uri, split = (folder / "train.lance", None) if kind == "lance" else (folder, "train")
    answer: dict[str, Any] = {}
    for shuffle in (False, True):
        name = "shuffled" if shuffle else "in order"
        drop_pages(folder)
        stream = medloom.stream(uri, split, shuffle=shuffle, seed=1)
        passes = [_pass(_epoch(stream, number), COUNT, False) for number in range(1 + ROUNDS)]
        answer[f"cold, {name}"], answer[f"warm, {name}"] = passes[:1], passes[1:]
        answer[f"decoded, {name}"] = [
            _pass(_epoch(stream, number), DECODED, True) for number in range(ROUNDS)
        ]
        answer[f"resumes, {name}"] = _resumes(uri, split, shuffle)
    small = {"bytes": decode_image(size=(224, 224))}
    stream = medloom.stream(uri, split, shuffle=True, seed=1, decode=small)
    answer["decoded at 224 x 224, shuffled"] = [_pass(iter(stream), DECODED, False)]
    shutil.rmtree(folder)
    return answer


def _epoch(stream: Stream, number: int) -> Iterator[Any]:
    stream.set_epoch(number)
    return iter(stream)


def _pass(rows: Iterator[Any], most: int, decode: bool) -> Pass:
    began, wall, taken = _used(), time.perf_counter(), 0
    for row in rows:
        if decode:
            pixels(row["bytes"])
        taken += 1
        if taken == most:
            break
    return taken, _used() - began, time.perf_counter() - wall


def _used() -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime


def _resumes(uri: Path, split: str | None, shuffle: bool, taken: int = 777) -> bool:
    whole = [row["id"] for row in medloom.stream(uri, split, shuffle=shuffle, columns=["id"])]
    stream = medloom.stream(uri, split, shuffle=shuffle, columns=["id"])
    rows = iter(stream)
    for _ in range(taken):
        next(rows)
    again = medloom.stream(uri, split, shuffle=shuffle, columns=["id"])
    again.load_state_dict(json.loads(json.dumps(stream.state_dict())))
    return [row["id"] for row in again] == whole[taken:]


def _figures(answers: dict[str, Any], peers: set[str]) -> list[Figure]:
    figures = []
    data = f"{COUNT} samples of real images, one process, {os.cpu_count()} cores"
    for way in [*WAYS, "decoded at 224 x 224, shuffled"]:
        rates = {who: _best(answer[way]) for who, answer in answers.items() if way in answer}
        best = max((rates[who][0] for who in rates if who in peers), default=0.0)
        for who, (rate, wall, n) in rates.items():
            goal = (
                GOAL * best if best and who not in peers and way[:4] in ("cold", "warm") else None
            )
            note = f"{way}; {wall:.0f} a second of wall time"
            figures.append(
                Figure(TASK, who, "samples/CPU-s", rate, n, data=data, goal=goal, note=note)
            )
    for who, answer in answers.items():
        if "failed" in answer:
            figures.append(Figure(TASK, who, "samples/CPU-s", 0, 0, note=answer["failed"]))
        for order in ("in order", "shuffled"):
            said = answer.get(f"resumes, {order}")
            note = f"{order}; {'has no state' if said is None else said}"
            figures.append(Figure(TASK, who, "exact resume", float(said is True), 2000, note=note))
    return figures


def _best(passes: list[Pass]) -> tuple[float, float, int]:
    """The most samples a CPU second of some passes, those a second of that pass, and how many."""
    taken, cpu, wall = min(passes, key=lambda one: one[1] / one[0])
    return taken / cpu, taken / wall, taken
