"""Chemical-disease relations by patterns on BC5CDR, the mentions given.

Gold are the corpus's CID lines: pairs of MeSH ids that hold for a document. The copy of the corpus
that comes with AIONER has no CID lines; where a file has none, that is said, and only the speed and
the number of relations are measured. The baseline relates whatever one sentence mentions together.
"""

from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path
from typing import NamedTuple

from benchmarks.common import Counts, Figure, cpu_seconds, scores
from medloom.kit.sentences import split
from medloom.steps.annotate.pattern_relations import pattern_relations
from medloom.tables.spans import Span

TASK = "relations"
FILE = "annotation/ner_pubtator/pubtator/BC5CDR_TrainDev.PubTator"
Pairs = set[tuple[str, str]]


class Document(NamedTuple):
    """One abstract with its mentions, their concepts, and what causes what."""

    text: str
    spans: list[Span]
    ids: dict[str, list[str]]
    gold: Pairs


def documents(file: Path) -> list[Document]:
    """The documents of a PubTator file with CID lines."""
    made = []
    for block in file.read_text("utf-8").split("\n\n"):
        lines = [line for line in block.splitlines() if line]
        if len(lines) > 1:
            text = "\n".join(line.split("|", 2)[2] for line in lines[:2])
            made.append(_document(text, [line.split("\t") for line in lines[2:]]))
    return made


def _document(text: str, rows: Sequence[Sequence[str]]) -> Document:
    spans, ids, gold = [], {}, set()
    for row in rows:
        if row[1] == "CID":
            gold.add((row[2], row[3]))
        else:
            span = Span(int(row[1]), int(row[2]), row[4], row[3])
            spans.append(span)
            ids[span.key] = [one for one in row[5].split("|") if one != "-1"]
    return Document(text, spans, ids, gold)


def by_patterns(given: Sequence[Document]) -> list[Pairs]:
    rows = pattern_relations()([one.text for one in given], [one.spans for one in given])
    return [
        {
            pair
            for relation in row
            if relation.kind == "induces"
            for pair in product(one.ids[relation.head], one.ids[relation.tail])
        }
        for one, row in zip(given, rows, strict=True)
    ]


def by_sentence(given: Sequence[Document]) -> list[Pairs]:
    """The baseline: every chemical with every disease of its sentence."""
    return [_together(one) for one in given]


def _together(one: Document) -> Pairs:
    found: Pairs = set()
    for sentence in split(one.text):
        inside = [s for s in one.spans if sentence.start <= s.start < sentence.end]
        heads, tails = (
            [name for s in inside if s.label == label for name in one.ids[s.key]]
            for label in ("Chemical", "Disease")
        )
        found |= set(product(heads, tails))
    return found


def measure(data: Path, peers_env: Path | None) -> list[Figure]:
    """P, R and F1 of pairs in documents; MB/s; the baseline on the same mentions."""
    every = documents(data / FILE)
    halves = {"odd documents, seen": every[::2], "even documents, held out": every[1::2]}
    figures: list[Figure] = []
    for name, given in halves.items():
        figures += _scored("medloom", by_patterns, given, f"BC5CDR, {name}")
        figures += _scored("all of one sentence", by_sentence, given, f"BC5CDR, {name}")
    size = sum(len(one.text.encode()) for one in every)
    by_patterns(every[:10])
    speed = size / 1e6 / cpu_seconds(lambda: by_patterns(every))
    return [*figures, Figure(TASK, "medloom", "MB/s", speed, size, data="BC5CDR")]


def _scored(
    who: str, how: Callable[[Sequence[Document]], list[Pairs]], given: list[Document], data: str
) -> list[Figure]:
    found = how(given)
    if not any(one.gold for one in given):
        n, note = sum(map(len, found)), "this copy of the corpus has no CID lines to score by"
        return [Figure(TASK, who, "pairs", n, len(given), data=data, note=note)]
    pairs = zip(given, found, strict=True)
    counts = [Counts(len(d.gold & f), len(f - d.gold), len(d.gold - f)) for d, f in pairs]
    return scores(TASK, who, counts, data)
