"""Find names whose words stand in another order, apart, in other forms, or in parallel parts.

Every word has a random number; the sum over the words of a name is the same in any order. Sums over
all windows of a text come from one running sum, and are looked up at once. The head of what is
found must be a head of the name: `renal cell carcinoma` is not found in `renal carcinoma cells`.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from medloom.terminology.bags import own_words
from medloom.terminology.batching import Piece, pieces
from medloom.terminology.characters import fold
from medloom.terminology.cutting import Cut, cut
from medloom.terminology.hashing import HashTable
from medloom.terminology.lexicon import Lexicon
from medloom.terminology.loose_file import loose_file
from medloom.terminology.normal import normal
from medloom.terminology.streams import (
    BREAK,
    COMMA,
    COPULA,
    FUNCTION,
    JOINING,
    PREPOSITION,
    UNKNOWN,
    Flags,
    Ints,
    Numbering,
    Stream,
)
from medloom.terminology.windows import BagTable, Found

_OVERLAP = 2_000


class LooseHits(NamedTuple):
    """Places where the words of a name stand."""

    row: Ints
    start: Ints
    end: Ints
    name: Ints
    """The number that `LooseMatcher.named` explains."""
    left_end: Ints
    right_start: Ints
    """Between these stands what is not of the name; 0 where there is nothing."""
    parallel: Ints
    """Whether that is a part parallel to one of the name."""


class Named(NamedTuple):
    """What a bag stands for."""

    entry: int
    name: int
    rewritten: bool


class LooseMatcher:
    """Finds the bags of some names of a lexicon."""

    def __init__(self, lexicon: Lexicon, names: Flags) -> None:
        file = loose_file(lexicon, names)
        self._learnt, self._arrays = file.learnt, file.arrays
        self._number = {word: number for number, word in enumerate(file.words, 1)}
        sums = file.arrays["sums"]
        self._bags = BagTable(
            file.random,
            HashTable.of(sums, np.arange(1, len(sums) + 1, dtype=np.int32)),
            int(file.arrays["longest"][0]),
            np.append(False, file.arrays["joins"]),
        )
        self._modifier = self._flagged(file.modifiers)
        self._skipped = self._flagged(own_words().skipped)
        self._numbers = Numbering(self._number_of)

    def named(self, number: int) -> Named:
        """What a bag stands for."""
        columns = (self._arrays[one][number] for one in ("entry", "name", "rewritten"))
        entry, name, rewritten = columns
        return Named(int(entry), int(name), bool(rewritten))

    def find(self, texts: Sequence[str]) -> LooseHits:
        """Find all bags in all texts; one of fewer words may lie inside of one of more."""
        found = [one for piece in pieces(texts, _OVERLAP) for one in self._in_piece(piece)]
        return LooseHits(
            *(np.concatenate(column) for column in zip(_no_hits(), *found, strict=True))
        )

    def _flagged(self, words: frozenset[str]) -> Flags:
        flags = np.zeros(len(self._number) + 1, bool)
        flags[
            [self._number[one] for one in map(self._learnt.word, words) if one in self._number]
        ] = True
        return flags

    def _number_of(self, word: str) -> int:
        word, own = normal(fold(word)), own_words()
        kinds = (own.joining, own.function, own.preposition, own.copula, ",")
        numbers = (JOINING, FUNCTION, PREPOSITION, COPULA, COMMA)
        for kind, listed in zip(numbers, kinds, strict=True):
            if word in listed:
                return kind
        if not word[:1].isalnum():
            return BREAK
        number = self._number.get(self._learnt.word(word), UNKNOWN)
        if not number and (other := self._learnt.known_form(word, self._number)):
            number = self._number[other]
        return number

    def _in_piece(self, piece: Piece) -> Iterator[LooseHits]:
        made = cut(piece.codes)
        every = Stream.of(self._numbers(piece, made))
        skipped = self._skipped[every.number]
        yield self._placed(every, self._bags.windows(every), piece, made)
        fewer = every.without(skipped)
        if skipped.any():
            yield self._placed(fewer, self._bags.windows(fewer), piece, made)
        yield self._placed(fewer, self._bags.parallel(fewer), piece, made)
        yield self._placed(fewer, self._bags.apart(fewer), piece, made)

    def _placed(self, stream: Stream, found: Found, piece: Piece, made: Cut) -> LooseHits:
        """Hits in texts, of what is found with a right head."""
        well = self._well_formed(stream, found)
        first, last, gap, gap_last, name, parallel = (column[well] for column in found)
        start, end = made.starts[stream.token[first]], made.ends[stream.token[last]]
        at = np.searchsorted(piece.starts, start, "right") - 1
        shift = piece.starts[at] - piece.offset
        own = start < piece.own if piece.own is not None else np.ones(len(start), bool)
        if not own.any():
            return _no_hits()
        left, right = np.maximum(gap - 1, 0), np.minimum(gap_last + 1, len(stream.token) - 1)
        left_end = np.where(gap < 0, 0, made.ends[stream.token[left]] - shift)
        right_start = np.where(gap < 0, 0, made.starts[stream.token[right]] - shift)
        row, start, end = piece.rows[at], start - shift, end - shift
        hits = LooseHits(row, start, end, name, left_end, right_start, parallel)
        return LooseHits(*(column[own] for column in hits))

    def _well_formed(self, stream: Stream, found: Found) -> Flags:
        """Whether the head of a phrase may be that of the name, and the phrase is whole."""
        if not len(found.first):
            return np.zeros(0, bool)
        head = stream.number[stream.head(found.first, found.last)]
        right = stream.any_order(found.first, found.last)
        right |= ~self._modifier[head]
        pairs = zip(found.name.tolist(), head.tolist(), strict=True)
        right |= np.array([self._is_head(*pair) for pair in pairs], bool)
        right &= (found.gap < 0) | ~self._arrays["rewritten"][found.name]
        return right & ~stream.cut_short(found.last, self._modifier)

    def _is_head(self, name: int, word: int) -> bool:
        bounds = self._arrays["heads_bounds"]
        return word in self._arrays["heads"][bounds[name] : bounds[name + 1]]


def _no_hits() -> LooseHits:
    return LooseHits(*(np.zeros(0, np.int64) for _ in LooseHits._fields))
