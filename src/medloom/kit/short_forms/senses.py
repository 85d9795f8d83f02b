"""Which sense of a short form a context means: naive Bayes over hashed words.

Each sense has the words of its examples, smoothed by the words of all examples (Jelinek-Mercer).
Beside the known senses stands one that is none of them, with the words of all examples: a context
that no known sense explains better has no answer. The prior of `none` follows Good and Turing:
the share of senses that were seen once.
"""

import io
import json
import re
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from medloom.errors import MedloomError

_WORD = re.compile(r"[^\W\d_]{3,}")
BUCKETS, WINDOW_WORDS = 1 << 18, 120
_KNOWN, _SHARPNESS = 0.3, 0.2
_FORMAT = "medloom short-form senses 1"


class Example(NamedTuple):
    """A use of a short form, and what it means."""

    short: str
    long: str
    features: tuple[int, ...]


class Answer(NamedTuple):
    """A long form, and how likely it is meant."""

    long: str
    score: float


def features_of(text: str, start: int, end: int) -> tuple[int, ...]:
    """The hashed words around a place, each once.

    >>> len(features_of("The PT rose in patients with liver disease.", 4, 6))
    6
    """
    before = _WORD.findall(text[max(0, start - 9 * WINDOW_WORDS) : start])[-WINDOW_WORDS:]
    after = _WORD.findall(text[end : end + 9 * WINDOW_WORDS])[:WINDOW_WORDS]
    return tuple({_hashed(word) for word in before + after})


def _hashed(word: str) -> int:
    return zlib.crc32(word.lower()[:8].encode()) % BUCKETS


class Senses:
    """What short forms mean, and the words around them.

    >>> liver, walk = features_of("PT liver blood", 0, 2), features_of("PT walk exercise", 0, 2)
    >>> examples = [Example("PT", "prothrombin time", liver), Example("PT", "therapy", walk)] * 3
    >>> Senses.learn(examples).answer("PT", walk).long
    'therapy'
    """

    def __init__(self, arrays: dict[str, npt.NDArray[np.int64]], names: list[list[str]]) -> None:
        self.arrays, self.names = arrays, names
        self.shorts: dict[str, list[int]] = defaultdict(list)
        for number, (short, _) in enumerate(names):
            self.shorts[short].append(number)
        total = arrays["total"].astype(float) + 0.1
        self._background = np.log(total / total.sum())

    @classmethod
    def learn(cls, examples: Iterable[Example]) -> "Senses":
        """Count the words of each sense."""
        words: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
        sizes: Counter[tuple[str, str]] = Counter()
        total = np.zeros(BUCKETS, np.int64)
        for one in examples:
            words[one.short, one.long].update(one.features)
            sizes[one.short, one.long] += 1
            np.add.at(total, list(one.features), 1)
        names = sorted(words)
        flat = [sorted(words[name].items()) for name in names]
        arrays = {
            "ends": np.cumsum([len(one) for one in flat], dtype=np.int64),
            "words": np.array([word for one in flat for word, _ in one], np.int64),
            "counts": np.array([n for one in flat for _, n in one], np.int64),
            "sizes": np.array([sizes[name] for name in names], np.int64),
            "total": total,
        }
        return cls(arrays, [list(name) for name in names])

    def answer(self, short: str, features: tuple[int, ...]) -> Answer | None:
        """The likeliest long form of a short form among these words; None if it is unknown."""
        numbers = self.shorts.get(short)
        if not numbers:
            return None
        at = np.array(features, np.int64)
        sizes = self.arrays["sizes"][numbers].astype(float)
        seen_once = max(1.0, float((sizes == 1).sum()))
        scores = [float(np.log(size)) for size in sizes] + [float(np.log(seen_once))]
        for place, number in enumerate(numbers):
            scores[place] += _SHARPNESS * float(self._gain(number, at).sum())
        odds = np.exp(np.array(scores) - max(scores))
        odds /= odds.sum()
        best = int(odds[:-1].argmax())
        return Answer(self.names[numbers[best]][1], round(float(odds[best]), 3))

    def _gain(self, number: int, at: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """By how much a sense explains each word better than all examples do: log-ratios."""
        ends = self.arrays["ends"]
        begin, end = (int(ends[number - 1]) if number else 0), int(ends[number])
        words, counts = self.arrays["words"][begin:end], self.arrays["counts"][begin:end]
        place = np.minimum(np.searchsorted(words, at), max(len(words) - 1, 0))
        found = np.where(words[place] == at, counts[place], 0) if len(words) else np.zeros(len(at))
        share = found / max(int(counts.sum()), 1)
        common = np.exp(self._background[at])
        ratio: npt.NDArray[np.float64] = np.log(_KNOWN * share / common + 1 - _KNOWN)
        return ratio

    def save(self, path: Path) -> None:
        """Write one file; equal senses make equal bytes."""
        about = np.array(json.dumps([_FORMAT, self.names]))
        arrays: dict[str, Any] = {"about": about, **self.arrays}
        np.savez_compressed(path, **arrays)

    @classmethod
    def load(cls, path: Path) -> "Senses":
        """Read a file that `save` wrote; raise MedloomError where it is none."""
        try:
            with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as held:
                form, names = json.loads(str(held["about"]))
                if form != _FORMAT:
                    raise ValueError(form)
                return cls({name: held[name] for name in held.files if name != "about"}, names)
        except (OSError, ValueError, KeyError, EOFError, TypeError, zipfile.BadZipFile) as error:
            what = f"{path} is not a file of senses: {type(error).__name__}"
            raise MedloomError(f"{what}; make one with: medloom abbreviations train") from error
