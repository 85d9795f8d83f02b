"""Rows that are copies of each other, exactly or nearly."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Annotated, Any

import pyarrow.compute as pc

from medloom.kit.clusters import Better, Keep, ranks
from medloom.kit.near_duplicates import Settings, find_copies, texts_of
from medloom.kit.near_duplicates.marking import listed
from medloom.step import Columns, adds
from medloom.tables.duplicates import Duplicate
from medloom.tables.rows import Rows


@adds("cluster", "duplicates", across={"id": str, "text": str})
def near_duplicates(
    rows: Rows,
    *,
    similarity: float = 0.6,
    keep: Keep = "first",
    prefer: Annotated[dict[str, Better], Columns()] = {},  # noqa: B006 - never changed
    within: Annotated[list[str], Columns()] = [],  # noqa: B006
    numeric_guard: bool = True,
    word_guard: bool = True,
    exact_only: bool = False,
    shingle_words: int = 5,
    bands: int = 32,
    rows_per_band: int = 4,
    most_listed: int = 20,
) -> list[tuple[str | None, list[Duplicate]]]:
    """Mark texts that are copies of each other, exactly or nearly.

    Texts are exact copies if they are the same but for case, punctuation and spaces. They are near
    ones if at least `similarity` of their runs of `shingle_words` words are the same (Jaccard
    index, counted exactly), and nothing that a copy keeps is changed: with `numeric_guard`, texts
    in which another number, dose, unit, part number or negation stands are variants; with
    `word_guard`, those too in which a word stands in the place of another (another drug, another
    disease). Variants never share a cluster, and are listed for a person to look at.

    `cluster` is the id of the row to keep, and null where a row has no copy. `prefer` says which
    row that is by columns (`{year: greatest, abstract: present}`), then `keep`: the first or the
    longest. With `within`, only rows that are equal in these columns are compared; with
    `exact_only`, only exact copies are looked for.

    Pairs are found by MinHash (Broder 1997): `bands` of `rows_per_band` numbers. 32 of 4 find
    87% of the pairs at a similarity of 0.5, 99% at 0.6.

    >>> rows = Rows.of({"id": ["a", "b", "c"], "text": ["Take 5 mg.", "take 5 mg", "Take 6 mg."]})
    >>> [cluster for cluster, _ in near_duplicates(rows)]
    ['a', 'a', None]
    """
    shape = (similarity, bands, rows_per_band, shingle_words)
    using = Settings(*shape, numeric_guard, word_guard, exact_only)
    found = find_copies(
        texts_of(rows),
        len(rows),
        lambda numbers: rows.take(numbers, "text").column("text").to_pylist(),
        ranks(rows, keep, prefer, lambda: _lengths(rows)),
        using,
        _salts(rows, within),
    )
    ids = rows.column("id")
    names = [None if best is None else ids[best] for best in found.kept]
    return list(zip(names, listed(found, ids, "text", most_listed), strict=True))


def _lengths(rows: Rows) -> list[int]:
    batches = (batch.column("text") for batch in rows.batches("text"))
    return [n for texts in batches for n in pc.utf8_length(texts).to_pylist()]


def _salts(rows: Rows, within: Sequence[str]) -> Sequence[bytes]:
    """A hash of each row's values in the columns within which copies are looked for."""
    if not within:
        return ()
    columns: list[list[Any]] = [rows.column(name) for name in within]
    values = zip(*columns, strict=True)
    return [blake2b(repr(value).encode(), digest_size=8).digest() for value in values]
