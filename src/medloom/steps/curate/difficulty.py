"""How hard an item is, by how often attempts at it pass."""

from typing import Annotated

from pydantic import Field

from medloom.step import adds
from medloom.tables.text_labels import Difficulty

Share = Annotated[float, Field(ge=0, le=1)]


@adds("difficulty")
def difficulty(
    grades: list[float | None],
    *,
    passing: float = 0.5,
    hard_below: Share = 0.35,
    easy_from: Share = 0.75,
) -> Difficulty | None:
    """Tell how hard a question is from the grades of repeated attempts.

    A grade of `passing` or more passes. The band is `never` and `always` where none or all pass,
    else `hard`, `medium` or `easy` by the pass rate. Items that never or always pass teach a model
    that made the attempts little. Attempts without a grade do not count; without any, null.

    >>> difficulty([1.0, 0.0, 0.0, 0.0])
    Difficulty(pass_rate=0.25, n=4, band='hard')
    >>> difficulty([1.0, 1.0]).band, difficulty([])
    ('always', None)
    """
    given = [one >= passing for one in grades if one is not None]
    if not given:
        return None
    rate = sum(given) / len(given)
    return Difficulty(rate, len(given), _band(rate, hard_below, easy_from))


def _band(rate: float, hard_below: float, easy_from: float) -> str:
    if rate in (0, 1):
        return "always" if rate else "never"
    if rate < hard_below:
        return "hard"
    return "easy" if rate >= easy_from else "medium"
