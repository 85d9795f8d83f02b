"""Find the names of a lexicon in texts: all of them, exactly, with offsets, in whole batches."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from medloom.terminology.ambiguity import CASED, FREE
from medloom.terminology.batching import Piece, pieces
from medloom.terminology.characters import fold, tables
from medloom.terminology.compiling import word_hashes
from medloom.terminology.cutting import Cut, cut
from medloom.terminology.edges import Stretch, with_edges
from medloom.terminology.hashing import HashTable
from medloom.terminology.lexicon import Lexicon
from medloom.terminology.normal import normal
from medloom.terminology.trie import Ints

Places = npt.NDArray[np.int64]
_MOST_WORDS = 2_000_000


class Hits(NamedTuple):
    """Places where names of one form stand, in the order of texts and places, longest first."""

    row: Places
    start: Places
    end: Places
    form: Ints
    """The number of the normal form; `Lexicon.arrays["form_names"]` has its names."""

    def pick(self, which: npt.NDArray[np.generic]) -> "Hits":
        """Some of the hits, by a mask or by numbers."""
        return Hits(self.row[which], self.start[which], self.end[which], self.form[which])


class Matcher:
    """Finds names whatever their case, hyphens, accents, plural, spelling and Greek letters.

    With `everything`, also names that are too ambiguous: common words, single characters, and
    abbreviations in another case. `names` says of each name of the lexicon whether to look for it.
    """

    def __init__(
        self,
        lexicon: Lexicon,
        *,
        everything: bool = False,
        names: npt.NDArray[np.bool_] | None = None,
    ) -> None:
        self.lexicon = lexicon
        self._trie = lexicon.trie
        self._vocabulary = lexicon.table("vocabulary")
        self._seen = HashTable.empty(1 << 15)
        self._n_seen = 0
        self._states = _states(lexicon, everything, names)
        self._edges = _edges(lexicon)
        self._edged = np.zeros(len(self._states), bool)
        self._edged[list(self._edges)] = True

    def find(self, texts: Sequence[str], *, longest: bool = False) -> Hits:
        """Find all names in all texts; with `longest`, none that lies inside of another.

        >>> from medloom.terminology.examples import toy
        >>> Matcher(toy()).find(["Heart attacks and tumours."]).start.tolist()
        [0, 0, 18]
        """
        found = [self._in_piece(one) for one in pieces(texts, int(self.lexicon.about["overlap"]))]
        if not found:
            none = np.zeros(0, np.int64)
            return Hits(none, none, none, none.astype(np.int32))
        hits = Hits(*(np.concatenate(column) for column in zip(*found, strict=True)))
        hits = hits.pick(np.lexsort((-hits.end, hits.start, hits.row)))
        return hits.pick(~inside_another(hits)) if longest else hits

    def numbers(self, made: Cut, piece: Piece) -> Ints:
        """The numbers of tokens in the lexicon; 0 for a token of no name."""
        numbers = self._seen.find(made.hashes, missing=-1)
        new = np.flatnonzero(numbers < 0)
        if len(new):
            hashes, first, inverse = np.unique(
                made.hashes[new], return_index=True, return_inverse=True
            )
            learnt = self._learn(hashes, made, new[first], piece)
            numbers[new] = learnt[inverse]
        return numbers

    def _learn(self, hashes: npt.NDArray[np.uint64], made: Cut, at: Places, piece: Piece) -> Ints:
        """The numbers of tokens that were not seen before; by their normal form, if need be."""
        numbers = self._vocabulary.find(hashes, missing=-1)
        unknown = np.flatnonzero(numbers < 0)
        if len(unknown):
            words = [
                piece.codes[a:b].tobytes().decode("utf-32-le", "surrogatepass")
                for a, b in zip(made.starts[at[unknown]], made.ends[at[unknown]], strict=True)
            ]
            by_form = word_hashes([normal(fold(one)) for one in words])
            numbers[unknown] = self._vocabulary.find(by_form, missing=0)
        if self._n_seen + len(hashes) > len(self._seen.keys) // 2:
            self._grow(len(hashes))
        self._seen.add(hashes, numbers)
        self._n_seen += len(hashes)
        return numbers

    def _grow(self, more: int) -> None:
        old = self._seen
        kept = old.keys != 0 if self._n_seen < _MOST_WORDS else np.zeros(len(old.keys), bool)
        self._n_seen = int(kept.sum())
        self._seen = HashTable.empty(2 * (self._n_seen + more))
        self._seen.add(old.keys[kept], old.values[kept])

    def _in_piece(self, piece: Piece) -> Hits:
        made = cut(piece.codes)
        walked = self._trie.walk(self.numbers(made, piece), ~made.glued)
        state = self._states[walked.form]
        kept = np.flatnonzero((state > 0) & ~made.going_on[walked.last])
        start, end = made.starts[walked.first[kept]], made.ends[walked.last[kept]]
        form, state = walked.form[kept], state[kept]
        if piece.own is not None:
            own = start < piece.own
            start, end, form, state = start[own], end[own], form[own], state[own]
        if (state == _CASED).any():
            right = self._in_own_case(piece, start, end, form, state)
            start, end, form = start[right], end[right], form[right]
        start, end, form = self._with_edges(piece, Stretch(start, end, form))
        at = np.searchsorted(piece.starts, start, "right") - 1
        shift = piece.starts[at] - piece.offset
        return Hits(piece.rows[at], start - shift, end - shift, form)

    def _with_edges(self, piece: Piece, found: Stretch) -> Stretch:
        edged = self._edged[found.form]
        if not edged.any():
            return found
        start, end, form = found
        given = Stretch(start[edged], end[edged], form[edged])
        some = with_edges(piece.codes, given, self._edges)
        return Stretch(
            np.concatenate([start[~edged], some.start]),
            np.concatenate([end[~edged], some.end]),
            np.concatenate([form[~edged], some.form]),
        )

    def _in_own_case(
        self, piece: Piece, start: Places, end: Places, form: Ints, state: npt.NDArray[np.uint8]
    ) -> npt.NDArray[np.bool_]:
        """Whether a hit has as many capitals as a name of its form, if it must."""
        sums = np.zeros(len(piece.codes) + 1, np.int32)
        np.cumsum(tables().upper[piece.codes], out=sums[1:])
        right: npt.NDArray[np.bool_] = state != _CASED
        cased = np.flatnonzero(~right)
        capitals = sums[end[cased]] - sums[start[cased]]
        arrays = self.lexicon.arrays
        first = arrays["form_names"][form[cased]]
        many = arrays["form_names"][form[cased] + 1] - first
        for nth in range(int(many.max(initial=0))):
            name = np.minimum(first + nth, len(arrays["name_flags"]) - 1)
            fits = (nth < many) & (arrays["name_flags"][name] == CASED)
            right[cased] |= fits & (arrays["name_capitals"][name] == capitals)
        return right


_CASED, _FREE = 1, 2


def _states(
    lexicon: Lexicon, everything: bool, names: npt.NDArray[np.bool_] | None
) -> npt.NDArray[np.uint8]:
    """Of each form, whether it is found never, only in its own case, or always."""
    flags, begin = lexicon.arrays["name_flags"], lexicon.arrays["form_names"]
    others = _FREE if everything else 0
    may = np.select([flags == FREE, flags == CASED], [_FREE, others or _CASED], others)
    if names is not None:
        may[~names] = 0
    return np.maximum.reduceat(may.astype(np.uint8), begin[:-1]) if len(begin) > 1 else may


def _edges(lexicon: Lexicon) -> dict[int, frozenset[int]]:
    """The edges of the names of each form that has some."""
    form, edges = lexicon.arrays["name_form"], lexicon.arrays["name_edges"]
    begin = lexicon.arrays["form_names"]
    some = np.unique(form[(edges > 0) & (form >= 0)]).tolist()
    return {one: frozenset(edges[begin[one] : begin[one + 1]].tolist()) for one in some}


def inside_another(hits: Hits) -> npt.NDArray[np.bool_]:
    """Whether each of sorted hits lies inside of a longer one of its text."""
    if not len(hits.row):
        return np.zeros(0, bool)
    width = int(hits.end.max()) + 1
    base = hits.row * width
    reach = np.maximum.accumulate(base + hits.end)
    before = np.concatenate([[-1], reach[:-1]])
    longer = base + hits.end <= before
    same = np.zeros(len(longer), bool)
    same[1:] = (
        (hits.row[1:] == hits.row[:-1])
        & (hits.start[1:] == hits.start[:-1])
        & (hits.end[1:] == hits.end[:-1])
    )
    return longer & ~same
