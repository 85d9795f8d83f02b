"""When enough has been read: a test that a wanted recall is reached.

Callaghan and Müller-Hansen (2020): take the last records read as draws from an urn that holds what
was unread before them. If the wanted recall were missed, the urn would hold at least so many to
include; how likely is it that so few of them were drawn? Where that chance is small, stop.

The test is exact for records read in random order. In a ranked order it is cautious as long as the
order is no worse than chance: then more would have been drawn. Of all the ways to part the read
records into those before and those in the urn, the one with the least chance counts.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray


def chance_of_missing(
    labels: Sequence[bool | int],
    n_records: int,
    recall: float = 0.95,
    first: int | None = None,
    n_known: int = 0,
) -> float:
    """How likely what was read is if the recall were below what is wanted: the p value.

    `labels` are the verdicts in the order of reading. With `first`, the records from that place on
    were read in random order and are alone the draws, which makes the test exact. The first
    `n_known` were known before the reading and are never draws.

    >>> chance_of_missing([True] * 5 + [False] * 10, 100) > 0.05
    True
    >>> chance_of_missing([True] * 5 + [False] * 94, 100) < 0.05
    True
    >>> chance_of_missing([False] * 100, 100)
    0.0
    """
    verdicts = np.asarray(labels, bool)
    n_read = len(verdicts)
    if n_read >= n_records:
        return 0.0
    if not verdicts.any():
        return 1.0
    splits = (
        np.arange(min(n_known, n_read), n_read) if first is None else np.array([min(first, n_read)])
    )
    before = np.concatenate([[0], np.cumsum(verdicts)])
    found = int(before[-1])
    missed = np.floor(found / recall - before[splits]).astype(int) + 1
    chances = [
        _at_most(found - int(before[at]), n_records - int(at), int(held), n_read - int(at))
        for at, held in zip(splits, missed, strict=True)
    ]
    return float(min(chances, default=1.0))


def _at_most(seen: int, urn: int, held: int, drawn: int) -> float:
    """The chance that `drawn` of an urn of `urn` hold at most `seen` of the `held` in it.

    >>> round(_at_most(0, 10, 1, 5), 3)
    0.5
    """
    if held > urn:
        return 0.0
    some = np.arange(max(0, drawn + held - urn), min(seen, held, drawn) + 1)
    if not len(some):
        return 0.0
    logs = _log_choose(held, some) + _log_choose(urn - held, drawn - some)
    total = _log_choose(urn, np.array([drawn]))[0]
    return float(min(np.exp(logs - total).sum(), 1.0))


def _log_choose(n: int, k: NDArray[np.int64]) -> NDArray[np.float64]:
    logs = _log_factorials(1 << max(n, 1).bit_length())
    return np.asarray(logs[n] - logs[k] - logs[n - k])


@lru_cache(4)
def _log_factorials(n: int) -> NDArray[np.float64]:
    return np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, n + 1)))])
