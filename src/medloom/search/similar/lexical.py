"""How like two texts are in their words: BM25 of whole texts, without an index on disk.

BM25 (Robertson and Zaragoza 2009), where the query is a text of any length: its most telling words
count, each by how often it stands there. A score is divided by that of the query against itself,
so that it lies between 0 and 1 and can be weighed against other parts.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float32]
"""One score a row, in the order of the table."""

_K1, _B, _K3 = 1.2, 0.75, 8.0
_MOST_WORDS = 96
"""Words of a long query that count: the most telling ones."""
_WORD = re.compile(r"\w+")
_STOP_WORDS = """
a an and are as at be been but by can could did do does for from had has have he her his how i if in
into is it its may me more most my of on or our she should so such than that the their them then
there these they this those through to under until up was we were what when where which while who
whom why will with would you your
"""
_STOP = frozenset(_STOP_WORDS.split())


def folded(text: str) -> str:
    """A text in small letters, without accents.

    >>> folded("Ménière's Straße")
    "meniere's strasse"
    """
    flat = unicodedata.normalize("NFKD", text.casefold())
    return flat if flat.isascii() else "".join(c for c in flat if not unicodedata.combining(c))


def words(text: str) -> list[str]:
    """The words of a text as they are compared: small, without accents, without plural.

    Words of negation stay: `no rash` and `rash` are told apart by them.

    >>> words("The Ménière's diseases of no ribs")
    ['meniere', 'disease', 'no', 'rib']
    """
    found = (_singular(one) for one in _WORD.findall(folded(text)))
    return [one for one in found if one and one not in _STOP]


def _singular(word: str) -> str:
    """S-stemmer (Harman 1991); a single `s`, of a genitive, is nothing."""
    if word == "s":
        return ""
    if len(word) <= 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    return word[:-1]


class TextIndex:
    """The words of many texts, to be compared with others.

    `sample` are other texts that tell which words are common, where `texts` were chosen by words.

    >>> index = TextIndex(["Chest pain and fever", "A broken leg", ""])
    >>> [round(score, 1) for score in index.scores("fever, pain in the chest").tolist()]
    [1.0, 0.0, 0.0]
    """

    def __init__(self, texts: Sequence[str | None], sample: Sequence[str] = ()) -> None:
        self._numbers: dict[str, int] = {}
        sampled = [words(one) for one in sample]
        self._sample = Counter(word for one in sampled for word in set(one))
        self._n_sample = len(sample)
        counted = [Counter(words(one or "")) for one in texts]
        lengths = np.array([one.total() for one in counted], np.float32)
        self._n = len(counted)
        common = [len(one) for one in sampled] or lengths
        self._mean = float(np.mean(common)) if np.any(common) else 1.0
        self._lay_out(counted, lengths)

    def _lay_out(self, counted: Sequence[Counter[str]], lengths: Scores) -> None:
        """Postings of each word side by side: rows, and what one occurrence of the query earns."""
        number = self._numbers.setdefault
        terms = np.array([number(w, len(self._numbers)) for one in counted for w in one], np.int64)
        sizes = np.array([len(one) for one in counted], np.int64)
        rows = np.repeat(np.arange(self._n), sizes)
        counts = np.array([n for one in counted for n in one.values()], np.float32)
        order = np.argsort(terms, kind="stable")
        frequency = np.bincount(terms, minlength=len(self._numbers))
        self._starts = np.concatenate([[0], frequency.cumsum()])
        self._idf = self._rarity(frequency)
        self._rows = rows[order].astype(np.int32)
        length = self._length_factor(lengths)[self._rows]
        met = counts[order]
        self._worth = met * (_K1 + 1) / (met + length)

    def _rarity(self, frequency: npt.NDArray[np.int64]) -> Scores:
        """The inverse document frequency of each word, in the sample where there is one."""
        n = self._n_sample or self._n
        if self._n_sample:
            frequency = np.array([self._sample[word] for word in self._numbers], np.int64)
        return np.log1p((n - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)

    def scores(self, text: str) -> Scores:
        """How like each text is to this one, 0 to 1."""
        query = self._telling(Counter(words(text)))
        scores = np.zeros(self._n, np.float32)
        for word, weight in query.items():
            at = slice(*self._starts[(number := self._numbers[word]) : number + 2])
            scores[self._rows[at]] += weight * self._worth[at]
        best = self._of_itself(Counter(words(text)), query)
        return np.clip(scores / best, 0.0, 1.0) if best else scores

    def weights(self, text: str) -> dict[str, float]:
        """What the words of a text that other texts have weigh, most telling first.

        >>> list(TextIndex(["a rash", "no fever"]).weights("rash, rash, cough, fever"))
        ['rash', 'fever']
        """
        return self._telling(Counter(words(text)))

    def _telling(self, counts: Counter[str]) -> dict[str, float]:
        weights = {
            word: float(self._idf[self._numbers[word]]) * n * (_K3 + 1) / (n + _K3)
            for word, n in counts.items()
            if word in self._numbers
        }
        best = sorted(weights.items(), key=lambda one: (-one[1], one[0]))
        return dict(best[:_MOST_WORDS])

    def _of_itself(self, counts: Counter[str], query: dict[str, float]) -> float:
        length = float(self._length_factor(np.float32(counts.total())))
        return sum(
            weight * counts[word] * (_K1 + 1) / (counts[word] + length)
            for word, weight in query.items()
        )

    def _length_factor(self, lengths: Scores | np.float32) -> Scores:
        return np.asarray(_K1 * (1 - _B + _B * lengths / self._mean), np.float32)
