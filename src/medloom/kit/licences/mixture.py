"""Whether rows of several licences may go into one release."""

from collections import Counter
from collections.abc import Iterable
from itertools import combinations
from typing import NamedTuple

from medloom.kit.licences.table import LICENCES, Licence, licence_of

_N_SHOWN = 5


class Conflict(NamedTuple):
    """Licences that cannot be in one release, and why."""

    codes: tuple[str, ...]
    why: str
    rows: tuple[int, ...]
    """The numbers of the first rows that the rarer of them has."""
    n_rows: int
    """How many rows it has: what to drop to be rid of the conflict."""

    def __str__(self) -> str:
        return f"{' and '.join(self.codes)}: {self.why} ({self.n_rows} rows)"


class Mixture(NamedTuple):
    """The licences of a release and what follows from them."""

    counts: dict[str, int]
    """Rows of each code."""
    conflicts: list[Conflict]
    licence: str | None
    """The code of a licence that the whole may have; None where there is a conflict."""
    commercial: bool
    attribution: bool

    @property
    def compatible(self) -> bool:
        """Whether there is no conflict."""
        return not self.conflicts


def mixture(
    said: Iterable[str | None], *, adapted: bool = True, link_only: bool = False
) -> Mixture:
    """Judge the licences of the rows of a release.

    `adapted`: rows were changed or are merged with others into one work, so that share-alike and
    no-derivatives matter; without, they stay works of their own in a collection (CC BY-SA 4.0,
    section 1a). With `link_only` no content is in it, and nothing conflicts.

    >>> found = mixture(["CC-BY", "CC-BY-SA", "CC-BY-NC-SA"])
    >>> print(found.conflicts[0])
    CC-BY-SA and CC-BY-NC-SA: each wants what is made of it under itself (1 rows)
    >>> mixture(["CC-BY", "CC-BY-NC"]).licence
    'CC-BY-NC'
    """
    counts: Counter[str] = Counter()
    first: dict[str, list[int]] = {}
    for number, one in enumerate(said):
        code = licence_of(one).code
        counts[code] += 1
        if counts[code] <= _N_SHOWN:
            first.setdefault(code, []).append(number)
    used = [LICENCES[code] for code in LICENCES if code in counts]
    found = [] if link_only else [*_alone(used, adapted), *(_in_pairs(used) if adapted else ())]
    conflicts = []
    for codes, why in found:
        rarer = min(codes, key=lambda code: counts[code])
        conflicts.append(Conflict(codes, why, tuple(first[rarer]), counts[rarer]))
    whole = None if conflicts else _of_whole(used)
    commercial = all(one.commercial for one in used)
    return Mixture(dict(counts), conflicts, whole, commercial, any(o.attribution for o in used))


def _alone(used: list[Licence], adapted: bool) -> Iterable[tuple[tuple[str, ...], str]]:
    for one in used:
        if not one.known:
            yield (one.code,), "nobody said that it may be passed on"
        elif not one.redistribution:
            yield (one.code,), "it may not be passed on"
        elif adapted and not one.derivatives:
            yield (one.code,), "it may not be passed on changed or merged"


def _in_pairs(used: list[Licence]) -> Iterable[tuple[tuple[str, ...], str]]:
    for a, b in combinations([one for one in used if one.redistribution and one.derivatives], 2):
        if a.share_alike and b.share_alike:
            yield (a.code, b.code), "each wants what is made of it under itself"
        elif (a.share_alike and a.commercial and not b.commercial) or (
            b.share_alike and b.commercial and not a.commercial
        ):
            yield (a.code, b.code), "one wants the whole for all uses, the other for some alone"


def _of_whole(used: list[Licence]) -> str | None:
    """The licence with the terms of all."""
    if not used:
        return None
    if one := next((one.code for one in used if one.share_alike), None):
        return one
    if len(used) == 1:
        return used[0].code
    if not all(one.derivatives for one in used):  # a collection: no licence covers its works
        return None
    if not all(one.commercial for one in used):
        return "CC-BY-NC"
    return "CC-BY" if any(one.attribution for one in used) else "CC0"
