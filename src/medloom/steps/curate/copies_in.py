"""Rows that are copies of rows of another table."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import chain
from typing import Annotated

from medloom.kit.near_duplicates import Settings, find_copies_between, texts_of
from medloom.step import OtherTable, adds
from medloom.tables.duplicates import Duplicate
from medloom.tables.rows import Rows


@adds("copies", across={"id": str, "text": str})
def copies_in(
    rows: Rows,
    *,
    table: Annotated[str, OtherTable()],
    similarity: float = 0.6,
    numeric_guard: bool = True,
    word_guard: bool = True,
    shingle_words: int = 5,
    bands: int = 32,
    rows_per_band: int = 4,
    most_listed: int = 20,
) -> list[list[Duplicate]]:
    """Find the rows of another table of the recipe that each row copies, or is a variant of.

    What a copy is, `near_duplicates` says. The other table needs the columns `id` and `text`. Of
    its rows that are the same, only the first is listed.

    >>> notes = Rows.of({"id": ["a", "b"], "text": ["Take 5 mg.", "Rest."]})
    >>> exam = Rows.of({"id": ["x"], "text": ["take 5 mg"]})
    >>> found = copies_in(Rows.of({"id": ["a"], "text": ["Take 5 mg."]}, exam=exam), table="exam")
    >>> found[0][0].other_id, found[0][0].kind
    ('x', 'exact')
    """
    other, n_first = rows.other(table), len(rows)
    shape = (similarity, bands, rows_per_band, shingle_words)

    def take(numbers: Sequence[int]) -> list[str]:
        mine = [n for n in numbers if n < n_first]
        theirs = [n - n_first for n in numbers if n >= n_first]
        texts = iter(rows.take(mine, "text").column("text").to_pylist())
        its = iter(other.take(theirs, "text").column("text").to_pylist())
        return [next(texts) if n < n_first else next(its) for n in numbers]

    texts = chain(texts_of(rows), texts_of(other))
    using = Settings(*shape, numeric_guard, word_guard)
    ids, found = other.column("id"), defaultdict(list)
    for one in find_copies_between(texts, n_first, n_first + len(other), take, using):
        its = ids[one.other - n_first]
        found[one.one].append(Duplicate(its, one.kind, "text", one.similarity, one.differs))
    return [
        sorted(found[n], key=lambda one: (-one.similarity, one.other_id))[:most_listed]
        for n in range(n_first)
    ]
