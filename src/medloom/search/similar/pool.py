"""Which rows of a large table are worth a comparison: the search index says so."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from medloom.kit.encoders import text_encoder
from medloom.search.index_rows import VECTOR
from medloom.search.index_state import NoIndexError, State
from medloom.search.query import Ranked, Word
from medloom.search.searcher import Searcher
from medloom.search.similar.images import EMBEDDING as IMAGE_VECTOR
from medloom.search.similar.lexical import TextIndex
from medloom.search.similar.shelf import Shelf
from medloom.search.similar.wanted import Wanted

LARGE = 20_000
"""Rows of a table that are all compared; of a larger one the index chooses."""
DEPTH, _MOST_WORDS, _SAMPLE = 1_000, 32, 2_000


@dataclass(frozen=True)
class Pool:
    """The ids of the rows to compare, and texts that tell which words of the table are common."""

    ids: tuple[str, ...]
    sample: tuple[str, ...]


def pool_of(
    shelf: Shelf,
    wanted: Wanted,
    where: str | None = None,
    own: str | None = None,
    most_rows: int = LARGE,
) -> Pool | None:
    """The rows of a large table that the index finds for what is wanted; None for all rows.

    The best by words, by the vectors of texts and by those of images, and the row `own`. Without an
    index, or for a small table, all rows are compared.
    """
    if shelf.collection.dataset(shelf.table).count_rows() <= most_rows:
        return None
    try:
        searcher = Searcher.open(shelf.collection.uri, expander=lambda query: query)
        if shelf.table not in searcher.tables:
            return None
    except NoIndexError:
        return None
    sample = tuple(_sample(shelf))
    found = [
        *((own,) if own else ()),
        *_by_words(searcher, shelf, wanted, sample, where),
        *_by_vector(searcher, shelf, wanted, where),
    ]
    return Pool(tuple(dict.fromkeys(found)), sample) if found else None


def _by_words(
    searcher: Searcher, shelf: Shelf, wanted: Wanted, sample: Sequence[str], where: str | None
) -> Iterator[str]:
    """The best rows for the most telling words of what is wanted."""
    for text in filter(None, (wanted.text, *wanted.more_texts)):
        telling = list(TextIndex([text], sample).weights(text))[:_MOST_WORDS]
        if telling:
            query = Ranked(tuple(map(Word, telling)))
            found = searcher.find(
                query, tables=[shelf.table], mode="lexical", where=where, limit=DEPTH
            )
            yield from (hit.id for hit in found.hits)


def _by_vector(
    searcher: Searcher, shelf: Shelf, wanted: Wanted, where: str | None
) -> Iterator[str]:
    """The nearest rows by the vectors of the index, and by those of the row's own image."""
    state = State.load(shelf.collection.store)
    encoder = state.tables[shelf.table].encoder if state else None
    if encoder not in (None, "none") and wanted.text:
        vector = text_encoder(str(encoder)).encode([wanted.text, *wanted.more_texts]).mean(axis=0)
        found = searcher.nearest(shelf.table, vector, column=VECTOR, where=where, limit=DEPTH)
        yield from (hit.id for hit in found.hits)
    own = (wanted.row or {}).get(IMAGE_VECTOR)
    if own is not None and IMAGE_VECTOR in shelf.names:
        vector = np.asarray(own, np.float32)
        found = searcher.nearest(shelf.table, vector, column=IMAGE_VECTOR, where=where, limit=DEPTH)
        yield from (hit.id for hit in found.hits)


def _sample(shelf: Shelf) -> Iterator[str]:
    """Texts of rows from all over the table."""
    columns = [one for one in shelf.text_columns if one in shelf.names]
    if columns:
        dataset = shelf.collection.dataset(shelf.table)
        n = dataset.count_rows()
        places = np.unique(np.linspace(0, n - 1, min(_SAMPLE, n)).astype(int)).tolist()
        yield from (shelf.text_of(row) for row in dataset.take(places, columns).to_pylist())
