"""Where rows belong by themselves: by their year, or by a site that is held out."""

from typing import Literal, NamedTuple

import numpy as np

from medloom.kit.splitting.components import Marks, Numbers

FREE, UNKNOWN = -1, -2
"""A row that may go anywhere; a row that lacks the value which decides."""

Rule = Literal["latest", "earliest", "held", "most"]


class Leaning(NamedTuple):
    """The part that each row leans to, and how those of a group are weighed."""

    parts: Numbers
    """The number of a part, FREE or UNKNOWN."""
    rule: Rule
    """The latest or the earliest part of the rows; the part that is held out; that of most rows."""
    column: str
    """The column that decides, for the reasons."""

    def of_groups(self, group_of: Numbers, n_groups: int, n_parts: int) -> Numbers:
        """The part of each group; FREE where no row has one.

        >>> lean = Leaning(np.array([0, 2, -1]), "latest", "year")
        >>> lean.of_groups(np.array([0, 0, 1]), 2, 3).tolist()
        [2, -1]
        """
        if self.rule == "most":
            return self._of_most(group_of, n_groups, n_parts)
        told = self.parts != UNKNOWN
        if self.rule == "earliest":
            found = np.full(n_groups, n_parts)
            np.minimum.at(found, group_of[told], self.parts[told])
            return np.where(found == n_parts, FREE, found)
        found = np.full(n_groups, FREE)
        np.maximum.at(found, group_of[told], self.parts[told])
        return found

    def _of_most(self, group_of: Numbers, n_groups: int, n_parts: int) -> Numbers:
        counts = np.zeros((n_groups, n_parts), np.int64)
        told = self.parts >= 0
        np.add.at(counts, (group_of[told], self.parts[told]), 1)
        last = n_parts - 1 - counts[:, ::-1].argmax(axis=1)  # of equals, the later part
        return np.where(counts.any(axis=1), last, FREE)

    def fits(self, parts: Numbers) -> Marks:
        """Whether each row may be in the part that its group was given."""
        own = self.parts
        if self.rule == "latest":
            fits = own <= parts
        elif self.rule == "earliest":
            first_cut = own[own >= 0].min(initial=np.iinfo(np.int64).max)
            fits = (own >= parts) | (parts < first_cut)
        elif self.rule == "held":
            held = own.max(initial=FREE)
            fits = (own == parts) | ((own == FREE) & (parts != held))
        else:
            fits = (own == parts) | (own == FREE)
        fitting: Marks = fits & (own != UNKNOWN)
        return fitting
