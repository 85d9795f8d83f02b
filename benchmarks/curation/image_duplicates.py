"""Copies of images: all pairs of near hashes, planted edits, planted changes, speed.

Originals are real images with a side of 64 pixels or more (blood smears, electron micrographs,
histology, figures, tables), of which 120 are drawn to be edited and changed; chest X-rays of 28 x
28 pixels, 3,000 of many patients, are look-alikes that must not be merged. An edit is found where
the pair is listed, and merged where both are in one cluster.
"""

import random
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import SEED, Figure, cpu_seconds, peer_python, run_peer
from benchmarks.curation._images import CHANGES, EDITS, chests, image_files, least_side, plain
from medloom.kit.image_hashes import as_numbers, near_pairs
from medloom.steps.curate.image_duplicates import image_duplicates
from medloom.steps.curate.image_hash import image_hash
from medloom.tables.duplicates import Duplicate
from medloom.tables.rows import Rows

TASK, SPEED_GOAL, N_EDITED, N_CHESTS = "image duplicates", 10_000, 120, 3_000
HERE = Path(__file__).parent
GROUPS = {
    **dict.fromkeys(
        ("half the size", "1.3 times the size", "JPEG quality 50", "JPEG quality 20", "WebP"),
        "resized or recompressed",
    ),
    **dict.fromkeys(
        ("20% brighter", "20% darker", "more contrast", "grey"), "brighter, darker, contrast, grey"
    ),
}
COLUMNS = ("phash", "thumbnail", "content_sha256")
Marks = list[tuple[str | None, list[Duplicate]]]


def measure(data: Path, peers_env: Path | None) -> list[Figure]:
    """Speed, pairs against brute force, recall of edits, merges of what is not the same."""
    real = {**dict(image_files(data / "imaging")), **dict(image_files(data / "literature"))}
    figures = list(_speed(real))
    planted = _planted(real, data)
    hashes = {name: image_hash(content) for name, content in planted.items()}
    kept = [name for name, one in hashes.items() if one[0]]
    columns = dict(zip(COLUMNS, zip(*(hashes[name] for name in kept), strict=True), strict=True))
    figures += _pairs(as_numbers(columns["phash"]))
    rows = Rows.of({"id": kept, **columns})
    for distance in (4, 8):
        made = dict(zip(kept, image_duplicates(rows, distance=distance), strict=True))
        figures += _scores(f"medloom, distance {distance}", made)
    without = Rows.of({"id": kept, "phash": columns["phash"]})
    made = dict(zip(kept, image_duplicates(without), strict=True))
    figures += _scores("medloom, hashes alone", made)
    figures += _peer(planted, peers_env) if peers_env else []
    return figures


def _speed(real: dict[str, bytes]) -> list[Figure]:
    groups: dict[str, list[bytes]] = defaultdict(list)
    for name, content in real.items():
        groups[name.split("/")[0]].append(content)
    groups["all real images"] = list(real.values())
    figures = []
    for group, files in groups.items():
        spent = cpu_seconds(lambda files=files: [image_hash(one) for one in files])  # type: ignore[misc]
        goal = SPEED_GOAL if group == "all real images" else None
        rate = 60 * len(files) / spent
        figures.append(
            Figure(TASK, "medloom", "images/min", rate, len(files), data=group, goal=goal)
        )
    return figures


def _planted(real: dict[str, bytes], data: Path) -> dict[str, bytes]:
    """Originals by name, edits as `NAME|edit|KIND`, changes as `NAME|change|KIND`, chests."""
    originals = {name: one for name, one in real.items() if least_side(one) >= 64}
    draw = random.Random(SEED)
    made = dict(originals)
    for name in draw.sample(sorted(originals), N_EDITED):
        image = plain(originals[name])
        made |= {f"{name}|edit|{kind}": edit(image) for kind, edit in EDITS.items()}
        made |= {f"{name}|change|{kind}": change(image, draw) for kind, change in CHANGES.items()}
    return made | {f"chest {n}": one for n, one in enumerate(chests(data, N_CHESTS))}


