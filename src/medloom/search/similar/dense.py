"""How near the texts of rows are in the space of a sentence encoder."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from medloom.kit.encoders import DEFAULT_TEXT, text_encoder
from medloom.search.index_rows import KEY, VECTOR
from medloom.search.index_state import State
from medloom.search.similar.lexical import Scores
from medloom.search.similar.shelf import Shelf
from medloom.search.similar.vectors import Matrix, cosines, matrix, normalised

MOST_TEXTS = 20_000
"""Texts that are encoded for one question; of more, vectors in the table are needed."""
EMBEDDING = "embedding"
Encode = Callable[[Sequence[str]], Matrix]
"""What makes vectors of texts."""


@dataclass(frozen=True)
class Dense:
    """Vectors of rows, and what makes a vector of a text."""

    vectors: Matrix
    encode: Encode | None

    def scores(self, text: str, number: int | None, more: Sequence[str] = ()) -> Scores | None:
        """The cosine of each row to a row, or to a text.

        `more` are texts that stand for what is wanted: the mean of their vectors and its own
        counts, as in HyDE (Gao et al. 2023).
        """
        own = [self.vectors[number]] if number is not None else []
        texts = [one for one in ((*more,) if own else (text, *more)) if one]
        if texts and self.encode is not None:
            own += list(normalised(self.encode(texts)))
        if not own or not self.vectors.shape[1]:
            return None
        return cosines(self.vectors, np.mean(own, axis=0))


def dense_of(shelf: Shelf, encoder: str | None = None) -> Dense | None:
    """The vectors of a table: its column `embedding`, else those of the index, else made now.

    None where there are no vectors, and too many texts to make them now.
    """
    if EMBEDDING in shelf.names and encoder is None:
        settings = shelf.settings_of("embed_text")
        named = None if settings is None else str(settings.get("encoder", DEFAULT_TEXT))
        return Dense(shelf.vectors(EMBEDDING), _encode(named) if named else None)
    if encoder is None and (known := indexed_vectors(shelf)) is not None:
        vectors, named = known
        return Dense(vectors, _encode(named))
    if len(shelf.ids) > MOST_TEXTS or not shelf.texts:
        return None
    encode = _encode(encoder or DEFAULT_TEXT)
    return Dense(normalised(encode(shelf.texts)), encode)


def indexed_vectors(shelf: Shelf) -> tuple[Matrix, str] | None:
    """The vectors that the index holds for all rows of a shelf, and the encoder that made them."""
    store = shelf.collection.store
    state = State.load(store)
    one = state.tables.get(shelf.table) if state else None
    if one is None or one.encoder in (None, "none"):
        return None
    named = one.encoder
    dataset = store.dataset(one.dataset, one.version)
    if VECTOR not in dataset.schema.names:
        return None
    rows = dataset.to_table(columns=[KEY, VECTOR], filter=shelf.among(KEY))
    numbers = {key: number for number, key in enumerate(rows.column(KEY).to_pylist())}
    if not set(shelf.ids) <= numbers.keys():
        return None
    return matrix(rows.column(VECTOR))[[numbers[one] for one in shelf.ids]], str(named)


def _encode(name: str) -> Encode:
    def encode(texts: Sequence[str]) -> Matrix:
        return text_encoder(name).encode(texts)

    return encode
