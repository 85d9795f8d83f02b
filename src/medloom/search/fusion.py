"""Make one ranking of two: one by words, one by vectors."""

from collections.abc import Hashable, Sequence
from typing import Literal, TypeVar

Key = TypeVar("Key", bound=Hashable)
Method = Literal["scores", "ranks"]
LOOKED_AT, RANK_CONSTANT = 100, 60
DENSE_WEIGHT = {"static": 0.3}
"""How much vectors count beside words, by encoder; 0.5 where it was not measured."""


def fuse(
    lexical: Sequence[tuple[Key, float]],
    dense: Sequence[tuple[Key, float]],
    *,
    method: Method = "scores",
    dense_weight: float = 0.5,
    looked_at: int = LOOKED_AT,
) -> list[tuple[Key, float, dict[str, float]]]:
    """Fuse the first rows of two rankings; the best first, with what each part gave.

    Both are best first. By `scores`, each ranking is scaled so that its best row has 1 and its last
    0, and the sum is weighted (Bruch et al. 2023, convex combination). By `ranks`, a row gets
    1 / (60 + rank) from each (Cormack et al. 2009, reciprocal rank fusion). Ties keep the order of
    the words' ranking.

    >>> fuse([("a", 9.0), ("b", 5.0), ("c", 1.0)], [("c", 0.8), ("b", 0.7)], dense_weight=0.3)
    [('a', 0.7, {'words': 0.7}), ('b', 0.35, {'words': 0.35}), ('c', 0.3, {'vectors': 0.3})]
    """
    made: dict[Key, dict[str, float]] = {}
    kinds = (("words", lexical, 1 - dense_weight), ("vectors", dense, dense_weight))
    for kind, ranking, weight in kinds:
        some = ranking[:looked_at]
        for (key, _), part in zip(some, _parts(some, weight, method), strict=True):
            made.setdefault(key, {}).setdefault(kind, part)
    fused = [
        (key, sum(parts.values()), {kind: part for kind, part in parts.items() if part})
        for key, parts in made.items()
    ]
    return sorted(fused, key=lambda one: -one[1])


def weight_of(encoder: str) -> float:
    """How much the vectors of an encoder count beside words.

    >>> weight_of("static"), weight_of("some/model")
    (0.3, 0.5)
    """
    return DENSE_WEIGHT.get(encoder, 0.5)


def _parts(ranking: Sequence[tuple[Key, float]], weight: float, method: Method) -> list[float]:
    if method == "ranks":
        return [2 * weight / (RANK_CONSTANT + rank) for rank in range(1, len(ranking) + 1)]
    scores = [score for _, score in ranking]
    low, high = min(scores, default=0.0), max(scores, default=0.0)
    if high <= low:  # one row, or all alike
        return [weight] * len(scores)
    return [weight * (score - low) / (high - low) for score in scores]
