"""Measure the literature reader and its peers side by side, in one run on one machine.

    python -m benchmarks.literature [--data DIR] [--articles 300] [--peers-env DIR] [--json OUT]

Speed is CPU time (user and system, of all descendants) on one pinned core, the median of
interleaved rounds; only `two workers` and `memory` use all cores and the clock on the wall.
benchmarks/README.md says what each figure is.
"""

import argparse
import ctypes
import json
import math
import os
import platform
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lxml import etree

from benchmarks.corpus.load import write_corpus
from benchmarks.peers import NOT_RUN, PEERS, NotInstalled, Peer, adapt, environment
from benchmarks.peers.scoring import score
from medloom.steps.ingest.jats import parse
from tests.literature import completeness as gold

ROUNDS, SEED, PER_PUBLISHER = 3, 20261121, 2
ROOT = Path(__file__).resolve().parents[1]
OURS = (("lxml", "lxml", ""), ("parse", "medloom", "parse"), ("arrow", "medloom", "arrow"))
BUILD = (
    "import sys, medloom\n"
    "if __name__ == '__main__':\n"
    "    medloom.build('literature', input=sys.argv[1], into=sys.argv[2],"
    " workers=int(sys.argv[3]))\n"
)
Say = Callable[[str], None]


# ---- the sample


def articles_in(data: Path) -> list[Path]:
    """Every distinct JATS or NLM article that lies loose in the data folder."""
    found: dict[str, Path] = {}
    for path in sorted(data.rglob("*ml")):
        if path.suffix in (".xml", ".nxml") and b"<article" in (content := path.read_bytes()):
            found.setdefault(sha256(content).hexdigest(), path)
    return [path for path in found.values() if publisher(path) is not None]


@cache
def publisher(path: Path) -> str | None:
    """The publisher's name; null where the file is no article."""
    root = etree.parse(path, etree.XMLParser(recover=True)).getroot()
    if root is None or etree.QName(root).localname != "article":
        return None
    return root.findtext(".//{*}publisher-name") or ""


def sample(articles: Sequence[Path], size: int) -> list[Path]:
    """At most two articles a publisher first, then any, until there are enough."""
    order = random.Random(SEED).sample(list(articles), len(articles))
    seen: Counter[str | None] = Counter()
    first: list[Path] = []
    rest: list[Path] = []
    for path in order:
        (first if seen[publisher(path)] < PER_PUBLISHER else rest).append(path)
        seen[publisher(path)] += 1
    return (first + rest)[:size]


# ---- measuring processes


def adopt_orphans() -> None:
    """Let processes whose parent has died count as our descendants (Linux)."""
    pr_set_child_subreaper = 36
    ctypes.CDLL(None).prctl(pr_set_child_subreaper, 1, 0, 0, 0)


def compile_once(into: str) -> None:
    """Let every Python that we start keep its compiled modules, as an installed one does."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = into


def used_by_children() -> float:
    """CPU seconds of all descendants that have ended."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def build(source: Path, workers: int, watch: Callable[[int], Any] | None = None) -> dict[str, Any]:
    """CPU and wall seconds of one whole build in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="medloom-bench-") as scratch:
        script = Path(scratch, "build.py")
        script.write_text(BUILD)
        command = [sys.executable, str(script), str(source), f"{scratch}/made", str(workers)]
        cpu, wall = used_by_children(), time.perf_counter()
        process = subprocess.Popen(command)
        seen = watch(process.pid) if watch else None
        if process.wait():
            raise SystemExit("the build failed")
        wall = time.perf_counter() - wall
        return {"cpu": used_by_children() - cpu, "wall": wall, "seen": seen}


def peak_memory(pid: int) -> int:
    """The highest sum of resident bytes of a process and its descendants, until it ends."""
    peak = 0
    while Path(f"/proc/{pid}").exists() and state_of(pid) != "Z":
        peak = max(peak, sum(map(resident, family(pid))))
        time.sleep(0.2)
    return peak


def state_of(pid: int) -> str:
    return stat_of(pid)[0] if stat_of(pid) else "Z"


def stat_of(pid: int) -> list[str]:
    """State, parent and what follows in /proc/PID/stat; empty where the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def resident(pid: int) -> int:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def family(pid: int) -> list[int]:
    """A process and all its descendants."""
    children: dict[int, list[int]] = defaultdict(list)
    for entry in os.listdir("/proc"):
        if entry.isdigit() and (stat := stat_of(int(entry))):
            children[int(stat[1])].append(int(entry))
    members = [pid]
    for one in members:
        members += children[one]
    return members


