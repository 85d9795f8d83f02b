"""Find the concepts whose names look most like a mention.

A mention's words are matched softly to those of names: the same stem, a word that the terminology
itself uses in the same place (renal, kidney), or one with nearly the same letters. Names are then
compared by the weights of the words that they share: TF-IDF with soft matches, after Cohen,
Ravikumar and Fienberg (2003).
"""

import re
from collections import defaultdict
from functools import cached_property
from typing import NamedTuple

import numpy as np

from medloom.steps.annotate.link.index import Floats, Index, Ints, Lists
from medloom.steps.annotate.link.normal import content, folded, hashed, keys, stems
from medloom.steps.annotate.link.words import equal_words

_MOST_POSTINGS = 15_000
_REPEATS = 2
_NEAR = 0.45
"""Least share of letter trigrams (Dice) of two words that may be the same."""
_MOST_NEAR = 12
_SAME_ROOT = 0.75
_SHORTEST_ROOT = 5
_SUFFIX = re.compile(
    r"(?:ical|ic|iv|ion|al|ou|ar|oid|ism|ian|ia|iti|ant|ent|enc|anc|ity|it|ed|ing)$"
)


class Candidates(NamedTuple):
    """The best name of each concept that a mention may stand for, in parallel arrays."""

    concepts: Ints
    names: Ints
    level: Ints
    """Of the strictest key that is the same; 9 where none is."""
    covers: Floats
    """How much of the mention, by weight, is in the name."""
    covered: Floats
    """How much of the name is in the mention."""
    n_hits: Ints
    """Names of the concept among those that were found."""


