"""Records of an image and a text that are copies of each other in both."""

from collections.abc import Iterator, Sequence
from typing import Annotated

import numpy as np

from medloom.kit.clusters import Better, Keep, ranks
from medloom.kit.image_hashes.copies import image_copies
from medloom.kit.image_hashes.finding import Settings as OfImages
from medloom.kit.near_duplicates import Settings as OfTexts
from medloom.kit.near_duplicates import find_copies
from medloom.kit.near_duplicates.clustering import Copies
from medloom.kit.near_duplicates.comparing import Likeness
from medloom.kit.near_duplicates.marking import listed
from medloom.step import Column, Columns, adds
from medloom.tables.duplicates import Duplicate
from medloom.tables.rows import Rows

_READS = {
    "id": str,
    "text": str,
    "phash": str,
    "thumbnail": Column(bytes | None, optional=True),
    "content_sha256": Column(str | None, optional=True),
}
_AT_ONCE, _SHOWN = 1_000, 60


@adds("cluster", "duplicates", across=_READS)
def record_duplicates(
    rows: Rows,
    *,
    distance: int = 4,
    most_levels: float = 20,
    similarity: float = 0.6,
    keep: Keep = "first",
    prefer: Annotated[dict[str, Better], Columns()] = {},  # noqa: B006 - never changed
    most_listed: int = 20,
) -> list[tuple[str | None, list[Duplicate]]]:
    """Mark records whose image and whose text are both copies of another record's.

    Images are compared as `image_duplicates` does, and texts as `near_duplicates` does, among the
    records whose images are copies. Records with the same image and another text, another caption
    of a figure that was used again, are variants: they never share a cluster, and are listed for a
    person to look at. Records with the same text and other images have nothing in common here.

    `cluster` is the id of the row to keep, and null where a row has no copy.

    >>> rows = Rows.of({"id": ["a", "b", "c"], "phash": ["00" * 8] * 3,
    ...                 "text": ["Left lung.", "left lung", "A heart."]})
    >>> [(cluster, [one.kind for one in alike]) for cluster, alike in record_duplicates(rows)]
    [('a', ['exact', 'variant']), ('a', ['exact']), (None, ['variant'])]
    """
    rank = ranks(rows, keep, prefer, lambda: [len(text) for text in rows.column("text")])
    images = image_copies(rows, rank, OfImages(distance, most_levels), most_listed)
    image = [number if best is None else best for number, best in enumerate(images.kept)]
    texts = find_copies(
        _texts(rows),
        len(rows),
        lambda numbers: _told(rows.take(numbers, "text").column("text").to_pylist()),
        rank,
        OfTexts(similarity),
        [number.to_bytes(8) for number in image],
    )
    ids = rows.column("id")
    found = Copies(texts.kept, texts.exact, [*texts.alike, *_other_texts(rows, image, texts)])
    names = [None if best is None else ids[best] for best in texts.kept]
    return list(zip(names, listed(found, ids, "record", most_listed), strict=True))


def _texts(rows: Rows) -> Iterator[Sequence[str]]:
    for batch in rows.batches("text"):
        for start in range(0, batch.num_rows, _AT_ONCE):
            yield _told(batch.column("text").slice(start, _AT_ONCE).to_pylist())


def _told(texts: Sequence[str]) -> Sequence[str]:
    """Texts, and a word for those that say nothing: they say the same."""
    return [text if text.strip() else "nothing" for text in texts]


def _other_texts(rows: Rows, image: Sequence[int], texts: Copies) -> Iterator[Likeness]:
    """The first record of each image with those that say something else of it."""
    text = [number if best is None else best for number, best in enumerate(texts.kept)]
    known = {frozenset((one.one, one.other)) for one in texts.alike}
    pairs = {
        (text[of], text[number]) for number, of in enumerate(image) if text[of] != text[number]
    }
    others = [pair for pair in sorted(pairs) if frozenset(pair) not in known]
    for start in range(0, len(others), _AT_ONCE):
        some = others[start : start + _AT_ONCE]
        numbers = np.unique(some)
        shown = dict(zip(numbers.tolist(), _starts(rows, numbers.tolist()), strict=True))
        for one, other in some:
            yield Likeness(one, other, "variant", 0.0, [f"{shown[one]} | {shown[other]}"])


def _starts(rows: Rows, numbers: Sequence[int]) -> list[str]:
    texts = rows.take(numbers, "text").column("text").to_pylist()
    return [" ".join(text.replace("|", "/").split())[:_SHOWN] for text in texts]
