"""How well annotators agree: kappa of Cohen and of Fleiss, Krippendorff's alpha, intervals."""

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations

import numpy as np

from medloom.audit.counts import can_label
from medloom.audit.findings import Chart, Finding, Level, Mark, Section, finding
from medloom.audit.statistics import Estimate, Floats, Integers, codes, drawn, interval
from medloom.audit.subject import Subject
from medloom.audit.view import View

_ITEM = ("item_id", "row_id", "example_id", "text_id", "target_id", "item")
_WHO = ("annotator", "annotator_id", "rater", "reviewer", "judge", "labeller")
_JUDGED = ("label", "judgement", "answer", "value", "grade", "decision")
_PREFIXES = ("annotator_", "rater_", "reader_", "reviewer_", "label_by_")
_POOR, _FAIR = 0.4, 0.667
"""Under 0.667 Krippendorff (2004) draws no conclusions; under 0.4 is poor (Fleiss 1981)."""
_FEWEST_ITEMS = 10


def ratings_of(view: View, annotators: Sequence[str] = ()) -> dict[str, list[str | None]]:
    """The labels of each annotator, an item a place; empty where there are no two annotators.

    Annotators are columns, named by the user or by their prefix, or rows of a table that has a
    column for the item, for who judged it and for the judgement.
    """
    named = [one for one in annotators if one in view.names]
    if not annotators:
        named = [n for n in view.names if n.lower().startswith(_PREFIXES) and can_label(view, n)]
        named = [n for n in named if not n.lower().endswith("_id")]
    if len(named) > 1:
        return {name: view.texts(name) for name in named}
    known = {name.lower(): name for name in view.names}
    columns = [
        next((known[n] for n in names if n in known), None) for names in (_ITEM, _WHO, _JUDGED)
    ]
    if any(one is None for one in columns):
        return {}
    return _by_rows(*(view.texts(str(name)) for name in columns))


def _by_rows(
    items: Sequence[str | None], who: Sequence[str | None], said: Sequence[str | None]
) -> dict[str, list[str | None]]:
    place = {item: at for at, item in enumerate(dict.fromkeys(i for i in items if i))}
    found: dict[str, list[str | None]] = {}
    for item, one, value in zip(items, who, said, strict=True):
        if item and one:
            found.setdefault(one, [None] * len(place))[place[item]] = value
    return found if len(found) > 1 else {}


def krippendorff(ratings: Mapping[str, Sequence[str | None]]) -> Estimate:
    """Krippendorff's alpha for names (nominal data), with missing labels allowed.

    The interval draws items (bootstrap).

    >>> one = ["a", "b", "a", "b"] * 5
    >>> krippendorff({"x": one, "y": one}).value
    1.0
    """
    counts = _counts(ratings)
    counts = counts[counts.sum(1) > 1]
    if not len(counts):
        return Estimate(float("nan"), float("nan"), float("nan"), 0)
    m = counts.sum(1, keepdims=True)
    agreeing = (counts * (counts - 1) / (m - 1)).sum(1)

    def alpha(weights: Floats) -> Floats:
        totals, n = weights @ counts, weights @ m[:, 0]
        observed = 1 - weights @ agreeing / n
        expected = 1 - (totals * (totals - 1)).sum(1) / (n * (n - 1))
        return _from_one(observed, expected)

    return _estimate(alpha, len(counts))


def fleiss(ratings: Mapping[str, Sequence[str | None]]) -> Estimate:
    """Fleiss' kappa over the items that all annotators have labelled (Fleiss 1971)."""
    counts = _counts(ratings)
    counts = counts[counts.sum(1) == len(ratings)]
    if not len(counts):
        return Estimate(float("nan"), float("nan"), float("nan"), 0)
    m = len(ratings)
    agreeing = (counts * (counts - 1)).sum(1) / (m * (m - 1))

    def kappa(weights: Floats) -> Floats:
        n = weights.sum(1)
        p = weights @ counts / (n[:, None] * m)
        return _from_one(1 - weights @ agreeing / n, 1 - (p**2).sum(1))

    return _estimate(kappa, len(counts))


