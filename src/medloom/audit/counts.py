"""Counts per ledger, missing values, and the balance of classes."""

from collections import Counter
from collections.abc import Iterable
from itertools import chain

import pyarrow as pa
import pyarrow.compute as pc

from medloom.audit.findings import Chart, Finding, Level, Listing, Mark, Section, finding
from medloom.audit.subject import Subject
from medloom.audit.view import SAID_MISSING, View, counted, is_missing
from medloom.collection.ledger import reasons

_MATTERS = ("split", "patient", "sex", "age", "site", "text")
_MUCH_MISSING, _MUCH_LOST, _RARE, _FEW = 0.05, 0.05, 0.02, 30
_MOST = 15


def ledgers(subject: Subject) -> Section:
    """Rows in = rows out + dropped + failed, of every table, and why rows were lost."""
    findings, rows = [], []
    for one in subject.collection.ledger:
        rows.append((one.table, one.rows_in, one.rows_out, one.dropped, one.failed))
        sums = f"{one.rows_in:,} = {one.rows_out:,} + {one.dropped:,} + {one.failed:,}"
        if not one.balanced:
            findings.append(
                finding(Level.PROBLEM, f"The ledger of {one.table} does not add up.", sums)
            )
        if one.failed and one.failed / max(one.rows_in, 1) > _MUCH_LOST:
            lost = subject.collection.lost(one.table)
            ids = lost.filter(pc.equal(lost["outcome"], "failed"))["row_id"].to_pylist()
            what = f"{one.failed / one.rows_in:.0%} of the rows of {one.table} failed."
            named = [str(i) for i in ids if i]
            findings.append(finding(Level.WARNING, what, sums, one.table, named))
    why = [
        (r["table"], r["step"], r["outcome"], r["reason"].split(": ")[0], r["rows"])
        for r in reasons(subject.collection.lost())[:_MOST]
    ]
    heads = ("table", "rows in", "rows out", "dropped", "failed")
    listings = [Listing("Rows in = rows out + dropped + failed", heads, tuple(rows))]
    if why:
        heads = ("table", "step", "outcome", "why", "rows")
        listings.append(Listing("Why rows were lost", heads, tuple(why)))
    about = "Every row that came in is kept, or is in the ledger with the step that took it out."
    return Section(
        "ledger", "Rows and the ledger", about, None, tuple(findings), (), tuple(listings)
    )


def missing(view: View, subject: Subject) -> Section:
    """Missing values of every plain column: null, empty, or a word that says so."""
    matters = {view.role(role) for role in _MATTERS} | {subject.label_of(view)}
    rows, marks, findings = [], [], []
    for name in view.names:
        counts = _missing_of(view, name)
        if counts is None:
            continue
        null, said = counts
        lost = (null + said) / max(len(view), 1)
        rows.append((name, null, said, f"{lost:.1%}"))
        much = name in matters and lost > _MUCH_MISSING
        level = Level.WARNING if much else None
        if lost:
            marks.append(Mark(name, lost, note=f"{null + said:,} rows", level=level))
        if much:
            what = f"`{name}` is missing in {lost:.1%} of the rows."
            ids = [i for i, v in zip(view.ids, view.texts(name), strict=True) if is_missing(v)]
            evidence = f"{null:,} null or empty, {said:,} that say so in words, of {len(view):,}"
            findings.append(finding(Level.WARNING, what, evidence, view.table, ids))
    marks.sort(key=lambda one: -one.value)
    shown = Chart("bars", "Share of rows without a value", tuple(marks[:_MOST]), True, most=1.0)
    listing = Listing("All columns", ("column", "null or empty", "said so", "share"), tuple(rows))
    about = "Null, empty, or a word such as `unknown`; nested and binary columns by null alone."
    charts = (shown,) if marks else ()
    return Section(
        "missing", "Missing values", about, view.table, tuple(findings), charts, (listing,)
    )


