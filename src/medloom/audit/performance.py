"""Predictions in each subgroup: gaps, equalised odds, worst group, equity-scaled AUC."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from medloom.audit.findings import Chart, Finding, Level, Listing, Mark, Section, finding
from medloom.audit.statistics import Estimate, Floats, Integers, auc, codes, draws, holm, interval
from medloom.audit.subject import Subject, subgroup_values
from medloom.audit.view import View
from medloom.errors import InputError

_POSITIVE = ("1", "1.0", "true", "yes", "positive", "pos", "present", "abnormal")
_DRAWS, _SHUFFLES = 500, 999
_GAP, _WIDE = 0.02, 0.1


class Predicted(NamedTuple):
    """Labels and predictions of the rows that have both."""

    rows: Integers
    """Their numbers in the table."""
    names: list[str]
    """The classes."""
    label: Integers
    prediction: Integers
    scores: Floats | None
    """Rows x classes, or None where nothing was scored."""
    positive: int | None
    """The class that counts as positive, where there are two."""


def predicted(view: View, subject: Subject) -> Predicted | None:
    """The labels and predictions of a table; None where it has no labels or no predictions.

    Raises InputError where predictions are given that fit none of its rows.
    """
    label = subject.label_of(view)
    if label is None:
        return None
    said = _said(view, subject)
    if said is None:
        return None
    prediction, score, by_class = said
    truth = view.texts(label)
    called = {_canonical(one): one for one in truth if one is not None}
    prediction = [one and called.get(_canonical(one), one) for one in prediction]
    names, coded = codes([*truth, *(p for p in prediction if p is not None)])
    scores = _scores(names, score, by_class)
    labels, guesses = coded[: len(truth)], np.full(len(truth), -1)
    guesses[[at for at, p in enumerate(prediction) if p is not None]] = coded[len(truth) :]
    positive = _positive(names, labels) if len(names) == 2 else None
    if scores is not None and not (guesses >= 0).any():
        guesses = np.where(np.isnan(scores).any(1), -1, np.nan_to_num(scores).argmax(1))
    rows = np.flatnonzero((labels >= 0) & (guesses >= 0))
    if not len(rows):
        if subject.predictions is None:
            return None
        raise InputError("no prediction fits a row with a label: check `id` and the label column")
    held = scores[rows] if scores is not None else None
    if held is not None and np.isnan(held).any():
        held = None
    return Predicted(rows, names, labels[rows], guesses[rows], held, positive)


_Said = tuple[list[str | None], list[float | None], dict[str, list[float | None]]]


def _said(view: View, subject: Subject) -> _Said | None:
    asked = subject.predictions
    if asked is not None and asked not in view.names:
        rows = [subject.predicted.get(one, {}) for one in view.ids]
        if not any(rows):
            return None  # they are of another table
    else:
        names = [asked or view.role("prediction"), view.role("score")]
        if names == [None, None]:
            return None
        columns = [view.texts(name) if name else [None] * len(view) for name in names]
        rows = [
            dict(zip(("prediction", "score"), r, strict=True)) for r in zip(*columns, strict=True)
        ]
    classes = {key[6:] for row in rows for key in row if key.startswith("score_")}
    return (
        [_word(row.get("prediction")) for row in rows],
        [_number(row.get("score")) for row in rows],
        {name: [_number(row.get(f"score_{name}")) for row in rows] for name in classes},
    )


def _word(value: Any) -> str | None:
    return None if value is None or value == "" else str(value)


def _canonical(word: str) -> str:
    """A label however it was written: `1.0` is `1`.

    >>> _canonical("1.0"), _canonical("Yes")
    ('1', 'yes')
    """
    number = _number(word)
    return word.strip().lower() if number is None or number != number else f"{number:g}"


def _number(value: Any) -> float | None:
    try:
        return None if value in (None, "") else float(value)
    except (TypeError, ValueError):
        return None


def _scores(
    names: Sequence[str], score: Sequence[float | None], by_class: dict[str, list[float | None]]
) -> Floats | None:
    if by_class and set(by_class) >= set(names):
        return np.stack([np.array(by_class[name], dtype=float) for name in names], axis=1)
    if len(names) == 2 and any(one is not None for one in score):
        one = np.array(score, dtype=float)
        at = next((n for n, name in enumerate(names) if name.lower() in _POSITIVE), 1)
        return np.stack([1 - one, one] if at else [one, 1 - one], axis=1)
    return None


def _positive(names: Sequence[str], labels: Integers) -> int:
    named = next((n for n, name in enumerate(names) if name.lower() in _POSITIVE), None)
    return int(np.bincount(labels[labels >= 0], minlength=2).argmin()) if named is None else named


_Metric = Callable[[Floats], Floats]
"""From weights (draws x rows) to a value a draw."""


def metrics_of(one: Predicted, within: NDArray[np.bool_]) -> dict[str, _Metric]:
    """Accuracy, F1 and AUC of the rows of a group."""
    right = (one.label == one.prediction) & within

    def accuracy(w: Floats) -> Floats:
        return _ratio(w @ right, w @ within)

    classes = range(len(one.names)) if one.positive is None else [one.positive]
    present = [c for c in classes if (one.label[within] == c).any()]

    def f1(w: Floats) -> Floats:
        values = []
        for c in present:
            true, guess = (one.label == c) & within, (one.prediction == c) & within
            values.append(_ratio(2 * (w @ (true & guess)), w @ true + w @ guess))
        return np.mean(values, axis=0) if values else np.full(len(w), np.nan)

    def area(w: Floats) -> Floats:
        values = [auc(one.scores[within, c], one.label[within] == c, w[:, within]) for c in present]  # type: ignore[index]
        return np.mean(values, axis=0) if values else np.full(len(w), np.nan)

    found: dict[str, _Metric] = {"accuracy": accuracy, "F1": f1}
    return found | ({"AUC": area} if one.scores is not None else {})


def equalised_odds(one: Predicted, groups: Integers, used: Sequence[int]) -> float:
    """The equalised odds difference: the widest gap of true or false positive rates (Hardt 2016).

    With several classes it is the widest over classes, each against the rest.
    """
    k = len(one.names)
    here = groups >= 0
    at = (groups[here] * k + one.label[here]) * k + one.prediction[here]
    size = (max(int(groups.max(initial=-1)), *used, 0) + 1) * k * k
    table = np.bincount(at, minlength=size).reshape(-1, k, k)[list(used)].astype(float)
    guessed, true = table.sum(1), table.sum(2)
    hits = np.diagonal(table, axis1=1, axis2=2)
    others = table.sum((1, 2))[:, None] - true
    classes = list(range(k)) if one.positive is None else [one.positive]
    gaps = [
        _widest(top[:, c], bottom[:, c])
        for top, bottom in ((hits, true), (guessed - hits, others))
        for c in classes
    ]
    return max(gaps, default=0.0)


def _widest(top: Floats, bottom: Floats) -> float:
    """The widest gap between rates that rest on five rows or more."""
    rates = top[bottom >= 5] / bottom[bottom >= 5]
    return float(np.ptp(rates)) if len(rates) > 1 else 0.0


def equity_scaled(overall: float, each: Sequence[float]) -> float:
    """A metric divided by one plus its distances in the groups: ES-AUC of Luo et al. 2024.

    >>> round(equity_scaled(0.9, [0.9, 0.8]), 3)
    0.818
    """
    return overall / (1 + sum(abs(overall - one) for one in each))


def performance(view: View, subject: Subject) -> Section:
    """Performance in each subgroup, and how far apart subgroups are."""
    title = "Performance by subgroup"
    about = (
        f"Intervals draw patients again. Groups under {subject.least_n} rows are shown, not "
        "compared. P-values shuffle groups, and are corrected (Holm) for the number of columns."
    )
    one = predicted(view, subject)
    if one is None:
        why = "no predictions: --predictions FILE (id, prediction, score) or COL"
        return Section("performance", title, about, view.table, not_asked=why)
    _, tied = view.groups()
    ties = codes([tied[at] for at in one.rows])[1]
    weights = np.vstack([np.ones((1, len(ties))), draws(ties, _DRAWS, subject.seed)])
    everyone = np.ones(len(ties), bool)
    overall = {n: _estimate(m, weights, len(ties)) for n, m in metrics_of(one, everyone).items()}
    compared = []
    for name in subject.groups_of(view):
        values = subgroup_values(view, name)
        names, groups = codes([values[at] for at in one.rows])
        if 1 < len(names) <= 50:
            compared.append(_compare(one, name, names, groups, weights, ties, subject))
    corrected = holm([c.p for c in compared])
    findings = [
        f for c, p in zip(compared, corrected, strict=True) for f in _gaps(view, one, c, p, subject)
    ]
    charts = [
        _overall_chart(one, overall),
        *(chart for c in compared for chart in _charts(c, overall)),
    ]
    listing = _listing(overall, compared, corrected)
    return Section(
        "performance", title, about, view.table, tuple(findings), tuple(charts), (listing,)
    )


class _Compared(NamedTuple):
    column: str
    names: list[str]
    groups: Integers
    metrics: dict[str, dict[str, Estimate]]
    """Group, metric, estimate."""
    used: list[int]
    odds: float
    p: float
    """How often shuffled groups are as far apart as these, by equalised odds or by accuracy."""


def _compare(
    one: Predicted,
    column: str,
    names: list[str],
    groups: Integers,
    weights: Floats,
    ties: Integers,
    subject: Subject,
) -> _Compared:
    metrics = {}
    for number, name in enumerate(names):
        within = groups == number
        metrics[name] = {
            metric: _estimate(of, weights, int(within.sum()))
            for metric, of in metrics_of(one, within).items()
        }
    sizes = np.bincount(groups[groups >= 0], minlength=len(names))
    used = np.flatnonzero(sizes >= subject.least_n).tolist()
    odds, p = _odds_by_chance(one, groups, used, ties, subject.seed)
    return _Compared(column, names, groups, metrics, used, odds, p)


def _odds_by_chance(
    one: Predicted, groups: Integers, used: Sequence[int], ties: Integers, seed: int
) -> tuple[float, float]:
    """The equalised odds difference and the widest accuracy gap, as likely as by chance."""
    if len(used) < 2:
        return float("nan"), 1.0
    right = one.label == one.prediction

    def apart(of: Integers) -> tuple[float, float]:
        rates = [float(right[of == g].mean()) for g in used if (of == g).any()]
        return equalised_odds(one, of, used), max(rates) - min(rates)

    seen = apart(groups)
    # Shuffle whole patients, each with the group of its first row.
    first = np.full(int(ties.max()) + 1, -1)
    first[ties[::-1]] = groups[::-1]
    random = np.random.default_rng(seed)
    more = np.ones(2)
    for _ in range(_SHUFFLES):
        drawn = apart(random.permutation(first)[ties])
        more += [a >= b - 1e-12 for a, b in zip(drawn, seen, strict=True)]
    return seen[0], float(min(1.0, 2 * more.min() / (_SHUFFLES + 1)))


def _gaps(
    view: View, one: Predicted, c: _Compared, p: float, subject: Subject
) -> Iterator[Finding]:
    if len(c.used) < 2 or p >= 0.05:
        return
    named = [c.names[g] for g in c.used]
    worst = min(named, key=lambda name: c.metrics[name]["accuracy"].value)
    best = max(named, key=lambda name: c.metrics[name]["accuracy"].value)
    low, high = c.metrics[worst]["accuracy"], c.metrics[best]["accuracy"]
    gap = max(high.value - low.value, c.odds)
    if gap < _GAP:
        return
    wrong = (c.groups == c.names.index(worst)) & (one.label != one.prediction)
    ids = [view.ids[at] for at in one.rows[wrong]]
    evidence = (
        f"accuracy {low} in {worst} (n = {low.n:,}), {high} in {best} (n = {high.n:,}); "
        f"equalised odds difference {c.odds:.3f}; p {p:.2g} corrected"
    )
    level = Level.PROBLEM if gap >= _WIDE else Level.WARNING
    yield finding(level, f"Predictions do worse in {c.column} {worst}.", evidence, view.table, ids)


def _overall_chart(one: Predicted, overall: dict[str, Estimate]) -> Chart:
    of = "mean of classes" if one.positive is None else f"of {one.names[one.positive]}"
    names = {"F1": f"F1, {of}", "AUC": f"AUC, {of}"}
    marks = [Mark(names.get(n, n), *e[:3], note=f"n = {e.n:,}") for n, e in overall.items()]
    return Chart("points", "All rows", tuple(marks), least=0.0, most=1.0)


def _charts(c: _Compared, overall: dict[str, Estimate]) -> Iterator[Chart]:
    metric = "AUC" if "AUC" in overall else "accuracy"
    marks = []
    for number, name in enumerate(c.names):
        found = c.metrics[name][metric]
        few = "" if number in c.used else ", too few to compare"
        if found.value == found.value:
            marks.append(Mark(name, *found[:3], note=f"n = {found.n:,}{few}"))
    title = f"{metric} by `{c.column}`; the line is all rows"
    least = max(0.0, min([m.low or 0 for m in marks], default=0.0) - 0.05)
    yield Chart("points", title, tuple(marks), reference=overall[metric].value, least=least, most=1)


def _listing(
    overall: dict[str, Estimate], compared: Sequence[_Compared], corrected: Sequence[float]
) -> Listing:
    metric = "AUC" if "AUC" in overall else "accuracy"
    rows = []
    for c, p in zip(compared, corrected, strict=True):
        named = [c.names[g] for g in c.used]
        each = {name: c.metrics[name][metric].value for name in named}
        known = {name: value for name, value in each.items() if value == value}
        worst = min(known, key=lambda name: known[name], default="-")
        scaled = equity_scaled(overall[metric].value, list(known.values()))
        rows.append(
            (
                c.column,
                len(named),
                f"{worst} {known[worst]:.3f}" if known else "-",
                f"{max(known.values()) - min(known.values()):.3f}" if known else "-",
                f"{scaled:.3f}",
                f"{c.odds:.3f}" if c.odds == c.odds else "-",
                f"{p:.2g}",
            )
        )
    columns = ("column", "groups compared", f"worst {metric}", "gap", f"equity-scaled {metric}",
               "equalised odds difference", "p, corrected")  # fmt: skip
    return Listing("How far apart groups are", columns, tuple(rows))


def _estimate(metric: _Metric, weights: Floats, n: int) -> Estimate:
    with np.errstate(all="ignore"):
        values = metric(weights)
    return Estimate(float(values[0]), *interval(values[1:]), n)


def _ratio(top: Floats, bottom: Floats) -> Floats:
    found: Floats = np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > 0)
    return found
