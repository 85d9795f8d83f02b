"""Names that begin or end with what the matcher drops: `G6PD A-`, `Alzheimer's`.

They are compiled without it, and what is found is made longer where the text has it, too.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from medloom.terminology.characters import APOSTROPHE, HYPHEN, Codes, tables

BEFORE, BEHIND, POSSESSIVE = 1, 2, 4
"""A name begins with a hyphen; ends with one; ends with `'s` or `'`."""
_POSSESSIVE = re.compile(r"[^\W\d_]{2}['\u2019\u02bc\u00b4`]s?$", re.IGNORECASE)
_S = (ord("s"), ord("S"))

Places = npt.NDArray[np.int64]


class Stretch(NamedTuple):
    """Places in the codes, with the number of the form that stands there."""

    start: Places
    end: Places
    form: npt.NDArray[np.int32]


def edges_of(name: str) -> int:
    """What a name begins and ends with.

    >>> edges_of("G6PD A-"), edges_of("Alzheimer's"), edges_of("Heart")
    (2, 4, 0)
    """
    kind = tables().kind
    before, behind = (int(kind[ord(name[at])]) == HYPHEN for at in (0, -1))
    possessive = bool(_POSSESSIVE.search(name))
    return BEFORE * before | BEHIND * behind | POSSESSIVE * possessive


def with_edges(codes: Codes, found: Stretch, of_form: Mapping[int, frozenset[int]]) -> Stretch:
    """Add what the edges of names make longer; leave out what lacks the hyphen of all its names."""
    kept = np.ones(len(found.start), bool)
    more: list[tuple[int, int, int]] = []
    for at, (start, end, form) in enumerate(zip(*(x.tolist() for x in found), strict=True)):
        kept[at] = any(not edges & (BEFORE | BEHIND) for edges in of_form[form])
        for edges in of_form[form] - {0}:
            longer = _longer(codes, start, end, edges)
            if longer is not None:
                more.append((*longer, form))
    added = np.array(more, np.int64).reshape(-1, 3)
    return Stretch(
        np.concatenate([found.start[kept], added[:, 0]]),
        np.concatenate([found.end[kept], added[:, 1]]),
        np.concatenate([found.form[kept], added[:, 2].astype(np.int32)]),
    )


def _longer(codes: Codes, start: int, end: int, edges: int) -> tuple[int, int] | None:
    kind = tables().kind
    if edges & BEFORE:
        start -= 1
        if start < 0 or kind[codes[start]] != HYPHEN:
            return None
    if edges & (BEHIND | POSSESSIVE):
        wanted = HYPHEN if edges & BEHIND else APOSTROPHE
        if end >= len(codes) or kind[codes[end]] != wanted:
            return None
        end += 1
        end += bool(edges & POSSESSIVE and end < len(codes) and codes[end] in _S)
    return start, end
