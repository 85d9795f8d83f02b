"""Mentions in texts by a model of ours: in batches, on the processor, without other packages."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from threading import Lock
from typing import NamedTuple

import numpy as np

from medloom.tagging.agreement import Found, agreed
from medloom.tagging.chains import best_tags, lattice, posteriors
from medloom.tagging.encoder import emissions, layout
from medloom.tagging.modelfile import Head, Model
from medloom.tagging.pieces import LONGEST_TEXT, Piece, parts, pieces, sentences, stretches
from medloom.tagging.wordforms import WordForms

TOGETHER = 4_096
"""Tokens of texts that go through the network together: what a processor's cache holds."""
DECODED_TOGETHER = 65_536
"""Tokens whose tags are chosen together."""


class _Rows(NamedTuple):
    """A group of pieces as rows of tokens with gaps."""

    pieces: list[Piece]
    firsts: np.ndarray
    """The row at which each piece begins."""
    begins: np.ndarray
    """The rows at which sentences begin."""
    lengths: np.ndarray
    scores: np.ndarray


class Tagger:
    """A loaded model. One object may be used by several threads: they take turns."""

    def __init__(self, model: Model, heads: Sequence[str] | None = None) -> None:
        """Ask some heads of a model, or all."""
        self.model = model
        self.heads = tuple(one for one in model.heads if heads is None or one.name in heads)
        self._sequences = stretches if model.card.get("whole_texts") else sentences
        self._forms = WordForms(model)
        self._lock = Lock()

    def mentions(self, texts: Sequence[str]) -> list[list[Found]]:
        """The mentions of each text, by place; each text is a document of its own."""
        found: list[list[Found]] = [[] for _ in texts]
        done: list[_Rows] = []
        with self._lock:
            for group in _groups(pieces(texts)):
                done.append(self._rows(group))
                if sum(len(one.scores) for one in done) >= DECODED_TOGETHER:
                    self._decode_all(done, found)
                    done = []
        if done:
            self._decode_all(done, found)
        return [_settled(text, sorted(some)) for text, some in zip(texts, found, strict=True)]

    def _decode_all(self, done: list[_Rows], found: list[list[Found]]) -> None:
        rows = _joined(done)
        for head in self.heads:
            self._decode(head, rows, found)

    def _rows(self, group: list[Piece]) -> _Rows:
        firsts, n_rows = layout([len(one.words) for one in group])
        ids, spaced, text_of = (np.zeros(n_rows, np.int64) for _ in range(3))
        flat = self._forms.ids([word for one in group for word in one.words])
        begins, ends, done = [], [], 0
        for number, (piece, first) in enumerate(zip(group, firsts.tolist(), strict=True), 1):
            size = len(piece.words)
            at = slice(first, first + size)
            ids[at], spaced[at], text_of[at] = flat[done : done + size], piece.spaced, number
            done += size
            starts = first + self._sequences(piece.words, spaced[at])
            begins.append(starts)
            ends.append(np.append(starts[1:], first + size))
        model = self.model
        scores = emissions(self._forms, model.gazetteer, model.weights, ids, spaced, text_of)
        starts = np.concatenate(begins)
        return _Rows(group, firsts, starts, np.concatenate(ends) - starts, scores)

    def _decode(self, head: Head, rows: _Rows, found: list[list[Found]]) -> None:
        scores = rows.scores[:, head.columns]
        between = self.model.weights[f"between.{head.name}"]
        tags = best_tags(scores, between, lattice(rows.begins, rows.lengths))
        part = np.where(tags > 0, (tags - 1) % 4, -1)
        opening, closing = np.flatnonzero((part == 0) | (part == 3)), np.flatnonzero(part >= 2)
        if not len(opening):
            return
        some = np.unique(np.searchsorted(rows.begins, opening, side="right") - 1)
        chances = posteriors(scores, between, lattice(rows.begins[some], rows.lengths[some]))
        sure = chances[np.arange(len(tags)), tags]
        ends = np.stack([opening, closing + 1], axis=1).ravel()  # a gap comes after the last row
        least = np.minimum.reduceat(sure, ends)[::2].astype(np.float64).round(4)
        owner = np.searchsorted(rows.firsts, opening, side="right") - 1
        base, label = rows.firsts[owner], (tags[opening] - 1) // 4
        columns = (opening - base, closing - base, owner, label, least)
        for first, last, at, one, score in zip(*(x.tolist() for x in columns), strict=True):
            piece = rows.pieces[at]
            start, end = int(piece.starts[first]), int(piece.ends[last])
            found[piece.text].append(Found(start, end, head.name, head.labels[one], score))


def _settled(text: str, mentions: list[Found]) -> list[Found]:
    """Make the short forms of each part of a text agree."""
    if len(text) <= LONGEST_TEXT:
        return agreed(text, mentions)
    settled, starts = [], [one.start for one in mentions]
    for begin, end in parts(text):
        own = mentions[bisect_left(starts, begin) : bisect_left(starts, end)]
        moved = [one._replace(start=one.start - begin, end=one.end - begin) for one in own]
        for one in agreed(text[begin:end], moved):
            settled.append(one._replace(start=one.start + begin, end=one.end + begin))
    return settled


def _groups(every: Iterable[Piece]) -> Iterator[list[Piece]]:
    group: list[Piece] = []
    size = 0
    for piece in every:
        group.append(piece)
        size += len(piece.words)
        if size >= TOGETHER:
            yield group
            group, size = [], 0
    if group:
        yield group


def _joined(groups: list[_Rows]) -> _Rows:
    """Some groups as one: the rows of each after those of the one before."""
    shift = np.cumsum([0, *(len(one.scores) for one in groups)]).tolist()
    pairs = list(zip(groups, shift, strict=False))
    return _Rows(
        [piece for one in groups for piece in one.pieces],
        np.concatenate([one.firsts + by for one, by in pairs]),
        np.concatenate([one.begins + by for one, by in pairs]),
        np.concatenate([one.lengths for one in groups]),
        np.concatenate([one.scores for one in groups]),
    )
