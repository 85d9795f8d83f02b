"""The sentences that answer to a text best: evidence for a claim.

Rows are ranked first, then the sentences of the best rows, as in SciFact (Wadden et al. 2020):
first the abstracts, then the rationale sentences in them.
"""

import time
from collections.abc import Sequence

import numpy as np

from medloom.errors import InputError
from medloom.kit.sentences import split
from medloom.search.results import Hit, Results, Snippet
from medloom.search.similar.dense import Encode
from medloom.search.similar.finding import Similar
from medloom.search.similar.lexical import Scores, TextIndex, words
from medloom.search.similar.vectors import normalised
from medloom.search.similar.wanted import Wanted

DEPTH = 30
"""Rows whose sentences are looked at."""
OF_ROW = 1.0
"""What the score of a sentence's row counts beside that of the sentence."""
OF_VECTOR = 0.25
"""What the cosine counts in the score of a sentence."""
OF_END = 0.2
"""What it counts that a sentence is the last of an abstract: conclusions stand at the end."""


def sentence_scores(
    wanted: str,
    sentences: Sequence[str],
    index: TextIndex,
    encode: Encode | None = None,
    abstract: bool = False,
) -> Scores:
    """How well each sentence answers to a text, 0 to 1.

    The part of the wanted words that it holds, by what they weigh among all rows, a little less for
    long sentences; with an encoder, three parts of that and one of the cosine. In an `abstract` the
    later sentence counts more, for conclusions stand at its end; what answers to nothing stays 0.

    >>> index = TextIndex(["Aspirin prevents stroke.", "Rest helps.", "Tea is hot."])
    >>> sentence_scores("aspirin and stroke", ["We asked 20 men.", "Aspirin helped."], index)
    array([0.   , 0.517], dtype=float32)
    """
    weights = index.weights(wanted)
    whole = sum(weights.values()) or 1.0
    held = [words(one) for one in sentences]
    lexical = [
        sum(weights.get(word, 0.0) for word in set(one)) / whole / _length_factor(len(one))
        for one in held
    ]
    scores = np.minimum(np.array(lexical, np.float32), 1)
    if encode is not None and sentences:
        vectors = normalised(encode([wanted, *sentences]))
        near = np.maximum(vectors[1:] @ vectors[0], 0)
        scores = (1 - OF_VECTOR) * scores + OF_VECTOR * near
    if abstract:
        place = np.linspace(0, 1, len(sentences))
        scores = np.where(scores > 0, (scores + OF_END * place) / (1 + OF_END), 0)
    return np.asarray(scores.round(3), np.float32)


def sentences_like(
    rows: Similar,
    wanted: Wanted,
    *,
    limit: int = 10,
    where: str | None = None,
    elsewhere: bool = False,
    depth: int = DEPTH,
) -> Results:
    """The sentences of a table that answer to a text best, each with its row.

    `parts` tells what the sentence and what its row scored; `values` has `start` and `end` of the
    sentence in the text of the row.
    """
    began = time.perf_counter()
    if not wanted.text:
        raise InputError("sentences are looked for by a text\n  fix: give --text, or an ID")
    best = rows.to(wanted, limit=depth, where=where, elsewhere=elsewhere)
    found = [hit for one in best.hits for hit in _hits(rows, wanted.text, one)]
    found.sort(key=lambda one: -one.score)
    seconds = time.perf_counter() - began
    return Results(tuple(found[:limit]), None, {}, best.notes, seconds)


def _hits(rows: Similar, wanted: str, row: Hit) -> list[Hit]:
    column, text = rows.shelf.text_columns[-1], rows.shelf.texts[rows.shelf.numbers[row.id]]
    places = split(text)
    pieces = [text[one.start : one.end] for one in places]
    scores = sentence_scores(wanted, pieces, rows.words, rows.encode, column == "abstract")
    return [
        Hit(
            table=row.table,
            id=row.id,
            score=round((float(score) + OF_ROW * row.score) / (1 + OF_ROW), 4),
            title=piece,
            snippets=(Snippet(column, piece),),
            parts={"sentence": float(score), "row": row.score},
            group=row.group,
            values={"start": place.start, "end": place.end},
        )
        for place, piece, score in zip(places, pieces, scores.tolist(), strict=True)
        if score > 0
    ]


def _length_factor(n_words: int) -> float:
    """A sentence of 15 words is as long as most; longer ones hold more words by chance."""
    return 0.95 + 0.05 * max(n_words, 5) / 15
