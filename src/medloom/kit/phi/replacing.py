"""Texts in which findings are replaced, and where everything stands afterwards."""

from collections.abc import Iterable
from typing import NamedTuple


class Edit(NamedTuple):
    """A stretch of the old text, and what stands there now."""

    start: int
    end: int
    new: str


class Replaced(NamedTuple):
    """A text after edits, and the edits with their places in it."""

    text: str
    edits: tuple[Edit, ...]

    def moved(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the old text is; one that ends inside an edit takes all of it.

        >>> replaced("Dr. Li came", [Edit(4, 6, "Bauer")]).moved(7, 11)
        (10, 14)
        """
        return self._moved(start, 0), self._moved(end, 1)

    def _moved(self, place: int, inside: int) -> int:
        """Where a place is now; one inside an edit goes to its begin or, if `inside`, its end."""
        shift = 0
        for one in self.edits:
            if one.end <= place:
                shift += len(one.new) - (one.end - one.start)
            elif one.start < place:
                return one.start + shift + inside * len(one.new)
            else:
                break
        return place + shift


def replaced(text: str, edits: Iterable[Edit]) -> Replaced:
    """Make edits that do not overlap; of those that do, the first stays.

    >>> replaced("Ann, 93", [Edit(5, 7, "90+"), Edit(0, 3, "[NAME]")]).text
    '[NAME], 90+'
    """
    kept: list[Edit] = []
    for one in sorted(edits):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    parts, last = [], 0
    for one in kept:
        parts += [text[last : one.start], one.new]
        last = one.end
    return Replaced("".join([*parts, text[last:]]), tuple(kept))
