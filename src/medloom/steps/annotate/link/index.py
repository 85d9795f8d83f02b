"""The arrays in which names of a terminology are looked up and compared, kept on disk."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Lists:
    """Lists of numbers, one after the other: list `i` is `values[starts[i]:starts[i + 1]]`."""

    starts: NDArray[np.int64]
    values: Ints

    def __getitem__(self, at: int) -> Ints:
        return self.values[self.starts[at] : self.starts[at + 1]]

    def sizes(self, at: Ints) -> NDArray[np.int64]:
        """How long some lists are."""
        found: NDArray[np.int64] = self.starts[at + 1] - self.starts[at]
        return found

    def flat(self, at: Ints) -> tuple[Ints, NDArray[np.int64]]:
        """The values of several lists in a row, and where each begins."""
        begins, ends = self.starts[at], self.starts[at + 1]
        sizes = ends - begins
        offsets = np.cumsum(sizes) - sizes
        places = np.arange(sizes.sum()) + np.repeat(begins - offsets, sizes)
        return self.values[places], offsets

    @classmethod
    def of(cls, lists: Sequence[Sequence[int]]) -> "Lists":
        """Join lists."""
        sizes = np.fromiter(map(len, lists), np.int64, len(lists))
        starts = np.concatenate([[0], np.cumsum(sizes)])
        values = np.fromiter((v for one in lists for v in one), np.int32, int(starts[-1]))
        return cls(starts, values)

    def inverted(self, n: int) -> "Lists":
        """For each value below `n`, the lists that hold it."""
        owners = np.repeat(np.arange(len(self.starts) - 1, dtype=np.int32), np.diff(self.starts))
        order = np.argsort(self.values, kind="stable")
        starts = np.searchsorted(self.values[order], np.arange(n + 1))
        return Lists(starts.astype(np.int64), owners[order])


@dataclass(frozen=True)
class Index:
    """What linking needs to know of a terminology."""

    words: list[str]
    """The stems of all names."""
    hashes: NDArray[np.uint64]
    """Of the keys of all names, sorted."""
    hashed: Ints
    """The names that they belong to."""
    concept: Ints
    """Of each name."""
    scope: NDArray[np.int8]
    """Of each name: 0 preferred, 1 exact, 2 narrow, 3 broad, 4 related."""
    children: Ints
    """Of each concept."""
    n_names: Ints
    """Of each concept."""
    within: Ints
    """Of each concept: names of others that hold all words of its preferred name."""
    idf: Floats
    """Of each word."""
    name_words: Lists
    name_heads: Ints
    """The word that says what kind of thing a name is: the last before `of` or a comma."""
    equals: Lists
    """For each word, words that stand for it in other names of a concept."""
    equal_weights: Floats

    @cached_property
    def word_numbers(self) -> dict[str, int]:
        """The number of each word."""
        return {word: number for number, word in enumerate(self.words)}

    @cached_property
    def postings(self) -> Lists:
        """The names that hold each word."""
        return self.name_words.inverted(len(self.words))

    @cached_property
    def lengths(self) -> Floats:
        """One over the root of the sum of the squared weights of each name's words."""
        sums = np.add.reduceat(
            np.append(self.idf[self.name_words.values] ** 2, np.float32(0)),
            self.name_words.starts[:-1],
        )
        sums[np.diff(self.name_words.starts) == 0] = 0
        return (1 / np.sqrt(np.maximum(sums, 1e-6))).astype(np.float32)

    @cached_property
    def is_number(self) -> NDArray[np.bool_]:
        """Which words are numbers or single letters."""
        return np.array([word.isdigit() or len(word) == 1 for word in self.words], bool)

    def named(self, number: int) -> Ints:
        """The names with a hashed key."""
        first = np.searchsorted(self.hashes, np.uint64(number), "left")
        last = np.searchsorted(self.hashes, np.uint64(number), "right")
        return self.hashed[first:last]

    def save(self, folder: Path) -> None:
        """Write the arrays and lists into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        plain = {}
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, Lists):
                np.save(folder / f"{one.name}.starts.npy", value.starts)
                np.save(folder / f"{one.name}.values.npy", value.values)
            elif isinstance(value, np.ndarray):
                np.save(folder / f"{one.name}.npy", value)
            else:
                plain[one.name] = value
        (folder / "plain.json").write_text(json.dumps(plain), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Index":
        """Open a folder that `save` wrote; the arrays stay on disk until they are looked at."""
        values = json.loads((folder / "plain.json").read_text(encoding="utf-8"))
        for one in fields(cls):
            if one.name in values:
                continue
            if one.type is Lists:
                parts = (folder / f"{one.name}.{part}.npy" for part in ("starts", "values"))
                values[one.name] = Lists(*(_mapped(part) for part in parts))
            else:
                values[one.name] = _mapped(folder / f"{one.name}.npy")
        return cls(**values)


def _mapped(file: Path) -> NDArray[Any]:
    """An array that stays on disk, as a plain one: those of numpy.memmap are slow to slice."""
    found: NDArray[Any] = np.load(file, mmap_mode="r").view(np.ndarray)
    return found
