"""What is told of each row: its cluster, and its closest copies."""

from collections.abc import Sequence

from medloom.kit.near_duplicates.comparing import Likeness
from medloom.tables.duplicates import Duplicate


class Evidence:
    """The copies and variants of each row, the closest of them."""

    def __init__(self, ids: Sequence[str], by: str, most: int) -> None:
        self.ids, self.by, self.most = ids, by, most
        self.of: dict[int, list[Duplicate]] = {}

    def exact(self, number: int, other: int) -> None:
        """Two rows are the same."""
        self._add(number, Duplicate(self.ids[other], "exact", self.by, 1.0, []))
        self._add(other, Duplicate(self.ids[number], "exact", self.by, 1.0, []))

    def alike(self, found: Likeness) -> None:
        """Two rows are alike."""
        one, other, kind, similarity, differs = found
        turned = [_turned(difference) for difference in differs]
        self._add(one, Duplicate(self.ids[other], kind, self.by, similarity, differs))
        self._add(other, Duplicate(self.ids[one], kind, self.by, similarity, turned))

    def _add(self, number: int, what: Duplicate) -> None:
        listed = self.of.setdefault(number, [])
        listed.append(what)
        if len(listed) > 4 * self.most + 100:  # memory stays flat where all rows are alike
            self.of[number] = sorted(listed, key=_closest)[: self.most]

    def listed(self, number: int) -> list[Duplicate]:
        """Those of one row, the closest first."""
        return sorted(self.of.get(number, ()), key=_closest)[: self.most]


def _closest(one: Duplicate) -> tuple[int, float, str]:
    return ("exact", "near", "variant").index(one.kind), -one.similarity, one.other_id


def _turned(difference: str) -> str:
    """A difference as the other row sees it.

    >>> _turned("5 mg | 10 mg"), _turned("| more"), _turned("less |")
    ('10 mg | 5 mg', 'more |', '| less')
    """
    mine, _, theirs = difference.partition("|")
    return f"{theirs.strip()} | {mine.strip()}".strip()
