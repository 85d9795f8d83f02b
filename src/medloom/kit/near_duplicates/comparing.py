"""Find the copies among many texts: hash, band, compare, tell copies from variants."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from medloom.kit.near_duplicates import candidates
from medloom.kit.near_duplicates.aligning import regions
from medloom.kit.near_duplicates.guard import Told, differs, is_variant
from medloom.kit.near_duplicates.signatures import (
    Words,
    bands,
    fingerprints,
    hashed,
    hashed_words,
    shingles,
    signatures,
    telling_keys,
)
from medloom.kit.near_duplicates.words import Hashes, cut, plain
from medloom.tables.rows import Rows

AT_ONCE, PAIRS_AT_ONCE, REMEMBERED = 500, 250, 500


@dataclass(frozen=True)
class Settings:
    """How texts are compared."""

    similarity: float = 0.5
    n_bands: int = 32
    rows_per_band: int = 4
    shingle_words: int = 5
    numeric_guard: bool = True
    word_guard: bool = True
    exact_only: bool = False


class Likeness(NamedTuple):
    """Two texts that are alike, by their numbers."""

    one: int
    other: int
    kind: str
    similarity: float
    differs: list[str]


@dataclass
class Hashed:
    """What is remembered of all texts."""

    using: Settings = field(default_factory=Settings)
    hashes: Hashes = field(default_factory=Hashes)
    fingerprints: list[bytes] = field(default_factory=list)
    telling: list[npt.NDArray[np.uint64]] = field(default_factory=list)
    keys: npt.NDArray[np.uint64] = field(default_factory=lambda: np.zeros((0, 0), np.uint64))
    n_words: list[int] = field(default_factory=list)


class Text(NamedTuple):
    """A text that is compared with others."""

    told: Told
    shingles: frozenset[int]


def texts_of(rows: Rows) -> Iterator[Sequence[str]]:
    """The column `text` of rows, some texts at a time.

    >>> list(texts_of(Rows.of({"text": ["a", "b"]})))
    [['a', 'b']]
    """
    for batch in rows.batches("text"):
        for start in range(0, batch.num_rows, AT_ONCE):
            yield batch.column("text").slice(start, AT_ONCE).to_pylist()


def hash_all(
    batches: Iterable[Sequence[str]], n_texts: int, using: Settings, salts: Sequence[bytes] = ()
) -> Hashed:
    """Hash texts, a batch at a time; with salts, only texts with the same one can be alike."""
    made, done = Hashed(using, keys=candidates.room(_n_bands(using), n_texts)), 0
    for texts in batches:
        of = hashed(texts, made.hashes)
        salt = salts[done : done + len(texts)]
        made.fingerprints += fingerprints(of, salt)
        made.telling.append(telling_keys(of))
        made.n_words += np.diff(of.starts).tolist()
        if not using.exact_only:
            made.keys[:, done : done + len(texts)] = _keys(of, using, salt)
        done += len(texts)
    return made


def _n_bands(using: Settings) -> int:
    return 0 if using.exact_only else using.n_bands


def _keys(of: Words, using: Settings, salts: Sequence[bytes]) -> npt.NDArray[np.uint64]:
    runs = shingles(of, using.shingle_words)
    keys = bands(signatures(runs, using.n_bands * using.rows_per_band), using.n_bands)
    if len(salts):
        keys ^= np.array([int.from_bytes(salt[:8].ljust(8)) for salt in salts], np.uint64)
    return keys


class Comparer:
    """Compares texts by their numbers; `take` gives the texts, some at a time."""

    def __init__(self, take: Callable[[Sequence[int]], Sequence[str]], of: Hashed) -> None:
        self._take, self._of = take, of
        self._using, self._hashes = of.using, of.hashes
        self._known: dict[int, Text] = {}

    def read(self, numbers: Sequence[int]) -> None:
        """Read texts that are compared next; the last ones are remembered."""
        known = self._known
        if len(known) > REMEMBERED:
            known.clear()
        new = [number for number in numbers if number not in known]
        texts = self._take(new) if new else []
        found = [cut(text) for text in texts]
        runs = shingles(hashed_words(found, self._hashes), self._using.shingle_words)
        for at, (number, one) in enumerate(zip(new, found, strict=True)):
            known[number] = Text(Told(plain(one)), frozenset(runs.of(at).tolist()))

    def compare(self, one: int, other: int) -> Likeness | None:
        """How two texts are alike, whatever their order; None where they are not."""
        prints = self._of.fingerprints
        one, other = sorted((one, other), key=lambda number: prints[number])
        if one not in self._known or other not in self._known:
            self.read([one, other])
        left, right = self._known[one], self._known[other]
        similarity = jaccard(left.shingles, right.shingles)
        if similarity < self._using.similarity:
            return None
        places = regions(left.told, right.told)
        guards = {"numbers": self._using.numeric_guard, "words": self._using.word_guard}
        variant = is_variant(left.told, right.told, places=places, **guards)
        shown = differs(left.told, right.told, places)
        return Likeness(one, other, "variant" if variant else "near", similarity, shown)


def likenesses(
    of: Hashed, numbers: npt.NDArray[np.int64], comparer: Comparer, n_first: int = 0
) -> Iterator[Likeness]:
    """Yield the texts that are near, and the variants, among those with these numbers.

    With `n_first`, only pairs of one of the first texts with one of the others.
    """
    telling = np.concatenate(of.telling) if of.telling else numbers[:0]
    prints = np.array([of.fingerprints[n] for n in numbers], "S16")
    order = np.lexsort((prints, telling[numbers]))
    for found in candidates.pairs(_columns(of.keys, numbers), order):
        found = numbers[found]
        if n_first:
            found = found[(found < n_first).sum(1) == 1]
        for start in range(0, len(found), PAIRS_AT_ONCE):
            pairs = found[start : start + PAIRS_AT_ONCE]
            comparer.read(np.unique(pairs).tolist())
            for one, other in pairs.tolist():
                if alike := comparer.compare(one, other):
                    yield alike


def _columns(
    keys: npt.NDArray[np.uint64], numbers: npt.NDArray[np.int64]
) -> npt.NDArray[np.uint64]:
    return keys if len(numbers) == keys.shape[1] else keys[:, numbers]


def jaccard(one: frozenset[int], other: frozenset[int]) -> float:
    """The share of shingles that both have of those that either has.

    >>> jaccard(frozenset({1, 2}), frozenset({2, 3, 4}))
    0.25
    """
    both = len(one & other)
    return both / ((len(one) + len(other) - both) or 1)
