"""What is told of each row: its closest copies and variants."""

from collections.abc import Sequence

from medloom.kit.near_duplicates.clustering import Copies, turned
from medloom.tables.duplicates import Duplicate

_ROOM = 4


def listed(found: Copies, ids: Sequence[str], by: str, most: int) -> list[list[Duplicate]]:
    """The copies and variants of each row, the closest `most` of them first.

    Of two rows of which one lists the other, at least the one whose id comes first lists the other,
    however many it has: so every pair that is listed can be made a row of, once.

    >>> copies = Copies([0, 0], [(0, 1)], [])
    >>> [[one.other_id for one in row] for row in listed(copies, ["a", "b"], "text", 20)]
    [['b'], ['a']]
    """
    made: list[list[Duplicate]] = [[] for _ in ids]
    for first, number in found.exact:
        _add(made[first], Duplicate(ids[number], "exact", by, 1.0, []), most)
        _add(made[number], Duplicate(ids[first], "exact", by, 1.0, []), most)
    for one, other, kind, similarity, differs in found.alike:
        _add(made[one], Duplicate(ids[other], kind, by, similarity, differs), most)
        _add(made[other], _turned(ids[one], kind, by, similarity, differs), most)
    for row in made:
        row.sort(key=_closest)
        del row[most:]
    _both_ways(made, ids)
    return made


def _add(row: list[Duplicate], what: Duplicate, most: int) -> None:
    row.append(what)
    if len(row) > _ROOM * (most + 25):  # memory stays flat where all rows are alike
        row.sort(key=_closest)
        del row[most:]


def _both_ways(made: list[list[Duplicate]], ids: Sequence[str]) -> None:
    """Let the row whose id comes first list the other, too."""
    numbers = {row_id: number for number, row_id in enumerate(ids)}
    for row_id, row in zip(ids, list(map(tuple, made)), strict=True):
        for one in row:
            if one.other_id < row_id:
                there = made[numbers[one.other_id]]
                if all(its.other_id != row_id for its in there):
                    there.append(_turned(row_id, *one[1:]))


def _closest(one: Duplicate) -> tuple[int, float, str]:
    return ("exact", "near", "variant").index(one.kind), -one.similarity, one.other_id


def _turned(
    other_id: str, kind: str, by: str, similarity: float, differs: Sequence[str]
) -> Duplicate:
    """A copy as the other row sees it.

    >>> _turned("b", "near", "text", 0.9, ["5 | 6", "| more"]).differs
    ['6 | 5', 'more |']
    """
    return Duplicate(other_id, kind, by, similarity, [turned(one) for one in differs])