class Searcher:
    """Looks mentions up in an index; keeps what it learns of words."""

    def __init__(self, index: Index, shortlist: int = 100) -> None:
        self.index = index
        self.shortlist = shortlist
        self._sums = np.zeros(len(index.concept), np.float32)
        self._same = np.zeros(len(index.words), np.float32)
        self._near: dict[str, tuple[Ints, Floats]] = {}

    def find(self, mention: str, most: int = 40) -> Candidates:
        """The candidates of a mention, best first as far as words tell."""
        exact = self._exact(mention)
        words = list(dict.fromkeys(content(stems(folded(mention)))))
        names = self._soft(words) if words else np.empty(0, np.int32)
        same = np.fromiter(exact, np.int32, len(exact))
        names = np.union1d(names, same).astype(np.int32)
        level = np.full(len(names), 9, np.int32)
        level[np.searchsorted(names, same)] = list(exact.values())
        has_words = self.index.name_words.sizes(names) > 0
        names, level = names[has_words], level[has_words]
        covers, covered = self._compared(words, names)
        return self._by_concept(names, level, covers, covered, most)

    def _exact(self, mention: str) -> dict[int, int]:
        """Names with the same key, and how strict that key is."""
        found: dict[int, int] = {}
        for level, key in enumerate((mention, *keys(mention))):
            if key:
                for name in self.index.named(hashed(level, key)).tolist():
                    found.setdefault(name, level)
        return found

    def _soft(self, words: list[str]) -> Ints:
        """The names that share most weight with the words."""
        index, ways = self.index, list[tuple[float, int]]()
        for word in words:
            near, likeness = self.near(word)
            weights = likeness * index.idf[near]
            ways += zip((-weights).tolist(), near.tolist(), strict=True)
        touched, n = [], 0
        for weight, number in sorted(ways):
            names = index.postings[number]
            if n and n + len(names) > _MOST_POSTINGS:
                continue
            self._sums[names] += weight * index.idf[number]
            touched.append(names)
            n += len(names)
        if not touched:
            return np.empty(0, np.int32)
        names = np.concatenate(touched)
        sums = self._sums[names] * index.lengths[names]
        self._sums[names] = 0
        most = _REPEATS * self.shortlist
        if len(names) > most:  # a name that shares several words is there several times
            names = names[np.argpartition(sums, most)[:most]]
        return np.unique(names)

    def _compared(self, words: list[str], names: Ints) -> tuple[Floats, Floats]:
        """How much of the words is in each name, and of each name in the words."""
        index = self.index
        flat, offsets = index.name_words.flat(names)
        if not len(flat) or not words:
            return np.zeros(len(names), np.float32), np.zeros(len(names), np.float32)
        best = np.zeros(len(flat), np.float32)
        covers, total = np.zeros(len(names), np.float32), 0.0
        for word in words:
            near, likeness = self.near(word)
            self._same[near] = likeness
            here = self._same[flat]
            self._same[near] = 0
            np.maximum(best, here, out=best)
            weight = self.weight(word)
            covers += weight * np.maximum.reduceat(here, offsets)
            total += weight
        weights = index.idf[flat]
        covered = np.add.reduceat(best * weights, offsets) / np.add.reduceat(weights, offsets)
        return (covers / total).astype(np.float32), covered.astype(np.float32)

    def _by_concept(
        self, names: Ints, level: Ints, covers: Floats, covered: Floats, most: int
    ) -> Candidates:
        index = self.index
        concepts = index.concept[names]
        likeness = covers * covered + (9 - level)
        order = np.lexsort((index.scope[names], -likeness))
        _, first, counts = np.unique(concepts[order], return_index=True, return_counts=True)
        keep = np.argsort(first)[:most]
        rows = order[first[keep]]
        return Candidates(
            concepts[rows],
            names[rows],
            level[rows],
            covers[rows],
            covered[rows],
            counts[keep].astype(np.int32),
        )

    def weight(self, word: str) -> float:
        """How rare a word is; as rare as can be where the terminology does not know it."""
        number = self.index.word_numbers.get(word)
        if number is not None:
            return float(self.index.idf[number])
        near, _ = self.near(word)
        return float(self.index.idf[near[0]]) if len(near) else self._rarest

    @cached_property
    def _rarest(self) -> float:
        return float(self.index.idf.max(initial=1))

    def near(self, word: str) -> tuple[Ints, Floats]:
        """Words of the terminology that may mean the same, with a likeness from 0 to 1."""
        if word not in self._near:
            if len(self._near) > 200_000:
                self._near.clear()
            self._near[word] = self._nearest(word)
        return self._near[word]

    def _nearest(self, word: str) -> tuple[Ints, Floats]:
        index = self.index
        likeness: dict[int, float] = {}
        number = index.word_numbers.get(word)
        if len(word) > 3 and word.isalpha():
            likeness = self._alike(word)
        if number is not None:
            starts = index.equals.starts
            weights = index.equal_weights[starts[number] : starts[number + 1]]
            for one, weight in zip(index.equals[number].tolist(), weights.tolist(), strict=True):
                likeness[one] = max(likeness.get(one, 0), weight)
        for other, weight in equal_words().get(word, {}).items():
            if (one := index.word_numbers.get(other)) is not None:
                likeness[one] = max(likeness.get(one, 0), weight)
        for one in self._roots.get(root(word), ()):
            likeness[one] = max(likeness.get(one, 0), _SAME_ROOT)
        if number is not None:
            likeness[number] = 1.0
        best = sorted(likeness.items(), key=lambda one: -one[1])[:_MOST_NEAR]
        return (
            np.array([one for one, _ in best], np.int32),
            np.array([value for _, value in best], np.float32),
        )

    def _alike(self, word: str) -> dict[int, float]:
        """Words with nearly the same letters."""
        own = [gram for gram in trigrams(word) if gram in self._grams]
        if not own:
            return {}
        lists = sorted((self._gram_words[self._grams[gram]] for gram in own), key=len)
        words, shared = np.unique(np.concatenate(lists), return_counts=True)
        dice = 2 * shared / (len(trigrams(word)) + self._sizes[words])
        good = dice >= _NEAR
        return dict(zip(words[good].tolist(), dice[good].tolist(), strict=True))

    @cached_property
    def _roots(self) -> dict[str, list[int]]:
        roots: dict[str, list[int]] = defaultdict(list)
        for number, word in enumerate(self.index.words):
            if found := root(word):
                roots[found].append(number)
        return roots

    @cached_property
    def _grams(self) -> dict[str, int]:
        return {gram: number for number, gram in enumerate(self._gram_lists)}

    @cached_property
    def _gram_lists(self) -> dict[str, list[int]]:
        lists: dict[str, list[int]] = defaultdict(list)
        for number, word in enumerate(self.index.words):
            if len(word) > 3 and word.isalpha():
                for gram in trigrams(word):
                    lists[gram].append(number)
        return lists

    @cached_property
    def _gram_words(self) -> Lists:
        return Lists.of(list(self._gram_lists.values()))

    @cached_property
    def _sizes(self) -> Ints:
        return np.array([len(trigrams(word)) for word in self.index.words], np.int32)


def root(word: str) -> str:
    """What adjectives and nouns of a stem share; empty where that is too short to tell.

    >>> root("hypertensiv"), root("hypertension"), root("diabetic"), root("diabet")
    ('hypertens', 'hypertens', 'diabet', 'diabet')
    """
    found = _SUFFIX.sub("", word)
    return found if len(found) >= _SHORTEST_ROOT and word.isalpha() else ""


def trigrams(word: str) -> set[str]:
    """The runs of three letters of a word with its ends.

    >>> sorted(trigrams("skin"))
    ['^sk', 'in$', 'kin', 'ski']
    """
    word = f"^{word}$"
    return {word[at : at + 3] for at in range(len(word) - 2)}
