"""How much known-good text a profile would lose, told from a panel of features without the texts.

A panel holds the features of medical texts that people vouch for, which had no part in setting the
limits. So the loss can be told in a moment, for any limits.
"""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from medloom.kit.text_quality.profiles import Limits, load, names
from medloom.tables.text_quality import TextFeatures

_Z = 1.96


class Loss(NamedTuple):
    """How many known-good texts a rule, or all together, would lose."""

    rule: str
    """`all` where any rule counts."""
    lost: int
    n: int
    share: float
    low: float
    high: float
    """95% interval of the share (Wilson 1927)."""


def known_good_loss(
    profile: str, limits: Limits | None = None, panel: str | None = None
) -> list[Loss]:
    """The loss of each rule in force, and of all, by the profile's panel of known-good texts.

    `panel` names the panel for a profile of one's own; a shipped profile has one of its name.

    >>> known_good_loss("abstract")[-1].share <= 0.01
    True
    >>> known_good_loss("abstract", {"too_short": 200})[-1].share > 0.2
    True

    Raises ValueError where there is no such panel.
    """
    named = panel or profile
    if named not in names():
        raise ValueError(f"there is no panel {named}; there are {', '.join(names())}")
    columns = _panel(named)
    n = len(columns["words"])
    anything = np.zeros(n, bool)
    losses = []
    for name, rule in load(profile).with_limits(limits or {}).rules.items():
        values = columns[rule.feature]
        fails = values < rule.limit if rule.least is not None else values > rule.limit
        anything |= fails
        losses.append(_loss(name, int(fails.sum()), n))
    return [*losses, _loss("all", int(anything.sum()), n)]


def _loss(rule: str, lost: int, n: int) -> Loss:
    share = lost / n
    middle, spread = share + _Z**2 / (2 * n), _Z * sqrt(share * (1 - share) / n + (_Z / 2 / n) ** 2)
    scale = 1 + _Z**2 / n
    return Loss(
        rule, lost, n, share, max(0.0, (middle - spread) / scale), (middle + spread) / scale
    )


@cache
def _panel(name: str) -> Mapping[str, NDArray[np.float64]]:
    file = resources.files(__package__) / "shipped" / f"{name}.npz"
    with file.open("rb") as opened, np.load(opened) as held:
        matrix = held["features"]
        order = [str(one) for one in held["names"]]
    return {
        one: matrix[:, order.index(one)].astype(np.float64).round(5) for one in TextFeatures._fields
    }