def _pairs(hashes: Any) -> list[Figure]:
    bits = np.bitwise_count(hashes[:, None] ^ hashes[None])
    wanted = int(np.triu(bits <= 4, 1).sum())
    found = sum(len(block.left) for block in near_pairs(hashes, 4))
    many = np.random.default_rng(SEED).integers(0, 2**64, 1_000_000, np.uint64)
    spent = cpu_seconds(lambda: sum(len(one.left) for one in near_pairs(many, 4)), rounds=1)
    about = "against all pairs compared"
    return [
        Figure(TASK, "medloom", "pairs found", found / wanted, wanted, data=about, goal=1.0),
        Figure(TASK, "medloom", "CPU seconds", spent, len(many), data="pairs of a million hashes"),
    ]


def _scores(contender: str, made: dict[str, tuple[str | None, list[Duplicate]]]) -> list[Figure]:
    """What became of each edit and each change; and originals that were merged with others."""
    clusters = {name: cluster or name for name, (cluster, _) in made.items()}
    listed: dict[str, list[bool]] = defaultdict(list)
    merged: dict[str, list[bool]] = defaultdict(list)
    for name, (_, alike) in made.items():
        original, _, what = name.partition("|")
        if what and original in made:
            what = GROUPS.get(what.partition("|")[2], what)
            merged[what].append(clusters[name] == clusters[original])
            listed[what].append(any(one.other_id == original for one in alike))
    figures = []
    for what in listed:
        kind, _, name = what.partition("|")
        n, about = len(listed[what]), f"{kind}: {name}" if name else what
        if kind != "change":
            figures.append(Figure(TASK, contender, "found", _mean(listed[what]), n, data=about))
        goal = 0.0 if kind == "change" else None
        figures.append(
            Figure(TASK, contender, "merged", _mean(merged[what]), n, data=about, goal=goal)
        )
    originals = [name for name in made if "|" not in name]
    groups = defaultdict(list)
    for name in originals:
        groups[clusters[name]].append(name)
    false = [group for group in groups.values() if len(group) > 1 and not _is_known(group)]
    n_false = float(sum(len(group) - 1 for group in false))
    about = "distinct real images merged with another"
    figures.append(Figure(TASK, contender, "images", n_false, len(originals), data=about, goal=0))
    return figures


def _mean(values: Sequence[bool]) -> float:
    return sum(values) / len(values)


def _is_known(group: Sequence[str]) -> bool:
    """Originals that a person found to be the same: one equation in two files, one smear twice."""
    names = {name.rpartition("/")[2].rpartition("!")[2].partition(".e005")[0] for name in group}
    smears = {"BloodImage_00037.jpg", "BloodImage_00038.jpg"}
    return len(names) == 1 or names == smears


def _peer(planted: dict[str, bytes], folder: Path) -> list[Figure]:
    title = "ImageHash 4.3 phash"
    python = peer_python("imagehash", ["imagehash==4.3.2"], folder)
    if python is None:
        return [Figure(TASK, title, "found", 0, 0, note="pip cannot install it here")]
    with tempfile.TemporaryDirectory() as place:
        paths = []
        for number, content in enumerate(planted.values()):
            paths.append(f"{place}/{number}")
            Path(paths[-1]).write_bytes(content)
        answer = run_peer(python, HERE / "with_imagehash.py", paths)
        real = [path for path, name in zip(paths, planted, strict=True) if _is_real(name)]
        alone = run_peer(python, HERE / "with_imagehash.py", real)
        files = [Path(path).read_bytes() for path in real]
    if "failed" in answer:
        return [Figure(TASK, title, "found", 0, 0, note=f"failed: {answer['failed']}")]
    rows = Rows.of({"id": list(planted), "phash": answer["hashes"]})
    made = dict(zip(planted, image_duplicates(rows), strict=True))
    ours = cpu_seconds(lambda: [image_hash(one) for one in files])
    about, n = "real images with a side of 64 or more", len(real)
    return [
        *_scores(f"{title}, distance 4", made),
        Figure(TASK, title, "images/min", 60 * n / alone["seconds"], n, data=about),
        Figure(TASK, "medloom", "images/min", 60 * n / ours, n, data=about),
        Figure(TASK, "imagededup", "found", 0, 0, note="not run: its environment is 5.6 GB"),
    ]


def _is_real(name: str) -> bool:
    return "|" not in name and not name.startswith("chest ")
