"""The images of rows: their own, or those of the figures that they belong to."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from medloom.errors import CollectionError, InputError
from medloom.kit.encoders import DEFAULT_IMAGE, image_encoder
from medloom.search.similar.lexical import Scores
from medloom.search.similar.shelf import Shelf
from medloom.search.similar.vectors import Matrix, normalised

MOST_IMAGES = 20_000
"""Images that are looked at for one question; of more, an encoder's vectors are needed."""
EMBEDDING = "image_embedding"


def has_images(shelf: Shelf) -> bool:
    """Whether rows of a table have images that can be compared."""
    return _place(shelf) is not None


class ImageIndex:
    """What the images of each row look like, to be compared with others."""

    def __init__(self, shelf: Shelf) -> None:
        place = _place(shelf)
        if place is None:
            raise CollectionError(f"the rows of {shelf.table} have no images")
        self._shelf, (self._table, self._link) = shelf, place
        source = shelf if self._table == shelf.table else Shelf(shelf.collection, self._table)
        self._encoder = _encoder_of(source)
        owners = _owners(shelf, source, self._link)
        self.unreadable = 0
        vectors, rows = self._read(source, owners)
        self._vectors: Matrix = vectors
        self._rows = np.array(rows, np.int64)

    def scores(
        self, image: bytes | None, number: int | None, row: Mapping[str, Any] | None
    ) -> Scores | None:
        """How alike the images of each row look, at best; None where there is no image."""
        wanted = self._wanted(image, number, row)
        if wanted is None or not len(wanted) or not len(self._vectors):
            return None
        alike = np.maximum((self._vectors @ wanted.T).max(axis=1), 0.0)
        best = np.zeros(len(self._shelf.ids), np.float32)
        np.maximum.at(best, self._rows, alike)
        return best

    def _wanted(
        self, image: bytes | None, number: int | None, row: Mapping[str, Any] | None
    ) -> Matrix | None:
        if image is None and number is not None:
            return np.asarray(self._vectors[self._rows == number])
        data = image if image is not None else (row or {}).get("bytes")
        if not isinstance(data, bytes):
            return None
        try:
            return normalised(self._encode([data]))
        except ValueError as error:
            raise InputError(f"the image cannot be compared: {error}") from error

    def _encode(self, images: list[bytes]) -> Matrix:
        return image_encoder(self._encoder).encode(images)

    def _read(self, source: Shelf, owners: list[list[int]]) -> tuple[Matrix, list[int]]:
        if EMBEDDING in source.names:
            whole = source.vectors(EMBEDDING)
            pairs = [(n, row) for n, rows in enumerate(owners) for row in rows]
            return whole[[n for n, _ in pairs]], [row for _, row in pairs]
        wanted = sum(map(bool, owners))
        if wanted > MOST_IMAGES:
            raise CollectionError(
                f"{wanted:,} images of {source.table} have no vectors\n"
                "  fix: put the step embed_image into the recipe, and build again"
            )
        vectors, rows = [], list[int]()
        for data, owned in zip(_bytes(source), owners, strict=True):
            if not owned or data is None:
                continue
            try:
                one = self._encode([data])[0]
            except ValueError:
                self.unreadable += 1
                continue
            vectors += [one] * len(owned)
            rows += owned
        return np.stack(vectors) if vectors else np.zeros((0, 1), np.float32), rows


def _place(shelf: Shelf) -> tuple[str, str] | None:
    """The table that holds the images, and the column that links it to the rows (`id`: its own)."""
    if {EMBEDDING, "bytes"} & set(shelf.names):
        return shelf.table, "id"
    for table in shelf.collection.tables:
        names = shelf.collection.dataset(table).schema.names
        if "figure_id" in names and {EMBEDDING, "bytes"} & set(names):
            linked = "caption" in shelf.names or "figure_id" in shelf.names
            return (table, "figure_id") if linked else None
    return None


def _owners(shelf: Shelf, source: Shelf, link: str) -> list[list[int]]:
    """For each row of the images' table the rows of the searched table that it belongs to."""
    if source is shelf:
        return [[number] for number in range(len(shelf.ids))]
    own = "figure_id" if "figure_id" in shelf.names else "id"
    rows: dict[str, list[int]] = {}
    for number, name in enumerate(shelf.column(own).to_pylist()):
        rows.setdefault(name, []).append(number)
    return [rows.get(name, []) for name in source.column(link).to_pylist()]


def _bytes(source: Shelf) -> Iterator[bytes | None]:
    for batch in source.collection.scan(source.table, ["bytes"]):
        for value in batch.column("bytes"):
            yield _plain(value)


def _plain(value: pa.Scalar) -> bytes | None:
    found = value.as_py()
    return found if isinstance(found, bytes) else None


def _encoder_of(source: Shelf) -> str:
    """The encoder that made the vectors of a table, else the one that compares how images look."""
    settings = source.settings_of("embed_image") if EMBEDDING in source.names else None
    return str((settings or {}).get("encoder") or DEFAULT_IMAGE)
