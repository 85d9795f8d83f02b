"""A graded rubric: each criterion from 0 to 3 with the evidence for it, or not graded at all.

The idea is that of DataRubrics (Winata et al. 2025): a dataset is judged by criteria, and a score
without evidence does not count. The criteria are Medloom's own.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from medloom.audit.findings import Finding, Level, Section
from medloom.audit.provenance import steps_of
from medloom.audit.subject import Subject

BEST = 3


class Grade(NamedTuple):
    """A criterion with its score, 0 to 3, or None where nothing speaks for or against it."""

    key: str
    criterion: str
    score: int | None
    evidence: str
    """What in the collection the score rests on; of one not graded, what would be needed."""


Sections = Mapping[str, Sequence[Section]]
"""The sections of the audit by their key."""


def grades(subject: Subject, sections: Sequence[Section]) -> list[Grade]:
    """The grades of all criteria, in order."""
    of: dict[str, list[Section]] = {}
    for one in sections:
        of.setdefault(one.key, []).append(one)
    return [grade(subject, of) for grade in _GRADES]


def _source(subject: Subject, of: Sections) -> Grade:
    name = "Sources are known and fixed by a fingerprint"
    record = subject.collection.record
    inputs = record.get("inputs") or {}
    if not inputs:
        return Grade("sources", name, 0, "the record of the build names no inputs")
    told = ", ".join(f"{k}: {v['sources']:,}, {v['fingerprint'][:12]}" for k, v in inputs.items())
    return Grade("sources", name, BEST, f"record of build {record['run']}: {told}")


def _remade(subject: Subject, of: Sections) -> Grade:
    name = "It can be made again from its recipe"
    record = subject.collection.record
    code = record.get("code") or {}
    score = BEST if record.get("recipe", {}).get("text") and code and record.get("finished") else 1
    versions = ", ".join(f"{k} {v}" for k, v in list(code.items())[:3])
    return Grade("remade", name, score, f"recipe {record['recipe'].get('digest')}, {versions}")


def _accounted(subject: Subject, of: Sections) -> Grade:
    name = "Every row is accounted for"
    sums = subject.collection.ledger
    wrong = [one.table for one in sums if not one.balanced]
    if wrong:
        return Grade("ledger", name, 0, f"the ledger does not add up in {', '.join(wrong)}")
    failed = sum(one.failed for one in sums)
    n = sum(one.rows_in for one in sums)
    score = BEST if failed <= 0.01 * n else 2 if failed <= 0.05 * n else 1
    return Grade("ledger", name, score, f"{len(sums)} tables add up; {failed:,} of {n:,} failed")


def _from(
    key: str, criterion: str, section: str, good: str, most_at_warning: int = 2
) -> Callable[[Subject, Sections], Grade]:
    """A grade from the findings of sections: the best without any, less for each kind."""

    def grade(subject: Subject, of: Sections) -> Grade:
        asked = [one for one in of.get(section, ()) if one.not_asked is None]
        if not asked:
            why = next((one.not_asked for one in of.get(section, ()) if one.not_asked), "not asked")
            return Grade(key, criterion, None, str(why))
        found = [f for one in asked for f in one.findings if f.level is not Level.NOTE]
        problems = [f for f in found if f.level is Level.PROBLEM]
        if problems:
            return Grade(key, criterion, 0, _told(problems))
        if found:
            return Grade(key, criterion, 1 if len(found) > 1 else most_at_warning, _told(found))
        where = ", ".join(dict.fromkeys(one.table for one in asked if one.table))
        return Grade(key, criterion, BEST, f"{good}{f' in {where}' if where else ''}")

    return grade


def _told(found: Sequence[Finding]) -> str:
    return "; ".join(f"{one.what} {one.evidence}" for one in found[:3])


def _documented(subject: Subject, of: Sections) -> Grade:
    name = "What every table is for is written down"
    tables = subject.collection.record["tables"]
    shown = {n: one for n, one in tables.items() if not one["internal"]}
    bare = [n for n, one in shown.items() if not one["about"]]
    score = BEST if not bare else 1 if len(bare) < len(shown) else 0
    told = f"no description of {', '.join(bare)}" if bare else f"{len(shown)} tables described"
    return Grade("described", name, score, told)


def _marked(subject: Subject, of: Sections) -> Grade:
    name = "Machine-made annotation says what made it"
    steps = [(t, s) for t, s in steps_of(subject) if s["kind"] in ("adds", "updates", "expands")]
    if not steps:
        return Grade("made_by", name, None, "no step annotates")
    told = ", ".join(f"{s['name']} ({s['code'][:8]})" for _, s in steps[:6])
    return Grade("made_by", name, BEST, f"{len(steps)} steps with settings and code hash: {told}")


def _deidentified(subject: Subject, of: Sections) -> Grade:
    name = "Identifying data were looked for by a step, and findings are kept"
    views = [view.table for view in subject.views if "phi" in view.schema.names]
    if not views:
        return Grade("phi_step", name, None, "no column `phi` in any table")
    return Grade("phi_step", name, BEST, f"column `phi` in {', '.join(views)}")


def _representative(subject: Subject, of: Sections) -> Grade:
    name = "Subgroups are as in the population that is meant"
    if not subject.reference:
        return Grade(
            "representative", name, None, "no population to compare with: --reference FILE"
        )
    return _from("representative", name, "subgroups", "no share differs")(subject, of)


_FULL = "no column that matters lacks more than 5%"
_UNKNOWN = "the rules find no telling data"
_APART = "Parts do not share patients, articles or copies"
_KEPT = "each filter loses 1% or less of known-good text"

_GRADES: tuple[Callable[[Subject, Sections], Grade], ...] = (
    _source,
    _remade,
    _accounted,
    _documented,
    _from("complete", "Columns that matter are filled", "missing", _FULL),
    _from("licensed", "Every row has a licence", "licences", "every row has one"),
    _from("private", "Texts hold no identifying data", "privacy", _UNKNOWN),
    _deidentified,
    _from("parted", _APART, "leaks", "no path between parts"),
    _from("agreed", "Annotators agree", "agreement", "alpha is 0.667 or more"),
    _marked,
    _from("balanced", "Every class has enough rows, in every part", "balance", "no class is rare"),
    _representative,
    _from("even", "Predictions do as well in every subgroup", "performance", "no gap"),
    _from("no_shortcut", "Nothing irrelevant predicts the label", "shortcuts", "no probe does"),
    _from("uncontaminated", "It does not overlap with benchmarks", "contamination", "no overlap"),
    _from("gentle", "Filters keep good text", "filters", _KEPT),
)
