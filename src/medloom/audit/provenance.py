"""Licences, contamination, and what the filters in force would lose of known-good text."""

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from medloom.audit.findings import Chart, Level, Listing, Mark, Section, finding
from medloom.audit.subject import Subject
from medloom.audit.view import View, counted
from medloom.kit.licences import mixture
from medloom.kit.text_quality.known_good import known_good_loss

_MUCH_LOST = 0.01
_CLOSE = 0.5


def licences(view: View, subject: Subject) -> Section:
    """The licences of a table's rows."""
    title, about = "Licences", "The licence of each row, as its source gives it."
    name = view.role("license")
    if name is None:
        why = "no column `license`: the step `join` brings it from the articles"
        return Section("licences", title, about, view.table, not_asked=why)
    values = view.texts(name)
    counts = counted(values)
    unknown = [i for i, v in zip(view.ids, values, strict=True) if v is None]
    n = len(view)
    marks = [Mark(code, k / n, note=f"{k:,} rows") for code, k in counts]
    findings = []
    if unknown:
        marks.append(Mark("(unknown)", len(unknown) / n, note=f"{len(unknown):,} rows"))
    for conflict in mixture(values).conflicts:
        named = [view.ids[at] for at in conflict.rows]
        what = f"{' and '.join(conflict.codes)} do not go together: {conflict.why}."
        if len(conflict.codes) == 1:
            what = f"Rows under `{conflict.codes[0]}` cannot be given away: {conflict.why}."
        evidence = f"{conflict.n_rows:,} rows of {n:,}, if the release is one adapted work"
        findings.append(finding(Level.WARNING, what, evidence, view.table, named))
    chart = Chart("bars", "Share of rows", tuple(marks[:20]), True)
    return Section("licences", title, about, view.table, tuple(findings), (chart,))


def contamination(view: View, subject: Subject) -> Section:
    """What rows share with other sets, where a step has looked for it."""
    title = "Contamination"
    about = "Parts of texts that stand in another set, too, as the steps of the recipe found them."
    columns = [f.name for f in view.schema if _is_overlap(f.type)]
    if not columns:
        why = "no column of overlaps: add the step that compares with a benchmark"
        return Section("contamination", title, about, view.table, not_asked=why)
    findings, rows = [], []
    for name in columns:
        array = view.array(name)
        shares = [max(map(_shared, row or ()), default=0.0) for row in array.to_pylist()]
        close = [i for i, share in zip(view.ids, shares, strict=True) if share >= _CLOSE]
        rows.append((name, sum(share > 0 for share in shares), len(close)))
        if close:
            what = f"{len(close):,} rows share {_CLOSE:.0%} or more of a text with another set."
            evidence = f"column {name}, {len(view):,} rows looked at"
            findings.append(finding(Level.PROBLEM, what, evidence, view.table, close))
    columns_ = ("column", "rows that overlap", f"rows that share {_CLOSE:.0%}")
    listing = Listing("Overlaps", columns_, tuple(rows))
    return Section("contamination", title, about, view.table, tuple(findings), (), (listing,))


def _shared(one: Mapping[str, Any]) -> float:
    """How much two texts share: of the row, or of a short text of the other set."""
    return max(one["share"] or 0.0, one.get("share_of_other") or 0.0)


def _is_overlap(kind: pa.DataType) -> bool:
    if not pa.types.is_list(kind) or not pa.types.is_struct(kind.value_type):
        return False
    return {"other_id", "share"} <= {one.name for one in kind.value_type}


def filters(subject: Subject) -> Section:
    """How much known-good text each quality filter of the recipe would lose."""
    title = "Loss of known-good text"
    about = (
        "Each filter of text that has a profile, tried on medical texts that people vouch for and "
        "that had no part in setting its limits."
    )
    rows, marks, findings = [], [], []
    for table, step in steps_of(subject):
        profile = step["settings"].get("profile")
        if not isinstance(profile, str):
            continue
        limits, panel = step["settings"].get("limits"), step["settings"].get("panel")
        try:
            losses = known_good_loss(profile, limits, panel)
        except ValueError as error:
            rows.append((table, step["name"], profile, "-", "-", str(error)))
            continue
        every = losses[-1]
        level = Level.WARNING if every.low > _MUCH_LOST else None
        marks.append(
            Mark(f"{table}: {step['name']} ({profile})", *every[3:6], f"n = {every.n:,}", level)
        )
        rows += [(table, step["name"], profile, o.rule, f"{o.share:.2%}", str(o.n)) for o in losses]
        if level:
            what = f"The filter {step['name']} of {table} loses good text."
            evidence = f"{every.share:.2%} [{every.low:.2%}, {every.high:.2%}] of {every.n:,}"
            findings.append(finding(level, what, evidence, table))
    if not rows:
        why = "no step of this recipe filters text by a profile"
        return Section("filters", title, about, not_asked=why)
    columns = ("table", "step", "profile", "rule", "lost", "n")
    charts = (Chart("bars", "Share of known-good text lost", tuple(marks), True),) if marks else ()
    return Section(
        "filters", title, about, None, tuple(findings), charts,
        (Listing("By rule", columns, tuple(rows)),),
    )  # fmt: skip


def steps_of(subject: Subject) -> Iterator[tuple[str, dict[str, Any]]]:
    """The steps of the tables that are looked at, hidden tables among them."""
    for table, one in subject.collection.record["tables"].items():
        for step in one["steps"]:
            yield table.split("~")[0], step  # the engine may cut a table in two
