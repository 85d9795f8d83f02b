"""What undefined short forms mean: five folds of documents, their definitions taken away.

The inventory, the examples and the model come from four folds of abstracts (PubTator corpora,
MED1250, screening sets); asked are the short forms of the fifth that have two senses or more in
the inventory. `substituted`: a long form stood there (as in MeDAL); `defined`: the document
defines the short form, and its definition was taken away. Beside the sense that most documents of
the four folds have. The settings of the model were chosen on fold 1. The collection is small.
"""

import csv
import hashlib
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.annotation.abbreviations import gold
from benchmarks.common import RESAMPLES, SEED, Figure, cpu_seconds
from medloom.kit.short_forms import uses
from medloom.kit.short_forms.inventory import Spelling, ambiguous, senses_of
from medloom.kit.short_forms.senses import Example, Senses, features_of
from medloom.kit.short_forms.substitution import Substitution
from medloom.tables.spans import Abbreviation

TASK, FOLDS, LEAST_SCORE = "disambiguation", 5, 0.8


class Document(NamedTuple):
    texts: list[str]
    found: list[list[Abbreviation]]
    fold: int


class Asked(NamedTuple):
    """One use, the sense that was right, and what was said."""

    kind: str
    key: tuple[int, str]
    right: bool
    most_frequent_right: bool
    score: float


def documents(data: Path) -> Iterator[Document]:
    for texts in dict.fromkeys(map(tuple, _texts(data))):
        fold = int(hashlib.md5("\n".join(texts).encode()).hexdigest(), 16) % FOLDS
        yield Document(list(texts), uses([str(n) for n in range(len(texts))], texts), fold)


def _texts(data: Path) -> Iterator[list[str]]:
    for file in sorted((data / "annotation/ner_pubtator/pubtator").glob("*")):
        texts = defaultdict(list)
        for line in file.open(encoding="utf-8"):
            key, *rest = line.rstrip("\n").split("|", 2)
            if len(rest) == 2 and rest[0] in "ta":
                texts[key].append(rest[1])
        yield from texts.values()
    yield from (one.texts for one in gold(data / "annotation/abbrev_ab3p/MED1250_dev600.txt"))
    for file in sorted((data / "retrieval/ir_screening").rglob("*.csv")):
        for row in csv.DictReader(file.open(encoding="utf-8", errors="replace")):
            yield [row.get("title") or "", row.get("abstract") or ""]


def _ambiguous(known: list[Document]) -> dict[str, dict[str, list[Spelling]]]:
    there = defaultdict(Counter)
    for number, document in enumerate(known):
        for use in (use for row in document.found for use in row if use.long_start is not None):
            there[use.short, use.long][number] += 1
    spellings = [Spelling(*key, n.total(), len(n)) for key, n in there.items()]
    return ambiguous(senses_of(spellings))


def _examples(known: list[Document], substitute: Substitution) -> Iterator[tuple[int, str, tuple]]:
    for number, document in enumerate(known):
        for text, row in zip(document.texts, document.found, strict=True):
            new, places = substitute(text, row)
            for use in places:
                features = features_of(new, use.start, use.end)
                yield number, use.rule, Example(use.short, use.long, features)


def _ask(all_documents: list[Document], fold: int) -> Iterator[Asked]:
    known = [one for one in all_documents if one.fold != fold]
    asked = [one for one in all_documents if one.fold == fold]
    senses = _ambiguous(known)
    substitute = Substitution(senses)
    model = Senses.learn(example for _, _, example in _examples(known, substitute))
    frequent = {
        short: max(keys.values(), key=lambda same: sum(one.n_documents for one in same))[0].long
        for short, keys in senses.items()
    }
    for number, kind, (short, long, features) in _examples(asked, substitute):
        if said := model.answer(short, features):
            key = (fold * 1_000_000 + number, short)
            yield Asked(kind, key, said.long == long, frequent[short] == long, said.score)


def measure(data: Path, peers_env: Path | None) -> list[Figure]:
    read = list(documents(data))
    asked = [one for fold in range(FOLDS) for one in _ask(read, fold)]
    figures = []
    for kind in ("substituted", "defined"):
        some = [one for one in asked if one.kind == kind]
        sure = [one for one in some if one.score >= LEAST_SCORE]
        shown = f"{kind}; {len(read)} abstracts, {len({one.key for one in some})} in a document"
        rows = [
            ("medloom", "accuracy", some, [one.right for one in some]),
            ("most frequent sense", "accuracy", some, [one.most_frequent_right for one in some]),
            ("medloom, score .8 or more", "accuracy", sure, [one.right for one in sure]),
        ]
        figures += [
            _figure(contender, metric, over, right, shown)
            for contender, metric, over, right in rows
        ]
        share = len(sure) / (len(some) or 1)
        figures.append(
            Figure(TASK, "medloom, score .8 or more", "answered", share, len(some), data=shown)
        )
    return [*figures, _speed(read)]


def _figure(
    contender: str, metric: str, asked: list[Asked], right: list[bool], shown: str
) -> Figure:
    """Accuracy over uses; the interval draws uses of one short form in one document together."""
    groups = defaultdict(list)
    for one, is_right in zip(asked, right, strict=True):
        groups[one.key].append(is_right)
    sums, draw = [(sum(group), len(group)) for group in groups.values()], random.Random(SEED)
    values = []
    for _ in range(RESAMPLES):
        drawn = draw.choices(sums, k=len(sums))
        values.append(sum(hit for hit, _ in drawn) / sum(n for _, n in drawn))
    values.sort()
    low, high = values[int(0.025 * RESAMPLES)], values[int(0.975 * RESAMPLES) - 1]
    value = sum(right) / (len(right) or 1)
    return Figure(TASK, contender, metric, value, len(right), low, high, shown)


def _speed(read: list[Document]) -> Figure:
    """Uses answered a second, features included."""
    known = [one for one in read if one.fold]
    substitute = Substitution(_ambiguous(known))
    model = Senses.learn(example for _, _, example in _examples(known, substitute))
    asked = [
        (new, use)
        for one in read
        if not one.fold
        for text, row in zip(one.texts, one.found, strict=True)
        for new, places in [substitute(text, row)]
        for use in places
    ]

    def answer() -> None:
        for text, use in asked:
            model.answer(use.short, features_of(text, use.start, use.end))

    return Figure(TASK, "medloom", "uses/s", len(asked) / cpu_seconds(answer), len(asked))
