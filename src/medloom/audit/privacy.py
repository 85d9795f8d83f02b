"""Identifying data in texts: counts by category. What was found is never shown."""

from collections import Counter

import numpy as np
import pyarrow as pa

from medloom.audit.findings import Chart, Level, Mark, Section, finding
from medloom.audit.statistics import share
from medloom.audit.subject import Subject
from medloom.audit.view import View
from medloom.kit.phi_values import HEADER, labels_in

_MOST_ROWS = 2_000
_TELLING = (
    *("NAME", "MRN", "SSN", "PHONE", "EMAIL", "ADDRESS", "HEALTH_PLAN", "ACCOUNT", "FAX"),
    HEADER,
)
"""Categories of which one finding is a problem; others may stand in text that was shifted."""
PUBLISHED = ("article_id", "pmcid", "pmid", "doi")
"""Columns of text that is published already: the names in it are those of authors and makers."""
_SHORTEST = 20
"""Columns whose values are shorter on average are names of things, not texts."""


def privacy(view: View, subject: Subject) -> Section:
    """How much identifying data stands in the texts of a table, by category and column."""
    title = "Identifying data in texts"
    about = (
        f"Rules for English and Spanish over up to {_MOST_ROWS:,} rows drawn at random. Counts "
        "alone are told. Rules find too much and too little: read some rows."
    )
    names = text_columns(view)
    if not names:
        return Section("privacy", title, about, view.table, not_asked="no column of texts")
    rows = np.arange(len(view))
    if len(rows) > _MOST_ROWS:
        random = np.random.default_rng(subject.seed)
        rows = np.sort(random.choice(rows, _MOST_ROWS, replace=False))
    findings, charts = [], []
    for name in names:
        counts, where = _found(view, name, rows)
        if not counts:
            continue
        marks = [Mark(label, n, note=f"{n:,} findings") for label, n in counts.most_common()]
        title_ = f"`{name}`: findings in {len(rows):,} rows"
        charts.append(Chart("bars", title_, tuple(marks)))
        telling = [label for label in counts if label in _TELLING]
        ids = sorted({i for label in telling for i in where[label]}, key=lambda i: i)
        if telling:
            many = share(len(ids), len(rows))
            told = ", ".join(f"{label} {counts[label]:,}" for label in telling)
            evidence = f"{told}; in {len(ids):,} of {len(rows):,} rows, {many.value:.1%}"
            what, level = f"`{name}` seems to hold data that identify people.", Level.WARNING
            if any(one in view.names for one in PUBLISHED):
                what = f"`{name}` is published text, and holds names and addresses."
                level = Level.NOTE
            elif many.low > 0.005:
                level = Level.PROBLEM
            findings.append(
                finding(level, what, evidence, view.table, [view.ids[at] for at in ids])
            )
    return Section("privacy", title, about, view.table, tuple(findings), tuple(charts))


def text_columns(view: View) -> list[str]:
    """The columns of running text."""
    found = []
    for name in view.schema.names:
        if not pa.types.is_string(view.schema.field(name).type) or name in ("id", "source"):
            continue
        head = [one for one in view.some(name, range(min(len(view), 200))) if one]
        some, words = [len(one) for one in head], [one.count(" ") for one in head]
        if some and sum(some) / len(some) >= _SHORTEST and sum(words) / len(words) >= 3:
            found.append(name)
    return found


def _found(
    view: View, name: str, rows: "np.ndarray[tuple[int], np.dtype[np.int64]]"
) -> tuple[Counter[str], dict[str, set[int]]]:
    texts = view.some(name, rows.tolist())
    counts: Counter[str] = Counter()
    where: dict[str, set[int]] = {}
    for at, text in zip(rows.tolist(), texts, strict=True):
        for label in labels_in(text or ""):
            counts[label] += 1
            where.setdefault(label, set()).add(at)
    return counts, where
