"""Rank datasets for a sentence that describes a research idea."""

import re
from collections import Counter
from collections.abc import Sequence
from math import log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from medloom.search.datasets.naming import Naming, namings
from medloom.search.stems import stem

_WORD = re.compile(r"[^\W_]+")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_SATURATION, _LENGTH, _FAME = 0.9, 0.4, 0.5
_MOST_SENTENCES = 50
_SAID_OF_ALL = frozenset(
    _WORD.findall(
        "a an and are as at be been but by for from had has have i in into is it its may no not of "
        "on or our so such than that the their them there these they this to was we were which "
        "while who will with would want build propose system model method approach using use used "
        "based new dataset data datasets paper study learning task tasks can design develop train "
        "trained"
    )
)
"""Words of all ideas and descriptions alike."""


class Dataset(NamedTuple):
    """A dataset as it is described."""

    id: str
    names: tuple[str, ...]
    description: str
    title: str = ""
    """The title of the paper that made it known."""


class Found(NamedTuple):
    """A dataset that was found, and why."""

    id: str
    score: float
    text_score: float
    """BM25 of its description and of the sentences in which others name it."""
    n_naming: int
    """How many descriptions of other datasets name it."""
    description: str
    named_as: str
    """A sentence of another description that names it; empty where none does."""


class DatasetFinder:
    """Finds datasets by words, and prefers those that others build on.

    The text of a dataset is its names, the title of its paper, its description, and the sentences
    of other descriptions that name it, as anchor texts are for pages. Its BM25 is raised by
    `1 + 0.5 * ln(1 + n)` where `n` others name it. Nothing is trained. Task: DataFinder
    (Viswanathan et al. 2023).

    >>> finder = DatasetFinder([
    ...     Dataset("A", ("PhotoNet",), "Photos of things with labels."),
    ...     Dataset("B", ("TinyPics",), "Photos of things, small."),
    ...     Dataset("C", ("SketchyNet",), "Drawings of the photos in PhotoNet."),
    ... ])
    >>> [one.id for one in finder.find("I want to label photos of things")]
    ['A', 'B', 'C']
    """

    def __init__(self, datasets: Sequence[Dataset]) -> None:
        self.datasets = [one._replace(description=_plain(one.description)) for one in datasets]
        texts = [f"{one.description} {one.title}" for one in self.datasets]
        self.named: dict[int, list[Naming]] = {}
        for one in namings([(one.id, *one.names) for one in self.datasets], texts):
            self.named.setdefault(one.named, []).append(one)
        self.n_naming = np.array([len(self.named.get(n, ())) for n in range(len(texts))], int)
        self._index([self._whole(n) for n in range(len(texts))])

    def find(self, idea: str, limit: int = 10) -> list[Found]:
        """The datasets that suit an idea best; those that share no word with it are left out."""
        text_scores = self.text_scores(idea)
        scores = text_scores * (1 + _FAME * np.log1p(self.n_naming))
        order = np.argsort(-scores, kind="stable")[:limit]
        return [self._found(int(n), scores, text_scores) for n in order if scores[n] > 0]

    def text_scores(self, idea: str) -> NDArray[np.float64]:
        """BM25 of each dataset's text (k1 0.9, b 0.4)."""
        scores = np.zeros(len(self.datasets))
        for word, times in Counter(_words(idea)).items():
            if word in self._held:
                rows, values = self._held[word]
                scores[rows] += times * values
        return scores

    def _whole(self, number: int) -> str:
        one = self.datasets[number]
        others = [naming.sentence for naming in self.named.get(number, ())[:_MOST_SENTENCES]]
        return " ".join([one.id, *one.names, one.title, one.description, *others])

    def _index(self, texts: Sequence[str]) -> None:
        counts = [Counter(_words(text)) for text in texts]
        lengths = np.array([sum(one.values()) for one in counts], float)
        mean = float(lengths.mean()) if len(lengths) and lengths.any() else 1.0
        places: dict[str, list[tuple[int, int]]] = {}
        for number, one in enumerate(counts):
            for word, n in one.items():
                places.setdefault(word, []).append((number, n))
        self._held: dict[str, tuple[NDArray[np.int64], NDArray[np.float64]]] = {}
        for word, held in places.items():
            rows = np.array([row for row, _ in held], np.int64)
            times = np.array([n for _, n in held], float)
            rarity = log(1 + (len(texts) - len(rows) + 0.5) / (len(rows) + 0.5))
            norm = _SATURATION * (1 - _LENGTH + _LENGTH * lengths[rows] / mean)
            self._held[word] = rows, rarity * times * (_SATURATION + 1) / (times + norm)

    def _found(
        self, n: int, scores: NDArray[np.float64], text_scores: NDArray[np.float64]
    ) -> Found:
        one, others = self.datasets[n], self.named.get(n, ())
        named_as = others[0].sentence if others else ""
        score, text_score = round(float(scores[n]), 4), round(float(text_scores[n]), 4)
        return Found(one.id, score, text_score, len(others), one.description, named_as)


def _plain(text: str) -> str:
    return " ".join(_LINK.sub(r"\1", text).replace("**", "").split())


def _words(text: str) -> list[str]:
    return [stem(one) for one in _WORD.findall(text.lower()) if one not in _SAID_OF_ALL]
