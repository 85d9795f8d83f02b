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

_PENALTY, _MOST_STEPS = 1.0, 60
_EACH, _MOST = 10.0, 200.0
"""What one liked article weighs, and all: few examples are not to be learnt by heart."""
_LEAST_SPREAD = 1e-6
_DISLIKED = 1.0
"""What all disliked articles weigh, beside all that nobody marked."""


class Liking(NamedTuple):
    """How much one article is liked, and the words that say so."""

    distance: float
    """How many standard deviations it lies above what is usual."""
    words: tuple[str, ...]


@dataclass
class Taste:
    """What a model of likes and dislikes says of articles."""

    terms: Terms
    weights: Vector
    background: Vector
    """The margins of the unmarked articles: what is usual."""
    constant: float = 0.0

    def margins(self, rows: Rows) -> Vector:
        """How far each article is on the liked side."""
        return rows.times(self.weights)

    def likings(self, rows: Rows, most_words: int = 3) -> list[Liking]:
        """How far above the unmarked articles each one lies, and the most telling words."""
        found = distances(self.margins(rows), self.background)
        return [
            Liking(float(one), self._telling(rows, n, most_words)) for n, one in enumerate(found)
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


def distances(values: Vector, usual: Vector) -> Vector:
    """How many standard deviations values lie above the usual ones, themselves among them.

    >>> distances(np.array([3.0]), np.array([0.0, 0.0])).round(1).tolist()
    [1.4]
    """
    every = np.concatenate([usual, values])
    return (values - every.mean()) / max(float(every.std()), _LEAST_SPREAD) if len(every) else every


def taste(
    terms: Terms, liked: Sequence[str], disliked: Sequence[str], background: Sequence[str]
) -> Taste:
    """Fit a model to liked, disliked and unmarked texts.

    >>> texts = ["heart failure in rats", "skin rash in men", "a broken leg", "lung cancer"]
    >>> model = taste(Terms(texts), ["failing heart, heart failure"], [], texts)
    >>> [round(one.distance, 1) for one in model.likings(model.terms.rows(texts))]
    [1.7, -0.6, -0.6, -0.6]
    """
    rows = terms.rows([*liked, *disliked, *background])
    sizes = (len(liked), len(disliked), len(background))
    labels = np.repeat([1.0, -1.0, -1.0], sizes)
    shares = (1.0, _DISLIKED if background else 1.0, 1.0)
    total = min(_EACH * max(sizes[0], 1), _MOST)
    each = [total / 2 * share / max(n, 1) for share, n in zip(shares, sizes, strict=True)]
    importance = np.repeat(each, sizes)
    fitted = _fit(rows, labels, importance)
    usual = rows.times(fitted[:-1])[sum(sizes[:2]) :]
    return Taste(terms, fitted[:-1], usual, float(fitted[-1]))


def _fit(rows: Rows, labels: Vector, importance: Vector) -> Vector:
    """Weights of the columns and, last, a constant: least penalised logistic loss."""

    def loss(place: Vector) -> tuple[float, Vector]:
        margin = labels * (rows.times(place[:-1]) + place[-1])
        slope = -importance * labels / (1 + np.exp(np.minimum(margin, 500)))
        gradient = rows.transposed_times(slope) + _PENALTY * place[:-1]
        value = importance @ np.logaddexp(0, -margin) + _PENALTY / 2 * (place[:-1] @ place[:-1])
        return float(value), np.append(gradient, slope.sum())

    return minimize(loss, np.zeros(rows.n_columns + 1), most_steps=_MOST_STEPS, tolerance=1e-5)
