"""Drop rows that are copies of rows of another table."""

from typing import Literal

from medloom.step import drops
from medloom.tables.duplicates import Duplicate


@drops
def drop_copies(
    copies: list[Duplicate],
    *,
    kinds: list[Literal["exact", "near", "variant"]] = ["exact", "near"],  # noqa: B006
) -> str | None:
    """Drop rows that are copies of rows of another table, as `copies_in` found them.

    >>> drop_copies([Duplicate("x", "near", "text", 0.9, [])])
    'near copy: of x, text 0.90'
    >>> drop_copies([Duplicate("x", "variant", "text", 0.9, ["5 | 6"])]) is None
    True
    """
    for one in copies:
        if one.kind in kinds:
            return f"{one.kind} copy: of {one.other_id}, {one.by} {one.similarity:.2f}"
    return None
