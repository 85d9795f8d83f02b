"""Pairs of rows that are alike, as rows for people to judge."""

from collections.abc import Iterator
from typing import Literal

from medloom.step import expands
from medloom.tables.duplicates import Duplicate, DuplicatePair


@expands
def duplicate_pairs(
    id: str,
    duplicates: list[Duplicate],
    *,
    kinds: list[Literal["exact", "near", "variant"]] = ["variant"],  # noqa: B006 - never changed
) -> Iterator[DuplicatePair]:
    """Make a row of each pair of rows that are alike, with what differs between them.

    `kinds` are those to list, of exact, near and variant. A pair that both rows list comes once.

    >>> list(duplicate_pairs("a", [Duplicate("b", "variant", "text", 0.9, ["5 mg | 10 mg"])]))
    [DuplicatePair(id='a~b', row_id='a', other_id='b', kind='variant', by='text', similarity=0.9, differs=['5 mg | 10 mg'])]
    """  # noqa: E501 - one row
    for one in duplicates:
        if one.kind in kinds and id < one.other_id:
            yield DuplicatePair(f"{id}~{one.other_id}", id, *one[:5])