# ---- speed


def speed(files: Sequence[Path], peers: dict[str, Path], say: Say) -> dict[str, Any]:
    """Articles a second of every contender, and its ratio to bare lxml."""
    rounds: dict[str, list[dict[str, Any]]] = defaultdict(list)
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cores)})
    with tempfile.TemporaryDirectory(prefix="medloom-bench-") as scratch:
        all_files = lay_out(files, Path(scratch, "all"))
        one_file = lay_out(typical(files), Path(scratch, "one"))
        build(one_file, 1)  # warm up
        for number in range(ROUNDS):
            for name, adapter, option in OURS:
                say(f"round {number + 1}: {name}")
                rounds[name].append(adapt(adapter, Path(sys.executable), "speed", files, option))
            for name, source, n in (("build", all_files, len(files)), ("start", one_file, 1)):
                say(f"round {number + 1}: {name}")
                rounds[name].append(build(source, 1) | {"done": n, "raised": 0})
            for name, python in peers.items():
                if number and "failed" in rounds[name][0]:
                    continue
                say(f"round {number + 1}: {name}")
                rounds[name].append(adapt(name, python, "speed", files))
    os.sched_setaffinity(0, cores)
    return summary(rounds)


def lay_out(files: Iterable[Path], into: Path) -> Path:
    """Copy articles, without what lies beside them, each into a folder of its own."""
    for number, path in enumerate(files):
        folder = into / f"{number:05d}"
        folder.mkdir(parents=True)
        (folder / path.name).write_bytes(path.read_bytes())
    return into


