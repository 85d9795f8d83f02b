"""Images that are copies of each other, exactly or nearly."""

from typing import Annotated

from medloom.kit.clusters import Better, ranks
from medloom.kit.image_hashes.copies import image_copies
from medloom.kit.image_hashes.finding import Settings
from medloom.kit.near_duplicates.marking import listed
from medloom.step import Column, Columns, adds
from medloom.tables.duplicates import Duplicate
from medloom.tables.rows import Rows

_HASHES = {
    "phash": str,
    "thumbnail": Column(bytes | None, optional=True),
    "content_sha256": Column(str | None, optional=True),
}


@adds("cluster", "duplicates", across={"id": str, **_HASHES})
def image_duplicates(
    rows: Rows,
    *,
    distance: int = 4,
    most_levels: float = 20,
    orientations: bool = False,
    prefer: Annotated[dict[str, Better], Columns()] = {},  # noqa: B006 - never changed
    most_listed: int = 20,
) -> list[tuple[str | None, list[Duplicate]]]:
    """Mark images that are copies of each other; `image_hash` makes the columns that it reads.

    Every pair of images is found whose `phash` differs in `distance` bits of 64 or less. Two
    images are exact copies if their `content_sha256` is the same. They are near copies if, once
    one thumbnail is fitted to the other in brightness, contrast, shift and size, at most
    `most_levels` grey levels of 255 are left at any place. Else they are variants: the next slice,
    another patient, a chart with another bar. Variants never share a cluster, and are listed for a
    person to look at. Without thumbnails all pairs are near copies.

    `cluster` is the id of the row to keep, and null where a row has no copy. `prefer` says which
    row that is by columns (`{width: greatest}`), then the order of the table. With `orientations`,
    turned and mirrored copies are found, too. Blank images have no hash, and are nobody's copy.

    >>> rows = Rows.of({"id": ["a", "b", "c"], "phash": ["00" * 8, "00" * 7 + "03", "ff" * 8]})
    >>> [cluster for cluster, _ in image_duplicates(rows)]
    ['a', 'a', None]
    """
    rank = ranks(rows, "first", prefer, list)
    found = image_copies(rows, rank, Settings(distance, most_levels, orientations), most_listed)
    ids = rows.column("id")
    names = [None if best is None else ids[best] for best in found.kept]
    return list(zip(names, listed(found, ids, "image", most_listed), strict=True))