def cohen(one: Sequence[str | None], other: Sequence[str | None]) -> Estimate:
    """Cohen's kappa of two annotators over the items that both have labelled (Cohen 1960).

    >>> cohen(["a", "b"] * 10, ["a", "b"] * 10).value
    1.0
    """
    both = [(a, b) for a, b in zip(one, other, strict=True) if a is not None and b is not None]
    if not both:
        return Estimate(float("nan"), float("nan"), float("nan"), 0)
    names, _ = codes([label for pair in both for label in pair])
    at = {name: number for number, name in enumerate(names)}
    left, right = (np.eye(len(names))[[at[pair[side]] for pair in both]] for side in (0, 1))
    same = (left * right).sum(1)

    def kappa(weights: Floats) -> Floats:
        n = weights.sum(1)
        expected = ((weights @ left) * (weights @ right)).sum(1) / n**2
        return _from_one(1 - weights @ same / n, 1 - expected)

    return _estimate(kappa, len(both))


def agreement(view: View, subject: Subject) -> Section:
    """How well annotators agree, in all and two by two."""
    title, about = "Label agreement", "Chance-corrected agreement; intervals draw items again."
    ratings = ratings_of(view, subject.annotators)
    if not ratings:
        why = "no labels of several annotators: --annotators a,b"
        return Section("agreement", title, about, view.table, not_asked=why)
    overall = krippendorff(ratings)
    marks = [Mark("Krippendorff's alpha", *overall[:3], note=f"{overall.n:,} items")]
    if len(ratings) > 2:
        all_of = fleiss(ratings)
        if all_of.n:
            marks.append(Mark("Fleiss' kappa", *all_of[:3], note=f"{all_of.n:,} items"))
    for a, b in list(combinations(ratings, 2))[:20]:
        two = cohen(ratings[a], ratings[b])
        if two.n:
            marks.append(Mark(f"kappa: {a}, {b}", *two[:3], note=f"{two.n:,} items"))
    chart = Chart("points", "Agreement", tuple(marks), reference=0.0, least=-0.2, most=1.0)
    found = _judged(view, ratings, overall)
    return Section("agreement", title, about, view.table, tuple(found), (chart,))


def _judged(
    view: View, ratings: Mapping[str, Sequence[str | None]], overall: Estimate
) -> list[Finding]:
    evidence = f"alpha {overall}, {overall.n:,} items, {len(ratings)} annotators"
    if overall.n < _FEWEST_ITEMS:
        what = "Too few items were labelled twice to say how well annotators agree."
        return [finding(Level.WARNING, what, evidence, view.table)]
    if overall.value >= _FAIR:
        return []
    level = Level.PROBLEM if overall.value < _POOR else Level.WARNING
    apart = [
        len({label for label in labels if label}) > 1
        for labels in zip(*ratings.values(), strict=True)
    ]
    rows = [i for i, differ in zip(view.ids, apart, strict=False) if differ]
    return [finding(level, "Annotators do not agree well.", evidence, view.table, rows)]


def _counts(ratings: Mapping[str, Sequence[str | None]]) -> Floats:
    """How many annotators gave each item each label: items x labels."""
    names, _ = codes([one for labels in ratings.values() for one in labels])
    at = {name: number for number, name in enumerate(names)}
    n_items = max(map(len, ratings.values()))
    counts = np.zeros((n_items, len(names)))
    for labels in ratings.values():
        for item, label in enumerate(labels):
            if label is not None:
                counts[item, at[str(label)]] += 1
    return counts


def _from_one(observed: Floats, expected: Floats) -> Floats:
    """1 - observed / expected disagreement; 1 where there is none to expect and none observed."""
    none = np.isclose(expected, 0)
    ratio = np.divide(observed, expected, out=np.zeros_like(observed), where=~none)
    found: Floats = 1 - ratio
    return found


def _estimate(statistic: Callable[[Floats], Floats], n: int) -> Estimate:
    each: Integers = np.arange(n)
    value, spread = drawn(statistic, each)
    return Estimate(value, *interval(spread), n)
