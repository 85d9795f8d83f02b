"""Who is in the data: subgroups, and how they compare with a population that is meant."""

from collections.abc import Mapping
from math import sqrt

import numpy as np

from medloom.audit.findings import Chart, Finding, Level, Mark, Section, finding
from medloom.audit.statistics import chance_of, share
from medloom.audit.subject import Subject, subgroup_values
from medloom.audit.view import View, counted

_DIFFERS, _CLEARLY = 0.1, 0.3
"""Standardised differences from which groups differ (Austin 2009), and clearly so."""
_MOST = 20


def subgroups(view: View, subject: Subject) -> Section:
    """Counts of each subgroup with intervals, against the reference where one is given."""
    title = "Subgroups"
    about = (
        "Shares with Wilson's intervals, of patients where they are known. Against a reference: "
        "chi-square by drawing, and the standardised difference of each share."
    )
    names = [name for name in subject.groups_of(view) if name != subject.label_of(view)]
    if not names:
        why = "no column of sex, age, race or site: --groups a,b"
        return Section("subgroups", title, about, view.table, not_asked=why)
    findings, charts = [], []
    for name in names:
        values, unit = _of_people(view, name)
        counts = counted(values)
        known = sum(k for _, k in counts)
        if not counts or len(counts) > max(100, known / 4):
            continue
        expected = _reference(subject, view, name)
        charts.append(_chart(f"`{name}`, {known:,} {unit}", counts, known, expected))
        if expected:
            findings += _compared(view, name, counts, expected)
    if subject.reference and not any(_reference(subject, view, name) for name in names):
        asked = ", ".join(subject.reference)
        findings.append(
            finding(Level.NOTE, "The reference names no column of this table.", asked, view.table)
        )
    return Section("subgroups", title, about, view.table, tuple(findings), tuple(charts))


def _of_people(view: View, name: str) -> tuple[list[str | None], str]:
    """The values of a column, of each patient once where there are patients: the first row's."""
    values, patient = subgroup_values(view, name), view.role("patient")
    if patient is None or patient == name:
        return values, "rows"
    first: dict[str, str | None] = {}
    for one, value in zip(view.texts(patient), values, strict=True):
        if one and first.get(one) is None:
            first[one] = value
    return list(first.values()), "patients"


def _reference(subject: Subject, view: View, name: str) -> Mapping[str, float]:
    for key, shares in subject.reference.items():
        if key == name or (key in ("sex", "age", "race", "site") and view.role(key) == name):
            return shares
    return {}


def _chart(
    title: str, counts: list[tuple[str, int]], n: int, expected: Mapping[str, float]
) -> Chart:
    marks = []
    for value, k in counts[:_MOST]:
        found = share(k, n)
        note = f"{k:,}" + (f"; reference {expected[value]:.1%}" if value in expected else "")
        marks.append(Mark(value, *found[:3], note=note))
    return Chart("bars", title, tuple(marks), True)


def difference(p: float, q: float) -> float:
    """The standardised difference of two shares.

    >>> round(difference(0.5, 0.4), 2)
    0.2
    """
    spread = sqrt((p * (1 - p) + q * (1 - q)) / 2)
    return (p - q) / spread if spread else 0.0 if p == q else float("inf")


def _compared(
    view: View, name: str, counts: list[tuple[str, int]], expected: Mapping[str, float]
) -> list[Finding]:
    held = dict(counts)
    observed = np.array([held.get(value, 0) for value in expected])
    outside = [value for value in held if value not in expected]
    found = []
    if outside:
        what = f"The reference for `{name}` does not know {len(outside)} of its values."
        found.append(finding(Level.NOTE, what, ", ".join(outside[:10]), view.table))
    n = int(observed.sum())
    if not n:
        return found
    shares = np.array(list(expected.values()))
    statistic, p = chance_of(observed, shares / shares.sum())
    apart = {v: difference(k / n, expected[v]) for v, k in zip(expected, observed, strict=True)}
    worst = max(apart, key=lambda value: abs(apart[value]))
    if p < 0.01 and abs(apart[worst]) >= _DIFFERS:
        level = Level.PROBLEM if abs(apart[worst]) >= _CLEARLY else Level.WARNING
        evidence = (
            f"{worst}: {held.get(worst, 0) / n:.1%} of {n:,}, reference {expected[worst]:.1%}, "
            f"standardised difference {apart[worst]:+.2f}; chi-square {statistic:.1f}, p {p:.2g}"
        )
        what = f"`{name}` is not as in the reference."
        found.append(finding(level, what, evidence, view.table))
    return found
