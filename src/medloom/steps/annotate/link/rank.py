"""Rank the candidates of a mention by weighted features."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import NamedTuple

import numpy as np
import yaml
from numpy.typing import NDArray

from medloom.steps.annotate.link.aliases import key_of
from medloom.steps.annotate.link.features import (
    COVERED,
    DOCUMENT,
    LEARNED,
    NAMES,
    REST,
    features,
)
from medloom.steps.annotate.link.index import Index
from medloom.steps.annotate.link.normal import folded, stems
from medloom.steps.annotate.link.search import Searcher

_MOST_KEPT = 10_000
"""Queries whose candidates are kept, of some 6 KB each."""
_MOST_CHARACTERS = 200_000


class Query(NamedTuple):
    """A way to say what a mention says."""

    text: str
    rewritten: bool = False
    short_form: bool = False
    """Whether it is a short form whose long form nobody knows."""


class Scored(NamedTuple):
    """Concepts with their features and log-odds, in no order."""

    concepts: NDArray[np.int32]
    names: NDArray[np.int32]
    """The name of each that is most like the mention; -1 where none was compared."""
    table: NDArray[np.float32]
    scores: NDArray[np.float32]


class Ranker:
    """Finds and ranks; keeps what it found for queries that come again."""

    def __init__(
        self,
        index: Index,
        weights: Mapping[str, float],
        aliases: Mapping[str, Mapping[int, float]] | None = None,
    ) -> None:
        self.aliases = aliases or {}
        self.index = index
        self.searcher = Searcher(index)
        self.weights = np.array([weights[name] for name in NAMES], np.float32)
        self.nobody = weights["nobody"]
        self._kept: OrderedDict[tuple[Query, ...], Scored] = OrderedDict()

    def scored(self, queries: tuple[Query, ...]) -> Scored:
        """The candidates of queries that mean the same."""
        if queries not in self._kept:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.popitem(last=False)
            self._kept[queries] = self._scored(queries)
        return self._kept[queries]

    def ranked(
        self,
        found: Scored,
        known: Mapping[int, float],
        most: int,
        seen: NDArray[np.bool_] | None = None,
    ) -> list[tuple[int, float]]:
        """The best concepts with a probability each.

        `known` are concepts of the document, `seen` says which words stand in it.
        """
        if not len(found.concepts):
            return []
        scores = found.scores
        if known:
            there = np.array([known.get(one, 0.0) for one in found.concepts.tolist()])
            scores = scores + there * self.weights[DOCUMENT]
        if seen is not None:
            scores = scores + self.rest_in_document(found, seen) * self.weights[REST]
        order = np.argsort(-scores, kind="stable")[:most]
        top = max(float(scores.max()), self.nobody)
        total = np.exp(scores - top).sum() + np.exp(self.nobody - top)
        return [(int(found.concepts[at]), float(np.exp(scores[at] - top) / total)) for at in order]

    def words_of(self, texts: Sequence[str]) -> NDArray[np.bool_]:
        """Of each word of the terminology, whether it stands in the texts of a document."""
        seen = np.zeros(len(self.index.words), bool)
        known = self.index.word_numbers
        for text in texts:
            words = set(stems(folded(text[:_MOST_CHARACTERS])))
            seen[[known[word] for word in words if word in known]] = True
        return seen

    def rest_in_document(self, found: Scored, seen: NDArray[np.bool_]) -> NDArray[np.float64]:
        """How much of the best names is in the document though not in the mention."""
        index = self.index
        names = np.maximum(found.names, 0)
        flat, _ = index.name_words.flat(names)
        owner = np.repeat(np.arange(len(names)), index.name_words.sizes(names))
        weights = index.idf[flat]
        total = np.bincount(owner, weights, minlength=len(names))
        there = np.bincount(owner, weights * seen[flat], minlength=len(names))
        share = there / np.maximum(total, 1e-6) - found.table[:, COVERED]
        rest: NDArray[np.float64] = np.where(found.names >= 0, np.maximum(share, 0), 0)
        return rest

    def _scored(self, queries: tuple[Query, ...]) -> Scored:
        concepts, names, tables = [], [], []
        for query in queries:
            found = self.searcher.find(query.text)
            tables.append(
                features(
                    self.searcher, query.text, found,
                    rewritten=query.rewritten, short_form=query.short_form,
                )
            )  # fmt: skip
            concepts.append(found.concepts)
            names.append(found.names)
        table, every = np.concatenate(tables), np.concatenate(concepts)
        named = np.concatenate(names)
        if known := self.aliases.get(key_of(queries[0].text)):
            table, every = _with_learned(table, every, known)
            named = np.append(named, np.full(len(every) - len(named), -1, np.int32))
        scores = table @ self.weights
        order = np.argsort(-scores, kind="stable")
        _, first = np.unique(every[order], return_index=True)
        best = order[np.sort(first)]
        return Scored(every[best], named[best], table[best], scores[best])


def _with_learned(
    table: NDArray[np.float32], concepts: NDArray[np.int32], known: Mapping[int, float]
) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Candidates with the share of each in what the mention stood for; unseen ones are added."""
    new = [one for one in known if one not in set(concepts.tolist())]
    concepts = np.concatenate([concepts, np.array(new, np.int32)])
    table = np.concatenate([table, np.zeros((len(new), len(NAMES)), np.float32)])
    table[:, LEARNED] = [known.get(one, 0.0) for one in concepts.tolist()]
    return table, concepts


def shipped_weights() -> dict[str, float]:
    """The weights that come with Medloom."""
    text = files(__package__).joinpath("weights.yaml").read_text(encoding="utf-8")
    weights: dict[str, float] = yaml.safe_load(text)
    return weights
