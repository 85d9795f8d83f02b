"""Images that are copies of images of another table."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Annotated

import numpy as np

from medloom.kit.image_hashes import as_numbers
from medloom.kit.image_hashes.finding import Settings, Take, likenesses
from medloom.step import Column, OtherTable, adds
from medloom.tables.duplicates import Duplicate
from medloom.tables.rows import Rows

_HASHES = {
    "phash": str,
    "thumbnail": Column(bytes | None, optional=True),
    "content_sha256": Column(str | None, optional=True),
}


@adds("copies", across={"id": str, **_HASHES})
def image_copies_in(
    rows: Rows,
    *,
    table: Annotated[str, OtherTable()],
    distance: int = 4,
    most_levels: float = 20,
    orientations: bool = False,
    most_listed: int = 20,
) -> list[list[Duplicate]]:
    """Find the images of another table of the recipe that each image copies, or is a variant of.

    What a copy is, `image_duplicates` says. The other table needs the column `id` and those of
    `image_hash`. So a training set is kept free of the images of a test set.

    >>> exam = Rows.of({"id": ["x"], "phash": ["00" * 8]})
    >>> mine = Rows.of({"id": ["a", "b"], "phash": ["00" * 7 + "03", "ff" * 8]}, exam=exam)
    >>> [[one.other_id for one in row] for row in image_copies_in(mine, table="exam")]
    [['x'], []]
    """
    other, n_first = rows.other(table), len(rows)
    known = [number for number, one in enumerate(other.column("phash")) if one is not None]
    theirs = other.take(known, "phash").column("phash").to_pylist()
    hashes = np.concatenate([as_numbers(rows.column("phash")), as_numbers(theirs)])
    files, its_files, ids = _contents(rows), _contents(other), other.column("id")
    found: dict[int, list[Duplicate]] = defaultdict(list)
    using = Settings(distance, most_levels, orientations)
    for one in likenesses(hashes, _taking(rows, other, known), using, n_first):
        there = known[one.other - n_first]
        is_same = files[one.one] is not None and files[one.one] == its_files[there]
        kind, similarity = ("exact", 1.0) if is_same else (one.kind, one.similarity)
        found[one.one].append(Duplicate(ids[there], kind, "image", similarity, one.differs))
    return [
        sorted(found[number], key=lambda one: (-one.similarity, one.other_id))[:most_listed]
        for number in range(n_first)
    ]


def _contents(rows: Rows) -> list[str | None]:
    if "content_sha256" not in rows.names:
        return [None] * len(rows)
    return rows.column("content_sha256")


def _taking(rows: Rows, other: Rows, known: Sequence[int]) -> Take | None:
    """How to get at the thumbnails of both tables, where both have them for all."""
    n_first = len(rows)
    for one in (rows, other):
        if "thumbnail" not in one.names:
            return None
    if rows.arrow("thumbnail").null_count:
        return None

    def take(numbers: Sequence[int]) -> Sequence[bytes]:
        mine = [number for number in numbers if number < n_first]
        theirs = [known[number - n_first] for number in numbers if number >= n_first]
        here: list[bytes] = rows.take(mine, "thumbnail").column("thumbnail").to_pylist()
        there: list[bytes] = other.take(theirs, "thumbnail").column("thumbnail").to_pylist()
        return here + there  # numbers come in order

    return take
