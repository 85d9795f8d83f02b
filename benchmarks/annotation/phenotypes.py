"""HPO concepts of abstracts on GSC+: the set of concepts of each document, micro-averaged.

Gold: GSC+ (Groza et al. 2015, Lobo et al. 2017), of which a part is in `annotation/hpo_gsc`.
Alternative ids count as the primary ones. Errors were looked at in the odd documents only: the
figures of the even ones are held out. HPO is the release that `hpo` names, not the one of the gold.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.common import Counts, Figure, cpu_seconds, peer_python, run_peer, scores
from medloom.steps.annotate.concepts import concepts
from medloom.terminology.builtin import load_builtin
from medloom.terminology.finding import open_lexicon
from medloom.terminology.lexicon import Lexicon
from medloom.terminology.model import Terminology

TASK, GOAL, SPEED_GOAL = "phenotypes", 0.76, 1.0
HERE, ROOT = Path(__file__).parent, "HP:0000118"
SETTINGS = {
    "medloom": {"loose": True, "mode": "nested"},
    "medloom, longest": {"loose": True},
    "medloom, exact names only": {},
}


class Document(NamedTuple):
    """An abstract and the concepts that people found in it."""

    text: str
    ids: frozenset[str]


def documents(file: Path) -> list[Document]:
    """The documents of a file: id, text, and lines of start, end, mention, concept."""
    found = []
    for block in file.read_text("utf-8").strip().split("\n\n"):
        _, text, *lines = block.split("\n")
        found.append(Document(text, frozenset(line.split("\t")[3] for line in lines)))
    return found


def counted(gold: Sequence[Document], found: Sequence[Sequence[str]], hpo: Lexicon) -> list[Counts]:
    """What is right, wrong and missing in each document, by primary ids."""
    counts = []
    for document, ids in zip(gold, found, strict=True):
        right, said = _primary(hpo, document.ids), _primary(hpo, ids)
        counts.append(Counts(len(right & said), len(said - right), len(right - said)))
    return counts


def _primary(hpo: Lexicon, ids: Sequence[str] | frozenset[str]) -> set[str]:
    numbers = ((one, hpo.number(one)) for one in ids)
    return {one if number is None else hpo.ids[number] for one, number in numbers}


def measure(data: Path, peers_env: Path | None) -> list[Figure]:
    """F1 by document, megabytes a second; fenominal on the same documents."""
    hpo = open_lexicon("hpo")
    every = documents(data / "annotation/hpo_gsc/GSCplus_dev_gold.tsv")
    halves = {"odd documents, seen": every[::2], "even documents, held out": every[1::2]}
    figures: list[Figure] = []
    for name, settings in SETTINGS.items():
        step = concepts(terminology="hpo", under=[ROOT], **settings)
        for half, gold in {**halves, f"GSC+ part, {hpo.title}": every}.items():
            rows = step([one.text for one in gold])
            found = [[span.concepts[0].id for span in row] for row in rows]
            goal = GOAL if gold is every and name == "medloom" else None
            figures += scores(TASK, name, counted(gold, found, hpo), half, goal)
        figures.append(_speed(name, step, data))
    figures += _of_peer(every, hpo, peers_env) if peers_env else []
    return figures


def _speed(name: str, step: object, data: Path) -> Figure:
    texts = abstracts(data)
    size = sum(map(len, texts))

    def work() -> None:
        for at in range(0, len(texts), 256):
            step(texts[at : at + 256])  # type: ignore[operator]

    speed = size / 1e6 / cpu_seconds(work)
    goal = SPEED_GOAL if name == "medloom" else None
    return Figure(TASK, name, "MB/s", speed, size, data="PubTator abstracts", goal=goal)


def abstracts(data: Path) -> list[str]:
    """Titles and abstracts of the PubTator files."""
    files = sorted((data / "annotation/ner_pubtator/pubtator").glob("*.PubTator"))
    lines = (line for file in files for line in file.read_text("utf-8").splitlines())
    return [line.split("|", 2)[2] for line in lines if line.count("|") > 1 and line[0].isdigit()]


def _of_peer(gold: Sequence[Document], hpo: Lexicon, peers_env: Path) -> list[Figure]:
    peer = "fenominal"
    python = peer_python(peer, ["fenominal"], peers_env)
    if python is None:
        return [Figure(TASK, peer, "F1", float("nan"), 0, note="cannot be installed here")]
    graph = peers_env / "hp-graph.json"
    graph.write_text(json.dumps(obo_graph(load_builtin("hpo"))))
    given = {"graph": str(graph), "texts": [one.text for one in gold]}
    said = run_peer(python, HERE / "with_fenominal.py", given)
    if "failed" in said:
        return [Figure(TASK, peer, "F1", float("nan"), 0, note=said["failed"])]
    figures = scores(TASK, peer, counted(gold, said["ids"], hpo), "GSC+ part")
    size = sum(len(one.text) for one in gold)
    return [*figures, Figure(TASK, peer, "MB/s", size / 1e6 / said["seconds"], size)]


def obo_graph(hpo: Terminology) -> dict[str, Any]:
    """The terminology as the OBO graph JSON that the peer reads."""
    iri = "http://purl.obolibrary.org/obo/"

    def at(id: str) -> str:
        return iri + id.replace(":", "_")

    nodes = [
        {
            "id": at(one.id),
            "lbl": one.name,
            "type": "CLASS",
            "meta": {
                "definition": {"val": one.definition or one.name},
                "synonyms": [
                    {"pred": f"has{name.scope.title()}Synonym", "val": name.text}
                    for name in one.synonyms
                ],
                "basicPropertyValues": [
                    {
                        "pred": "http://www.geneontology.org/formats/oboInOwl#hasAlternativeId",
                        "val": other,
                    }
                    for other in one.alternative_ids
                ],
                "deprecated": one.obsolete,
            },
        }
        for one in hpo.entries.values()
    ]
    edges = [
        {"sub": at(one.id), "pred": "is_a", "obj": at(parent)}
        for one in hpo.entries.values()
        for parent in one.parents
    ]
    version = f"{iri}hp/releases/{hpo.release}/hp.json"
    return {
        "graphs": [
            {"id": f"{iri}hp.json", "meta": {"version": version}, "nodes": nodes, "edges": edges}
        ]
    }
