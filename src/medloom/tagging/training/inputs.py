"""Documents, vocabularies and words in the arrays that training needs."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from medloom.kit.tokens import tokens
from medloom.tables import Range
from medloom.tagging.corpora import Document, read_corpus, tags
from medloom.tagging.gazetteer import Gazetteer, build
from medloom.tagging.modelfile import quantised
from medloom.tagging.pieces import sentences, stretches
from medloom.tagging.training.opentext import open_texts
from medloom.tagging.training.plan import Plan
from medloom.tagging.training.vectors import WIDTH, name_counts, text_vectors
from medloom.tagging.vocabularies import located, names_of
from medloom.tagging.words import key64


class Example(NamedTuple):
    """A document in tokens, with gold tags of one head."""

    document: Document
    head: str
    places: list[Range]
    words: list[str]
    spaced: np.ndarray
    gold: np.ndarray
    sentences: np.ndarray


class Knowledge(NamedTuple):
    """What is learned before the network: names, and words as texts and vocabularies have them."""

    gazetteer: Gazetteer
    tables: dict[str, np.ndarray]
    """`texts.keys`, `texts.table`, `names.keys`, `names.table`, as a model has them."""


def corpora(plan: Plan, folders: Sequence[Path]) -> dict[str, list[Document]]:
    """The documents of each head's corpus, in the order of its file."""
    return {
        name: read_corpus(located(head.file, folders), head.labels)
        for name, head in plan.heads.items()
    }


def knowledge(plan: Plan, folders: Sequence[Path], documents: Sequence[Document]) -> Knowledge:
    """Build the gazetteer, count words in its names, and give words vectors from texts.

    The texts are those of the plan and of the documents that are trained on.
    """
    names = {
        vocabulary: [name for source in sources for name in names_of(source, folders)]
        for vocabulary, sources in plan.vocabularies.items()
    }
    texts = open_texts(plan.texts, folders)
    texts = list(dict.fromkeys([*texts, *(one.text for one in documents)]))
    settings = plan.settings
    vectors = text_vectors(texts, settings.text_words_from, plan.seed)
    counts = name_counts(names, settings.name_words_from)
    tables = _table("texts", vectors, WIDTH) | _table("names", counts, 2 * len(names))
    return Knowledge(build(names), tables)


def examples(
    documents: Sequence[Document], head: str, labels: Sequence[str], whole_texts: bool = False
) -> list[Example]:
    """Documents in tokens with tags; those without tokens are left out.

    Tags of a mention that does not lie in one sequence are left out: no chain can give them.
    """
    cut = stretches if whole_texts else sentences
    made = []
    for one in documents:
        places = tokens(one.text)
        if not places:
            continue
        words = [one.text[place.start : place.end] for place in places]
        ends = [0, *(place.end for place in places)]
        spaced = np.array([at == 0 or p.start > ends[at] for at, p in enumerate(places)], np.int64)
        gold = np.array(tags(places, one.mentions, labels), np.int64)
        starts = cut(words, spaced)
        _without_cut(gold, starts)
        made.append(Example(one, head, places, words, spaced, gold, starts))
    return made


def _without_cut(gold: np.ndarray, starts: np.ndarray) -> None:
    """Take away the tags of mentions that go on where a sequence begins."""
    for start in starts[1:].tolist():
        if gold[start] and (gold[start] - 1) % 4 in (1, 2):
            first, last = start, start
            while (gold[first] - 1) % 4:
                first -= 1
            while (gold[last] - 1) % 4 != 2:
                last += 1
            gold[first : last + 1] = 0


def _table(name: str, words: dict[str, np.ndarray], width: int) -> dict[str, np.ndarray]:
    keyed = {key64(word) >> 32: vector for word, vector in words.items()}
    order = sorted(keyed)
    rows = np.array([keyed[key] for key in order], np.float32).reshape(len(order), width)
    small, scale = quantised(rows)  # training sees what the model will have
    return {f"{name}.keys": np.array(order, np.uint32), f"{name}.table": small * scale}
