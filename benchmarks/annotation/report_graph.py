"""Report graphs in the RadGraph schema on 65 sentences of radiology notes.

RadGraph itself is credentialed, so the gold is one annotator's, of MTSamples notes; the sentences
were labelled before any rule ran on them, and the rules were written on others. The
errors of batch 1 were looked at afterwards; those of batch 2 were not. Offsets:
`tests/annotate/gold_report_graph.json`; texts: `notes/notes_medcat_mtsamples/pt_notes.csv`.
"""

import csv
import json
import sys
from pathlib import Path
from typing import Any

from benchmarks.common import Counts, Figure, cpu_seconds, scores
from medloom.steps.annotate.assertion import assertion
from medloom.steps.annotate.radgraph import label_of
from medloom.steps.annotate.report_entities import report_entities
from medloom.steps.annotate.report_relations import report_relations
from medloom.tables.spans import Relation, Span

TASK = "report graph"
GOLD = Path(__file__).parents[2] / "tests/annotate/gold_report_graph.json"
DATA = "MTSamples radiology, one annotator"


def texts_of(data: Path) -> list[str]:
    csv.field_size_limit(sys.maxsize)
    file = data / "notes/notes_medcat_mtsamples/pt_notes.csv"
    with file.open(encoding="utf-8", newline="") as opened:
        return [row["text"] for row in csv.DictReader(opened)]


def graphs(texts: list[str]) -> list[tuple[list[Span], list[Relation]]]:
    """The entities and relations of each text, by the three steps of the recipe."""
    spans = assertion()(texts, report_entities()(texts))
    return [(one, report_relations(text, one)) for text, one in zip(texts, spans, strict=True)]


def measure(data: Path, peers_env: Path | None) -> list[Figure]:
    """Entities with label, entities without assertion, relations; exact places. And speed."""
    texts, gold = texts_of(data), json.loads(GOLD.read_text("utf-8"))["sentences"]
    made = {row: graphs([texts[row]])[0] for row in {one["row"] for one in gold}}
    figures: list[Figure] = []
    for name, kind in (("entities", _entity), ("spans", _span), ("relations", _relation)):
        for batch, seen in ((1, "errors looked at"), (2, "held out")):
            inside = [one for one in gold if one["batch"] == batch]
            counts = [_counted(kind, one, *made[one["row"]]) for one in inside]
            where = f"{DATA}, batch {batch}, {seen}, {len(inside)} sentences"
            figures += scores(f"{TASK}, {name}", "medloom", counts, where)
    reports = [texts[one] for one in made]
    megabytes = sum(len(one.encode()) for one in reports) / 1e6
    speed = megabytes / cpu_seconds(lambda: graphs(reports))
    return [*figures, Figure(TASK, "medloom", "MB/s", speed, int(megabytes * 1e6))]


def _counted(kind: Any, one: Any, spans: list[Span], relations: list[Relation]) -> Counts:
    truth, found = kind(one, spans, relations)
    return Counts(len(truth & found), len(found - truth), len(truth - found))


def _inside(one: Any, spans: list[Span]) -> dict[str, Span]:
    return {s.key: s for s in spans if one["start"] <= s.start and s.end <= one["end"]}


def _entity(one: Any, spans: list[Span], _: Any) -> tuple[set[Any], set[Any]]:
    found = {(s.start, s.end, label_of(s)) for s in _inside(one, spans).values()}
    return {tuple(entity) for entity in one["entities"]}, found


def _span(one: Any, spans: list[Span], _: Any) -> tuple[set[Any], set[Any]]:
    truth, found = _entity(one, spans, None)
    return {(s, e, label[:3]) for s, e, label in truth}, {(s, e, lab[:3]) for s, e, lab in found}


def _relation(one: Any, spans: list[Span], relations: list[Relation]) -> tuple[set[Any], set[Any]]:
    places = {name: s[:2] for name, s in _inside(one, spans).items()}
    found = {
        (r.kind, places[r.head], places[r.tail])
        for r in relations
        if r.head in places and r.tail in places
    }
    ends = [tuple(entity[:2]) for entity in one["entities"]]
    return {(kind, ends[head], ends[tail]) for head, tail, kind in one["relations"]}, found
