"""How two tables differ in what they hold: two versions of one, two sites, train and test.

Numbers: population stability index (PSI) over tenths of the first table, and the distance of
Kolmogorov and Smirnov with its p value. Values: chi-square with p, and the divergence of Jensen and
Shannon in bits (0 the same, 1 nothing shared). Texts: their lengths as numbers, their words as
values. With many rows all p values are small: a PSI of 0.1 and a divergence of 0.02 are seen with
the eye, too.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from math import erfc, exp, inf, lgamma, log, sqrt
from typing import Literal, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.types as pt
from numpy.typing import NDArray

Kind = Literal["number", "value", "text"]
Numbers = NDArray[np.float64]
LARGE_PSI, LARGE_DIVERGENCE, LARGE_WORDS, LARGE_MISSING, SURE = 0.2, 0.05, 0.1, 0.1, 0.01
"""From here on a difference is large: of PSI, of divergences, of shares of nulls; and its p."""
_BINS, _TOLD, _LEAST, _LEAST_EXPECTED, _LEAST_TEXTS = 10, 5, 1e-4, 5, 3
_MOST_VALUES, _TEXT_WORDS = 200, 4
_WORD = re.compile(r"[^\W\d_]{2,}")


class Shift(NamedTuple):
    """A value or a word whose share differs most."""

    value: str
    before: float
    """Share of the rows, or of the words."""
    after: float


class ColumnDrift(NamedTuple):
    """How one column differs."""

    column: str
    kind: Kind
    n_before: int
    n_after: int
    missing_before: float
    """Share of rows that are null."""
    missing_after: float
    size: float
    """PSI of numbers; the divergence of values, and of the words of texts."""
    p: float
    """Of Kolmogorov-Smirnov, or of chi-square: the chance of so great a difference by itself."""
    is_large: bool
    shifts: list[Shift]
    """The values or words that differ most; of numbers the tenths: `-inf to 3.5`."""


class Drift(NamedTuple):
    """How two tables differ."""

    columns: list[ColumnDrift]
    only_before: list[str]
    only_after: list[str]

    @property
    def large(self) -> list[ColumnDrift]:
        """The columns that differ so much that somebody should look."""
        return [one for one in self.columns if one.is_large]


def drift(before: pa.Table, after: pa.Table, columns: Sequence[str] | None = None) -> Drift:
    """How the columns that both tables have differ; the largest first.

    Left out are ids (`id`, `source`, `..._id`, strings that are all different) and columns of
    lists, structs and bytes.

    >>> before = pa.table({"age": [1.0, 2, 3, 4] * 9, "sex": ["F", "M"] * 18})
    >>> after = pa.table({"age": [8.0, 9, 9, 9] * 9, "sex": ["F", "M"] * 18})
    >>> [(one.column, one.is_large) for one in drift(before, after).columns]
    [('age', True), ('sex', False)]
    """
    shared = [one for one in before.column_names if one in after.column_names]
    wanted = shared if columns is None else [one for one in columns if one in shared]
    found = (_column(name, before[name], after[name]) for name in wanted)
    known = sorted((one for one in found if one), key=lambda one: (-one.is_large, -one.size))
    return Drift(
        known,
        [one for one in before.column_names if one not in shared],
        [one for one in after.column_names if one not in shared],
    )


def _column(name: str, before: pa.ChunkedArray, after: pa.ChunkedArray) -> ColumnDrift | None:
    held = before.drop_null(), after.drop_null()
    kind = _kind(held[0] if len(held[0]) else held[1])
    if kind is None or _is_id(name) or _kind(held[1] if len(held[1]) else held[0]) != kind:
        return None
    made = _measured(kind, *held) if all(map(len, held)) else _Measured(0.0, 1.0, False, [])
    gone = abs(_missing(before) - _missing(after))
    return ColumnDrift(
        column=name,
        kind=kind,
        n_before=len(before),
        n_after=len(after),
        missing_before=_missing(before),
        missing_after=_missing(after),
        size=made.size,
        p=made.p,
        is_large=made.is_large or gone > LARGE_MISSING,
        shifts=made.shifts,
    )


def _is_id(name: str) -> bool:
    """Ids differ in any two tables."""
    return name in ("id", "source") or name.endswith("_id")


class _Measured(NamedTuple):
    size: float
    p: float
    is_large: bool
    shifts: list[Shift]


def _measured(kind: Kind, before: pa.ChunkedArray, after: pa.ChunkedArray) -> _Measured:
    if kind == "number":
        return _numbers(_as_numbers(before), _as_numbers(after))
    values = before.to_pylist(), after.to_pylist()
    return _texts(*values) if kind == "text" else _values(*values)


def _kind(column: pa.ChunkedArray) -> Kind | None:
    """What sort of column it is; None for one that is not compared."""
    kind = column.type
    if pt.is_boolean(kind) or pt.is_dictionary(kind):
        return "value"
    if pt.is_integer(kind) or pt.is_floating(kind) or pt.is_temporal(kind):
        return "number"
    if not pt.is_string(kind) and not pt.is_large_string(kind):
        return None
    n_values = len(column.unique())
    mean_words = np.mean([one.count(" ") for one in column[:_MOST_VALUES].to_pylist() or [""]])
    if n_values <= max(_MOST_VALUES, len(column) // 20) and mean_words < _TEXT_WORDS:
        # A value of its own in each row is an id.
        return "value" if n_values < len(column) or n_values < _BINS else None
    return "text" if mean_words >= 1 else None


def _as_numbers(column: pa.ChunkedArray) -> Numbers:
    if pt.is_temporal(column.type):
        column = column.cast(pa.timestamp("us")) if not pt.is_time(column.type) else column
        column = column.cast(pa.int64())
    numbers = column.to_numpy().astype(np.float64)
    return np.asarray(numbers[np.isfinite(numbers)])


def _missing(column: pa.ChunkedArray) -> float:
    return column.null_count / len(column) if len(column) else 0.0


def _numbers(before: Numbers, after: Numbers) -> _Measured:
    if not len(before) or not len(after):
        return _Measured(0.0, 1.0, False, [])
    edges = np.unique(np.quantile(before, np.linspace(0, 1, _BINS + 1)[1:-1]))
    one, two = (
        np.bincount(np.searchsorted(edges, side, "left"), minlength=len(edges) + 1) / len(side)
        for side in (before, after)
    )
    names = [f"{low:g} to {high:g}" for low, high in pairwise([-inf, *edges, inf])]
    psi = _psi(one, two)
    _, p = kolmogorov_smirnov(before, after)
    return _Measured(psi, p, psi > LARGE_PSI and p < SURE, _shifts(names, one, two))


def _psi(before: Numbers, after: Numbers) -> float:
    one, two = np.maximum(before, _LEAST), np.maximum(after, _LEAST)
    return float(((two - one) * np.log(two / one)).sum())


def kolmogorov_smirnov(before: Numbers, after: Numbers) -> tuple[float, float]:
    """The greatest distance of two distributions, and the chance of so great a one by itself.

    >>> distance, p = kolmogorov_smirnov(np.arange(100.0), np.arange(100.0) + 50)
    >>> round(distance, 2), p < 0.001
    (0.5, True)
    """
    places = np.concatenate([before, after])
    shares = [np.searchsorted(np.sort(one), places, "right") / len(one) for one in (before, after)]
    distance = float(np.abs(shares[0] - shares[1]).max())
    root = sqrt(len(before) * len(after) / (len(before) + len(after)))
    scaled = (root + 0.12 + 0.11 / root) * distance
    terms = (2 * (-1) ** (n - 1) * exp(-2 * (n * scaled) ** 2) for n in range(1, 101))
    return distance, 1.0 if scaled < 0.3 else min(1.0, max(0.0, sum(terms)))


def _values(before: Sequence[object], after: Sequence[object]) -> _Measured:
    return _counted(Counter(map(str, before)), Counter(map(str, after)), LARGE_DIVERGENCE)


def _counted(before: Counter[str], after: Counter[str], large: float) -> _Measured:
    names = sorted(before | after)
    one, two = (np.array([side[name] for name in names], float) for side in (before, after))
    p = chi_square(one, two)
    one, two = one / one.sum(), two / two.sum()
    divergence = jensen_shannon(one, two)
    return _Measured(divergence, p, divergence > large and p < SURE, _shifts(names, one, two))


def jensen_shannon(before: Numbers, after: Numbers) -> float:
    """The divergence of two distributions, in bits.

    >>> jensen_shannon(np.array([1.0, 0.0]), np.array([0.0, 1.0]))
    1.0
    """
    middle = (before + after) / 2
    parts = ((one * np.log2(one / middle, where=one > 0, out=np.zeros_like(one))).sum()
             for one in (before, after))  # fmt: skip
    return float(sum(parts) / 2)


def chi_square(before: Numbers, after: Numbers) -> float:
    """The chance of so great a difference of counts by itself; rare values are taken together.

    >>> round(chi_square(np.array([50.0, 50]), np.array([50.0, 50])), 2)
    1.0
    """
    expected = (before + after) / (before.sum() + after.sum())
    rare = expected * min(before.sum(), after.sum()) < _LEAST_EXPECTED
    tables = np.array([[*one[~rare], one[rare].sum()] for one in (before, after)])
    tables = tables[:, tables.sum(axis=0) > 0]
    wanted = tables.sum(axis=1, keepdims=True) * tables.sum(axis=0) / tables.sum()
    value, free = float(((tables - wanted) ** 2 / wanted).sum()), tables.shape[1] - 1
    if free < 1 or value == 0:
        return 1.0
    return _chi_square_tail(value / 2, free)


def _chi_square_tail(half: float, free: int) -> float:
    """The chance of a value beyond twice `half`: the incomplete gamma function, step by step."""
    at, tail = (1.0, exp(-half)) if free % 2 == 0 else (0.5, erfc(sqrt(half)))
    while at < free / 2:
        tail += exp(at * log(half) - half - lgamma(at + 1))
        at += 1
    return min(1.0, tail)


def _texts(before: Sequence[str], after: Sequence[str]) -> _Measured:
    """Their words; and their lengths, where those differ more."""
    lengths = _numbers(*(np.array([len(one) for one in side], float) for side in (before, after)))
    words = _counted(_words(before), _words(after), LARGE_WORDS)
    is_large = words.is_large or lengths.is_large
    shifts = [Shift(f"length {one.value}", *one[1:]) for one in lengths.shifts]
    told = words.shifts + (shifts if lengths.is_large else [])
    return _Measured(words.size, min(words.p, lengths.p), is_large, told)


def _words(texts: Sequence[str]) -> Counter[str]:
    """The commonest words; the others as one, for a long text has endless rare ones."""
    counts = Counter(word for text in texts for word in set(_WORD.findall(text.lower())))
    return Counter({word: n for word, n in counts.items() if n >= _LEAST_TEXTS})


def _shifts(names: Sequence[str], before: Numbers, after: Numbers) -> list[Shift]:
    order = np.argsort(-np.abs(after - before), kind="stable")[:_TOLD]
    return [
        Shift(names[n], float(before[n]), float(after[n])) for n in order if before[n] != after[n]
    ]