def typical(files: Sequence[Path]) -> list[Path]:
    """The article of median size."""
    return [sorted(files, key=lambda path: path.stat().st_size)[len(files) // 2]]


def summary(rounds: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Medians over the rounds, as articles a second and as a ratio to lxml."""
    made: dict[str, Any] = {}
    for name, runs in rounds.items():
        failed = [run["failed"] for run in runs if "failed" in run]
        made[name] = {"failed": failed[0]} if failed else {
            "cpu": statistics.median(run["cpu"] for run in runs),
            "done": runs[0]["done"], "raised": runs[0]["raised"], "why": runs[0].get("why", []),
            "spread": max(r["cpu"] for r in runs) / min(r["cpu"] for r in runs),
        }  # fmt: skip
    start = made.pop("start")
    made["build"]["start"] = start["cpu"]
    made["marginal"] = {
        **made["build"], "cpu": made["build"]["cpu"] - start["cpu"],
        "done": made["build"]["done"] - 1,
    }  # fmt: skip
    return with_ratios(made)


def with_ratios(made: dict[str, Any]) -> dict[str, Any]:
    for one in made.values():
        if "cpu" in one:
            one["rate"] = one["done"] / one["cpu"]
    for one in made.values():
        if "cpu" in one:
            one["times lxml"] = made["lxml"]["rate"] / one["rate"]
    return made


# ---- two workers, and memory


def scaling(articles: int, say: Say) -> dict[str, Any]:
    """Two workers against one on synthetic articles, and a large build's CPU against lxml's."""
    few = articles // 5
    with tempfile.TemporaryDirectory(prefix="medloom-bench-") as scratch:
        say(f"writing {articles} synthetic articles")
        large, small = Path(scratch, "large"), Path(scratch, "small")
        write_corpus(large, articles, images=False)
        write_corpus(small, few, images=False)
        files = sorted(large.rglob("*ml"))
        unit = adapt("lxml", Path(sys.executable), "speed", files)["cpu"]
        runs: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for number in range(2):
            for workers in (1, 2):
                for name, source in (("large", large), ("small", small)):
                    say(f"round {number + 1}: {name} build with {workers} worker(s)")
                    runs[f"{name}{workers}"].append(build(source, workers))
    best = {name: min(run["wall"] for run in both) for name, both in runs.items()}
    cpu = min(run["cpu"] for run in runs["large1"])
    more = articles - few
    rates = {n: more / (best[f"large{n}"] - best[f"small{n}"]) for n in (1, 2)}
    return {
        "articles": articles, "wall 1": best["large1"], "wall 2": best["large2"],
        "whole": best["large1"] / best["large2"], "marginal": rates[2] / rates[1],
        "rate 1": rates[1], "rate 2": rates[2], "cpu": cpu, "times lxml": cpu / unit,
        "rate": articles / cpu,
    }  # fmt: skip


def memory(articles: int, say: Say) -> dict[str, Any]:
    """Peak memory, wall time and rate of a large build with two workers, and a quarter's peak."""
    with tempfile.TemporaryDirectory(prefix="medloom-bench-") as scratch:
        say(f"writing {articles} synthetic articles")
        everything, quarter = Path(scratch, "in"), Path(scratch, "quarter.txt")
        write_corpus(everything, articles, images=False)
        paths = sorted(map(str, everything.rglob("*ml")))
        quarter.write_text("\n".join(paths[: articles // 4]) + "\n")
        say(f"building {articles // 4}, then {articles} articles")
        part = build(quarter, 2, watch=peak_memory)
        done = build(everything, 2, watch=peak_memory)
    return {
        "articles": articles,
        "peak": done["seen"],
        "quarter": part["seen"],
        "wall": done["wall"],
        "rate": articles / done["wall"],
    }


# ---- completeness


def completeness(peers: dict[str, Path], say: Say) -> dict[str, Any]:
    """Found, present, invented over the gold articles: ours in full, everybody by one rule."""
    golds = [gold.read_gold(path) for path in gold.gold_files()]
    made: dict[str, Any] = {"strict": [line._asdict() for line in gold.completeness()]}
    made["publishers"] = len({one["publisher"] for one in golds})
    scored = {"medloom": Path(sys.executable)}
    scored |= {peer.name: peers[peer.name] for peer in PEERS if peer.scored and peer.name in peers}
    with tempfile.TemporaryDirectory(prefix="medloom-bench-") as scratch:
        files = [unpack(one["path"], Path(scratch, str(n))) for n, one in enumerate(golds)]
        for name, python in scored.items():
            say(f"completeness: {name}")
            hauls = adapt(name, python, "haul", files)
            made[name] = hauls if "failed" in hauls else score(golds, hauls)
    return made


def unpack(path: str, into: Path) -> Path:
    """A gold article as a file of its own."""
    data, name, _ = gold.read_article(path)
    into.mkdir()
    (into / Path(name).name).write_bytes(data)
    return into / Path(name).name


# ---- panels


def panels(say: Say) -> dict[str, Any]:
    """Exact letter sets and false splits, batch by batch, of the panels table's rows."""
    say("panels")
    rows = [json.loads(line) for line in
            (ROOT / "tests/literature/gold_panels.jsonl").read_text().splitlines()]  # fmt: skip
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for row in rows:
        if not (gold.DATA / row["file"].partition("!")[0]).exists():
            counts[row["batch"]]["absent"] += 1
            continue
        expected = {letter for group in row["letters"] for letter in group}
        right = letters_of(row["file"])[row["figure"]] == expected
        kind = "multi" if expected else "single"
        counts[row["batch"]].update({kind: 1, f"{kind} right": right})
    return {str(batch): rates(count) for batch, count in sorted(counts.items())}


@cache
def letters_of(name: str) -> dict[str, set[str]]:
    """The letters of the panels of each figure of an article, by the figure's XML id."""
    data, _, _ = gold.read_article(name)
    document = parse(data, name=name, siblings=())
    found: dict[str, set[str]] = {gold.xml_id(f.id): set() for f in document.figures}
    for panel in document.panels:
        found[gold.xml_id(panel.figure_id)] |= set(panel.letters)
    return found


def rates(count: Counter[str]) -> dict[str, Any]:
    if not count["multi"]:
        return {"absent": count["absent"]}
    exact, false = count["multi right"], count["single"] - count["single right"]
    return {
        "exact": exact, "multi": count["multi"], "interval": wilson(exact, count["multi"]),
        "false": false, "single": count["single"], "absent": count["absent"],
    }  # fmt: skip


def wilson(hits: int, n: int, z: float = 1.959964) -> tuple[float, float]:
    """The 95% interval of a share (Wilson, 1927).

    >>> [round(100 * edge, 1) for edge in wilson(68, 71)]
    [88.3, 98.6]
    """
    share, part = hits / n, z * z / n
    middle, half = share + part / 2, z * math.sqrt(share * (1 - share) / n + part / n / 4)
    return (middle - half) / (1 + part), (middle + half) / (1 + part)


# ---- all of it


def install(
    peers: Sequence[Peer], folder: Path, say: Say
) -> tuple[dict[str, Path], dict[str, str]]:
    """The Pythons of the peers that can be had, and why the others cannot."""
    pythons, missing = {}, {}
    folder.mkdir(parents=True, exist_ok=True)
    for peer in peers:
        say(f"environment of {peer.name}")
        try:
            pythons[peer.name] = environment(peer, folder.resolve())
        except NotInstalled as error:
            missing[peer.name] = str(error)
    return pythons, missing


def machine() -> dict[str, Any]:
    """What it ran on, without names or paths."""
    info = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2].strip() for line in info if "model name" in line), "?")
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "cores": os.cpu_count(), "cpu": model, "memory": round(pages / 2**30),
        "system": platform.system(), "python": platform.python_version(),
        "date": datetime.now(UTC).date().isoformat(), "load": os.getloadavg()[0],
        "versions": {n: version(n) for n in ("medloom", "lxml", "pyarrow", "daft", "pylance")},
    }  # fmt: skip


def measure(options: argparse.Namespace, say: Say) -> dict[str, Any]:
    """Everything that the options ask for, as plain JSON."""
    started = time.perf_counter()
    adopt_orphans()
    gold.DATA = options.data
    with tempfile.TemporaryDirectory(prefix="medloom-peers-") as throw_away:
        compile_once(f"{throw_away}/compiled")
        wanted = [peer for peer in PEERS if peer.name not in options.skip]
        where = options.peers_env or Path(throw_away)
        pythons, missing = install(wanted, where, say)
        missing |= dict.fromkeys(options.skip, "skipped on request")
        files = sample(articles_in(options.data), options.articles)
        made: dict[str, Any] = {"machine": machine(), "missing": missing | NOT_RUN}
        made["sample"] = {
            "articles": len(files), "publishers": len({publisher(path) for path in files}),
            "bytes": sum(path.stat().st_size for path in files), "rounds": ROUNDS,
        }  # fmt: skip
        made["panels"] = panels(say)
        made["completeness"] = completeness(pythons, say)
        made["speed"] = speed(files, pythons, say)
        made["scaling"] = scaling(options.synthetic, say)
        made["memory"] = memory(options.large, say) if options.slow else None
    made["seconds"] = time.perf_counter() - started
    return made


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m benchmarks.literature",
                                   description=__doc__.partition("\n")[0])  # fmt: skip
    made.add_argument("--data", type=Path, default=gold.DATA, help="folder of real articles")
    made.add_argument("--articles", type=int, default=300, metavar="N", help="size of the sample")
    made.add_argument(
        "--peers-env",
        type=Path,
        metavar="DIR",
        help="keep the peers' environments here; else they are thrown away",
    )
    made.add_argument(
        "--skip",
        action="append",
        default=[],
        metavar="PEER",
        choices=[peer.name for peer in PEERS],
        help="leave a peer out; repeatable",
    )
    made.add_argument(
        "--synthetic",
        type=int,
        default=2000,
        metavar="N",
        help="synthetic articles for two workers against one",
    )
    made.add_argument("--slow", action="store_true", help="measure the memory of a large build too")
    made.add_argument(
        "--large", type=int, default=10_000, metavar="N", help="synthetic articles for --slow"
    )
    made.add_argument("--json", type=Path, metavar="OUT", help="write the figures here")
    return made  # fmt: skip


def say(what: str) -> None:
    sys.stderr.write(f"{what}\n")


def main() -> None:
    options = parser().parse_args()
    made = json.dumps(measure(options, say), indent=1)
    if options.json:
        options.json.write_text(made + "\n")
    else:
        sys.stdout.write(made + "\n")


if __name__ == "__main__":
    main()
