"""Learn what somebody likes from examples, among articles of which nothing was said.

A logistic regression on words, with the articles of the collection that nobody marked as its other
side (learning from positive and unlabelled examples, Elkan and Noto 2008; arxiv-sanity ranks so).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from medloom.feed.terms import Rows, Terms, Vector
from medloom.kit.text_classifier.minimize import minimize

_PENALTY, _MOST_STEPS, _TOTAL = 1.0, 60, 200.0
_DISLIKED = 0.25
"""What all disliked articles weigh, beside all that nobody marked."""


class Liking(NamedTuple):
    """How much one article is liked: 0 to 1, and the words that say so."""

    score: float
    words: tuple[str, ...]


@dataclass
class Taste:
    """What a model of likes and dislikes says of articles."""

    terms: Terms
    weights: Vector
    background: Vector
    """The margins of the unmarked articles, in order: what is usual."""
    constant: float = 0.0

    def margins(self, rows: Rows) -> Vector:
        """How far each article is on the liked side."""
        return rows.times(self.weights)

    def likings(self, rows: Rows, most_words: int = 3) -> list[Liking]:
        """The share of unmarked articles that are liked less, and the most telling words."""
        below = np.searchsorted(self.background, self.margins(rows)) / max(len(self.background), 1)
        return [
            Liking(float(share), self._telling(rows, n, most_words))
            for n, share in enumerate(below)
        ]

    def _telling(self, rows: Rows, number: int, most: int) -> tuple[str, ...]:
        columns, values = rows.row(number)
        worth = values * self.weights[columns]
        best = [n for n in np.argsort(-worth, kind="stable")[: most * 3] if worth[n] > 0]
        found: list[str] = []
        for n in best:
            name = self.terms.names[columns[n]]
            if not any(set(name.split()) & set(one.split()) for one in found):
                found.append(name)
        return tuple(found[:most])


def taste(
    terms: Terms, liked: Sequence[str], disliked: Sequence[str], background: Sequence[str]
) -> Taste:
    """Fit a model to liked, disliked and unmarked texts.

    >>> texts = ["heart failure in rats", "skin rash in men", "a broken leg", "lung cancer"]
    >>> model = taste(Terms(texts), ["failing heart, heart failure"], [], texts)
    >>> [round(one.score, 2) for one in model.likings(model.terms.rows(texts))]
    [0.75, 0.0, 0.25, 0.25]
    """
    rows = terms.rows([*liked, *disliked, *background])
    sizes = (len(liked), len(disliked), len(background))
    labels = np.repeat([1.0, -1.0, -1.0], sizes)
    shares = (1.0, _DISLIKED if background else 1.0, 1.0)
    each = [_TOTAL / 2 * share / max(n, 1) for share, n in zip(shares, sizes, strict=True)]
    importance = np.repeat(each, sizes)
    fitted = _fit(rows, labels, importance)
    usual = rows.times(fitted[:-1])[sum(sizes[:2]) :]
    return Taste(terms, fitted[:-1], np.sort(usual), float(fitted[-1]))


def _fit(rows: Rows, labels: Vector, importance: Vector) -> Vector:
    """Weights of the columns and, last, a constant: least penalised logistic loss."""

    def loss(place: Vector) -> tuple[float, Vector]:
        margin = labels * (rows.times(place[:-1]) + place[-1])
        slope = -importance * labels / (1 + np.exp(np.minimum(margin, 500)))
        gradient = rows.transposed_times(slope) + _PENALTY * place[:-1]
        value = importance @ np.logaddexp(0, -margin) + _PENALTY / 2 * (place[:-1] @ place[:-1])
        return float(value), np.append(gradient, slope.sum())

    return minimize(loss, np.zeros(rows.n_columns + 1), most_steps=_MOST_STEPS, tolerance=1e-5)
