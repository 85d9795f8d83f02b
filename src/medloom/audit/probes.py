"""Shortcut probes: can something that should not matter predict the label by itself?

Each probe is a small model over one thing (the site, the length of the text, the border of the
image). Its area under the ROC curve is cross-validated over folds that keep patients whole.
"""

import warnings
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from medloom.audit.border import image_features
from medloom.audit.counts import can_label, labels_of
from medloom.audit.findings import Chart, Finding, Level, Mark, Section, finding
from medloom.audit.statistics import (
    Estimate,
    Floats,
    Integers,
    auc,
    codes,
    draws,
    folds,
    interval,
)
from medloom.audit.subject import Subject
from medloom.audit.view import View, counted

_FOLDS, _DRAWS = 5, 300
_MOST_ROWS, _MOST_IMAGES, _MOST_CLASSES = 20_000, 2_000, 6
_FEWEST = 20
"""Rows of a class, and of the rest, for the class to be asked for."""
_FEWEST_GROUPS = 15
"""Patients with the class, and without it: an interval over fewer is not to be trusted."""
_SUSPECT, _SURE = 0.6, 0.75
"""Where the lower end of the interval makes a warning and a problem."""


class Probe(NamedTuple):
    """What a probe looks at: numbers for each row, or names; NaN and -1 are missing."""

    name: str
    columns: str
    values: Floats | Integers
    """Names as numbers (whole), one number a row, or a row of numbers."""


class Probed(NamedTuple):
    """What a probe alone can predict."""

    probe: str
    columns: str
    auc: Estimate
    classes: int


def probe(
    values: Floats | Integers,
    labels: Sequence[frozenset[str]],
    groups: Integers,
    *,
    level: float = 0.95,
    seed: int = 0,
) -> tuple[Estimate, int] | None:
    """The cross-validated area under the curve of a small model, and how many classes it is over.

    It is the mean over classes (one against the rest) and folds; groups stay in one fold, and the
    interval draws whole groups. None where no class has enough rows.

    >>> labels = [frozenset([name]) for name in "ab" * 60]
    >>> sites = np.array([0, 1] * 60)
    >>> found, n_classes = probe(sites, labels, np.arange(120))
    >>> found.value, n_classes
    (1.0, 1)
    """
    wanted = _classes(labels, groups)
    if not wanted:
        return None
    first = np.array([_code(one, wanted) for one in labels], np.int64)
    fold = folds(first, groups, _FOLDS, seed)
    weights = np.vstack([np.ones((1, len(groups))), draws(groups, _DRAWS, seed)])
    areas, sizes = [], []
    for name in wanted:
        positive = np.array([name in one for one in labels])
        for number in range(_FOLDS):
            test = fold == number
            if not 0 < positive[test].sum() < test.sum() or positive[~test].all():
                continue
            scores = _scores(values[~test], positive[~test], values[test])
            areas.append(auc(scores, positive[test], weights[:, test]))
            sizes.append(int(positive[test].sum()))
    if not areas:
        return None
    means = np.nanmean(np.stack(areas), axis=0)
    return Estimate(float(means[0]), *interval(means[1:], level), len(groups)), len(wanted)


def _classes(labels: Sequence[frozenset[str]], groups: Integers) -> list[str]:
    counts = counted(one for row in labels for one in row)
    n = len(labels)

    def is_spread(name: str) -> bool:
        held = np.array([name in one for one in labels])
        return min(len(np.unique(groups[held])), len(np.unique(groups[~held]))) >= _FEWEST_GROUPS

    usable = [name for name, k in counts if _FEWEST <= k <= n - _FEWEST and is_spread(name)]
    # Of two classes one says it all: the rarer.
    return usable[1:] if len(counts) == 2 and len(usable) == 2 else usable[:_MOST_CLASSES]


def _code(labels: frozenset[str], wanted: Sequence[str]) -> int:
    return next((at for at, name in enumerate(wanted) if name in labels), len(wanted))


def _scores(
    train: Floats | Integers, positive: NDArray[np.bool_], test: Floats | Integers
) -> Floats:
    if train.ndim == 2:
        return _linear(train.astype(np.float64), positive, test.astype(np.float64))
    if train.dtype.kind == "f":
        known = train[~np.isnan(train)]
        cuts = np.unique(np.quantile(known, np.linspace(0.1, 0.9, 9))) if len(known) else known
        train, test = (np.where(np.isnan(one), -1, np.digitize(one, cuts)) for one in (train, test))
    return _rates(train.astype(np.int64), positive, test.astype(np.int64))


def _rates(train: Integers, positive: NDArray[np.bool_], test: Integers) -> Floats:
    """The share of positives among training rows of the same bin, drawn to the mean if few."""
    n_bins = int(max(train.max(initial=0), test.max(initial=0))) + 2
    n = np.bincount(train + 1, minlength=n_bins)
    yes = np.bincount(train + 1, weights=positive, minlength=n_bins)
    return np.asarray((yes + 5 * positive.mean()) / (n + 5))[test + 1]