def _missing_of(view: View, name: str) -> tuple[int, int] | None:
    if name == "attributes":
        return None
    if not view.is_plain(name):
        n = view.collection.dataset(view.table).count_rows(filter=f"`{name}` IS NULL")
        return int(n), 0
    array = view.array(name)
    if pa.types.is_large_string(array.type):
        array = array.cast(pa.string())
    if not pa.types.is_string(array.type):
        return int(pc.sum(pc.is_null(array, nan_is_null=True)).as_py() or 0), 0
    words = pc.utf8_lower(pc.utf8_trim_whitespace(array))
    empty = int(pc.sum(pc.equal(words, "")).as_py() or 0)
    said = int(pc.sum(pc.is_in(words, pa.array(SAID_MISSING))).as_py() or 0)
    return int(array.null_count) + empty, said - empty


def labels_of(view: View, name: str) -> list[list[str]]:
    """The labels of each row: one, several, those of its spans, or none."""
    array = view.array(name)
    if not pa.types.is_list(array.type):
        return [[one] if one else [] for one in view.texts(name)]
    rows = array.to_pylist()
    return [
        [str(one["label"] if isinstance(one, dict) else one) for one in row or ()] for row in rows
    ]


def can_label(view: View, name: str) -> bool:
    """Whether a column holds labels: plain values, a list of them, or spans."""
    kind = view.array(name).type
    if pa.types.is_list(kind) and pa.types.is_struct(kind.value_type):
        return "label" in {one.name for one in kind.value_type}
    return not pa.types.is_struct(kind)


def balance(view: View, subject: Subject) -> Section:
    """How often each class occurs, in all and in each part."""
    about = "Rows of each class, and whether every part of the dataset has them."
    title = "Class balance"
    name = subject.label_of(view)
    if name is None or not can_label(view, name):
        why = "no column of labels: --label COL"
        return Section("balance", title, about, view.table, not_asked=why)
    labels = labels_of(view, name)
    counts = counted(chain.from_iterable(labels))
    n = sum(map(bool, labels))
    if len(counts) > max(50, n / 4):
        why = f"`{name}` has {len(counts):,} values in {n:,} rows: no classes"
        return Section("balance", title, about, view.table, not_asked=why)
    marks = [Mark(value, k / max(n, 1), note=f"{k:,}", level=_rarity(k, n)) for value, k in counts]
    findings = [*_rare(view, labels, counts, n), *_absent(view, labels, counts)]
    chart = Chart("bars", f"Share of rows with each `{name}`", tuple(marks[:25]), True)
    return Section("balance", title, about, view.table, tuple(findings), (chart,))


def _rarity(k: int, n: int) -> Level | None:
    return Level.WARNING if k < _FEW or k / max(n, 1) < _RARE else None


def _rare(
    view: View, labels: list[list[str]], counts: list[tuple[str, int]], n: int
) -> Iterable[Finding]:
    rare = [value for value, k in counts if _rarity(k, n)]
    if len(counts) == 1:
        yield finding(Level.WARNING, "There is one class only.", f"n = {n:,}", view.table)
    if not rare or len(counts) < 2:
        return
    ids = [i for i, row in zip(view.ids, labels, strict=True) if set(row) & set(rare)]
    told = ", ".join(f"{value} {k:,}" for value, k in counts if value in rare[:8])
    what = (
        f"{len(rare)} of {len(counts)} classes are rare."
        if len(rare) > 1
        else (f"The class {rare[0]} is rare.")
    )
    evidence = f"{told} of {n:,} rows; rare is under {_FEW} rows or {_RARE:.0%}"
    yield finding(Level.WARNING, what, evidence, view.table, ids)


def _absent(
    view: View, labels: list[list[str]], counts: list[tuple[str, int]]
) -> Iterable[Finding]:
    part = view.role("split")
    if part is None:
        return
    seen: dict[str, Counter[str]] = {}
    for value, row in zip(view.texts(part), labels, strict=True):
        if value and value != "withheld":
            seen.setdefault(value, Counter()).update(row)
    for value, held in seen.items():
        gone = [name for name, _ in counts if not held[name]]
        if gone and len(seen) > 1:
            what = f"The part {value} lacks {len(gone)} of {len(counts)} classes."
            yield finding(Level.WARNING, what, "none of: " + ", ".join(gone[:10]), view.table)