def _linear(train: Floats, positive: NDArray[np.bool_], test: Floats) -> Floats:
    """Logistic regression with a ridge, by Newton's steps."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a column without any value
        middle, spread = np.nanmean(train, 0), np.nanstd(train, 0)
    spread[~(spread > 1e-9)] = 1.0

    def ready(values: Floats) -> Floats:
        scaled = np.nan_to_num((values - middle) / spread)
        return np.hstack([np.clip(scaled, -5, 5), np.ones((len(values), 1))])

    x, weights = ready(train), np.zeros(train.shape[1] + 1)
    ridge = np.eye(len(weights)) * len(x) * 0.01
    ridge[-1, -1] = 1e-6
    for _ in range(12):
        p = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        slope = x.T @ (positive - p) - ridge @ weights
        curve = (x * (p * (1 - p))[:, None]).T @ x + ridge
        weights += np.linalg.solve(curve, slope)
    scores: Floats = ready(test) @ weights
    return scores


def probes_of(view: View, label: str, leave_out: Sequence[str] = ()) -> Iterator[Probe]:
    """What there is to probe in a table."""
    for role in ("site", "scanner"):
        name = view.role(role)
        if name and name != label:
            yield Probe(role, name, codes(view.texts(name))[1])
    name = view.role("year")
    years = view.years(name) if name and name != label else None
    if name and years is not None:
        yield Probe("year", name, years)
    name = view.role("text")
    if name and name != label:
        lengths = [float(len(one)) if one else np.nan for one in view.texts(name)]
        yield Probe("text length", name, np.array(lengths))
    yield from _sizes(view)
    absent = _missingness(view, {label, *leave_out})
    if absent is not None:
        yield Probe("missingness", "what is null", absent)


def _sizes(view: View) -> Iterator[Probe]:
    width, height = (view.role(one) for one in ("width", "height"))
    if width and height:
        w, h = view.numbers(width), view.numbers(height)
        if w is not None and h is not None:
            with np.errstate(all="ignore"):
                yield Probe("image size", f"{width}, {height}", np.c_[w, h, np.log(w / h)])


def _missingness(view: View, leave_out: set[str]) -> Floats | None:
    columns = []
    for name in view.names:
        if name in leave_out or name in ("attributes", "id", "split"):
            continue
        if not view.is_plain(name):
            continue
        absent = np.array([one is None for one in view.texts(name)])
        if 0.01 < absent.mean() < 0.99:
            columns.append(absent.astype(float))
    return np.stack(columns, 1) if columns else None


def shortcuts(view: View, subject: Subject) -> Section:
    """What alone predicts the label, and how well."""
    title = "Shortcut probes"
    about = (
        "A small model sees one thing only; its cross-validated AUC, patients whole, with an "
        "interval that allows for the number of probes. 0.5 is chance."
    )
    label = subject.label_of(view)
    if label is None or not can_label(view, label):
        why = "no column of labels: --label COL"
        return Section("shortcuts", title, about, view.table, not_asked=why)
    every = list(map(frozenset, labels_of(view, label)))
    keep = np.flatnonzero([bool(one) for one in every])
    _, tied = view.groups()
    random = np.random.default_rng(subject.seed)
    if len(keep) > _MOST_ROWS:
        keep = np.sort(random.choice(keep, _MOST_ROWS, replace=False))
    labels = [every[at] for at in keep]
    leave_out = (*subject.annotators, *(n for n in view.names if n.startswith("annotator")))
    asked = list(probes_of(view, label, leave_out))
    many = len(asked) + (2 if view.role("image") else 0)
    found: list[Probed] = []

    def ask(one: Probe, at: NDArray[np.int64], named: Sequence[frozenset[str]]) -> None:
        groups = codes([tied[n] for n in at])[1]
        answer = probe(one.values, named, groups, level=1 - 0.05 / many, seed=subject.seed)
        if answer:
            found.append(Probed(one.name, one.columns, *answer))

    for one in asked:
        ask(one._replace(values=one.values[keep]), keep, labels)
    if view.role("image") and len(keep):
        some = keep
        if len(keep) > _MOST_IMAGES:
            some = np.sort(random.choice(keep, _MOST_IMAGES, replace=False))
        for name, values in image_features(view, str(view.role("image")), some).items():
            ask(Probe(name, "pixels", values), some, [every[at] for at in some])
    if not found:
        why = f"`{label}` has no two classes of {_FEWEST} rows, or there is nothing to probe"
        return Section("shortcuts", title, about, view.table, not_asked=why)
    return _section(view, label, found, (title, about))


def _section(view: View, label: str, found: Sequence[Probed], said: tuple[str, str]) -> Section:
    ordered = sorted(found, key=lambda one: -one.auc.value)
    marks = [
        Mark(one.probe, *one.auc[:3], note=f"{one.columns}; n = {one.auc.n:,}", level=_level(one))
        for one in ordered
    ]
    chart = Chart(
        "points", f"How well each thing alone predicts `{label}` (AUC)", tuple(marks),
        reference=0.5, least=0.3, most=1.0,
    )  # fmt: skip
    findings = [f for one in ordered for f in _found(view, label, one)]
    return Section("shortcuts", said[0], said[1], view.table, tuple(findings), (chart,))


def _level(one: Probed) -> Level | None:
    if one.auc.low > _SURE:
        return Level.PROBLEM
    return Level.WARNING if one.auc.low > _SUSPECT else None


def _found(view: View, label: str, one: Probed) -> Iterator[Finding]:
    level = _level(one)
    if level:
        what = f"{one.probe.capitalize()} alone predicts `{label}`."
        evidence = f"AUC {one.auc} from {one.columns}, n = {one.auc.n:,}"
        yield finding(level, what, evidence, view.table)
